"""The built-in roles may do what the table says."""

from __future__ import annotations

import pytest

from domain.access import BUILT_IN_ROLES, CompanyKind, Permission, Scope

COLUMNS = ["administrator", "supervisor", "agent", "retailer", "fulfiller", "partner", "viewer"]
TABLE = """
    orders.view            x x x x x x x
    pii.view               x x x x x . .
    payments.view          x x x x . . .
    orders.create          x x x x . . .
    orders.edit            x x x x x . .
    orders.process         x x x x . . .
    orders.hold            x x x x x . .
    orders.cancel          x x x x x . .
    orders.comment         x x x x x . .
    orders.export          x x x x x x .
    fulfillment.manage     x x . . x . .
    batches.view           x x x . x . .
    batches.manage         x . . . x . .
    shipments.manage       x x . . x . .
    returns.create         x x x x . . .
    returns.approve        x x . x . . .
    returns.receive        x x . . x . .
    refunds.approve        x x . x . . .
    refunds.cancel         x x . x . . .
    appeasements.create    x x x x . . .
    exchanges.create       x x x x . . .
    reshipments.create     x x x x . . .
    replacements.create    x x x x x . .
    catalog.manage         x . . x x . .
    settings.manage        x . . x x . .
    roles.manage           x . . x x . .
"""
ROWS = {cells[0]: cells[1:] for cells in (line.split() for line in TABLE.strip().splitlines())}


@pytest.mark.parametrize("code", COLUMNS)
def test_a_built_in_role_may_do_exactly_what_its_column_says(code: str) -> None:
    (role,) = [role for role in BUILT_IN_ROLES if role.code == code]

    assert role.permissions == {
        permission for permission, cells in ROWS.items() if cells[COLUMNS.index(code)] == "x"
    }


def test_the_table_knows_every_permission_and_every_role() -> None:
    assert list(ROWS) == [permission.value for permission in Permission]
    assert [role.code for role in BUILT_IN_ROLES] == COLUMNS


def test_roles_are_made_for_the_kind_of_company_that_uses_them() -> None:
    kinds = {role.code: role.company_kind for role in BUILT_IN_ROLES}

    assert kinds.pop("retailer") is kinds.pop("partner") is CompanyKind.RETAILER
    assert kinds.pop("fulfiller") is CompanyKind.FULFILLER
    assert set(kinds.values()) == {CompanyKind.PLATFORM}


@pytest.mark.parametrize("kind", CompanyKind)
def test_a_scope_knows_its_side_and_what_it_may(kind: CompanyKind) -> None:
    scope = Scope(7, kind, frozenset({Permission.ORDERS_VIEW}))

    assert [scope.is_retailer, scope.is_fulfiller, scope.is_platform] == [kind is other for other in CompanyKind]
    assert [permission for permission in Permission if scope.may(permission)] == [Permission.ORDERS_VIEW]
