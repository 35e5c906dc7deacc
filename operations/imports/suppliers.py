"""Supplier import: each one a fulfiller with a source at its address, connected with the channel's retailer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.access import CompanyKind, Permission, Viewer
from domain.catalog import CancelMode, ConnectionStatus, SourceKind
from domain.catalog_files import DraftFile, SupplierDraft, read_suppliers
from domain.csv_file import invalid
from domain.refusals import PermissionDenied, Reason, Refused, refuse_if
from domain.settings import spoken
from models import (
    Carrier,
    CarrierService,
    Company,
    Connection,
    OfferedService,
    SalesChannel,
    ShippingMapping,
    Source,
)
from operations.bootstrap import create_roles
from operations.channels import channel_of
from operations.imports.master import CHUNK, Advance, MasterReport, Tally, store_in_chunks
from operations.journal import Change, apply, write_changes
from operations.permissions import require
from operations.recording import change
from operations.world import World

SOURCE_CODE: Final = "main"
STANDARD: Final = "standard"
METHOD: Final = "Standard delivery"
"""The shipping method that every imported supplier serves."""


@dataclass(frozen=True, slots=True)
class ImportSuppliers:
    """A file of suppliers for the retailer of a channel, by the channel's code."""

    channel: str
    text: str


async def import_suppliers(world: World, viewer: Viewer, command: ImportSuppliers) -> MasterReport:
    """Adds suppliers and corrects known ones; the same file again writes nothing.

    Raises Refused with every wrong row before anything is written. A connection that is suspended stays so.
    """
    checked = await check_suppliers(viewer, command.text)
    channel = await channel_of(viewer, command.channel, "input", "channel")
    return await store_suppliers(world, viewer, channel, checked)


async def check_suppliers(viewer: Viewer, text: str) -> DraftFile[SupplierDraft]:
    """A file without errors. Raises Refused with every one, or when somebody else than the platform imports."""
    require(viewer, Permission.SETTINGS_MANAGE)
    if not viewer.scope.is_platform:
        message = "Suppliers are shared by all retailers: ask the platform to import them."
        raise Refused(PermissionDenied(message=message, permission=Permission.SETTINGS_MANAGE))
    file = read_suppliers(text)
    refuse_if((*file.errors, *await _taken(file.drafts)))
    return file


async def store_suppliers(
    world: World,
    viewer: Viewer,
    channel: SalesChannel,
    checked: DraftFile[SupplierDraft],
    advance: Advance = lambda _: None,
) -> MasterReport:
    """Stores a checked file."""
    importing = _Importing(world, viewer, channel, (await _standard_service()).id)
    return MasterReport(await store_in_chunks(world, checked.drafts, importing.store, advance), checked.warnings)


async def _taken(drafts: Sequence[SupplierDraft]) -> list[Reason]:
    """Codes that belong to companies of another kind."""
    reasons: list[Reason] = []
    for start in range(0, len(drafts), CHUNK):
        rows = {draft.code: draft for draft in drafts[start : start + CHUNK]}
        for company in await Company.filter(code__in=list(rows)).exclude(kind=CompanyKind.FULFILLER):
            message = f"“{company.code}” is a {company.kind.lower()}, not a fulfiller; choose another code."
            reasons.append(invalid(rows[company.code].row, "supplier", message))
    return reasons


async def _standard_service() -> CarrierService:
    carrier, _ = await Carrier.get_or_create(code=STANDARD, defaults={"name": "Standard carrier"})
    service, _ = await CarrierService.get_or_create(
        carrier_id=carrier.id, code=STANDARD, defaults={"name": "Standard", "tracked": True}
    )
    return service


