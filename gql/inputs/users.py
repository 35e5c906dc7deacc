"""What is done with people."""

from __future__ import annotations

import strawberry

from gql.fields import plain


@strawberry.input(description="A user: a new one, or what changes of one. What is left out stays as it is.")
class UserSaveInput:
    """Input of `userSave`."""

    id: strawberry.Maybe[strawberry.ID] = plain(about="Global id of the user to change; left out: a new user.")
    company: strawberry.Maybe[str] = plain(
        about="Code of the company of a new user; left out: the viewer's own. Only the platform names another."
    )
    name: strawberry.Maybe[str] = plain(about="The person's name, 1 to 200 characters. A new user needs one.")
    email: strawberry.Maybe[str] = plain(
        about="E-mail address, up to 254 characters, kept in small letters, unique in the whole installation. A "
        "new user needs one."
    )
    role_id: strawberry.Maybe[strawberry.ID] = plain(
        about="Global id of a role of the same company that may do no more than the viewer's. A new user needs it."
    )
    active: strawberry.Maybe[bool] = plain(
        about="Whether the person may sign in; a new user may, unless told not to."
    )
