"""What verification finds and would do about it, for any number of orders at a time. Nothing is changed here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.addresses import missing_parts
from domain.catalog import DeliveryMode, ItemKind
from domain.issues import Finding, IssueCode
from domain.orders import OrderStage, stage_after
from domain.payments import CaptureMode
from domain.routing import Promise, Wanted, allot, route
from models import Address, OrderLine, Payment, Variant
from operations.market import Level, Market, offer, places
from operations.rows import OrderRows


@dataclass(slots=True)
class Case:
    """An order as verification looks at it."""

    rows: OrderRows
    address: Address | None
    """Where it goes."""
    payments: Sequence[Payment]
    """May be left out where the channel is paid outside and mere warnings are of no interest."""


@dataclass(slots=True)
class Plan:
    """What was found, and what follows from it."""

    of_order: list[Finding]
    of_lines: list[Finding] = field(default_factory=list)
    unmapped: list[OrderLine] = field(default_factory=list)
    """Lines that give their source back: its supplier does not ship by the order's method any more."""
    variants: list[tuple[OrderLine, Variant | None]] = field(default_factory=list)
    """What the lines without a source order, as the catalogue says now."""
    promises: list[Promise] = field(default_factory=list)
    """Sources for lines, in the order in which stock levels are locked."""

    @property
    def findings(self) -> list[Finding]:
        """All of them."""
        return [*self.of_order, *self.of_lines]

    @property
    def blocked(self) -> bool:
        """Whether anything keeps the order from being sent."""
        return any(finding.blocking for finding in self.findings)


async def check(market: Market, cases: Sequence[Case]) -> list[Plan]:
    """What verification would do to each order. One without open units has nothing found.

    Stock is promised only when nothing blocks an order as a whole. That two orders looked for the same doubled one
    is not looked for: it stops nothing.
    """
    plans = [Plan(_of_order(case) if _counts(case) else []) for case in cases]
    await _find_unmapped(market, cases, plans)
    await _find_promises(market, cases, plans)
    return plans


def stage_checked(stage: OrderStage, *, blocked: bool, auto_verify: bool) -> OrderStage:
    """Where an order stands once it is verified: between NEW and RECEIVED."""
    if stage is OrderStage.SENT or (not blocked and not auto_verify):
        return stage
    return stage_after(stage, "raise_issue" if blocked else "verify") or stage


def _counts(case: Case) -> bool:
    return any(line.open for line in case.rows.lines)


async def _find_unmapped(market: Market, cases: Sequence[Case], plans: Sequence[Plan]) -> None:
    """Lines whose shipping mapping was taken away after they got their source."""
    promised = [
        (case.rows.order, plan, line)
        for case, plan in zip(cases, plans, strict=True)
        for line in case.rows.unsent
        if line.source_id and line.delivery_mode is DeliveryMode.SHIP
    ]
    if not promised:
        return
    sources = await market.sources_of([line for _, _, line in promised])
    fulfillers = [(order, plan, line, sources[line.source_id or 0].company_id) for order, plan, line in promised]
    await market.read_services((order, company) for order, _, _, company in fulfillers)
    for order, plan, line, company in fulfillers:
        if market.service(order, company) is None:
            plan.unmapped.append(line)


async def _find_promises(market: Market, cases: Sequence[Case], plans: Sequence[Plan]) -> None:
    """Routes the lines that have no source. What cannot be had is a finding."""
    waiting = [
        (case, plan, lines)
        for case, plan in zip(cases, plans, strict=True)
        if (lines := [line for line in case.rows.unsent if line.source_id is None or line in plan.unmapped])
    ]
    if not waiting:
        return
    variants = await market.variants(
        {(case.rows.order.retailer_id, line.sku) for case, _, lines in waiting for line in lines}
    )
    levels = await market.levels(variants.values())
    for case, plan, lines in waiting:
        plan.variants = [(line, variants.get((case.rows.order.retailer_id, line.sku))) for line in lines]
    carried = [(case, plan, _levels_of(plan, levels)) for case, plan, _ in waiting]
    await market.read_services((case.rows.order, level["company_id"]) for case, _, own in carried for level in own)
    several = {case.rows.order.channel_id for case, plan, own in carried if len(own) > len(_distinct(plan))}
    rules = await market.rules(several)
    for case, plan, own in carried:
        _promise(market, case, plan, own, places(rules.get(case.rows.order.channel_id, ()), case.address))


