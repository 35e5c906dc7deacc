"""A call under a key is done once, however often it is made."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

import models
from adapters.suppliers import AcceptingSupplier, Answer, Parcelled, SupplierAnswer
from domain.access import Permission
from domain.fulfillment import FulfillmentStatus
from domain.refusals import (
    Blocker,
    BlockerCode,
    DuplicateReference,
    InvalidInput,
    NotAllowed,
    PermissionDenied,
    Reason,
    RowInvalid,
)
from gql.payloads import answers
from operations.keys import Earlier, KeyedCall, forget_keys, once
from operations.world import World
from resolvers.mutations.remembering import kept, recalled
from tests.founding import STANDARD
from tests.shop import Shop

RECEIPT = "receipt { replayed events { id } }"
KEYED = {"idempotencyKey": "one-and-only"}
_PLACE = "Grace Hopper,1 Harbour Street,Hamburg,20457,DE"
FILE = f"""\
order.external_ref,order.sale_datetime,item.sku,item.quantity,item.unit_price,order.shipping_method,whatever,\
order.customer_name,order.shipping_address_1,order.shipping_city,order.shipping_postcode,order.shipping_country_code
FILE-1,2026-03-01T10:00:00Z,MUG,1,10.00,{STANDARD},x,{_PLACE}
FILE-2,2026-03-01T10:00:00Z,CARD,2,10.00,{STANDARD},x,{_PLACE}
"""


class FailingSupplier(AcceptingSupplier):
    """Falls over when it is sent something."""

    def send(self, number: str, lines: tuple[Parcelled, ...]) -> Answer:
        raise RuntimeError("out of order")


class ThinkingSupplier(AcceptingSupplier):
    """Answers later."""

    def send(self, number: str, lines: tuple[Parcelled, ...]) -> Answer:
        return Answer(SupplierAnswer.LATER)


async def comment(shop: Shop, order: models.Order, viewer: Any = None, **changes: Any) -> Any:
    given = {"orderId": shop.id(order), "body": "Hello", "guard": KEYED, **changes}
    return await shop.do(viewer or shop.agent, "orderCommentAdd", f"comment {{ id }} {RECEIPT}", **given)


def codes(payload: Any) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


async def test_the_same_call_with_the_same_key_gets_the_first_answer_and_does_nothing(shop: Shop) -> None:
    order = await shop.order()
    first = await comment(shop, order)
    before = await shop.trace(order)

    again = await comment(shop, order)

    assert (first["receipt"].pop("replayed"), again["receipt"].pop("replayed")) == (False, True)
    assert again == first
    assert len(again["receipt"]["events"]) == 1
    assert await shop.trace(order) == before


async def test_what_is_shown_of_a_repeated_call_is_as_it_is_now(shop: Shop) -> None:
    order, selection = await shop.order(), "order { status }"
    held = await shop.do(shop.agent, "orderHold", selection, guard=KEYED, orderId=shop.id(order))
    await shop.release(order)

    again = await shop.do(shop.agent, "orderHold", selection, guard=KEYED, orderId=shop.id(order))

    assert (held["order"]["status"], again["order"]["status"]) == ("ON_HOLD", "RECEIVED")


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "Goodbye"},
        {"shared": True},
        {"guard": {**KEYED, "note": "why"}},
        {"guard": {**KEYED, "expectedVersion": 2}},
    ],
)
async def test_a_key_means_one_call(shop: Shop, changes: dict[str, Any]) -> None:
    order = await shop.order()
    await comment(shop, order)
    before = await shop.trace(order)

    payload = await comment(shop, order, **changes)

    assert [(one["code"], one["path"]) for one in payload["userErrors"]] == [
        ("IDEMPOTENCY_KEY_REUSED", ["guard", "idempotencyKey"])
    ]
    assert (payload["receipt"], payload["comment"]) == (None, None)
    assert await shop.trace(order) == before


async def test_a_key_means_one_mutation_of_one_thing(shop: Shop) -> None:
    order, other = await shop.order(), await shop.order()
    await shop.do(shop.agent, "orderHold", guard=KEYED, orderId=shop.id(order))

    released = await shop.do(shop.agent, "orderRelease", guard=KEYED, orderId=shop.id(order))
    held = await shop.do(shop.agent, "orderHold", guard=KEYED, orderId=shop.id(other))

    assert codes(released) == codes(held) == ["IDEMPOTENCY_KEY_REUSED"]


async def test_a_key_of_somebody_who_sees_other_things_answers_nothing(shop: Shop) -> None:
    order = await shop.order()
    await comment(shop, order)

    payload = await comment(shop, order, shop.supervisor)

    assert codes(payload) == ["IDEMPOTENCY_KEY_REUSED"]


async def test_companies_do_not_meet_in_their_keys(shop: Shop) -> None:
    order = await shop.processed(("MUG", 1))

    payloads = [await comment(shop, order, viewer) for viewer in (shop.agent, shop.retailer, shop.press)]

    assert [payload["receipt"]["replayed"] for payload in payloads] == [False] * 3
    assert await models.Comment.filter(order_id=order.id).count() == 3


async def test_a_refusal_is_the_answer_too(shop: Shop) -> None:
    order = await shop.order()
    refused = await shop.do(shop.agent, "orderRelease", guard=KEYED, orderId=shop.id(order))
    await shop.hold(order)
    before = await shop.trace(order)

    again = await shop.do(shop.agent, "orderRelease", guard=KEYED, orderId=shop.id(order))
    anew = await shop.do(shop.agent, "orderRelease", guard={"idempotencyKey": "another"}, orderId=shop.id(order))

    assert codes(refused) == ["NOT_ALLOWED"]
    assert again == refused
    assert codes(anew) == []
    assert (await shop.trace(order))[0] > before[0]


async def test_who_may_not_make_a_call_takes_its_key_from_nobody(shop: Shop) -> None:
    order = await shop.order()
    await comment(shop, order, shop.onlooker)

    done = await comment(shop, order)

    assert (done["userErrors"], done["receipt"]["replayed"]) == ([], False)


async def test_a_call_that_came_too_early_is_made_again_under_its_key(shop: Shop) -> None:
    shop.world = replace(shop.world, supplier=ThinkingSupplier())
    order = await shop.processed(("MUG", 1))
    given = {"fulfillmentOrderId": shop.id(await shop.part(order, shop.press)), "guard": KEYED}
    early = await shop.do(shop.press, "shipmentCreate", RECEIPT, **given)
    await models.FulfillmentOrder.filter(order_id=order.id).update(status=FulfillmentStatus.ACCEPTED)

    done = await shop.do(shop.press, "shipmentCreate", RECEIPT, **given)

    assert (codes(early), codes(done)) == (["NOT_ALLOWED"], [])


async def test_a_conflict_is_told_again_as_it_was(shop: Shop) -> None:
    order = await shop.order()
    guard = {**KEYED, "expectedVersion": order.version}
    await shop.hold(order)
    refused = await comment(shop, order, guard=guard)
    await shop.release(order)

    again = await comment(shop, order, guard=guard)

    assert codes(refused) == ["VERSION_CONFLICT"]
    assert len(refused["userErrors"][0]["changedSince"]) == 2
    assert again == refused


async def test_a_call_that_crashed_leaves_its_key_free(shop: Shop) -> None:
    order, world = await shop.order(), shop.world
    before = await shop.trace(order)
    document = """
        mutation($id: ID!) {
          orderProcess(input: {orderId: $id}, guard: {idempotencyKey: "once"}) {
            order { status } receipt { replayed }
          }
        }
    """
    shop.world = replace(world, supplier=FailingSupplier())
    crashed = await shop.ask(shop.agent, document, id=shop.id(order))
    after = await shop.trace(order)
    shop.world = world

    done = await shop.ask(shop.agent, document, id=shop.id(order))

    assert crashed.errors
    assert after == before
    assert done.of("orderProcess") == {"order": {"status": "PROCESSING"}, "receipt": {"replayed": False}}


@pytest.mark.parametrize("mode", ["ALL_OR_NOTHING", "PER_ORDER"])
async def test_a_file_is_taken_in_once_and_counted_alike(shop: Shop, mode: str) -> None:
    given = {"channel": shop.channel.code, "csv": FILE, "mode": mode, "guard": KEYED}
    selection = f"imported unchanged orders {{ number }} {RECEIPT}"

    first = await shop.do(shop.administrator, "orderImport", selection, **given)
    again = await shop.do(shop.administrator, "orderImport", selection, **given)

    assert (first["receipt"].pop("replayed"), again["receipt"].pop("replayed")) == (False, True)
    assert (first["imported"], first["unchanged"], len(first["orders"])) == (2, 0, 2)
    assert [warning["code"] for warning in first["warnings"]] == ["COLUMN_LEFT_OUT"]
    assert again == first
    assert await models.Order.all().count() == 2


async def test_numbers_go_on_after_a_file_that_was_taken_back(shop: Shop) -> None:
    before = await shop.order()
    world = shop.world
    await models.SalesChannel.filter(id=shop.channel.id).update(auto_process=True)
    shop.world = replace(world, supplier=FailingSupplier())
    document = """
        mutation($input: OrderImportInput!) {
          orderImport(input: $input, guard: {idempotencyKey: "k"}) { imported }
        }
    """
    given = {"channel": shop.channel.code, "csv": FILE}
    crashed = await shop.ask(shop.administrator, document, input=given)
    shop.world = world

    imported = (await shop.ask(shop.administrator, document, input=given)).of("orderImport")["imported"]
    after = await shop.order()

    numbers = await models.Order.all().values_list("number", flat=True)
    assert crashed.errors
    assert imported == 2
    assert len(set(numbers)) == len(numbers) == 4
    assert before.number != after.number


async def test_a_key_is_kept_for_two_days(shop: Shop) -> None:
    order = await shop.order()
    await comment(shop, order)
    shop.later(hours=47)
    kept_still = await comment(shop, order)
    shop.later(hours=2)

    anew = await comment(shop, order)

    assert (kept_still["receipt"]["replayed"], anew["receipt"]["replayed"]) == (True, False)
    assert await models.Comment.filter(order_id=order.id).count() == 2


async def test_old_keys_are_cleared_away(shop: Shop) -> None:
    order = await shop.order()
    await comment(shop, order, guard={"idempotencyKey": "old"})
    shop.later(hours=49)
    await comment(shop, order, guard={"idempotencyKey": "young"})

    removed = await forget_keys(shop.world)

    assert removed == 1
    assert await models.IdempotencyKey.all().values_list("key", flat=True) == ["young"]


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "\0", "half a \ud83d", "\u200e"])
async def test_a_key_has_up_to_two_hundred_printable_characters(shop: Shop, key: str) -> None:
    order = await shop.order()

    payload = await comment(shop, order, guard={"idempotencyKey": key})

    assert [(one["code"], one["path"]) for one in payload["userErrors"]] == [
        ("INVALID_INPUT", ["guard", "idempotencyKey"])
    ]


async def test_text_that_no_database_takes_is_refused_under_a_key_like_without_one(shop: Shop) -> None:
    order = await shop.order()

    payloads = [await comment(shop, order, body="half a \ud83d\0") for _ in range(2)]

    assert codes(payloads[0]) == ["INVALID_INPUT"]
    assert payloads[1] == payloads[0]


@dataclass(frozen=True, slots=True)
class KeyMade(answers.Answer):
    """An answer with something that is shown once."""

    api_key: str | None = field(default=None, metadata=answers.NOT_STORED)
    lasts: int = 0


def test_what_is_shown_once_is_not_kept_and_says_so() -> None:
    made = KeyMade(touched={models.ApiClient: (7,)}, api_key="very secret", lasts=30)

    text = kept(made, [])
    again, _ = recalled(text, KeyMade)

    assert "very secret" not in text
    assert (again.api_key, again.lasts, again.touched) == (None, 30, {models.ApiClient: [7]})
    assert [(one.code, one.path) for one in again.warnings] == [("SHOWN_ONCE", ("apiKey",))]


@pytest.mark.parametrize(
    "reason",
    [
        NotAllowed(message="m", path=("input",), blockers=(Blocker(BlockerCode.ON_HOLD, "Held.", ("a",)),)),
        InvalidInput(message="half a \ud83d and \0"),
        PermissionDenied(message="m", permission=Permission.ORDERS_HOLD),
        DuplicateReference(message="m", existing=1, number="100"),
        RowInvalid(message="m", row=3, column="c"),
    ],
    ids=lambda reason: type(reason).__name__,
)
def test_every_reason_is_kept_with_its_facts(reason: Reason) -> None:
    again, _ = recalled(kept(answers.Answer(user_errors=[reason]), []), answers.Answer)

    assert again.user_errors == [reason]


@pytest.mark.postgres
@pytest.mark.parametrize("changes", [{}, {"shared": True}])
async def test_of_fifty_equal_calls_at_once_one_is_done_and_all_get_its_answer(
    shop: Shop, changes: dict[str, Any]
) -> None:
    order = await shop.order()

    payloads = await asyncio.gather(*(comment(shop, order, **changes) for _ in range(50)))

    replayed = [payload["receipt"].pop("replayed") for payload in payloads]
    assert sorted(replayed) == [False] + [True] * 49
    assert payloads == [payloads[0]] * 50
    assert await models.Comment.filter(order_id=order.id).count() == 1


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("mutation", "key"),
    [("orderProcess", "same"), ("orderImport", "same"), ("orderImport", "{}"), ("catalogImport", "{}")],
)
async def test_long_calls_under_keys_keep_nobody_from_the_database(shop: Shop, mutation: str, key: str) -> None:
    may_end = asyncio.Event()

    async def work() -> str:
        await may_end.wait()
        return "done"

    given = [KeyedCall(1, key.format(n), mutation, "same") for n in range(30)]  # more than connections
    calls = [asyncio.create_task(once(World(), call, work, str)) for call in given]
    await asyncio.sleep(0)
    order = await shop.order()
    may_end.set()
    answers = await asyncio.gather(*calls)

    assert order.number
    assert sum(not isinstance(answer, Earlier) for answer in answers) == len({call.key for call in given})


@pytest.mark.postgres
async def test_of_fifty_calls_under_two_keys_each_key_does_one(shop: Shop) -> None:
    order = await shop.order(("CARD", 10))
    (line,) = await shop.lines(order)
    given = {"orderId": shop.id(order), "lines": [{"lineId": shop.id(line), "quantity": 1}]}

    payloads = await asyncio.gather(
        *(
            shop.do(shop.agent, "orderCancel", RECEIPT, guard={"idempotencyKey": f"key-{n % 2}"}, **given)
            for n in range(50)
        )
    )

    assert sum(not payload["receipt"]["replayed"] for payload in payloads) == 2
    assert (await shop.lines(order))[0].cancelled == 2


@pytest.mark.postgres
async def test_files_under_keys_and_orders_without_one_are_taken_in_side_by_side(shop: Shop) -> None:
    async def take_in(n: int) -> None:
        await shop.do(
            shop.administrator,
            "orderImport",
            guard={"idempotencyKey": f"file-{n}"},
            channel=shop.channel.code,
            csv=FILE.replace("FILE", f"FILE-{n}"),
            mode=("ALL_OR_NOTHING", "PER_ORDER")[n % 2],
        )

    await asyncio.gather(*map(take_in, [0, 1, 2, 3, 4] * 2), *(shop.order(("CARD", 1)) for _ in range(20)))

    numbers = await models.Order.all().values_list("number", flat=True)
    assert len(set(numbers)) == len(numbers) == 30


async def test_a_key_under_which_one_person_saved_a_view_saves_none_for_another(shop: Shop) -> None:
    other = await models.User.create(
        company_id=shop.agent.scope.company_id,
        role_id=(await models.User.get(id=shop.agent.user_id)).role_id,
        name="Another agent",
        email="another@agent.example",
    )
    colleague = replace(shop.agent, user_id=other.id)
    given = {"name": "Mine", "columns": ["number"], "pageSize": 20, "guard": KEYED}

    first = await shop.do(shop.agent, "savedViewSave", RECEIPT, **given)
    again = await shop.do(shop.agent, "savedViewSave", RECEIPT, **given)
    others = await shop.do(colleague, "savedViewSave", RECEIPT, **given)

    assert codes(first) == codes(again) == []
    assert again["receipt"]["replayed"]
    assert codes(others) == ["IDEMPOTENCY_KEY_REUSED"]
