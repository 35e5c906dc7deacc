"""Who could ship an order's lines: the sources of connected fulfillers that carry the variants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from domain.catalog import ConnectionStatus
from domain.routing import Offer
from models import Address, Order, RoutingRule, ShippingMapping, StockLevel

_NO_RULE: Final = 1_000_000


async def offers_for(
    order: Order, address: Address | None, variant_ids: Sequence[int]
) -> Mapping[int, list[Offer]]:
    """Offers per variant key; a variant nobody carries has none."""
    levels = await _levels(order.retailer_id, variant_ids)
    services = await services_of(order, {level["source__company_id"] for level in levels})
    rules = await _rules(order.channel_id, address) if len(levels) > len(variant_ids) else {}
    offers: dict[int, list[Offer]] = defaultdict(list)
    for level in levels:
        offers[level["variant_id"]].append(_offer(level, address, services, rules))
    return offers


async def services_of(order: Order, fulfiller_ids: set[int]) -> dict[int, int]:
    """What the order's shipping method maps to now: service key by fulfiller key."""
    if not fulfiller_ids or not order.shipping_method:
        return {}
    mappings = ShippingMapping.filter(
        channel_id=order.channel_id, method=order.shipping_method, fulfiller_id__in=fulfiller_ids
    )
    return dict(await mappings.values_list("fulfiller_id", "service_id"))


async def _levels(retailer_id: int, variant_ids: Sequence[int]) -> list[dict[str, Any]]:
    if not variant_ids:
        return []
    levels = StockLevel.filter(
        variant_id__in=list(variant_ids),
        source__company__retailers__retailer_id=retailer_id,
        source__company__retailers__status=ConnectionStatus.ACTIVE,
    )
    return await levels.values(
        "id", "variant_id", "managed", "on_hand", "reserved", "supplier_cost_minor", "source_id", "source__name",
        "source__region", "source__country_code", "source__delivers_to", "source__company_id",
        "source__company__code",
    )  # fmt: skip


async def _rules(channel_id: int, address: Address | None) -> dict[int, int]:
    """Place of the first rule that fits, by source key."""
    places: dict[int, int] = {}
    for rule in await RoutingRule.filter(channel_id=channel_id).order_by("place"):
        country_fits = rule.country_code is None or (address and rule.country_code == address.country_code)
        region_fits = rule.region is None or (address and rule.region == address.region)
        if country_fits and region_fits:
            places.setdefault(rule.source_id, rule.place)
    return places


def _offer(
    level: dict[str, Any], address: Address | None, services: Mapping[int, int], rules: Mapping[int, int]
) -> Offer:
    country = address.country_code if address else ""
    delivers_to = level["source__delivers_to"]
    same_country = bool(country) and level["source__country_code"] == country
    return Offer(
        stock_level_id=level["id"],
        source_id=level["source_id"],
        source_name=level["source__name"],
        fulfiller_id=level["source__company_id"],
        fulfiller_code=level["source__company__code"],
        available=level["on_hand"] - level["reserved"] if level["managed"] else None,
        delivers=delivers_to is None or not country or country in delivers_to,
        service_id=services.get(level["source__company_id"]),
        place=rules.get(level["source_id"], _NO_RULE),
        same_region=same_country and bool(address and address.region == level["source__region"]),
        same_country=same_country,
        supplier_cost_minor=level["supplier_cost_minor"],
    )
