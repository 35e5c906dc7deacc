"""Who may act for a company, and who decides that."""

from __future__ import annotations

from dataclasses import replace

import pytest

import models
from domain.access import Permission, Scope
from gql.ids import to_global
from tests.shop import Shop

ROLE = "role { id code name permissions channels { code } builtIn version company { code } }"
USER = "user { id name email active version role { code } company { code } }"
CLIENT = "apiClient { id name keyPrefix previousKeyUntil revokedAt lastUsedAt version role { code } } key"


async def role_id(shop: Shop, company: str, code: str) -> str:
    return shop.id(await models.Role.get(company__code=company, code=code))


async def user_id(shop: Shop, name: str) -> str:
    return to_global("User", shop.viewers[name].user_id)


async def a_role(shop: Shop, *permissions: str, code: str = "desk", channels: list[str] | None = None) -> str:
    """A role of leaf's own making, made by leaf itself."""
    wanted = ["ORDERS_VIEW", *permissions]
    payload = await shop.do(
        shop.retailer, "roleSave", ROLE, code=code, name="Desk", permissions=wanted, channels=channels
    )
    return payload["role"]["id"]


def codes(payload: dict) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["path"]) for error in payload["userErrors"]]


async def written() -> int:
    return await models.OrderEvent.all().count()


# ---- roles


async def test_a_company_makes_a_role_of_what_its_administrator_may_do(shop: Shop) -> None:
    payload = await shop.do(
        shop.retailer,
        "roleSave",
        ROLE,
        code="desk",
        name=" Front desk ",
        permissions=["ORDERS_COMMENT", "ORDERS_VIEW", "ORDERS_VIEW"],
        channels=[shop.channel.code],
    )

    assert payload["userErrors"] == []
    role = payload["role"]
    role.pop("id")
    assert role == {
        "code": "desk",
        "name": "Front desk",
        "permissions": ["ORDERS_VIEW", "ORDERS_COMMENT"],
        "channels": [{"code": shop.channel.code}],
        "builtIn": False,
        "version": 1,
        "company": {"code": "leaf"},
    }


async def test_what_is_left_out_of_a_role_stays_and_null_lifts_its_limit(shop: Shop) -> None:
    desk = await a_role(shop, "ORDERS_COMMENT", channels=[shop.channel.code])

    renamed = (await shop.do(shop.retailer, "roleSave", ROLE, id=desk, name="Till"))["role"]
    unlimited = (await shop.do(shop.retailer, "roleSave", ROLE, id=desk, channels=None))["role"]

    assert (renamed["name"], renamed["permissions"]) == ("Till", ["ORDERS_VIEW", "ORDERS_COMMENT"])
    assert renamed["channels"] == [{"code": shop.channel.code}]
    assert (unlimited["name"], unlimited["channels"], unlimited["version"]) == ("Till", None, 3)


async def test_the_same_role_again_changes_nothing(shop: Shop) -> None:
    desk = await a_role(shop)
    before = await written()

    payload = await shop.do(shop.retailer, "roleSave", ROLE, id=desk, name="Desk", permissions=["ORDERS_VIEW"])

    assert (payload["userErrors"], payload["role"]["version"]) == ([], 1)
    assert await written() == before


async def test_a_built_in_role_can_be_changed_and_keeps_its_code(shop: Shop) -> None:
    partner = await role_id(shop, "leaf", "partner")

    changed = await shop.do(shop.retailer, "roleSave", ROLE, id=partner, permissions=["ORDERS_VIEW"])
    recoded = await shop.do(shop.retailer, "roleSave", ROLE, id=partner, code="guest")

    assert (changed["role"]["builtIn"], changed["role"]["permissions"]) == (True, ["ORDERS_VIEW"])
    assert codes(recoded) == [("INVALID_INPUT", ["input", "code"])]


