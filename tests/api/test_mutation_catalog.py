"""Variants are withdrawn and stock is set through the API, and orders follow."""

from __future__ import annotations

from typing import Any

import pytest

import models
from domain.access import Viewer
from operations.auditing import audit
from tests.founding import CARDS_IN_STOCK
from tests.shop import Shop

VARIANT = "variant { status statusNote version }"
LEVEL = "stockLevel { managed onHand reserved available version }"


def codes(payload: Any) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


def paths(payload: Any) -> list[list[str]]:
    return [error["path"] for error in payload["userErrors"]]


async def variant(shop: Shop, sku: str, retailer: str = "leaf") -> models.Variant:
    return await models.Variant.get(sku=sku, company_id=shop.companies[retailer].id)


async def issues(order: models.Order) -> list[str]:
    found = models.OrderIssue.filter(order_id=order.id, resolved_at=None)
    return [str(code) for code in await found.values_list("code", flat=True)]


async def read_by(shop: Shop, viewer: Viewer, type_: str) -> list[str]:
    """Summaries of the events of a type that somebody reads."""
    document = "query($type: [String!]) { orderEvents(filter: {type: $type}) { nodes { summary } } }"
    answer = await shop.ask(viewer, document, type=[type_])
    return [event["summary"] for event in answer.of("orderEvents")["nodes"]]


# ---- withdrawing


async def withdraw(shop: Shop, viewer: Viewer, sku: str = "MUG", retailer: str = "leaf", **given: Any) -> Any:
    named = shop.id(await variant(shop, sku, retailer))
    return await shop.do(
        viewer, "variantWithdraw", VARIANT, **{"variantId": named, "reason": "The mould broke.", **given}
    )


async def test_new_orders_of_a_withdrawn_variant_get_an_issue_and_existing_ones_go_on(shop: Shop) -> None:
    promised, sent = await shop.order(), await shop.processed()

    payload = await withdraw(shop, shop.press)
    late = await shop.order()
    await shop.process(promised)
    await shop.ship(sent, shop.press)

    assert payload["userErrors"] == []
    assert (await variant(shop, "MUG")).status == "DISABLED"
    assert await issues(late) == ["PRODUCT_DISABLED"]
    assert [(await shop.now(order)).status for order in (promised, sent)] == ["PROCESSING", "SHIPPED"]


async def test_every_retailer_that_lists_it_is_told_and_nobody_else(shop: Shop) -> None:
    await withdraw(shop, shop.press)

    told = ["MUG was withdrawn by Press"]
    assert await read_by(shop, shop.retailer, "variant.withdrawn") == told
    assert await read_by(shop, shop.rival, "variant.withdrawn") == told
    assert await read_by(shop, shop.press, "variant.withdrawn") == told * 2
    assert await read_by(shop, shop.administrator, "variant.withdrawn") == told * 2
    assert await read_by(shop, shop.dock, "variant.withdrawn") == []
    assert (await variant(shop, "MUG", "rival")).status == "DISABLED"


async def test_while_somebody_else_carries_it_it_can_be_ordered(shop: Shop) -> None:
    depot = await models.Source.get(code="depot")
    await models.StockLevel.create(variant_id=(await variant(shop, "MUG")).id, source_id=depot.id)

    await withdraw(shop, shop.press)
    order = await shop.order()

    assert (await variant(shop, "MUG")).status == "ACTIVE"
    assert (await shop.lines(order))[0].source_id == depot.id
    assert await read_by(shop, shop.retailer, "variant.withdrawn") == ["MUG was withdrawn by Press"]


async def test_what_is_made_again_can_be_ordered_again(shop: Shop) -> None:
    await withdraw(shop, shop.press)
    waiting = await shop.order()

    await withdraw(shop, shop.press, status="ACTIVE", reason="A new mould came.")
    await shop.process(waiting)

    assert (await variant(shop, "MUG")).status == "ACTIVE"
    assert (await shop.now(waiting)).status == "PROCESSING"
    assert await read_by(shop, shop.retailer, "variant.restored") == ["MUG can be ordered again, says Press"]


