"""Who is asking."""

from __future__ import annotations

from domain.access import Viewer
from gql.fields import Info


def viewer(info: Info) -> Viewer:
    """The person or program behind the request."""
    return info.context.viewer
