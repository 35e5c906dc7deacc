"""Two administrators at once."""

from __future__ import annotations

import asyncio

import pytest

import models
from domain.access import Permission
from domain.refusals import Refused
from operations.access import roles, users
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