async def test_what_is_sold_out_for_now_is_out_of_stock(shop: Shop) -> None:
    await withdraw(shop, shop.press, status="OUT_OF_STOCK", reason="Clay is late.")

    order = await shop.order()

    assert await issues(order) == ["OUT_OF_STOCK"]


async def test_a_retailers_own_word_stands_whatever_its_fulfillers_say(shop: Shop) -> None:
    by_retailer = await withdraw(shop, shop.retailer, reason="Not this season.")
    await withdraw(shop, shop.press, status="DISABLED")
    await withdraw(shop, shop.press, status="ACTIVE", reason="Here again.")
    still = await variant(shop, "MUG")
    back = await withdraw(shop, shop.retailer, status="ACTIVE", reason="Spring.")

    assert by_retailer["variant"] == {"status": "DISABLED", "statusNote": "Not this season.", "version": 1}
    assert still.status == "DISABLED"
    assert (back["variant"]["status"], back["variant"]["statusNote"]) == ("ACTIVE", None)
    assert (await variant(shop, "MUG", "rival")).status == "ACTIVE"


async def test_the_reason_shown_is_that_of_who_decides(shop: Shop) -> None:
    await withdraw(shop, shop.retailer, reason="Not this season.")

    await withdraw(shop, shop.press, reason="The mould broke.")

    level = await models.StockLevel.get(variant_id=(await variant(shop, "MUG")).id)
    assert (await variant(shop, "MUG")).status_note == "Not this season."
    assert (await variant(shop, "MUG", "rival")).status_note == level.status_note == "The mould broke."


@pytest.mark.parametrize("viewer", ["leaf", "press"])
async def test_what_was_withdrawn_before_anybody_kept_count_can_be_taken_back(shop: Shop, viewer: str) -> None:
    await models.Variant.filter(sku="MUG").update(status="DISABLED", status_note="Long ago.")

    payload = await withdraw(shop, shop.viewers[viewer], status="ACTIVE", reason="Here again.")

    assert payload["variant"]["status"] == "ACTIVE"
    assert (await variant(shop, "MUG")).status_note is None


async def test_saying_again_what_was_said_changes_nothing(shop: Shop) -> None:
    await withdraw(shop, shop.press)
    count = await models.OrderEvent.all().count()

    payload = await withdraw(shop, shop.press)

    assert payload["userErrors"] == []
    assert await models.OrderEvent.all().count() == count


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "\0"])
async def test_a_withdrawal_says_why(shop: Shop, reason: str) -> None:
    payload = await withdraw(shop, shop.press, reason=reason)

    assert (codes(payload), paths(payload)) == (["INVALID_INPUT"], [["input", "reason"]])
    assert (await variant(shop, "MUG")).version == 0


async def test_what_somebody_does_not_carry_is_as_absent_as_what_nobody_has(shop: Shop) -> None:
    foreign = await withdraw(shop, shop.dock)
    absent = await withdraw(shop, shop.dock, variantId="nonsense")
    rivals = await withdraw(shop, shop.rival)

    assert foreign == absent == rivals
    assert (codes(foreign), paths(foreign)) == (["NOT_FOUND"], [["input", "variantId"]])


@pytest.mark.parametrize("mutation", ["variantWithdraw", "stockSet"])
async def test_agents_do_not_keep_the_catalogue(shop: Shop, mutation: str) -> None:
    more = {"reason": "x"} if mutation == "variantWithdraw" else {"sourceId": "x"}

    payload = await shop.do(shop.agent, mutation, variantId="x", **more)

    assert codes(payload) == ["PERMISSION_DENIED"]


# ---- stock


async def set_stock(
    shop: Shop, viewer: Viewer | None = None, sku: str = "CARD", source: str = "dock", **given: Any
) -> Any:
    named = {
        "variantId": shop.id(await variant(shop, sku)),
        "sourceId": shop.id(await models.Source.get(code=source)),
    }
    return await shop.do(viewer or shop.dock, "stockSet", LEVEL, **{**named, **given})


