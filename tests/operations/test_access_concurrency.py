"""Two administrators at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

import models
from domain.access import Permission
from domain.refusals import Refused
from operations.access import clients, roles, users
from operations.world import World
from tests.shop import Shop


async def second_administrator(shop: Shop) -> models.User:
    role = await models.Role.get(company__code="leaf", code="retailer")
    return await models.User.create(company_id=role.company_id, role=role, name="Bea", email="bea@leaf.example")


async def outcomes(*actions) -> list[object]:
    found = await asyncio.gather(*actions, return_exceptions=True)
    return [type(one) if isinstance(one, BaseException) else "done" for one in found]


async def managers(company: str) -> int:
    rows = await models.User.filter(company__code=company, active=True).select_related("role")
    return sum(Permission.ROLES_MANAGE.value in user.role.permissions for user in rows)


async def test_two_administrators_who_let_each_other_go_at_once_leave_one(shop: Shop) -> None:
    other = await second_administrator(shop)

    for _ in range(5):
        await models.User.filter(company_id=other.company_id).update(active=True)
        found = await outcomes(
            *(
                users.save(World(), shop.retailer, users.SaveUser(user_id=key, active=False))
                for key in (other.id, shop.retailer.user_id)
            )
        )

        assert sorted(map(str, found)) == sorted(map(str, ["done", Refused]))
        assert await managers("leaf") == 1


async def test_a_role_that_loses_its_power_while_the_other_administrator_goes_leaves_one(shop: Shop) -> None:
    other = await second_administrator(shop)
    permissions = (Permission.ORDERS_VIEW, Permission.ROLES_MANAGE)
    spare = await models.Role.create(
        company_id=other.company_id, code="spare", name="Spare", permissions=[one.value for one in permissions]
    )
    await models.User.filter(id=other.id).update(role_id=spare.id)

    found = await outcomes(
        roles.save(
            World(), shop.retailer, roles.SaveRole(role_id=spare.id, permissions=(Permission.ORDERS_VIEW,))
        ),
        users.save(World(), shop.retailer, users.SaveUser(user_id=shop.retailer.user_id, active=False)),
    )

    assert sorted(map(str, found)) == sorted(map(str, ["done", Refused]))
    assert await managers("leaf") == 1


@pytest.mark.postgres
async def test_one_address_given_to_two_people_of_two_companies_at_once_belongs_to_one(shop: Shop) -> None:
    role_ids = [(await models.Role.get(company__code=code, code="partner")).id for code in ("leaf", "rival")]

    found = await outcomes(
        *(
            users.save(
                World(), viewer, users.SaveUser(name="Ada", email="ada@shop.example", role_id=role_id, active=True)
            )
            for viewer, role_id in zip((shop.retailer, shop.rival), role_ids, strict=True)
        )
    )

    assert sorted(map(str, found)) == sorted(map(str, ["done", Refused]))
    assert await models.User.filter(email="ada@shop.example").count() == 1


async def test_two_changes_of_one_role_at_once_both_count(shop: Shop) -> None:
    role = await models.Role.get(company__code="leaf", code="partner")
    wanted = [
        roles.SaveRole(role_id=role.id, name="Friends"),
        roles.SaveRole(role_id=role.id, permissions=(Permission.ORDERS_VIEW,)),
    ]

    found = await outcomes(*(roles.save(World(), shop.retailer, command) for command in wanted))

    row = await models.Role.get(id=role.id)
    assert found == ["done", "done"]
    assert (row.name, row.permissions, row.version) == ("Friends", ["orders.view"], 2)
    versions = await models.OrderEvent.filter(aggregate="role", aggregate_id=role.id).values_list(
        "order_version", flat=True
    )
    assert sorted(versions) == [1, 2]


@pytest.mark.parametrize("goes", [False, True])
async def test_who_is_let_go_gives_nothing_away_with_a_call_that_came_before_it(shop: Shop, goes: bool) -> None:
    other = await second_administrator(shop)
    bea = replace(shop.retailer, name="Bea", user_id=other.id)  # looked up while she may still manage access
    partner = await models.Role.get(company__code="leaf", code="partner")
    taken = {"active": False} if goes else {"role_id": partner.id}
    await users.save(World(), shop.retailer, users.SaveUser(user_id=other.id, **taken))

    found = await outcomes(
        clients.save(World(), bea, clients.SaveClient(name="Back door", role_id=other.role_id)),
        roles.save(
            World(), bea, roles.SaveRole(code="back", name="Back door", permissions=(Permission.ORDERS_VIEW,))
        ),
        users.save(
            World(), bea, users.SaveUser(name="Eve", email="eve@leaf.example", role_id=other.role_id, active=True)
        ),
    )

    assert found == [Refused, Refused, Refused]
    assert not await models.ApiClient.filter(name="Back door").exists()


async def test_who_may_do_less_since_a_call_began_gives_no_more_than_what_is_left(shop: Shop) -> None:
    other = await second_administrator(shop)
    bea = replace(shop.retailer, name="Bea", user_id=other.id)
    kept = (Permission.ORDERS_VIEW, Permission.ROLES_MANAGE)
    less = await roles.save(World(), shop.retailer, roles.SaveRole(code="less", name="Less", permissions=kept))
    await users.save(World(), shop.retailer, users.SaveUser(user_id=other.id, role_id=less))

    wanted = (*kept, Permission.PII_VIEW)

    with pytest.raises(Refused) as refusal:
        await roles.save(World(), bea, roles.SaveRole(code="back", name="Back door", permissions=wanted))
    made = await roles.save(World(), bea, roles.SaveRole(code="ok", name="As much", permissions=kept))

    assert [one.permission for one in refusal.value.reasons] == [Permission.PII_VIEW]
    assert (await models.Role.get(id=made)).permissions == ["orders.view", "roles.manage"]
