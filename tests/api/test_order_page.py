"""What an order page shows beyond the order's own columns."""

from __future__ import annotations

import json
from typing import Any

import pytest

import models
from tests.founding import STANDARD
from tests.shop import Shop

MADE = {"name": "Ada", "size": 3, "productState": {"font": "serif"}}
FILES = [
    {"url": "https://art.example/1.pdf", "checksum": "sha256:ab"},
    {"url": "https://art.example/1.png", "kind": "PREVIEW"},
]
LINES = """
    query($id: ID!) { order(key: {id: $id}) { lines {
      masked personalisation personalised { fields { name value } state masked }
      artworks { version kind url checksum masked } externalUrl downloadUrl
      appointment { startsAt endsAt place note state masked }
    } } }
"""
TRAIL = """
    query($id: ID!) { order(key: {id: $id}) { lines {
      sku auditTrail(first: 50) { nodes { type } count { value } }
    } } }
"""
HISTORY = """
    query($id: ID!) { order(key: {id: $id}) { history(first: 50) { nodes {
      type comment { body } payment { method } paymentOperation { event status } shipment { trackingNumber }
    } } } }
"""


async def made_to_order(shop: Shop, **changes: Any) -> models.Order:
    """An imported order for a mug with a name, as a file brings it."""
    made = json.dumps({**MADE, "artwork": FILES} | changes).replace('"', '""')
    csv = (
        "order.external_ref,order.sale_datetime,item.sku,item.quantity,item.unit_price,item.personalisation,"
        "item.external_url,order.shipping_method,order.customer_name,order.shipping_address_1,order.shipping_city,"
        "order.shipping_postcode,order.shipping_country_code\n"
        f'MADE-1,2026-03-01T10:00:00Z,NAME-MUG,1,10.00,"{made}",https://shop.example/cup,{STANDARD},'
        "Grace Hopper,1 Harbour Street,Hamburg,20457,DE\n"
    )
    payload = await shop.do(shop.administrator, "orderImport", channel=shop.channel.code, csv=csv)
    assert payload["userErrors"] == []
    return await models.Order.get(external_ref="MADE-1")


async def line_of(shop: Shop, viewer: Any, order: models.Order) -> Any:
    (line,) = (await shop.ask(viewer, LINES, id=shop.id(order))).of("order")["lines"]
    return line


async def test_what_the_shopper_made_is_shown_in_parts_with_its_artwork(shop: Shop) -> None:
    order = await made_to_order(shop)

    line = await line_of(shop, shop.agent, order)

    assert line["personalised"] == {
        "fields": [{"name": "name", "value": "Ada"}, {"name": "size", "value": "3"}],
        "state": {"font": "serif"},
        "masked": False,
    }
    assert line["artworks"] == [
        {"version": 1, "masked": False, **file}
        for file in (
            {"kind": "PRINT", "url": "https://shop.example/cup", "checksum": None},
            {"kind": "PRINT", "url": "https://art.example/1.pdf", "checksum": "sha256:ab"},
            {"kind": "PREVIEW", "url": "https://art.example/1.png", "checksum": None},
        )
    ]
    assert line["externalUrl"] == "https://shop.example/cup"


async def test_without_pii_view_it_is_masked_and_says_so(shop: Shop) -> None:
    order = await made_to_order(shop)
    await models.OrderLine.filter(order_id=order.id).update(
        download_url="https://files.example/x", appointment_from=shop.clock(), appointment_place="At her home"
    )

    line = await line_of(shop, shop.onlooker, order)

    assert line["masked"] is True
    assert line["personalised"] == {
        "fields": [{"name": "name", "value": "A***"}, {"name": "size", "value": "3***"}],
        "state": None,
        "masked": True,
    }
    assert line["personalisation"] == {"name": "A***", "size": "***", "productState": "***", "artwork": "***"}
    assert {file["url"] for file in line["artworks"]} == {"https://***"}
    assert (line["externalUrl"], line["downloadUrl"]) == ("https://***", "https://***")
    assert line["appointment"] == {
        "startsAt": shop.clock().isoformat(),
        "endsAt": None,
        "place": "A***",
        "note": None,
        "state": None,
        "masked": True,
    }


async def test_the_fulfiller_that_makes_it_reads_it_and_no_other_does(shop: Shop) -> None:
    order = await made_to_order(shop)
    await shop.process(order)

    line = await line_of(shop, shop.press, order)
    elsewhere = await shop.ask(shop.dock, LINES, id=shop.id(order))

    assert line["personalised"]["fields"][0] == {"name": "name", "value": "Ada"}
    assert len(line["artworks"]) == 3
    assert elsewhere.data["order"] is None


async def test_what_is_not_personalised_says_so(shop: Shop) -> None:
    order = await shop.order()

    line = await line_of(shop, shop.agent, order)

    assert (line["personalised"], line["artworks"], line["appointment"]) == (None, [], None)


