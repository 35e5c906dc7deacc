"""Who could ship an order's lines: the sources of connected fulfillers that carry the variants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from domain.catalog import ConnectionStatus
from domain.routing import Offer
from models import Address, OrderLine, RoutingRule, Source
from models.statements import fetch, listed, query
from operations.unit import Unit

_NO_RULE: Final = 1_000_000


async def offers_for(unit: Unit, address: Address | None, variant_ids: Sequence[int]) -> Mapping[int, list[Offer]]:
    """Offers per variant key; a variant nobody carries has none."""
    levels = await _levels(unit.order.retailer_id, variant_ids)
    services = await services_of(unit, {level["company_id"] for level in levels})
    rules = await _rules(unit.order.channel_id, address) if len(levels) > len(variant_ids) else {}
    offers: dict[int, list[Offer]] = defaultdict(list)
    for level in levels:
        offers[level["variant_id"]].append(_offer(level, address, services, rules))
    return offers


async def sources_of(unit: Unit, lines: Sequence[OrderLine]) -> dict[int, Source]:
    """The sources that the lines have, by key. Each is read once in a unit."""
    wanted = {line.source_id for line in lines if line.source_id is not None}
    if unread := sorted(wanted - unit.read_sources.keys()):
        rows = await fetch(Source, f'WHERE "id" IN ({listed(len(unread))})', *unread)
        unit.read_sources |= {row.id: row for row in rows}
    return {key: unit.read_sources[key] for key in wanted}


async def services_of(unit: Unit, fulfiller_ids: set[int]) -> dict[int, int]:
    """What the order's shipping method maps to now: service key by fulfiller key. Each is read once in a unit."""
    order, unread = unit.order, sorted(fulfiller_ids - unit.read_services.keys())
    if unread and order.shipping_method:
        chosen = f'{_MAPPINGS} AND "fulfiller_id" IN ({listed(len(unread), 3)})'
        mappings = await query(chosen, order.channel_id, order.shipping_method, *unread)
        unit.read_services |= {mapping["fulfiller_id"]: mapping["service_id"] for mapping in mappings}
    for key in unread:
        unit.read_services.setdefault(key, None)
    known = ((key, unit.read_services[key]) for key in fulfiller_ids)
    return {key: service_id for key, service_id in known if service_id is not None}


async def _levels(retailer_id: int, variant_ids: Sequence[int]) -> list[dict[str, Any]]:
    if not variant_ids:
        return []
    chosen = f'{_LEVELS} WHERE l."variant_id" IN ({listed(len(variant_ids), 3)})'
    return await query(chosen, retailer_id, ConnectionStatus.ACTIVE.value, *variant_ids)


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
    delivers_to = _json(level["delivers_to"])
    same_country = bool(country) and level["country_code"] == country
    return Offer(
        stock_level_id=level["id"],
        source_id=level["source_id"],
        source_name=level["source_name"],
        fulfiller_id=level["company_id"],
        fulfiller_code=level["code"],
        available=level["on_hand"] - level["reserved"] if level["managed"] else None,
        delivers=delivers_to is None or not country or country in delivers_to,
        service_id=services.get(level["company_id"]),
        place=rules.get(level["source_id"], _NO_RULE),
        same_region=same_country and bool(address and address.region == level["region"]),
        same_country=same_country,
        supplier_cost_minor=level["supplier_cost_minor"],
    )


def _json(value: str | list[str] | None) -> list[str] | None:
    decoded: list[str] | None = orjson.loads(value) if isinstance(value, str) else value
    return decoded


_MAPPINGS: Final = (
    'SELECT "fulfiller_id", "service_id" FROM "shipping_mappings" WHERE "channel_id" = $1 AND "method" = $2'
)
_LEVELS: Final = """
    SELECT l."id", l."variant_id", l."managed", l."on_hand", l."reserved", l."supplier_cost_minor", l."source_id",
        s."name" AS "source_name", s."region", s."country_code", s."delivers_to", s."company_id", c."code"
    FROM "stock_levels" l
    JOIN "sources" s ON s."id" = l."source_id"
    JOIN "companies" c ON c."id" = s."company_id"
    JOIN "connections" k ON k."fulfiller_id" = c."id" AND k."retailer_id" = $1 AND k."status" = $2
"""