def _distinct(plan: Plan) -> set[int]:
    return {variant.id for _, variant in plan.variants if variant}


def _levels_of(plan: Plan, levels: Mapping[int, Sequence[Level]]) -> list[Level]:
    return [level for key in sorted(_distinct(plan)) for level in levels.get(key, ())]


def _promise(market: Market, case: Case, plan: Plan, levels: Sequence[Level], places: Mapping[int, int]) -> None:
    order, promises = case.rows.order, []
    freed: dict[tuple[int | None, int | None], int] = defaultdict(int)
    for line in plan.unmapped:
        freed[line.variant_id, line.source_id] += line.open
    offers = defaultdict(list)
    for level in levels:
        service_id, back = (
            market.service(order, level["company_id"]),
            freed[level["variant_id"], level["source_id"]],
        )
        offers[level["variant_id"]].append(offer(level, case.address, service_id, places, back))
    for line, variant in plan.variants:
        incomplete = _personalisation(line, variant)
        plan.of_lines += incomplete
        answer = route(
            _wanted(case, line, variant),
            offers[variant.id] if variant else (),
            allow_backorder=case.rows.channel.allow_backorder,
        )
        if isinstance(answer, Finding):
            plan.of_lines.append(answer)
        elif not incomplete:  # what has a source is not looked at again, and goes with whatever is ready
            promises.append(answer)
    if not any(finding.blocking for finding in plan.of_order):
        plan.promises, short = allot(promises, allow_backorder=case.rows.channel.allow_backorder)
        plan.of_lines += short


def _wanted(case: Case, line: OrderLine, variant: Variant | None) -> Wanted:
    status = variant.status if variant else None
    method = case.rows.order.shipping_method
    return Wanted(line.number, line.sku, line.open, line.delivery_mode, status, line.supplier_code, method)


def _personalisation(line: OrderLine, variant: Variant | None) -> list[Finding]:
    if line.item_kind is not ItemKind.PERSONALISED or variant is None:
        return []
    given = line.personalisation or {}
    missing = [name for name in variant.required_inputs if not str(given.get(name, "")).strip()]
    if not missing:
        return []
    message = f"Line {line.number} lacks {', '.join(missing)}."
    path = f"lines.{line.number}.personalisation"
    return [Finding(IssueCode.PERSONALISATION_INCOMPLETE, message, path, line.number)]


def _of_order(case: Case) -> list[Finding]:
    order, findings = case.rows.order, []
    if any(line.delivery_mode is DeliveryMode.SHIP for line in case.rows.lines):
        findings += _address_findings(case.address)
    findings += _payment_findings(case)
    if order.required_dispatch_date and order.required_dispatch_date < order.received_at.date():
        message = f"Should have left on {order.required_dispatch_date}, before it arrived."
        findings.append(Finding(IssueCode.DISPATCH_DATE_PAST, message, "requiredDispatchDate"))
    return findings


def _address_findings(address: Address | None) -> list[Finding]:
    if address is None:
        return [Finding(IssueCode.ADDRESS_INCOMPLETE, "There is no delivery address.", "shippingAddress")]
    missing = missing_parts(
        name=address.name or address.company,
        street=address.street,
        city=address.city,
        postcode=address.postcode,
        country_code=address.country_code,
    )
    return [
        Finding(IssueCode.ADDRESS_INCOMPLETE, f"The delivery address lacks {part}.", f"shippingAddress.{part}")
        for part in missing
    ]


def _payment_findings(case: Case) -> list[Finding]:
    order, payments = case.rows.order, case.payments
    paid = sum(max(payment.authorised_minor, payment.captured_minor) for payment in payments)
    if order.total_minor and not paid and case.rows.channel.capture_mode is not CaptureMode.OFFLINE:
        return [Finding(IssueCode.PAYMENT_NOT_AUTHORISED, "No payment is authorised.", "payments")]
    if payments and abs(paid - order.total_minor) > 1:
        return [Finding(IssueCode.TOTALS_MISMATCH, "Payment and order total differ.", "payments")]
    return []
