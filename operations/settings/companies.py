"""Companies named in settings: by code, and only those whose business the viewer may run."""

from __future__ import annotations

from domain.access import CompanyKind
from domain.texts import unstorable
from models import Company
from models.visibility import visible
from operations.settings.unit import SettingsUnit

LONGEST_CODE = 64


async def own_company(unit: SettingsUnit, kind: CompanyKind, code: str | None, name: str) -> Company:
    """The company something new is made for: the viewer's own, or the one the platform names by code.

    `name` is the argument that names it. Raises Refused (not found) for everything else.
    """
    scope = unit.viewer.scope
    own = scope.company_kind is kind
    if code is None:
        company = await Company.get_or_none(id=scope.company_id) if own else None
    else:
        company = await _visible(unit, kind, code)
        company = company if company and (not own or company.id == scope.company_id) else None
    if company is None:
        raise unit.absent(Company, "input", name)
    return company


async def _visible(unit: SettingsUnit, kind: CompanyKind, code: str) -> Company | None:
    if len(code) > LONGEST_CODE or unstorable(code):
        return None
    return await visible(Company, unit.viewer.scope).filter(code=code, kind=kind).first()