async def test_nobody_gives_a_permission_they_lack(shop: Shop) -> None:
    before = await written()

    payload = await shop.do(
        shop.retailer,
        "roleSave",
        ROLE,
        code="stronger",
        name="Stronger",
        permissions=["ORDERS_VIEW", "SHIPMENTS_MANAGE", "FULFILLMENT_MANAGE"],
    )

    assert payload["role"] is None
    assert {error["permission"] for error in payload["userErrors"]} == {"SHIPMENTS_MANAGE", "FULFILLMENT_MANAGE"}
    assert {tuple(error["path"]) for error in payload["userErrors"]} == {("input", "permissions")}
    assert await written() == before


async def test_nobody_touches_a_role_that_may_do_more_than_they_may(shop: Shop) -> None:
    weaker = shop.with_permissions(shop.administrator, Permission.ORDERS_VIEW, Permission.ROLES_MANAGE)
    administrator = await role_id(shop, "platform", "administrator")

    renamed = await shop.do(weaker, "roleSave", ROLE, id=administrator, name="Nobody")
    taken = await shop.do(weaker, "roleSave", ROLE, id=administrator, permissions=["ORDERS_VIEW"])

    for payload in (renamed, taken):
        assert ("PERMISSION_DENIED", ["input", "id"]) in codes(payload)
    assert "PAYMENTS_VIEW" in {error.get("permission") for error in renamed["userErrors"]}


@pytest.mark.parametrize(
    ("viewer", "company", "permission"),
    [
        ("press", None, "ORDERS_CREATE"),
        ("administrator", "press", "PAYMENTS_VIEW"),
        ("leaf", None, "BATCHES_MANAGE"),
    ],
)
async def test_a_permission_that_means_nothing_in_a_company_is_told(shop, viewer, company, permission) -> None:
    whose = {} if company is None else {"company": company}
    payload = await shop.do(
        shop.viewers[viewer],
        "roleSave",
        ROLE,
        code="odd",
        name="Odd",
        permissions=["ORDERS_VIEW", permission],
        **whose,
    )

    assert ("INVALID_INPUT", ["input", "permissions", "1"]) in codes(payload)


async def test_whoever_may_do_anything_may_read(shop: Shop) -> None:
    payload = await shop.do(
        shop.retailer, "roleSave", ROLE, code="blind", name="Blind", permissions=["ORDERS_COMMENT"]
    )

    assert codes(payload) == [("INVALID_INPUT", ["input", "permissions"])]


async def test_a_limited_administrator_gives_only_channels_of_their_own(shop: Shop) -> None:
    limited = shop.limited_to(shop.administrator, shop.channel)
    wanted = {"name": "New", "permissions": ["ORDERS_VIEW"], "company": "platform"}

    every = await shop.do(limited, "roleSave", ROLE, code="every", **wanted)
    other = await shop.do(limited, "roleSave", ROLE, code="other", channels=[shop.rival_channel.code], **wanted)
    own = await shop.do(limited, "roleSave", ROLE, code="own", channels=[shop.channel.code], **wanted)

    assert [error["blockers"][0]["code"] for error in every["userErrors"]] == ["CHANNELS_LIMITED"]
    assert codes(other) == [("NOT_FOUND", ["input", "channels", "0"])]
    assert own["userErrors"] == []


async def test_channels_of_others_and_channels_that_do_not_exist_are_refused_alike(shop: Shop) -> None:
    wanted = {"name": "New", "permissions": ["ORDERS_VIEW"], "code": "new"}

    answers = [
        (await shop.do(viewer, "roleSave", ROLE, channels=[code], **wanted, **more))["userErrors"]
        for viewer, code, more in (
            (shop.retailer, shop.rival_channel.code, {}),
            (shop.retailer, "nowhere", {}),
            (shop.retailer, "\0", {}),
            (shop.press, shop.channel.code, {}),
            (shop.administrator, shop.rival_channel.code, {"company": "leaf"}),
        )
    ]

    assert answers == [answers[0]] * len(answers)
    assert [(error["code"], error["path"]) for error in answers[0]] == [("NOT_FOUND", ["input", "channels", "0"])]


