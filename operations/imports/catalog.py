"""Catalogue import: products, their variants, and which suppliers carry them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.access import CompanyKind, Permission, Viewer
from domain.catalog_files import DraftFile, VariantDraft, read_catalog
from domain.csv_file import invalid
from domain.money import NO_CURRENCY
from domain.refusals import Reason, refuse_if
from models import Product, SalesChannel, Source, StockLevel, Variant
from models.visibility import visible
from operations.channels import adopt_currency, channel_of
from operations.imports.master import CHUNK, Advance, MasterReport, Tally, store_in_chunks
from operations.journal import Change, apply, write_changes
from operations.permissions import require_order_wide
from operations.world import World

COPIED: Final = ("name", "weight_grams", "length_mm", "width_mm", "height_mm", "price_minor", "currency")
"""Columns of a variant that the file decides."""


@dataclass(frozen=True, slots=True)
class ImportCatalog:
    """A catalogue for the retailer of a channel, by the channel's code."""

    channel: str
    text: str


@dataclass(frozen=True, slots=True)
class CheckedCatalog:
    """A file without errors, and the sources of the suppliers it names."""

    file: DraftFile[VariantDraft]
    sources: dict[str, int]


async def import_catalog(world: World, viewer: Viewer, command: ImportCatalog) -> MasterReport:
    """Adds products and variants and corrects known ones; the same file again writes nothing.

    Suppliers are added to those that carry a variant, never taken away; their stock is not counted. Raises Refused
    with every wrong row before anything is written.
    """
    require_order_wide(viewer, Permission.CATALOG_MANAGE)
    channel = await channel_of(viewer, command.channel, "input", "channel")
    return await store_catalog(world, viewer, channel, await check_catalog(viewer, channel, command.text))


async def check_catalog(viewer: Viewer, channel: SalesChannel, text: str) -> CheckedCatalog:
    """Looks a file through. Raises Refused with every error, or without the permission."""
    require_order_wide(viewer, Permission.CATALOG_MANAGE)
    file = read_catalog(text, None if channel.currency == NO_CURRENCY else channel.currency)
    sources = await _sources({code for draft in file.drafts for code in draft.suppliers}, viewer)
    refuse_if((*file.errors, *_unknown_suppliers(file.drafts, sources)))
    return CheckedCatalog(file, sources)


async def store_catalog(
    world: World,
    viewer: Viewer,
    channel: SalesChannel,
    checked: CheckedCatalog,
    advance: Advance = lambda _: None,
) -> MasterReport:
    """Stores a checked file."""
    importing, file = _Importing(world, viewer, channel, checked.sources), checked.file
    return MasterReport(await store_in_chunks(world, file.drafts, importing.store, advance), file.warnings)


async def _sources(codes: set[str], viewer: Viewer) -> dict[str, int]:
    """Key of each fulfiller's first source, by the fulfiller's code; of those whose sources the viewer sees."""
    found: dict[str, int] = {}
    ordered = sorted(codes)
    for start in range(0, len(ordered), CHUNK):
        rows = (
            visible(Source, viewer.scope)
            .filter(company__code__in=ordered[start : start + CHUNK], company__kind=CompanyKind.FULFILLER)
            .order_by("-id")
        )
        found.update(await rows.values_list("company__code", "id"))
    return found


def _unknown_suppliers(drafts: Sequence[VariantDraft], sources: dict[str, int]) -> list[Reason]:
    return [
        invalid(
            draft.row, "suppliers", f"There is no supplier “{code}” with a source; import the suppliers first."
        )
        for draft in drafts
        for code in draft.suppliers
        if code not in sources
    ]


