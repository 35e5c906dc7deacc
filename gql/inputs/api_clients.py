"""What is done with programs and their keys."""

from __future__ import annotations

import strawberry

from gql.fields import plain


@strawberry.input(description="An API client: a new one, or what changes of one. What is left out stays as it is.")
class ApiClientSaveInput:
    """Input of `apiClientSave`."""

    id: strawberry.Maybe[strawberry.ID] = plain(
        about="Global id of the API client to change; left out: a new one, with a key."
    )
    company: strawberry.Maybe[str] = plain(
        about="Code of the company of a new API client; left out: the own one. Only the platform names another."
    )
    name: strawberry.Maybe[str] = plain(
        about="What the program is called, 1 to 200 characters. A new one needs it."
    )
    role_id: strawberry.Maybe[strawberry.ID] = plain(
        about="Global id of a role of the same company that may do no more than the viewer's. A new one needs it."
    )


@strawberry.input(description="Which API client gets a new key.")
class ApiClientRotateInput:
    """Input of `apiClientRotate`."""

    api_client_id: strawberry.ID = plain(about="Global id of the API client.")
    overlap_minutes: int = strawberry.field(
        default=0, description="For how many minutes the old key goes on beside the new one: 0 to 10080, a week."
    )


@strawberry.input(description="Which API client ends.")
class ApiClientRevokeInput:
    """Input of `apiClientRevoke`."""

    api_client_id: strawberry.ID = plain(about="Global id of the API client.")
