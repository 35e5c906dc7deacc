from __future__ import annotations

import pytest

import models
from domain.access import Permission
from gql.ids import to_global
from subscriptions.core.cursor import encode
from tests.shop import Shop
from tests.subscriptions.listening import as_of, listening, refusal, settled, stream

EVENTS = """
    subscription($filter: OrderActivityFilter, $after: Cursor) {
        orderEvents(filter: $filter, after: $after) {
            cursor orderVersion occurredAt actor { name } event { id type cursor } order { id status version }
        }
    }
"""
CHANGES = """
    subscription($id: ID!, $after: Cursor) {
        orderChanged(orderId: $id, after: $after) { orderVersion cursor event { type } order { number status } }
    }
"""
STATUSES = "subscription($after: Cursor) { orderStatusChanged(after: $after) { order { id } } }"
HISTORY = "{ orderEvents(first: 100) { nodes { id type } } }"


@pytest.fixture
async def shop(orm):
    return await Shop.open()


def types(pushed) -> list[str]:
    return [push["event"]["type"] for push in pushed]


async def test_what_happens_is_pushed_while_it_happens_with_who_did_it_and_the_order_as_it_is(shop):
    order = await shop.order(("MUG", 2))
    async with shop.feed() as hub, listening(shop, hub, shop.agent, EVENTS) as heard:
        await shop.hold(order)
        held, status = await heard.several(2)

    assert types([held, status]) == ["order.held", "order.status_changed"]
    assert held["actor"] == {"name": "Agent"}
    assert held["occurredAt"] == shop.clock().isoformat()
    assert held["orderVersion"] == order.version + 1
    assert held["order"] == {"id": shop.id(order), "status": "ON_HOLD", "version": order.version + 2}
    assert held["cursor"] == held["event"]["cursor"]
    assert held["cursor"] != status["cursor"]


async def test_a_subscription_continues_a_page_without_a_hole(shop):
    order = await shop.order(("MUG", 1))
    async with shop.feed() as hub:
        page = await as_of(shop, hub, shop.agent)
        await shop.hold(order)
        async with listening(shop, hub, shop.agent, EVENTS, after=page) as heard:
            await shop.release(order)
            pushed = await heard.several(4)

    assert types(pushed) == ["order.held", "order.status_changed", "order.released", "order.status_changed"]


async def test_a_client_that_comes_back_with_its_last_cursor_misses_nothing(shop):
    order = await shop.order(("MUG", 1))
    async with shop.feed() as hub:
        async with listening(shop, hub, shop.agent, EVENTS) as heard:
            await shop.hold(order)
            first = await heard.next()
        await shop.release(order)

        async with listening(shop, hub, shop.agent, EVENTS, after=first["cursor"]) as heard:
            missed = await heard.several(3)

    assert types([first, *missed]) == [
        "order.held",
        "order.status_changed",
        "order.released",
        "order.status_changed",
    ]
    assert missed[0]["order"]["status"] == "RECEIVED"  # of the order as it is now


async def test_everybody_is_pushed_exactly_the_history_they_may_read(shop):
    watchers = [shop.administrator, shop.onlooker, shop.retailer, shop.rival, shop.press, shop.dock, shop.stranger]
    async with shop.feed() as hub:
        start = await as_of(shop, hub, shop.agent)
        order = await shop.processed(("MUG", 2), ("CARD", 1))
        await shop.comment(order, "For us alone")
        await shop.comment(order, "For all of you", shared=True)
        parcel = await shop.ship(order, shop.press, tracking_number="T1")
        await shop.deliver(parcel)
        other = await shop.order(("MUG", 1), channel=shop.rival_channel)
        await shop.cancel(other)

        for viewer in watchers:
            history = (await shop.ask(viewer, HISTORY)).data["orderEvents"]["nodes"]
            async with listening(shop, hub, viewer, EVENTS, after=start) as heard:
                pushed = await heard.several(len(history))
                assert [push["event"]["id"] for push in pushed] == [event["id"] for event in history]
                assert not heard.begun

    assert history == []  # the last one has nothing to do with it