async def test_a_fulfiller_is_limited_to_channels_its_orders_came_through(shop: Shop) -> None:
    await shop.processed(("MUG", 1))

    payload = await shop.do(
        shop.press,
        "roleSave",
        ROLE,
        code="leaf-desk",
        name="Leaf",
        permissions=["ORDERS_VIEW"],
        channels=[shop.channel.code],
    )

    assert payload["role"]["channels"] == [{"code": shop.channel.code}]


async def test_everything_wrong_with_a_role_is_told_at_once(shop: Shop) -> None:
    payload = await shop.do(
        shop.retailer,
        "roleSave",
        ROLE,
        code="Not a code",
        name=" ",
        permissions=["SHIPMENTS_MANAGE"],
        channels=["x"],
    )

    assert codes(payload) == [
        ("INVALID_INPUT", ["input", "name"]),
        ("INVALID_INPUT", ["input", "code"]),
        ("NOT_FOUND", ["input", "channels", "0"]),
        ("INVALID_INPUT", ["input", "permissions"]),
        ("PERMISSION_DENIED", ["input", "permissions"]),
    ]


async def test_a_new_role_needs_code_name_and_permissions(shop: Shop) -> None:
    payload = await shop.do(shop.retailer, "roleSave", ROLE)

    assert codes(payload) == [("INVALID_INPUT", ["input", name]) for name in ("code", "name", "permissions")]


async def test_a_code_is_taken_once_in_a_company_and_free_in_others(shop: Shop) -> None:
    await a_role(shop, code="desk")
    wanted = {"code": "desk", "name": "Desk", "permissions": ["ORDERS_VIEW"]}

    again = await shop.do(shop.retailer, "roleSave", ROLE, **wanted)
    elsewhere = await shop.do(shop.rival, "roleSave", ROLE, **wanted)

    assert codes(again) == [("INVALID_INPUT", ["input", "code"])]
    assert elsewhere["role"]["company"] == {"code": "rival"}


async def test_the_role_of_the_last_administrator_keeps_what_makes_them_one(shop: Shop) -> None:
    own = await role_id(shop, "leaf", "retailer")

    payload = await shop.do(shop.retailer, "roleSave", ROLE, id=own, permissions=["ORDERS_VIEW"])

    assert [error["blockers"][0]["code"] for error in payload["userErrors"]] == ["LAST_ADMINISTRATOR"]


async def test_a_version_that_has_passed_is_refused(shop: Shop) -> None:
    desk = await a_role(shop)
    document = """mutation($id: ID!, $guard: MutationGuard) {
        roleSave(input: {id: $id, name: "Till"}, guard: $guard) {
            role { name } userErrors { __typename ... on VersionConflict { expected actual } }
    } }"""

    answer = await shop.ask(shop.retailer, document, id=desk, guard={"expectedVersion": 7})

    assert answer.of("roleSave")["userErrors"] == [{"__typename": "VersionConflict", "expected": 7, "actual": 1}]


# ---- users


async def test_somebody_is_made_gets_another_role_and_is_let_go(shop: Shop) -> None:
    desk, partner = await a_role(shop), await role_id(shop, "leaf", "partner")

    made = await shop.do(shop.retailer, "userSave", USER, name="Ada", email=" Ada@Leaf.example ", roleId=desk)
    moved = await shop.do(shop.retailer, "userSave", USER, id=made["user"]["id"], roleId=partner)
    gone = await shop.do(shop.retailer, "userSave", USER, id=made["user"]["id"], active=False)

    assert made["user"] | {"id": ""} == {
        "id": "",
        "name": "Ada",
        "email": "ada@leaf.example",
        "active": True,
        "version": 1,
        "role": {"code": "desk"},
        "company": {"code": "leaf"},
    }
    assert (moved["user"]["role"], moved["user"]["email"]) == ({"code": "partner"}, "ada@leaf.example")
    assert (gone["user"]["active"], gone["user"]["role"], gone["user"]["version"]) == (
        False,
        {"code": "partner"},
        3,
    )


