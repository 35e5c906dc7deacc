"""Channels, sources, carriers, connections and what leads orders through them are set through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import models
from operations.auditing import audit
from operations.orders.remorse import release_due
from tests.founding import STANDARD
from tests.shop import Shop

SETTINGS = "channel { id code name currency version settings { autoProcess remorseMinutes notifyAddresses } }"
HISTORY = "history(first: 100) { nodes { type summary actor { name } changes { field before after } } }"


def codes(payload: Any) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


def paths(payload: Any) -> list[list[str]]:
    return [error["path"] for error in payload["userErrors"]]


def blockers(payload: Any) -> list[str]:
    return [blocker["code"] for error in payload["userErrors"] for blocker in error.get("blockers", ())]


async def log() -> int:
    return await models.OrderEvent.all().count()


async def an_order(shop: Shop) -> models.Order:
    """An order that comes in under the settings as they are now."""
    return await shop.order(channel=await shop.now(shop.channel))


async def save(shop: Shop, viewer: Any = None, /, selection: str = SETTINGS, **given: Any) -> Any:
    return await shop.do(viewer or shop.retailer, "channelSave", selection, id=shop.id(shop.channel), **given)


# ---- channels


async def test_a_retailer_opens_a_channel_of_its_own_with_the_usual_settings(shop: Shop) -> None:
    given = {"code": "leaf-app", "name": " The app ", "currency": "gbp", "autoProcess": True}

    payload = await shop.do(
        shop.retailer, "channelSave", f"channel {{ {HISTORY} retailer {{ code }} }} {SETTINGS}", **given
    )

    assert payload["userErrors"] == []
    channel = payload["channel"]
    assert (channel["code"], channel["name"], channel["currency"]) == ("leaf-app", "The app", "GBP")
    assert channel["settings"] == {"autoProcess": True, "remorseMinutes": 0, "notifyAddresses": []}
    assert (channel["version"], channel["retailer"]["code"]) == (1, "leaf")
    (made,) = channel["history"]["nodes"]
    assert (made["type"], made["actor"]["name"]) == ("channel.created", shop.retailer.name)
    assert {"field": "autoProcess", "before": None, "after": True} in made["changes"]


async def test_what_is_left_out_stays_and_one_event_tells_every_field_that_changed(shop: Shop) -> None:
    payload = await save(shop, None, f"channel {{ {HISTORY} }} {SETTINGS}", remorseMinutes=30, autoProcess=False)

    assert payload["channel"]["settings"] == {"autoProcess": False, "remorseMinutes": 30, "notifyAddresses": []}
    (event,) = payload["channel"]["history"]["nodes"]
    assert event["type"] == "channel.changed"
    assert event["changes"] == [{"field": "remorseMinutes", "before": 0, "after": 30}]


async def test_saving_what_is_already_so_changes_nothing(shop: Shop) -> None:
    count = await log()

    payload = await save(shop, name=shop.channel.name, autoVerify=True)

    assert (payload["userErrors"], payload["channel"]["version"]) == ([], 0)
    assert await log() == count


async def test_orders_go_out_by_themselves_from_when_the_channel_says_so(shop: Shop) -> None:
    before = await shop.order()
    await save(shop, autoProcess=True)

    after = await an_order(shop)

    assert ((await shop.now(before)).status, (await shop.now(after)).status) == ("RECEIVED", "PROCESSING")


async def test_the_next_order_waits_for_as_long_as_the_channel_says_now(shop: Shop) -> None:
    before = await shop.order()
    await save(shop, remorseMinutes=30, autoProcess=True)

    after = await an_order(shop)
    held = await shop.now(after)
    shop.later(minutes=31)
    await release_due(shop.world)

    assert (await shop.now(before)).status == "RECEIVED"
    assert (held.status, held.hold_reason) == ("ON_HOLD", "REMORSE")
    assert held.held_until == held.placed_at + timedelta(minutes=30)
    assert (await shop.now(after)).status == "PROCESSING"


async def test_everything_wrong_with_settings_is_told_at_once_and_nothing_is_saved(shop: Shop) -> None:
    count = await log()

    payload = await save(
        shop,
        code="other",
        name=" ",
        currency="ZZZ",
        remorseMinutes=-1,
        abandonAfterMinutes=0,
        returnWindowDays=99_999,
        trackingPushUrl="http://leaf.example/tracking",
        notifyAddresses=["orders@leaf.example", "nobody", "a@b"],
    )

    assert set(codes(payload)) == {"INVALID_INPUT"}
    assert sorted(path[1:] for path in paths(payload)) == [
        ["abandonAfterMinutes"],
        ["code"],
        ["currency"],
        ["name"],
        ["notifyAddresses", "1"],
        ["notifyAddresses", "2"],
        ["remorseMinutes"],
        ["returnWindowDays"],
        ["trackingPushUrl"],
    ]
    assert payload["channel"] is None
    assert await log() == count
    assert (await shop.now(shop.channel)).version == 0


@pytest.mark.parametrize(
    "link", ["https://", "https:///x", "ftp://a.example", "https://a.example/\0", "javascript:x"]
)
async def test_tracking_is_pushed_only_to_whole_secure_addresses(shop: Shop, link: str) -> None:
    assert paths(await save(shop, trackingPushUrl=link)) == [["input", "trackingPushUrl"]]


async def test_a_setting_that_may_be_nothing_is_taken_back_with_null(shop: Shop) -> None:
    await save(shop, returnWindowDays=30, trackingPushUrl="https://leaf.example/in?key=secret")

    await save(shop, returnWindowDays=None)

    channel = await shop.now(shop.channel)
    assert (channel.return_window_days, channel.tracking_push_url) == (None, "https://leaf.example/in?key=secret")


async def test_the_log_keeps_neither_addresses_of_people_nor_secrets_of_links(shop: Shop) -> None:
    await save(
        shop,
        notifyAddresses=["ada@leaf.example"],
        trackingPushUrl="https://me:secret@leaf.example/in?key=secret#secret",
    )

    told = str(await models.OrderEvent.filter(type="channel.changed").values_list("data", flat=True))

    assert "ada@" not in told
    assert "secret" not in told
    assert "@leaf.example" in told
    assert "https://leaf.example/in" in told


async def test_the_currency_of_a_channel_with_orders_stays(shop: Shop) -> None:
    changed = await save(shop, currency="GBP")
    await save(shop, currency="EUR")
    await shop.order()

    refused = await save(shop, currency="GBP")

    assert changed["channel"]["currency"] == "GBP"
    assert (blockers(refused), paths(refused)) == (["CURRENCY_IN_USE"], [["input", "currency"]])


async def test_a_new_channel_needs_code_name_and_currency(shop: Shop) -> None:
    payload = await shop.do(shop.retailer, "channelSave", "channel { id }")

    assert sorted(paths(payload)) == [["input", "code"], ["input", "currency"], ["input", "name"]]


async def test_a_code_is_taken_once_for_everybody(shop: Shop) -> None:
    payload = await shop.do(shop.retailer, "channelSave", code="rival-web", name="Mine", currency="EUR")

    assert (codes(payload), paths(payload)) == (["INVALID_INPUT"], [["input", "code"]])


async def test_the_platform_opens_channels_for_retailers_and_nobody_else_does(shop: Shop) -> None:
    given = {"code": "leaf-2", "name": "Second", "currency": "EUR", "retailer": "leaf"}

    foreign = await shop.do(shop.rival, "channelSave", **given)
    absent = await shop.do(shop.rival, "channelSave", **{**given, "retailer": "nobody"})
    unsaid = await shop.do(shop.administrator, "channelSave", code="leaf-2", name="Second", currency="EUR")
    fulfiller = await shop.do(shop.administrator, "channelSave", **{**given, "retailer": "press"})
    done = await shop.do(shop.administrator, "channelSave", "channel { retailer { code } }", **given)

    assert foreign["userErrors"] == absent["userErrors"] == unsaid["userErrors"] == fulfiller["userErrors"]
    assert (codes(foreign), paths(foreign)) == (["NOT_FOUND"], [["input", "retailer"]])
    assert done["channel"]["retailer"]["code"] == "leaf"


async def test_who_is_limited_to_channels_opens_none(shop: Shop) -> None:
    limited = shop.limited_to(shop.retailer, shop.channel)

    payload = await shop.do(limited, "channelSave", code="leaf-2", name="Second", currency="EUR")

    assert blockers(payload) == ["CHANNELS_LIMITED"]


async def test_two_people_who_read_the_same_settings_do_not_overwrite_each_other(shop: Shop) -> None:
    document = """
        mutation($input: ChannelSaveInput!) {
          channelSave(input: $input, guard: {expectedVersion: 0}) {
            receipt { events { type } }
            userErrors { ... on VersionConflict { expected actual changedSince { type } } }
          }
        }
    """
    first = (await shop.ask(shop.retailer, document, input={"id": shop.id(shop.channel), "name": "One"})).of(
        "channelSave"
    )
    second = (await shop.ask(shop.retailer, document, input={"id": shop.id(shop.channel), "name": "Two"})).of(
        "channelSave"
    )

    assert first == {"receipt": {"events": [{"type": "channel.changed"}]}, "userErrors": []}
    assert second["userErrors"] == [{"expected": 0, "actual": 1, "changedSince": [{"type": "channel.changed"}]}]
    assert (await shop.now(shop.channel)).name == "One"


# ---- sources


async def test_a_fulfiller_keeps_its_own_sources(shop: Shop) -> None:
    given = {
        "code": "press-2",
        "name": "Second hall",
        "kind": "WAREHOUSE",
        "countryCode": "de",
        "deliversTo": ["fr", "DE"],
    }

    made = (
        await shop.do(
            shop.press, "sourceSave", "source { id version countryCode deliversTo company { code } }", **given
        )
    )["source"]
    changed = await shop.do(
        shop.press, "sourceSave", f"source {{ version {HISTORY} }}", id=made["id"], deliversTo=None
    )

    assert made == {
        **made,
        "version": 1,
        "countryCode": "DE",
        "deliversTo": ["DE", "FR"],
        "company": {"code": "press"},
    }
    assert changed["source"]["version"] == 2
    last = changed["source"]["history"]["nodes"][-1]
    assert last["changes"] == [{"field": "deliversTo", "before": ["DE", "FR"], "after": None}]


async def test_lines_go_only_where_a_source_delivers_from_then_on(shop: Shop) -> None:
    source = await models.Source.get(code="press")
    before = await shop.order()
    await shop.do(shop.press, "sourceSave", id=shop.id(source), deliversTo=["GB"])

    after = await shop.order()

    assert [(await shop.lines(order))[0].source_id for order in (before, after)] == [source.id, None]


async def test_sources_are_no_retailers_business(shop: Shop) -> None:
    source = await models.Source.get(code="press")

    payload = await shop.do(shop.retailer, "sourceSave", id=shop.id(source), name="Mine now")

    assert codes(payload) == ["PERMISSION_DENIED"]


async def test_a_foreign_source_and_an_absent_one_are_answered_alike(shop: Shop) -> None:
    source = await models.Source.get(code="press")

    foreign = await shop.do(shop.dock, "sourceSave", id=shop.id(source), name="Mine now")
    absent = await shop.do(shop.dock, "sourceSave", id="nonsense", name="Mine now")

    assert foreign == absent
    assert (codes(foreign), paths(foreign)) == (["NOT_FOUND"], [["input", "id"]])


async def test_everything_wrong_with_a_source_is_told_at_once(shop: Shop) -> None:
    given = {
        "code": "no good",
        "name": "",
        "countryCode": "ZZ",
        "deliversTo": ["GB", "\ufb01"],
        "postcode": "x" * 21,
    }

    payload = await shop.do(shop.press, "sourceSave", **given)

    assert sorted(path[1:] for path in paths(payload)) == [
        ["code"], ["countryCode"], ["deliversTo", "1"], ["kind"], ["name"], ["postcode"],
    ]  # fmt: skip


# ---- carriers and the services fulfillers offer


async def test_the_platform_keeps_carriers_and_their_services(shop: Shop) -> None:
    services = [{"code": "DAY", "name": "Next day"}, {"code": "POST", "name": "By post", "tracked": False}]
    given = {"code": "owl", "name": "Owl", "trackingUrlPattern": "https://owl.example/{tracking_number}"}
    selection = "carrier { id version services { code name tracked } }"

    made = (await shop.do(shop.administrator, "carrierSave", selection, services=services, **given))["carrier"]
    changed = await shop.do(
        shop.administrator, "carrierSave", f"carrier {{ version services {{ code name }} {HISTORY} }}",
        id=made["id"], services=[{"code": "DAY", "name": "Over night"}],
    )  # fmt: skip

    assert made["services"] == [
        {"code": "DAY", "name": "Next day", "tracked": True},
        {"code": "POST", "name": "By post", "tracked": False},
    ]
    assert changed["carrier"]["services"][0] == {"code": "DAY", "name": "Over night"}
    assert [event["type"] for event in changed["carrier"]["history"]["nodes"]] == [
        "carrier.created",
        "carrier.changed",
    ]
    fields = [change["field"] for change in changed["carrier"]["history"]["nodes"][-1]["changes"]]
    assert fields == ["services.DAY"]


async def test_a_carrier_that_cannot_be_is_refused_with_every_reason(shop: Shop) -> None:
    payload = await shop.do(
        shop.administrator, "carrierSave", code="owl", name="Owl", trackingUrlPattern="https://owl.example/",
        services=[{"code": "A"}, {"code": "B", "name": "B"}, {"code": "B", "name": "B"}],
    )  # fmt: skip

    assert sorted(path[1:] for path in paths(payload)) == [
        ["services", "0", "name"], ["services", "1", "code"], ["services", "2", "code"], ["trackingUrlPattern"],
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["leaf", "press", "agent"])
async def test_nobody_but_the_platforms_administrators_keeps_carriers(shop: Shop, role: str) -> None:
    payload = await shop.do(shop.viewers[role], "carrierSave", code="owl", name="Owl")

    assert codes(payload) == ["PERMISSION_DENIED"]


async def test_a_service_is_offered_until_its_fulfiller_says_otherwise(shop: Shop) -> None:
    letter = await models.CarrierService.get(code="L")
    selection = "company { code version offeredServices { code } }"

    payload = await shop.do(shop.press, "offeredServicesSave", selection, serviceIds=[shop.id(letter)])
    again = await shop.do(shop.press, "offeredServicesSave", selection, serviceIds=[shop.id(letter)])
    order = await shop.order()

    assert payload["company"] == {"code": "press", "version": 1, "offeredServices": [{"code": "L"}]}
    assert again["company"] == payload["company"]
    event = await models.OrderEvent.get(type="company.changed")
    assert event.data["changes"] == {"offeredServices": [["swift/L", "swift/S48"], ["swift/L"]]}
    issues = await models.OrderIssue.filter(order_id=order.id).values_list("code", flat=True)
    assert list(issues) == ["SHIPPING_UNMAPPED"]


# ---- connections


async def test_a_fulfiller_that_accepts_an_invitation_gets_orders(shop: Shop) -> None:
    await models.Connection.filter(retailer__code="leaf", fulfiller__code="press").delete()
    early = await shop.order()

    selection = "connection { id status version retailer { code } fulfiller { code } }"
    invited = (await shop.do(shop.retailer, "connectionInvite", selection, fulfiller="press"))["connection"]
    still = await shop.order()
    accepted = await shop.do(
        shop.press, "connectionAccept", f"connection {{ status {HISTORY} }}", connectionId=invited["id"]
    )
    late = await shop.order()

    assert invited == {
        **invited,
        "status": "INVITED",
        "retailer": {"code": "leaf"},
        "fulfiller": {"code": "press"},
    }
    assert accepted["connection"]["status"] == "ACTIVE"
    types = [event["type"] for event in accepted["connection"]["history"]["nodes"]]
    assert types == ["connection.invited", "connection.accepted"]
    assert [(await shop.now(order)).status for order in (early, still, late)] == ["NEW", "NEW", "RECEIVED"]


async def test_a_retailer_does_not_accept_its_own_invitation(shop: Shop) -> None:
    await models.Connection.filter(retailer__code="leaf", fulfiller__code="press").update(status="INVITED")
    connection = await models.Connection.get(retailer__code="leaf", fulfiller__code="press")

    payload = await shop.do(shop.retailer, "connectionAccept", connectionId=shop.id(connection))

    assert blockers(payload) == ["AWAITS_PARTNER"]


async def test_two_companies_are_connected_once(shop: Shop) -> None:
    payload = await shop.do(shop.retailer, "connectionInvite", fulfiller="press")

    assert (blockers(payload), paths(payload)) == (["ALREADY_CONNECTED"], [["input", "fulfiller"]])


@pytest.mark.parametrize("code", ["nobody", "rival", "platform", "", "\0", "x" * 99])
async def test_only_a_fulfiller_can_be_invited(shop: Shop, code: str) -> None:
    payload = await shop.do(shop.retailer, "connectionInvite", fulfiller=code)

    assert (codes(payload), paths(payload)) == (["NOT_FOUND"], [["input", "fulfiller"]])


async def test_while_a_connection_is_suspended_nothing_new_goes_to_the_fulfiller(shop: Shop) -> None:
    connection = await models.Connection.get(retailer__code="leaf", fulfiller__code="press")
    selection = "connection { status version }"

    suspended = await shop.do(
        shop.retailer, "connectionSave", selection, connectionId=shop.id(connection), suspended=True
    )
    again = await shop.do(
        shop.retailer, "connectionSave", selection, connectionId=shop.id(connection), suspended=True
    )
    order = await shop.order()
    others = await shop.do(
        shop.press, "connectionSave", selection, connectionId=shop.id(connection), suspended=False
    )
    resumed = await shop.do(
        shop.retailer, "connectionSave", selection, connectionId=shop.id(connection), suspended=False
    )

    assert suspended["connection"] == again["connection"] == {"status": "SUSPENDED", "version": 1}
    assert (await shop.now(order)).status == "NEW"
    assert blockers(others) == ["AWAITS_PARTNER"]
    assert resumed["connection"] == {"status": "ACTIVE", "version": 2}


async def test_the_customers_are_the_retailers_and_the_policy_is_the_fulfillers(shop: Shop) -> None:
    connection = await models.Connection.get(retailer__code="leaf", fulfiller__code="press")
    selection = "connection { replacementPolicy sharesCustomerEmail }"
    everything = {
        "connectionId": shop.id(connection),
        "replacementPolicy": "Send a photograph.",
        "sharesCustomerEmail": False,
    }

    by_retailer = await shop.do(shop.retailer, "connectionSave", selection, **everything)
    by_fulfiller = await shop.do(shop.press, "connectionSave", selection, **everything)
    by_platform = await shop.do(shop.administrator, "connectionSave", selection, **everything)

    assert paths(by_retailer) == [["input", "replacementPolicy"]]
    assert paths(by_fulfiller) == [["input", "sharesCustomerEmail"]]
    assert by_platform["connection"] == {"replacementPolicy": "Send a photograph.", "sharesCustomerEmail": False}


# ---- mappings and rules


async def test_a_shipping_method_means_what_the_channel_says_from_then_on(shop: Shop) -> None:
    sent = await shop.processed()
    letter = await models.CarrierService.get(code="L")
    given = {
        "channelId": shop.id(shop.channel),
        "fulfiller": "press",
        "method": STANDARD,
        "serviceId": shop.id(letter),
    }
    selection = f"shippingMapping {{ id version service {{ code }} {HISTORY} }} channel {{ code }}"

    payload = await shop.do(shop.retailer, "shippingMappingSave", selection, **given)
    order = await shop.processed()

    mapping = payload["shippingMapping"]
    assert (mapping["service"]["code"], mapping["version"], payload["channel"]["code"]) == ("L", 1, "leaf-web")
    assert mapping["history"]["nodes"][0]["changes"] == [{"field": "service", "before": "S48", "after": "L"}]
    parts = [await shop.part(one, shop.press) for one in (sent, order)]
    assert [(await models.CarrierService.get(id=part.service_id)).code for part in parts] == ["S48", "L"]


async def test_nothing_is_said_of_what_is_taken_away(shop: Shop) -> None:
    service = await models.CarrierService.get(code="S48")
    place = await models.Source.get(code="press")
    mapping = {"channelId": shop.id(shop.channel), "fulfiller": "press", "method": STANDARD}
    rule = {"channelId": shop.id(shop.channel), "place": 1}

    answers = [
        await shop.do(
            shop.retailer, "shippingMappingSave", "", **mapping, serviceId=shop.id(service), remove=True
        ),
        await shop.do(shop.retailer, "routingRuleSave", "", **rule, sourceId=shop.id(place), remove=True),
    ]

    paths = [[error["path"] for error in answer["userErrors"]] for answer in answers]
    assert paths == [[["input", "serviceId"]], [["input", "sourceId"]]]


async def test_a_parcels_number_never_chooses_the_site_it_is_looked_up_at(shop: Shop) -> None:
    given = {"code": "owl", "name": "Owl", "trackingUrlPattern": "https://{tracking_number}.example/"}

    refused = await shop.do(shop.administrator, "carrierSave", "", **given)

    assert [error["path"] for error in refused["userErrors"]] == [["input", "trackingUrlPattern"]]


async def test_a_method_whose_mapping_is_taken_away_leads_nowhere(shop: Shop) -> None:
    given = {"channelId": shop.id(shop.channel), "fulfiller": "press", "method": STANDARD, "remove": True}

    removed = await shop.do(shop.retailer, "shippingMappingSave", "shippingMapping { id }", **given)
    again = await shop.do(shop.retailer, "shippingMappingSave", "shippingMapping { id }", **given)
    order = await shop.order()

    assert (removed["userErrors"], removed["shippingMapping"], again["userErrors"]) == ([], None, [])
    assert await models.OrderEvent.filter(type="shipping_mapping.removed").count() == 1
    assert (await shop.now(order)).status == "NEW"
    assert (await audit()).findings == ()


async def test_a_method_maps_only_to_what_the_fulfiller_offers(shop: Shop) -> None:
    letter = await models.CarrierService.get(code="L")
    await models.OfferedService.filter(fulfiller__code="press", service_id=letter.id).delete()
    given = {
        "channelId": shop.id(shop.channel),
        "fulfiller": "press",
        "method": "Cheap",
        "serviceId": shop.id(letter),
    }

    payload = await shop.do(shop.retailer, "shippingMappingSave", **given)

    assert (blockers(payload), paths(payload)) == (["SERVICE_NOT_OFFERED"], [["input", "serviceId"]])


async def test_mappings_and_rules_lead_to_connected_fulfillers_alone(shop: Shop) -> None:
    await models.Connection.filter(retailer__code="leaf", fulfiller__code="press").update(status="INVITED")
    source = await models.Source.get(code="press")
    letter = await models.CarrierService.get(code="L")
    channel = shop.id(shop.channel)

    mapping = await shop.do(
        shop.retailer, "shippingMappingSave",
        channelId=channel, fulfiller="press", method="Cheap", serviceId=shop.id(letter),
    )  # fmt: skip
    rule = await shop.do(shop.retailer, "routingRuleSave", channelId=channel, place=1, sourceId=shop.id(source))

    assert (codes(mapping), paths(mapping)) == (["NOT_FOUND"], [["input", "fulfiller"]])
    assert (codes(rule), paths(rule)) == (["NOT_FOUND"], [["input", "sourceId"]])


async def test_a_rule_sends_lines_where_it_says_until_it_is_taken_away(shop: Shop) -> None:
    depot = await models.Source.get(code="depot")
    mug = await models.Variant.get(sku="MUG", company_id=shop.channel.retailer_id)
    await models.StockLevel.create(variant_id=mug.id, source_id=depot.id)
    given = {"channelId": shop.id(shop.channel), "place": 1, "sourceId": shop.id(depot), "countryCode": "de"}
    selection = f"routingRule {{ id place countryCode version source {{ code }} {HISTORY} }}"

    first = await shop.order()
    made = await shop.do(shop.retailer, "routingRuleSave", selection, **given)
    second = await shop.order()
    gone = await shop.do(
        shop.retailer, "routingRuleSave", selection, channelId=given["channelId"], place=1, remove=True
    )
    third = await shop.order()

    rule = made["routingRule"]
    assert (rule["place"], rule["countryCode"], rule["source"]["code"], rule["version"]) == (1, "DE", "depot", 1)
    assert (gone["userErrors"], gone["routingRule"]) == ([], None)
    sources = [(await shop.lines(order))[0].source_id for order in (first, second, third)]
    assert [source == depot.id for source in sources] == [False, True, False]


async def test_a_rule_at_a_taken_place_replaces_the_one_there(shop: Shop) -> None:
    press, depot = await models.Source.get(code="press"), await models.Source.get(code="depot")
    given = {"channelId": shop.id(shop.channel), "place": 1}
    await shop.do(shop.retailer, "routingRuleSave", sourceId=shop.id(press), countryCode="DE", **given)

    payload = await shop.do(
        shop.retailer,
        "routingRuleSave",
        f"routingRule {{ version countryCode {HISTORY} }}",
        sourceId=shop.id(depot),
        **given,
    )

    rule = payload["routingRule"]
    assert (rule["version"], rule["countryCode"]) == (2, None)
    changes = rule["history"]["nodes"][-1]["changes"]
    assert sorted(changes, key=lambda change: change["field"]) == [
        {"field": "countryCode", "before": "DE", "after": None},
        {"field": "source", "before": "press", "after": "depot"},
    ]
    assert await models.RoutingRule.filter(channel_id=shop.channel.id).count() == 1


@pytest.mark.parametrize("mutation", ["shippingMappingSave", "routingRuleSave"])
async def test_what_leads_orders_is_no_fulfillers_business(shop: Shop, mutation: str) -> None:
    await shop.processed()
    more = {"place": 1} if mutation == "routingRuleSave" else {"fulfiller": "press", "method": "x"}

    payload = await shop.do(shop.press, mutation, channelId=shop.id(shop.channel), **more)

    assert codes(payload) == ["PERMISSION_DENIED"]