async def test_an_order_is_followed_alone(shop):
    followed, other = await shop.order(("MUG", 1)), await shop.order(("MUG", 1))
    async with (
        shop.feed() as hub,
        listening(shop, hub, shop.retailer, CHANGES, id=shop.id(followed)) as heard,
    ):
        await shop.hold(other)
        await shop.hold(followed)
        pushed = await heard.several(2)

    assert {push["order"]["number"] for push in pushed} == {followed.number}
    assert [push["orderVersion"] for push in pushed] == [followed.version + 1, followed.version + 2]


async def test_events_are_narrowed_by_order_kind_type_and_channel(shop):
    async with shop.feed() as hub:
        start = await as_of(shop, hub, shop.agent)
        order, foreign = await shop.order(("MUG", 1)), await shop.order(("MUG", 1), channel=shop.rival_channel)
        await shop.hold(order)
        await shop.comment(order, "Look")
        await shop.hold(foreign)
        await shop.comment(foreign, "Last")

        async def all_of(**filter: object) -> list[str]:
            wanted = {"kind": ["COMMENT", "STATUS"], **filter}
            async with listening(shop, hub, shop.agent, EVENTS, filter=wanted, after=start) as heard:
                got = [await heard.next()]
                while got[-1]["event"]["id"] != last:
                    got.append(await heard.next())
            return types(got)

        history = (await shop.ask(shop.agent, HISTORY)).data["orderEvents"]["nodes"]
        last = history[-1]["id"]
        assert types([{"event": history[-1]}]) == ["comment.added"]
        statuses = ["order.status_changed", "line.status_changed"]
        assert await all_of(type=["comment.added"]) == ["comment.added"] * 2
        assert await all_of(kind=["COMMENT"]) == ["comment.added"] * 2
        of_foreign = await all_of(channel=["rival-web"])
        assert await all_of(orderId=shop.id(foreign)) == of_foreign
        assert [type_ for type_ in of_foreign if type_ not in statuses] == ["order.held", "comment.added"]


@pytest.mark.parametrize(
    ("filter", "code"),
    [
        ({"orderId": "nonsense"}, "MALFORMED_ID"),
        ({"orderId": to_global("OrderLine", 1)}, "MALFORMED_ID"),
        ({"orderId": to_global("Order", 999)}, "NOT_FOUND"),
        ({"channel": ["leaf-web", "nowhere"]}, "NOT_FOUND"),
        ({"channel": ["\0"]}, "BAD_REQUEST"),
        ({"channel": ["\ud800"]}, "BAD_REQUEST"),
        ({"channel": ["x" * 65]}, "BAD_REQUEST"),
        ({"type": ["order.helt"]}, "NOT_FOUND"),
        ({"type": []}, "BAD_REQUEST"),
        ({"kind": []}, "BAD_REQUEST"),
        ({"channel": []}, "BAD_REQUEST"),
        ({"type": ["order.held"] * 101}, "BAD_REQUEST"),
    ],
)
async def test_a_filter_that_can_match_nothing_is_refused_and_nobody_follows(shop, filter, code):
    async with shop.feed() as hub:
        refused = await refusal(shop, hub, shop.agent, EVENTS, filter=filter)

        assert refused["code"] == code
        assert hub.followers == 0


async def test_foreign_and_absent_orders_are_refused_alike(shop):
    order = await shop.order(("MUG", 1))
    async with shop.feed() as hub:
        foreign = await refusal(shop, hub, shop.rival, CHANGES, id=shop.id(order))
        absent = await refusal(shop, hub, shop.rival, CHANGES, id=to_global("Order", 999))
        channel = await refusal(shop, hub, shop.rival, EVENTS, filter={"channel": ["leaf-web"]})

    assert foreign == absent
    assert (foreign["code"], channel["code"]) == ("NOT_FOUND", "NOT_FOUND")


async def test_whoever_may_not_read_orders_follows_nothing(shop):
    order = await shop.order(("MUG", 1))
    nobody = shop.with_permissions(shop.agent, Permission.ORDERS_HOLD)
    async with shop.feed() as hub:
        refused = [
            await refusal(shop, hub, nobody, EVENTS),
            await refusal(shop, hub, nobody, CHANGES, id=shop.id(order)),
            await refusal(shop, hub, nobody, "subscription { orderStatusChanged { cursor } }"),
            await refusal(shop, hub, nobody, "subscription { trackingChanged { cursor } }"),
        ]

    assert [one["code"] for one in refused] == ["PERMISSION_DENIED"] * 4


