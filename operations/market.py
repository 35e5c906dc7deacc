"""Catalogue, stock and shipping around orders, read for any number of orders at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from domain.catalog import ConnectionStatus, VariantStatus
from domain.routing import Offer
from models import Address, Order, OrderLine, RoutingRule, Source, Variant
from models.statements import fetch, listed, query

Mapped = tuple[int, str, int]
"""Channel, the channel's name of a shipping method, fulfiller."""
Level = dict[str, Any]
"""A stock level with its source, as the statement gives it."""
_NO_RULE: Final = 1_000_000


@dataclass(slots=True)
class Market:
    """Sources and shipping mappings are read once each; catalogue and stock whenever they are asked for."""

    sources: dict[int, Source] = field(default_factory=dict)
    """Sources read so far, by key."""
    mappings: dict[Mapped, int | None] = field(default_factory=dict)
    """Services read so far; None: the method maps to none."""

    async def sources_of(self, lines: Iterable[OrderLine]) -> dict[int, Source]:
        """The sources that the lines have, by key."""
        wanted = {line.source_id for line in lines if line.source_id is not None}
        if unread := sorted(wanted - self.sources.keys()):
            rows = await fetch(Source, f'WHERE "id" IN ({listed(len(unread))})', *unread)
            self.sources |= {row.id: row for row in rows}
        return {key: self.sources[key] for key in wanted}

    async def read_services(self, wanted: Iterable[tuple[Order, int]]) -> None:
        """Reads what orders' shipping methods map to at fulfillers, for `service`."""
        asked = {_mapped(order, fulfiller_id) for order, fulfiller_id in wanted}
        unread = sorted(mapped for mapped in asked - self.mappings.keys() if mapped[1])
        if not unread:
            return
        channels, methods, fulfillers = (sorted(set(part)) for part in zip(*unread, strict=True))
        sizes = len(channels), len(methods), len(fulfillers)
        text = _MAPPINGS.format(
            listed(sizes[0]), listed(sizes[1], sizes[0] + 1), listed(sizes[2], sizes[0] + sizes[1] + 1)
        )
        for row in await query(text, *channels, *methods, *fulfillers):
            self.mappings[row["channel_id"], row["method"], row["fulfiller_id"]] = row["service_id"]
        for mapped in unread:
            self.mappings.setdefault(mapped, None)

    def service(self, order: Order, fulfiller_id: int) -> int | None:
        """What the order's shipping method maps to now; to be read before."""
        return self.mappings.get(_mapped(order, fulfiller_id))

    async def variants(self, wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], Variant]:
        """Variants by retailer and SKU."""
        if not wanted:
            return {}
        retailers, skus = (sorted(set(part)) for part in zip(*wanted, strict=True))
        owned, named = listed(len(retailers)), listed(len(skus), len(retailers) + 1)
        rows = await fetch(Variant, f'WHERE "company_id" IN ({owned}) AND "sku" IN ({named})', *retailers, *skus)
        return {(row.company_id, row.sku): row for row in rows}

    async def levels(self, variants: Collection[Variant]) -> dict[int, list[Level]]:
        """Stock levels of connected fulfillers, by variant key."""
        found: dict[int, list[Level]] = defaultdict(list)
        if variants:
            keys = sorted(variant.id for variant in variants)
            for level in await query(_LEVELS.format(listed(len(keys), 2)), ConnectionStatus.ACTIVE.value, *keys):
                found[level["variant_id"]].append(level)
        return found

    async def rules(self, channels: Collection[int]) -> dict[int, list[RoutingRule]]:
        """Routing rules by channel, the first ones first."""
        found: dict[int, list[RoutingRule]] = defaultdict(list)
        if channels:
            for rule in await RoutingRule.filter(channel_id__in=sorted(channels)).order_by("place"):
                found[rule.channel_id].append(rule)
        return found


def _mapped(order: Order, fulfiller_id: int) -> Mapped:
    return order.channel_id, order.shipping_method or "", fulfiller_id


def places(rules: Sequence[RoutingRule], address: Address | None) -> dict[int, int]:
    """Place of the first rule that fits, by source key."""
    found: dict[int, int] = {}
    for rule in rules:
        country_fits = rule.country_code is None or (address and rule.country_code == address.country_code)
        region_fits = rule.region is None or (address and rule.region == address.region)
        if country_fits and region_fits:
            found.setdefault(rule.source_id, rule.place)
    return found


def offer(
    level: Level, address: Address | None, service_id: int | None, places: Mapping[int, int], freed: int = 0
) -> Offer:
    """What a source can do for an order that goes there; `freed` are units that the order itself gives back."""
    country = address.country_code if address else ""
    delivers_to = _json(level["delivers_to"])
    same_country = bool(country) and level["country_code"] == country
    reserved = level["reserved"] - freed
    return Offer(
        stock_level_id=level["id"],
        source_id=level["source_id"],
        source_name=level["source_name"],
        fulfiller_id=level["company_id"],
        fulfiller_code=level["code"],
        available=level["on_hand"] - reserved if level["managed"] else None,
        reserved=reserved,
        status=VariantStatus[level["status"]],
        delivers=delivers_to is None or not country or country in delivers_to,
        service_id=service_id,
        place=places.get(level["source_id"], _NO_RULE),
        same_region=same_country and bool(address and address.region == level["region"]),
        same_country=same_country,
        supplier_cost_minor=level["supplier_cost_minor"],
    )


def _json(value: str | list[str] | None) -> list[str] | None:
    decoded: list[str] | None = orjson.loads(value) if isinstance(value, str) else value
    return decoded


_MAPPINGS: Final = """
    SELECT m."channel_id", m."method", m."fulfiller_id", m."service_id" FROM "shipping_mappings" m
    JOIN "offered_services" o ON o."fulfiller_id" = m."fulfiller_id" AND o."service_id" = m."service_id"
    JOIN "sales_channels" h ON h."id" = m."channel_id"
    JOIN "connections" k ON k."fulfiller_id" = m."fulfiller_id" AND k."retailer_id" = h."retailer_id"
    WHERE m."channel_id" IN ({}) AND m."method" IN ({}) AND m."fulfiller_id" IN ({}) AND k."status" = 'ACTIVE'
"""
"""What is no longer offered, and what a suspended fulfiller offers, is as good as not mapped."""
_LEVELS: Final = """
    SELECT l."id", l."variant_id", l."managed", l."on_hand", l."reserved", l."supplier_cost_minor", l."source_id",
        l."status", s."name" AS "source_name", s."region", s."country_code", s."delivers_to", s."company_id",
        c."code"
    FROM "stock_levels" l
    JOIN "variants" v ON v."id" = l."variant_id"
    JOIN "sources" s ON s."id" = l."source_id"
    JOIN "companies" c ON c."id" = s."company_id"
    JOIN "connections" k ON k."fulfiller_id" = c."id" AND k."retailer_id" = v."company_id" AND k."status" = $1
    WHERE l."variant_id" IN ({0}) AND v."id" IN ({0})
"""
"""The keys are said twice: without statistics PostgreSQL would begin with all variants of the retailer."""