async def test_a_count_and_a_delivery_say_what_is_there(shop: Shop) -> None:
    await shop.order(("CARD", 3))

    counted = await set_stock(shop, onHand=50)
    more = await set_stock(shop, difference=20)
    less = await set_stock(shop, difference=-5)

    assert counted["stockLevel"] == {"managed": True, "onHand": 50, "reserved": 3, "available": 47, "version": 1}
    assert [one["stockLevel"]["onHand"] for one in (more, less)] == [70, 65]
    changes = await models.OrderEvent.filter(type="stock_level.set").order_by("id").values_list("data", flat=True)
    assert [data["changes"] for data in changes] == [
        {"onHand": [CARDS_IN_STOCK, 50]}, {"onHand": [50, 70]}, {"onHand": [70, 65]},
    ]  # fmt: skip
    assert (await audit()).findings == ()


async def test_what_was_counted_is_read_by_its_fulfiller_and_its_retailer(shop: Shop) -> None:
    await set_stock(shop, onHand=50)

    readers = (shop.dock, shop.retailer, shop.administrator, shop.rival, shop.press)
    told = [len(await read_by(shop, viewer, "stock_level.set")) for viewer in readers]
    assert told == [1, 1, 1, 0, 0]


async def test_fewer_than_are_promised_is_allowed_and_said(shop: Shop) -> None:
    await shop.order(("CARD", 10))

    payload = await set_stock(shop, onHand=4)

    assert payload["stockLevel"]["available"] == -6
    assert [(one["code"], one["message"][:1]) for one in payload["warnings"]] == [("PROMISED_BEYOND_STOCK", "6")]
    assert (await audit()).findings == ()


async def test_stock_is_never_less_than_nothing(shop: Shop) -> None:
    count = await models.OrderEvent.all().count()

    below = await set_stock(shop, difference=-CARDS_IN_STOCK - 1)
    negative = await set_stock(shop, onHand=-1)
    endless = await set_stock(shop, difference=2**31 - 1)
    both = await set_stock(shop, onHand=1, difference=1)
    nothing = await set_stock(shop)

    assert (codes(below), below["userErrors"][0]["available"]) == (["QUANTITY_EXCEEDED"], CARDS_IN_STOCK)
    assert [codes(one) for one in (negative, endless, both, nothing)] == [["INVALID_INPUT"]] * 4
    assert await models.OrderEvent.all().count() == count
    assert (await shop.stock("CARD")).on_hand == CARDS_IN_STOCK


async def test_what_was_not_counted_is_counted_from_now_on_with_what_is_promised_already(shop: Shop) -> None:
    order = await shop.processed(("MUG", 3))
    await shop.order(("MUG", 2))

    refused = await set_stock(shop, shop.press, "MUG", "press", managed=True)
    unasked = await set_stock(shop, shop.press, "MUG", "press", onHand=9)
    payload = await set_stock(shop, shop.press, "MUG", "press", managed=True, onHand=9)
    await shop.ship(order, shop.press)

    assert paths(refused) == paths(unasked) == [["input", "onHand"]]
    assert payload["stockLevel"] == {"managed": True, "onHand": 9, "reserved": 5, "available": 4, "version": 1}
    level = await models.StockLevel.get(variant_id=(await variant(shop, "MUG")).id)
    assert (level.on_hand, level.reserved) == (6, 2)
    assert (await audit()).findings == ()


async def test_what_is_counted_no_more_is_always_there(shop: Shop) -> None:
    order = await shop.order(("CARD", 10))

    payload = await set_stock(shop, managed=False)
    large = await shop.order(("CARD", 10 * CARDS_IN_STOCK))
    await shop.cancel(order)

    assert (payload["stockLevel"]["reserved"], payload["stockLevel"]["available"]) == (0, None)
    assert (await shop.now(large)).status == "RECEIVED"
    assert (await audit()).findings == ()


async def test_a_source_begins_to_carry_a_variant(shop: Shop) -> None:
    payload = await set_stock(shop, shop.administrator, "MUG", "depot", managed=True, onHand=5)

    assert payload["stockLevel"] == {"managed": True, "onHand": 5, "reserved": 0, "available": 5, "version": 1}


@pytest.mark.parametrize("viewer", ["leaf", "partner", "viewer"])
async def test_a_shelf_is_counted_by_who_owns_it(shop: Shop, viewer: str) -> None:
    assert codes(await set_stock(shop, shop.viewers[viewer], onHand=5)) == ["PERMISSION_DENIED"]


