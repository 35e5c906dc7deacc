"""Who works in the demo, with every built-in role, and the viewers they act as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.access import Viewer
from models import ApiClient, Company, Role, User
from operations.bootstrap import PLATFORM_CODE
from operations.system import system_viewer
from server.demo.companies import FIRST_LEAF, PAPER_MILL, PLAYROOM, POTTERY, PRINT_SHOP, WAREHOUSE
from server.demo.customers import ascii_name
from server.viewers import scope_of

PARTNER: Final = "Parcelwise analytics"
PEOPLE: Final = (
    (PLATFORM_CODE, "administrator", "Noor Adeyemi"),
    (PLATFORM_CODE, "supervisor", "Tomasz Wieczorek"),
    (PLATFORM_CODE, "agent", "Mina Okafor"),
    (PLATFORM_CODE, "agent", "Luca Ferrante"),
    (PLATFORM_CODE, "viewer", "Sana Qureshi"),
    (FIRST_LEAF, "retailer", "Elin Sandström"),
    (PLAYROOM, "retailer", "Diego Marín"),
    (PRINT_SHOP, "fulfiller", "Priya Raman"),
    (PAPER_MILL, "fulfiller", "Bram de Wilde"),
    (WAREHOUSE, "fulfiller", "Femke Jansen"),
    (POTTERY, "fulfiller", "Inês Carvalho"),
)
"""Company, role, name; the first of a role is the one `ordergraph token ROLE` speaks for."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody who acts in the demo, as viewers."""

    agents: tuple[Viewer, ...]
    retailers: Mapping[int, Viewer]
    """By the key of their company."""
    fulfillers: Mapping[int, Viewer]
    system: Viewer


async def create_people(companies: Mapping[str, Company]) -> None:
    """One user per entry, and the partner's API client. Call it in a transaction."""
    for code, role_code, name in PEOPLE:
        company = companies[code]
        role = await Role.get(company_id=company.id, code=role_code)
        await User.create(company_id=company.id, role_id=role.id, name=name, email=_email(name, code))
    first_leaf = companies[FIRST_LEAF]
    partner = await Role.get(company_id=first_leaf.id, code="partner")
    await ApiClient.create(company_id=first_leaf.id, role_id=partner.id, name=PARTNER)


async def staff() -> Staff:
    """The demo's people, read from the database."""
    users = User.filter(name__in=[name for _, _, name in PEOPLE]).order_by("id")
    viewers = [
        (user.role.code, Viewer(user.name, scope_of(user.company, user.role), user.id, role=user.role.name))
        for user in await users.select_related("company", "role")
    ]

    def in_role(code: str) -> tuple[Viewer, ...]:
        return tuple(viewer for role, viewer in viewers if role == code)

    def by_company(code: str) -> dict[int, Viewer]:
        return {viewer.scope.company_id: viewer for viewer in in_role(code)}

    return Staff(in_role("agent"), by_company("retailer"), by_company("fulfiller"), system_viewer())


def _email(name: str, code: str) -> str:
    return f"{ascii_name(name)}@{code}.example.com"