async def test_an_address_belongs_to_one_person_in_the_whole_installation(shop: Shop) -> None:
    desk = await a_role(shop)

    payload = await shop.do(shop.retailer, "userSave", USER, name="Ada", email="RIVAL@shop.example", roleId=desk)

    assert codes(payload) == [("INVALID_INPUT", ["input", "email"])]


@pytest.mark.parametrize(
    "email", ["", "a@", "@b", "no address", "a b@c", "\0@b.example", "x" * 250 + "@y.example"]
)
async def test_what_is_no_address_is_refused(shop: Shop, email: str) -> None:
    desk = await a_role(shop)

    payload = await shop.do(shop.retailer, "userSave", USER, name="Ada", email=email, roleId=desk)

    assert codes(payload) == [("INVALID_INPUT", ["input", "email"])]


async def test_nobody_makes_somebody_stronger_than_themselves(shop: Shop) -> None:
    manager = shop.with_permissions(shop.retailer, Permission.ORDERS_VIEW, Permission.ROLES_MANAGE)
    strong = await role_id(shop, "leaf", "retailer")

    made = await shop.do(manager, "userSave", USER, name="Ada", email="ada@leaf.example", roleId=strong)
    own = await shop.do(manager, "userSave", USER, id=await user_id(shop, "leaf"), name="Me")
    client = await shop.do(manager, "apiClientSave", CLIENT, name="Feed", roleId=strong)

    assert {tuple(path) for _, path in codes(made)} == {("input", "roleId")}
    assert {tuple(path) for _, path in codes(own)} == {("input", "id")}
    assert {code for code, _ in codes(client)} == {"PERMISSION_DENIED"}
    assert client["key"] is None


async def test_a_role_of_another_company_is_not_there(shop: Shop) -> None:
    foreign = await role_id(shop, "rival", "partner")
    asked = [foreign, to_global("Role", 999_999), "nonsense", ""]

    answers = [
        (await shop.do(viewer, "userSave", USER, name="Ada", email="ada@leaf.example", roleId=one))["userErrors"]
        for viewer in (shop.retailer, shop.administrator)
        for one in asked
    ]

    assert answers == [answers[0]] * len(answers)
    assert [(error["code"], error["path"]) for error in answers[0]] == [("NOT_FOUND", ["input", "roleId"])]


@pytest.mark.parametrize("change", [{"active": False}, {"roleId": "partner"}])
async def test_the_last_administrator_of_a_company_stays_one(shop: Shop, change: dict) -> None:
    own = await user_id(shop, "leaf")
    if "roleId" in change:
        change = {"roleId": await role_id(shop, "leaf", "partner")}

    alone = await shop.do(shop.retailer, "userSave", USER, id=own, **change)
    by_platform = await shop.do(shop.administrator, "userSave", USER, id=own, **change)
    await models.User.create(
        company_id=shop.companies["leaf"].id,
        role=await models.Role.get(company__code="leaf", code="retailer"),
        name="Bea",
        email="bea@leaf.example",
    )
    with_another = await shop.do(shop.retailer, "userSave", USER, id=own, **change)

    for refused in (alone, by_platform):
        assert [error["blockers"][0]["code"] for error in refused["userErrors"]] == ["LAST_ADMINISTRATOR"]
    assert with_another["userErrors"] == []


# ---- programs


async def test_a_key_is_shown_once_and_only_its_hash_is_kept(shop: Shop) -> None:
    partner = await role_id(shop, "leaf", "partner")

    made = await shop.do(shop.retailer, "apiClientSave", CLIENT, name="Feed", roleId=partner)
    renamed = await shop.do(shop.retailer, "apiClientSave", CLIENT, id=made["apiClient"]["id"], name="Feed 2")

    key = made["key"]
    assert key.startswith(made["apiClient"]["keyPrefix"] + "_")
    assert len(key) >= 50
    assert (renamed["key"], renamed["apiClient"]["name"]) == (None, "Feed 2")
    row = await models.ApiClient.get(key_prefix=made["apiClient"]["keyPrefix"])
    kept = [str(getattr(row, column)) for column in row._meta.db_fields]
    secret = key.removeprefix(made["apiClient"]["keyPrefix"] + "_")
    assert not any(secret in text for text in kept)
    events = await models.OrderEvent.all()
    assert not any(secret in f"{event.summary} {event.data}" for event in events)


