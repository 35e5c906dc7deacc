"""What is done with roles."""

from __future__ import annotations

import strawberry

from domain.access import Permission
from gql.fields import plain


@strawberry.input(description="A role: a new one, or what changes of one. What is left out stays as it is.")
class RoleSaveInput:
    """Input of `roleSave`."""

    id: strawberry.Maybe[strawberry.ID] = plain(about="Global id of the role to change; left out: a new role.")
    company: strawberry.Maybe[str] = plain(
        about="Code of the company of a new role; left out: the viewer's own. Only the platform names another."
    )
    code: strawberry.Maybe[str] = plain(
        about="Short name of a new role, unique within the company: 1 to 64 small letters, digits, dots, dashes "
        "and underscores. It never changes."
    )
    name: strawberry.Maybe[str] = plain(about="Full name, 1 to 200 characters. A new role needs one.")
    permissions: strawberry.Maybe[list[Permission]] = plain(
        about="Everything it may do, `orders.view` among it; only what the viewer may do, too, and what means "
        "something in a company of this kind. A new role needs them."
    )
    channels: strawberry.Maybe[list[str] | None] = plain(
        about="Codes of the sales channels it is limited to, at most 500; null, or a new role without: all."
    )
