"""A receipt says what was done, and where to go on from."""

from __future__ import annotations

from tests.shop import Shop
from tests.subscriptions.listening import listening

RECEIPT = "receipt { replayed cursor events { type orderVersion } }"
CHANGES = """
    subscription($id: ID!, $after: Cursor) {
      orderChanged(orderId: $id, after: $after) { event { type } orderVersion }
    }
"""


async def test_a_receipt_lists_what_was_written_in_order(shop: Shop) -> None:
    order = await shop.order()

    payload = await shop.do(shop.agent, "orderHold", RECEIPT, orderId=shop.id(order))

    assert payload["receipt"]["replayed"] is False
    assert payload["receipt"]["events"] == [
        {"type": "order.held", "orderVersion": order.version + 1},
        {"type": "order.status_changed", "orderVersion": order.version + 2},
    ]


async def test_two_mutations_of_one_document_have_a_receipt_each(shop: Shop) -> None:
    order = await shop.order()
    document = """
        mutation($id: ID!) {
          first: orderCommentAdd(input: {orderId: $id, body: "x"}) { receipt { events { orderVersion } } }
          second: orderCommentAdd(input: {orderId: $id, body: "y"}) { receipt { events { orderVersion } } }
        }
    """

    answer = await shop.ask(shop.agent, document, id=shop.id(order))

    assert answer.of("first")["receipt"]["events"] == [{"orderVersion": order.version + 1}]
    assert answer.of("second")["receipt"]["events"] == [{"orderVersion": order.version + 2}]


async def test_a_receipt_shows_nothing_that_its_reader_may_not_see(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1), ("CARD", 1))
    await shop.ship(order, shop.dock)
    given = {"fulfillmentOrderId": shop.id(await shop.part(order, shop.press))}

    payload = await shop.do(shop.press, "shipmentCreate", RECEIPT, **given)

    theirs = """{ orderEvents(first: 100) { nodes { orderVersion type } } }"""
    history = (await shop.ask(shop.press, theirs)).of("orderEvents")["nodes"]
    assert payload["receipt"]["events"]
    assert all(event in history for event in payload["receipt"]["events"])


async def test_what_changed_nothing_has_a_receipt_without_events(shop: Shop) -> None:
    order = await shop.order()
    await shop.cancel(order)

    payload = await shop.do(shop.agent, "orderCancel", RECEIPT, orderId=shop.id(order))

    assert payload["userErrors"] == []
    assert payload["receipt"]["events"] == []


async def test_what_was_refused_has_no_receipt(shop: Shop) -> None:
    order = await shop.order()

    payload = await shop.do(shop.agent, "orderRelease", RECEIPT, orderId=shop.id(order))

    assert payload["receipt"] is None


async def test_an_import_lists_the_first_hundred_events(shop: Shop) -> None:
    rows = "\n".join(f"BULK-{n},2026-03-01T10:00:00Z,MUG,1,10.00" for n in range(120))
    csv = f"order.external_ref,order.sale_datetime,item.sku,item.quantity,item.unit_price\n{rows}\n"

    payload = await shop.do(
        shop.administrator, "orderImport", f"imported {RECEIPT}", channel=shop.channel.code, csv=csv
    )

    assert payload["imported"] == 120
    assert len(payload["receipt"]["events"]) == 100


async def test_a_subscription_goes_on_where_a_receipt_ends(shop: Shop) -> None:
    order = await shop.order()
    async with shop.feed() as hub:
        payload = await shop.do(shop.agent, "orderHold", f"order {{ version }} {RECEIPT}", orderId=shop.id(order))
        await shop.release(order)
        after = {"id": shop.id(order), "after": payload["receipt"]["cursor"]}
        async with listening(shop, hub, shop.agent, CHANGES, **after) as heard:
            unknown = [await heard.next()]
            while unknown[-1]["event"]["type"] != "order.released":
                unknown.append(await heard.next())

    known = payload["order"]["version"]
    news = [push["orderVersion"] for push in unknown if push["orderVersion"] > known]
    assert news == [known + 1]