@dataclass(slots=True)
class _Importing:
    """One import under way."""

    world: World
    viewer: Viewer
    channel: SalesChannel
    sources: dict[str, int]

    async def store(self, drafts: Sequence[VariantDraft]) -> Tally:
        """Stores a chunk in the running transaction."""
        await adopt_currency(
            self.world, self.viewer, self.channel, next((d.currency for d in drafts if d.currency), None)
        )
        products, events = await self._products(drafts)
        variants = await self._variants([draft.sku for draft in drafts])
        new = [self._variant(draft, products) for draft in drafts if draft.sku not in variants]
        await Variant.bulk_create(new)
        created = {variant.sku for variant in new}
        if new:
            variants = await self._variants([draft.sku for draft in drafts])
        carried = await self._carry(drafts, variants)
        changed = 0
        for draft in drafts:
            variant = variants[draft.sku]
            changes = apply(variant, _values(draft, products))
            if draft.sku not in created:
                if not changes and draft.sku not in carried:
                    continue
                variant.version += 1
                await variant.save(update_fields=[*changes, "version"])
                changed += 1
            data = {"sku": draft.sku, "changes": changes, "suppliers": carried.get(draft.sku, [])}
            done = "added" if draft.sku in created else "changed"
            events.append(self._event("variant", variant, f"{draft.sku} was {done}", data))
        await write_changes(self.world, self.viewer, events)
        return Tally(len(created), changed, len(drafts) - len(created) - changed)

    async def _variants(self, skus: Sequence[str]) -> dict[str, Variant]:
        rows = Variant.filter(company_id=self.channel.retailer_id, sku__in=skus)
        return {row.sku: row for row in await rows.order_by("id").select_for_update()}

    async def _products(self, drafts: Sequence[VariantDraft]) -> tuple[dict[str, Product], list[Change]]:
        """The products of the drafts, made or corrected, and the events about them.

        A product is called as its first variant was, and keeps its name.
        """
        wanted = {draft.product: draft for draft in reversed(drafts)}
        known = await self._known_products(list(wanted))
        new = [
            Product(
                company_id=self.channel.retailer_id, sku=sku, name=draft.name, category=draft.category, version=1
            )
            for sku, draft in reversed(wanted.items())
            if sku not in known
        ]
        await Product.bulk_create(new)
        created = {product.sku: product for product in new}
        products = await self._known_products(list(wanted)) if new else known
        events = [self._event("product", products[sku], f"{sku} was added", {"sku": sku}) for sku in created]
        for sku, draft in wanted.items():
            product = products[sku]
            if sku not in created and (changes := apply(product, {"category": draft.category})):
                product.version += 1
                await product.save(update_fields=["category", "version"])
                data = {"sku": sku, "changes": changes}
                events.append(self._event("product", product, f"{sku} was changed", data))
        return products, events

    async def _known_products(self, skus: Sequence[str]) -> dict[str, Product]:
        rows = Product.filter(company_id=self.channel.retailer_id, sku__in=skus)
        return {row.sku: row for row in await rows.order_by("id").select_for_update()}

    async def _carry(self, drafts: Sequence[VariantDraft], variants: dict[str, Variant]) -> dict[str, list[str]]:
        """Stock levels that are missing. Answers the new suppliers per SKU."""
        ids = [variants[draft.sku].id for draft in drafts]
        known = set(await StockLevel.filter(variant_id__in=ids).values_list("variant_id", "source_id"))
        new: dict[str, list[str]] = {}
        levels = []
        for draft in drafts:
            for code in draft.suppliers:
                pair = (variants[draft.sku].id, self.sources[code])
                if pair not in known:
                    known.add(pair)
                    new.setdefault(draft.sku, []).append(code)
                    levels.append(StockLevel(variant_id=pair[0], source_id=pair[1], managed=False))
        await StockLevel.bulk_create(levels)
        return new

    def _variant(self, draft: VariantDraft, products: dict[str, Product]) -> Variant:
        values = _values(draft, products)
        return Variant(company_id=self.channel.retailer_id, sku=draft.sku, version=1, **values)

    def _event(self, aggregate: str, row: Product | Variant, summary: str, data: dict[str, Any]) -> Change:
        return Change(
            aggregate=aggregate,
            aggregate_id=row.id,
            type=f"{aggregate}.imported",
            summary=summary,
            retailer_id=self.channel.retailer_id,
            version=row.version,
            data=data,
        )


def _values(draft: VariantDraft, products: dict[str, Product]) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in COPIED} | {"product_id": products[draft.product].id}