async def test_a_repeated_call_shows_no_key_and_makes_no_second_client(shop: Shop) -> None:
    document = """mutation($role: ID!) {
        apiClientSave(input: {name: "Feed", roleId: $role}, guard: {idempotencyKey: "once"}) {
            key apiClient { id } receipt { replayed } warnings { code path }
    } }"""
    partner = await role_id(shop, "leaf", "partner")

    first = (await shop.ask(shop.retailer, document, role=partner)).of("apiClientSave")
    second = (await shop.ask(shop.retailer, document, role=partner)).of("apiClientSave")

    assert first["key"] is not None
    assert (second["key"], second["receipt"]) == (None, {"replayed": True})
    assert second["apiClient"] == first["apiClient"]
    assert second["warnings"] == [{"code": "SHOWN_ONCE", "path": ["key"]}]
    stored = await models.IdempotencyKey.get(key="once")
    assert first["key"] not in str(stored.answer)


async def test_a_revoked_client_stays_revoked(shop: Shop) -> None:
    partner = await role_id(shop, "leaf", "partner")
    client = (await shop.do(shop.retailer, "apiClientSave", CLIENT, name="Feed", roleId=partner))["apiClient"][
        "id"
    ]

    revoked = await shop.do(shop.retailer, "apiClientRevoke", CLIENT.removesuffix(" key"), apiClientId=client)
    again = await shop.do(shop.retailer, "apiClientRevoke", CLIENT.removesuffix(" key"), apiClientId=client)
    rotated = await shop.do(shop.retailer, "apiClientRotate", CLIENT, apiClientId=client)
    renamed = await shop.do(shop.retailer, "apiClientSave", CLIENT, id=client, name="Back")

    assert revoked["apiClient"]["revokedAt"] is not None
    assert again["apiClient"]["version"] == revoked["apiClient"]["version"] == 2
    for payload in (rotated, renamed):
        assert [error["blockers"][0]["code"] for error in payload["userErrors"]] == ["KEY_REVOKED"]
        assert (payload["key"], [error["retry"] for error in payload["userErrors"]]) == (None, ["NEVER"])


@pytest.mark.parametrize("overlap", [-1, 10_081])
async def test_an_old_key_does_not_go_on_for_ever(shop: Shop, overlap: int) -> None:
    partner = await role_id(shop, "leaf", "partner")
    client = (await shop.do(shop.retailer, "apiClientSave", CLIENT, name="Feed", roleId=partner))["apiClient"][
        "id"
    ]

    payload = await shop.do(shop.retailer, "apiClientRotate", CLIENT, apiClientId=client, overlapMinutes=overlap)

    assert codes(payload) == [("INVALID_INPUT", ["input", "overlapMinutes"])]


# ---- who may


MUTATIONS = [
    ("roleSave", {"code": "x", "name": "X", "permissions": ["ORDERS_VIEW"]}, "Role", "id"),
    ("userSave", {"name": "X", "email": "x@x.example"}, "User", "id"),
    ("apiClientSave", {"name": "X"}, "ApiClient", "id"),
    ("apiClientRotate", {}, "ApiClient", "apiClientId"),
    ("apiClientRevoke", {}, "ApiClient", "apiClientId"),
]


async def own_and_foreign(shop: Shop) -> dict[str, tuple[str, str]]:
    """Ids of a role, a user and a client of rival, beside ids that nobody has."""
    role = await models.Role.get(company__code="rival", code="partner")
    client = await models.ApiClient.create(company_id=role.company_id, role=role, name="Feed")
    rows = {"Role": role, "User": await models.User.get(company__code="rival"), "ApiClient": client}
    return {name: (shop.id(row), to_global(name, 999_999)) for name, row in rows.items()}