async def test_foreign_shelves_and_absent_ones_are_answered_alike(shop: Shop) -> None:
    foreign = await set_stock(shop, shop.press, "MUG", "dock", onHand=5)
    absent = await set_stock(shop, shop.press, "MUG", sourceId="nonsense", onHand=5)

    assert foreign == absent
    assert (codes(foreign), paths(foreign)) == (["NOT_FOUND"], [["input", "sourceId"]])


# ---- reading


async def test_stock_is_found_by_sku_by_source_and_when_it_runs_low(shop: Shop) -> None:
    document = """query($filter: StockFilter) {
        stock(filter: $filter) {
            nodes { variant { sku company { code } } source { code } available } count { value }
        }
    }"""
    dock = shop.id(await models.Source.get(code="dock"))
    await set_stock(shop, onHand=3)

    by_sku = (await shop.ask(shop.retailer, document, filter={"sku": "MUG"})).of("stock")
    by_source = (await shop.ask(shop.dock, document, filter={"sourceId": dock})).of("stock")
    low = (await shop.ask(shop.administrator, document, filter={"low": 3})).of("stock")

    assert [node["source"]["code"] for node in by_sku["nodes"]] == ["press"]
    assert [node["variant"]["company"] for node in by_source["nodes"]] == [{"code": "leaf"}, {"code": "rival"}]
    assert [(node["variant"]["sku"], node["available"]) for node in low["nodes"]] == [("CARD", 3)]
    assert low["count"]["value"] == 1


async def test_products_are_found_by_text_sku_and_status(shop: Shop) -> None:
    document = "query($filter: ProductFilter) { products(filter: $filter) { nodes { sku } count { value } } }"
    await withdraw(shop, shop.retailer)

    async def found(**filter: Any) -> list[str]:
        answer = (await shop.ask(shop.retailer, document, filter=filter)).of("products")
        assert answer["count"]["value"] == len(answer["nodes"])
        return [node["sku"] for node in answer["nodes"]]

    assert await found(text="mug") == ["MUG-STYLE", "NAME-MUG-STYLE"]
    assert await found(sku="MUG") == await found(sku="MUG-STYLE") == ["MUG-STYLE"]
    assert await found(status=["DISABLED"]) == ["MUG-STYLE"]
    assert await found(company="rival") == []
    assert len(await found()) == 4


async def test_a_count_sent_twice_under_one_key_is_booked_once(shop: Shop) -> None:
    document = """mutation($input: StockSetInput!, $key: String) {
        stockSet(input: $input, guard: {idempotencyKey: $key}) {
            userErrors { code } stockLevel { onHand managed } receipt { replayed events { type } }
        }
    }"""
    card, dock = await variant(shop, "CARD"), await models.Source.get(code="dock")
    named = {"variantId": shop.id(card), "sourceId": shop.id(dock)}

    async def ask(key: str, **given: Any) -> Any:
        return (await shop.ask(shop.dock, document, input={**named, **given}, key=key)).of("stockSet")

    first, again = [await ask("delivery-1", difference=5) for _ in range(2)]
    ended = await ask("end-1", managed=False)
    begun = await ask("begin-1", managed=True, onHand=3)

    assert [one["receipt"]["replayed"] for one in (first, again)] == [False, True]
    assert first["stockLevel"] == again["stockLevel"] == {"onHand": CARDS_IN_STOCK + 5, "managed": True}
    assert (ended["stockLevel"]["managed"], begun["stockLevel"]) == (False, {"onHand": 3, "managed": True})
    assert await models.OrderEvent.filter(type="stock_level.set").count() == 3


async def test_the_history_of_any_number_of_variants_takes_the_same_number_of_statements(
    shop: Shop, statements: list[str]
) -> None:
    document = """{ products(first: 50) { nodes {
        history(first: 3) { nodes { type } } variants { history(first: 3) { nodes { type } } stock {
            source { code history(first: 3) { nodes { type } } } history(first: 3) { nodes { type } } } }
    } } }"""
    await withdraw(shop, shop.press)

    counted = []
    for viewer in (shop.retailer, shop.administrator):
        statements.clear()
        await shop.ask(viewer, document)
        counted.append(len(statements))

    assert counted[0] == counted[1] <= 14