@pytest.mark.parametrize(
    "artwork",
    [
        [{"url": "ftp://art.example/1"}],
        [{"kind": "PRINT"}],
        [{"url": "https://art.example/1", "kind": "POSTER"}],
        [{"url": "https://art.example/1", "kind": ["PRINT"]}],
        [{"url": "https://art.example/1", "checksum": 5}],
        [{"url": "https://art.example/1", "size": 5}],
        ["https://art.example/1"],
        [{"url": "https://art.example/1"}] * 21,
    ],
)
async def test_a_file_with_artwork_that_cannot_be_is_refused(shop: Shop, artwork: list[Any]) -> None:
    made = json.dumps({"name": "Ada", "artwork": artwork}).replace('"', '""')
    columns = "order.external_ref,order.sale_datetime,item.sku,item.quantity,item.personalisation"
    csv = f'{columns}\nX,2026-03-01,MUG,1,"{made}"\n'

    payload = await shop.do(shop.administrator, "orderImport", channel=shop.channel.code, csv=csv)

    assert ("ROW_INVALID", "item.personalisation") in [
        (error["code"], error.get("column")) for error in payload["userErrors"]
    ]


async def test_a_field_may_be_called_artwork(shop: Shop) -> None:
    order = await made_to_order(shop, artwork="a fox")

    line = await line_of(shop, shop.agent, order)

    assert {"name": "artwork", "value": "a fox"} in line["personalised"]["fields"]


async def test_a_comment_is_masked_for_those_who_may_not_see_personal_data(shop: Shop) -> None:
    order = await shop.order()
    await shop.comment(order, "Call Ada at home", shop.retailer, shared=True)
    document = "query($id: ID!) { order(key: {id: $id}) { comments { body masked } } }"

    read = [(await shop.ask(one, document, id=shop.id(order))).of("order") for one in (shop.agent, shop.partner)]

    assert read == [
        {"comments": [{"body": "Call Ada at home", "masked": False}]},
        {"comments": [{"body": "C***", "masked": True}]},
    ]


async def test_the_history_leads_to_what_its_events_tell_of(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1), payment_method="CARD")
    await shop.ship(order, shop.press, tracking_number="T-1")
    await shop.comment(order, "Gone", shop.retailer, shared=True)

    nodes = (await shop.ask(shop.agent, HISTORY, id=shop.id(order))).of("order")["history"]["nodes"]
    theirs = (await shop.ask(shop.press, HISTORY, id=shop.id(order))).of("order")["history"]["nodes"]

    told = {node["type"]: node for node in nodes}
    assert told["comment.added"]["comment"] == {"body": "Gone"}
    assert told["shipment.created"]["shipment"] == {"trackingNumber": "T-1"}
    assert told["payment.captured"]["payment"] == {"method": "CARD"}
    assert told["payment.captured"]["paymentOperation"] == {"event": "CAPTURE", "status": "SUCCEEDED"}
    assert {node["payment"] for node in theirs} == {None}


async def test_the_audit_trail_of_a_line_holds_all_that_concerns_it_and_nothing_of_others(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1), ("CARD", 1))
    parcel = await shop.ship(order, shop.press)
    await shop.deliver(parcel)

    lines = (await shop.ask(shop.agent, TRAIL, id=shop.id(order))).of("order")["lines"]
    theirs = (await shop.ask(shop.dock, TRAIL, id=shop.id(order))).of("order")["lines"]

    mug, card = ([node["type"] for node in line["auditTrail"]["nodes"]] for line in lines)
    assert mug[0] == card[0] == "order.imported"
    assert {"line.allocated", "fulfillment_order.sent", "shipment.created", "tracking.recorded"} <= set(mug)
    assert {"shipment.created", "tracking.recorded"}.isdisjoint(card)
    assert mug.count("fulfillment_order.sent") == card.count("fulfillment_order.sent") == 1
    assert [line["auditTrail"]["count"]["value"] for line in lines] == [len(mug), len(card)]
    assert [line["sku"] for line in theirs] == ["CARD"]
    assert "order.imported" not in [node["type"] for node in theirs[0]["auditTrail"]["nodes"]]


async def test_an_audit_trail_is_read_in_pages_from_both_ends(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1))
    document = """
        query($id: ID!, $first: Int, $last: Int, $after: Cursor) { order(key: {id: $id}) { lines {
          auditTrail(first: $first, last: $last, after: $after) { nodes { id } pageInfo { endCursor } }
        } } }
    """

    async def page(**window: Any) -> Any:
        (line,) = (await shop.ask(shop.agent, document, id=shop.id(order), **window)).of("order")["lines"]
        return line["auditTrail"]

    whole, start, end = await page(first=100), await page(first=2), await page(last=2)
    rest = await page(first=100, after=start["pageInfo"]["endCursor"])

    assert start["nodes"] + rest["nodes"] == whole["nodes"]
    assert end["nodes"] == whole["nodes"][-2:]