@pytest.mark.parametrize("cursor", ["", "garbled", "x" * 1000])
async def test_a_cursor_nobody_gave_is_refused_with_what_to_do(shop, cursor):
    async with shop.feed() as hub:
        refused = await refusal(shop, hub, shop.agent, EVENTS, after=cursor)

        assert refused["code"] == "MALFORMED_CURSOR"
        assert "leave `after` out" in refused["message"]
        assert hub.followers == 0


async def test_a_cursor_of_another_database_resets_and_the_head_cursor_goes_on(shop):
    order = await shop.order(("MUG", 1))
    async with shop.feed() as hub:
        refused = await refusal(shop, hub, shop.agent, EVENTS, after=encode("another", 1))
        async with listening(shop, hub, shop.agent, EVENTS, after=refused["headCursor"]) as heard:
            await shop.hold(order)
            pushed = await heard.until("order.held")

    assert (refused["code"], refused["reason"]) == ("STREAM_RESET", "EPOCH_CHANGED")
    assert pushed[-1]["order"]["status"] == "ON_HOLD"


async def test_a_client_too_far_behind_is_told_so_in_the_middle_of_its_stream(shop):
    order = await shop.order(("MUG", 1))
    async with shop.feed(max_behind=3) as hub:
        slow = await stream(shop, hub, shop.agent, EVENTS, after=await as_of(shop, hub, shop.agent))
        await shop.hold(order)
        first = await anext(slow)
        for _ in range(3):
            await shop.comment(order, "And another thing")
        await settled(shop, hub)

        (error,) = (await anext(slow)).errors

        assert types(first.data.values()) == ["order.held"]
        assert (error.extensions["code"], error.extensions["reason"]) == ("STREAM_RESET", "TOO_FAR_BEHIND")
        assert error.extensions["headCursor"] == encode(hub.head.epoch, hub.head.position)
        assert hub.followers == 0
        await slow.aclose()


async def test_subscribers_that_leave_in_any_way_leave_nothing_behind(shop):
    order = await shop.order(("MUG", 1))
    async with shop.feed() as hub:
        for _ in range(20):
            async with listening(shop, hub, shop.agent, EVENTS):  # cancelled while it waits
                assert hub.followers == 1
            never_begun = await stream(shop, hub, shop.agent, EVENTS)
            await never_begun.aclose()
        begun = await stream(shop, hub, shop.agent, EVENTS, after=await as_of(shop, hub, shop.agent))
        await shop.hold(order)
        await anext(begun)
        await begun.aclose()  # closed between two pushes

        assert hub.followers == 0


async def test_a_role_limited_to_channels_hears_of_those_alone(shop):
    limited = shop.limited_to(shop.agent, shop.rival_channel)
    order, foreign = await shop.order(("MUG", 1)), await shop.order(("MUG", 1), channel=shop.rival_channel)
    async with shop.feed() as hub, listening(shop, hub, limited, EVENTS) as heard:
        await shop.hold(order)
        await shop.hold(foreign)
        pushed = await heard.several(2)

    assert {push["order"]["id"] for push in pushed} == {shop.id(foreign)}


async def test_what_a_viewer_cannot_see_any_more_when_its_turn_comes_is_not_pushed(shop):
    gone, kept = await shop.processed(("MUG", 1)), await shop.processed(("MUG", 1))
    async with shop.feed() as hub:
        start = await as_of(shop, hub, shop.agent)
        await shop.ship(gone, shop.press)
        await shop.ship(kept, shop.press)
        await models.OrderShare.filter(order_id=gone.id).delete()

        async with listening(shop, hub, shop.press, STATUSES, after=start) as heard:
            statuses = await heard.several(3)
        async with listening(shop, hub, shop.press, EVENTS, after=start) as heard:
            first = await heard.next()

    assert {push["order"]["id"] for push in statuses} == {shop.id(kept)}
    assert first["order"] is None
