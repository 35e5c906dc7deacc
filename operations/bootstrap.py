"""What every database starts with: the company that operates the platform, and roles for each company."""

from __future__ import annotations

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from domain.access import BUILT_IN_ROLES, CompanyKind
from models import Company, Role

PLATFORM_CODE = "platform"


async def ensure_platform() -> Company:
    """The platform's company with its built-in roles, made when there is none.

    Changes nothing that is there: roles are editable. Two programs may call it at once.
    """
    if company := await Company.get_or_none(code=PLATFORM_CODE):
        return company
    try:
        async with in_transaction():
            company = await Company.create(code=PLATFORM_CODE, name="Ordergraph", kind=CompanyKind.PLATFORM)
            await create_roles(company)
    except IntegrityError:
        return await Company.get(code=PLATFORM_CODE)
    return company


async def create_roles(*companies: Company) -> None:
    """Gives companies made in this transaction the built-in roles of their kind."""
    await Role.bulk_create(
        Role(
            company_id=company.id,
            code=role.code,
            name=role.name,
            permissions=sorted(permission.value for permission in role.permissions),
        )
        for company in companies
        for role in BUILT_IN_ROLES
        if role.company_kind is company.kind
    )