@pytest.mark.parametrize("name", ["viewer", "agent", "supervisor", "partner"])
@pytest.mark.parametrize(("mutation", "rest", "kind", "argument"), MUTATIONS)
async def test_without_roles_manage_nothing_is_saved_whatever_is_named(
    shop, name, mutation, rest, kind, argument
) -> None:
    foreign, absent = (await own_and_foreign(shop))[kind]
    before = await written()

    answers = [await shop.do(shop.viewers[name], mutation, **{argument: one}, **rest) for one in (foreign, absent)]

    for payload in answers:
        assert [(error["code"], error.get("permission")) for error in payload["userErrors"]] == [
            ("PERMISSION_DENIED", "ROLES_MANAGE")
        ]
    assert await written() == before


@pytest.mark.parametrize("name", ["leaf", "press"])
@pytest.mark.parametrize(("mutation", "rest", "kind", "argument"), MUTATIONS)
async def test_what_is_of_another_company_and_what_does_not_exist_are_answered_alike(
    shop, name, mutation, rest, kind, argument
) -> None:
    foreign, absent = (await own_and_foreign(shop))[kind]
    asked = [foreign, absent, to_global("Company", 1), "nonsense", "\ud800\0"]

    answers = [
        (await shop.do(shop.viewers[name], mutation, **{argument: one}, **rest))["userErrors"] for one in asked
    ]

    assert answers == [answers[0]] * len(asked)
    assert [(error["code"], error["path"]) for error in answers[0]] == [("NOT_FOUND", ["input", argument])]


async def test_only_the_platform_names_another_company(shop: Shop) -> None:
    wanted = {"code": "desk", "name": "Desk", "permissions": ["ORDERS_VIEW"]}

    foreign = await shop.do(shop.retailer, "roleSave", ROLE, company="rival", **wanted)
    absent = await shop.do(shop.retailer, "roleSave", ROLE, company="nobody", **wanted)
    partner = await shop.do(shop.retailer, "roleSave", ROLE, company="press", **wanted)
    own = await shop.do(shop.retailer, "roleSave", ROLE, company="leaf", **wanted)
    by_platform = await shop.do(shop.administrator, "roleSave", ROLE, company="rival", **wanted)

    assert foreign["userErrors"] == absent["userErrors"] == partner["userErrors"]
    assert codes(foreign) == [("NOT_FOUND", ["input", "company"])]
    assert own["role"]["company"] == {"code": "leaf"}
    assert by_platform["role"]["company"] == {"code": "rival"}


LISTS = "{ roles { nodes { company { code } } count { value } } users { nodes { company { code } email } } }"