@dataclass(slots=True)
class _Importing:
    """One import under way."""

    world: World
    viewer: Viewer
    channel: SalesChannel
    service_id: int

    async def store(self, drafts: Sequence[SupplierDraft]) -> Tally:
        """Stores a chunk in the running transaction."""
        companies = await _companies(drafts)
        new = [
            Company(code=d.code, name=d.name, kind=CompanyKind.FULFILLER, version=1)
            for d in drafts
            if d.code not in companies
        ]
        if new:
            await Company.bulk_create(new)
            companies = await _companies(drafts)
            await create_roles(*(companies[company.code] for company in new))
        created = {company.code for company in new}
        changes = {draft.code: apply(companies[draft.code], {"name": draft.name}) for draft in drafts}
        for code in (code for code, changed in changes.items() if changed):
            await companies[code].save(update_fields=["name"])
        await self._sources(drafts, companies, changes)
        connected = await self._connect([companies[draft.code].id for draft in drafts])
        touched = [
            companies[d.code]
            for d in drafts
            if d.code in created or changes[d.code] or companies[d.code].id in connected
        ]
        await self._tell(touched, created, changes)
        return Tally(len(created), len(touched) - len(created), len(drafts) - len(touched))

    async def _sources(
        self, drafts: Sequence[SupplierDraft], companies: dict[str, Company], changes: dict[str, dict[str, Any]]
    ) -> None:
        """Sources that are missing or were corrected, each with its event."""
        ids = [companies[draft.code].id for draft in drafts]
        known = await _main_sources(ids)
        new = [_source(draft, companies[draft.code]) for draft in drafts if companies[draft.code].id not in known]
        await Source.bulk_create(new)
        made = {source.company_id for source in new}
        known = await _main_sources(ids) if new else known
        events = []
        for draft in drafts:
            source = known[companies[draft.code].id]
            if source.company_id in made:
                told = {name: change(None, value) for name, value in _place(draft).items()}
                events.append(_told(source, "source.created", f"Source {source.code} was made", told))
            elif changed := apply(source, _place(draft)):
                changes[draft.code] |= changed
                source.version += 1
                await source.save(update_fields=[*changed, "version"])
                events.append(_told(source, "source.changed", f"Source {source.code} was changed", changed))
        await write_changes(self.world, self.viewer, events)

    async def _connect(self, company_ids: list[int]) -> set[int]:
        """Connections, services and mappings that are missing. Answers the companies that lacked any."""
        retailer, channel, service = self.channel.retailer_id, self.channel.id, self.service_id
        connections = Connection.filter(retailer_id=retailer, fulfiller_id__in=company_ids)
        offered = OfferedService.filter(service_id=service, fulfiller_id__in=company_ids)
        mapped = ShippingMapping.filter(channel_id=channel, method=METHOD, fulfiller_id__in=company_ids)
        unconnected = await _without(company_ids, connections)
        not_offering = await _without(company_ids, offered)
        unmapped = await _without(company_ids, mapped)
        await Connection.bulk_create(
            Connection(retailer_id=retailer, fulfiller_id=key, status=ConnectionStatus.ACTIVE)
            for key in unconnected
        )
        await OfferedService.bulk_create(
            OfferedService(fulfiller_id=key, service_id=service) for key in not_offering
        )
        await ShippingMapping.bulk_create(
            ShippingMapping(channel_id=channel, fulfiller_id=key, method=METHOD, service_id=service)
            for key in unmapped
        )
        return {*unconnected, *not_offering, *unmapped}

    async def _tell(
        self, touched: Sequence[Company], created: set[str], changes: dict[str, dict[str, Any]]
    ) -> None:
        for company in (one for one in touched if one.code not in created):
            company.version += 1
            await company.save(update_fields=["version"])
        await write_changes(self.world, self.viewer, self._events(touched, created, changes))

    def _events(
        self, touched: Sequence[Company], created: set[str], changes: dict[str, dict[str, Any]]
    ) -> Iterator[Change]:
        for company in touched:
            done = "added" if company.code in created else "changed"
            yield Change(
                aggregate="company",
                aggregate_id=company.id,
                type="company.imported",
                summary=f"Supplier {company.name} was {done}",
                retailer_id=self.channel.retailer_id,
                version=company.version,
                fulfiller_id=company.id,
                data={"code": company.code, "changes": changes[company.code]},
            )


async def _companies(drafts: Sequence[SupplierDraft]) -> dict[str, Company]:
    rows = Company.filter(code__in=[draft.code for draft in drafts]).order_by("id").select_for_update()
    return {row.code: row for row in await rows}


async def _without(company_ids: Sequence[int], having: Any) -> list[int]:
    found = set(await having.values_list("fulfiller_id", flat=True))
    return [key for key in company_ids if key not in found]


async def _main_sources(company_ids: Sequence[int]) -> dict[int, Source]:
    rows = Source.filter(company_id__in=company_ids, code=SOURCE_CODE).order_by("id").select_for_update()
    return {row.company_id: row for row in await rows}


def _told(source: Source, type_: str, summary: str, changes: dict[str, list[object]]) -> Change:
    return Change(
        aggregate="source",
        aggregate_id=source.id,
        type=type_,
        summary=summary,
        retailer_id=None,
        version=source.version,
        fulfiller_id=source.company_id,
        data={"changes": {spoken(name): pair for name, pair in changes.items()}},
    )


def _place(draft: SupplierDraft) -> dict[str, str | None]:
    return {
        "city": draft.city,
        "region": draft.region,
        "postcode": draft.postcode,
        "country_code": draft.country_code,
    }


def _source(draft: SupplierDraft, company: Company) -> Source:
    return Source(
        company_id=company.id,
        code=SOURCE_CODE,
        name=draft.name,
        kind=SourceKind.SUPPLIER,
        cancel_mode=CancelMode.IMMEDIATE,
        version=1,
        **_place(draft),
    )