@pytest.mark.parametrize(
    ("name", "companies"),
    [
        ("administrator", {"platform", "leaf", "rival", "press", "dock", "depot", "stranger"}),
        ("leaf", {"leaf"}),
        ("press", {"press"}),
        *((name, set()) for name in ("viewer", "agent", "supervisor", "partner")),
    ],
)
async def test_roles_and_people_are_seen_by_those_who_manage_them(shop: Shop, name: str, companies: set) -> None:
    everything = {
        shop.id(row)
        for model in (models.Role, models.User, models.ApiClient)
        for row in await model.all()
        if (await row.company).code not in companies
    }
    ids = sorted(everything)[:100]

    answer = (await shop.ask(shop.viewers[name], LISTS)).data
    nodes = (await shop.ask(shop.viewers[name], "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)).data

    for field in ("roles", "users"):
        assert {node["company"]["code"] for node in answer[field]["nodes"]} == companies
    assert set(map(str, nodes["nodes"])) <= {"None"}


async def test_a_page_of_one_companys_roles_is_asked_for_by_its_code(shop: Shop) -> None:
    document = """query($c: String) { roles(company: $c, first: 2) { nodes { code } pageInfo { hasNextPage } }
        apiClients(company: $c) { nodes { name role { code } keyPrefix } } }"""

    own = await shop.ask(shop.administrator, document, c="leaf")
    foreign = await shop.ask(shop.retailer, document, c="rival")

    assert own.data["roles"] == {
        "nodes": [{"code": "retailer"}, {"code": "partner"}],
        "pageInfo": {"hasNextPage": False},
    }
    assert own.data["apiClients"]["nodes"] == [{"name": "Partner", "role": {"code": "partner"}, "keyPrefix": None}]
    assert foreign.data == {
        "roles": {"nodes": [], "pageInfo": {"hasNextPage": False}},
        "apiClients": {"nodes": []},
    }


# ---- history


HISTORY = """query($id: ID!) { node(id: $id) {
    ... on Role { history { nodes { type kind orderVersion changes { field before after } actor { name } } } }
    ... on User { history { nodes { type summary changes { field before after } } } }
} }"""


async def test_the_history_of_a_role_tells_who_changed_what(shop: Shop) -> None:
    desk = await a_role(shop, channels=[shop.channel.code])
    await shop.do(
        shop.administrator, "roleSave", ROLE, id=desk, permissions=["ORDERS_VIEW", "ORDERS_COMMENT"], channels=None
    )

    seen = (await shop.ask(shop.retailer, HISTORY, id=desk)).data["node"]["history"]["nodes"]

    made, changed = seen
    assert (made["type"], made["kind"], made["orderVersion"]) == ("role.created", "ACCESS", 1)
    assert (changed["type"], changed["orderVersion"]) == ("role.changed", 2)
    assert changed["actor"] == {"name": "Ordergraph"}  # the platform, not its person
    assert {one["field"]: (one["before"], one["after"]) for one in changed["changes"]} == {
        "permissions": (["orders.view"], ["orders.comment", "orders.view"]),
        "channels": ([shop.channel.code], None),
    }


async def test_a_new_address_is_told_without_the_address(shop: Shop) -> None:
    own = await user_id(shop, "leaf")
    await shop.do(shop.retailer, "userSave", USER, id=own, email="secret@leaf.example")

    (seen,) = (await shop.ask(shop.retailer, HISTORY, id=own)).data["node"]["history"]["nodes"]

    assert (seen["type"], seen["changes"]) == ("user.changed", [])
    assert "new e-mail address" in seen["summary"]
    row = await models.OrderEvent.get(type="user.changed")
    assert "secret@" not in f"{row.summary} {row.data}"


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("leaf", True),
        ("administrator", True),
        ("partner", False),
        ("agent", False),
        ("rival", False),
        ("press", False),
    ],
)
async def test_changes_of_access_are_read_by_those_who_manage_it(shop: Shop, name: str, reads: bool) -> None:
    await a_role(shop)

    answer = await shop.ask(shop.viewers[name], "{ orderEvents(filter: {kind: [ACCESS]}) { nodes { type } } }")

    assert bool(answer.data["orderEvents"]["nodes"]) is reads


async def test_a_fulfillers_changes_are_read_by_itself_and_the_platform(shop: Shop) -> None:
    await shop.do(shop.press, "roleSave", ROLE, code="desk", name="Desk", permissions=["ORDERS_VIEW"])
    document = "{ orderEvents(filter: {kind: [ACCESS]}) { nodes { type } } }"

    reads = {
        name: bool((await shop.ask(shop.viewers[name], document)).data["orderEvents"]["nodes"])
        for name in ("press", "administrator", "leaf", "dock")
    }

    assert reads == {"press": True, "administrator": True, "leaf": False, "dock": False}


async def test_ordergraph_itself_has_no_company_and_must_name_one(shop: Shop) -> None:
    scope = Scope(0, shop.administrator.scope.company_kind, frozenset(Permission))
    nobody = replace(shop.administrator, scope=scope)

    payload = await shop.do(nobody, "roleSave", ROLE, code="x", name="X", permissions=["ORDERS_VIEW"])

    assert codes(payload) == [("NOT_FOUND", ["input", "company"])]
