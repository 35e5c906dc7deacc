"""GraphiQL, from files of this installation only."""

from __future__ import annotations

import hashlib
import html
import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import Final

from aiohttp import web

from server.examples import EXAMPLES

_PACKAGE: Final = "graphene_django_graphiql_static"
"""Holds the files; made for Django, which its code needs and we do not have: its folder is found, not imported."""

_SCRIPT, _STYLE = "text/javascript", "text/css"
_THEIRS: Final = {
    "react.production.min.js": _SCRIPT,
    "react-dom.production.min.js": _SCRIPT,
    "graphiql.min.js": _SCRIPT,
    "graphql-ws.min.js": _SCRIPT,
    "graphiql.min.css": _STYLE,
}
_OURS: Final = {"graphiql.js": _SCRIPT, "graphiql.css": _STYLE}

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Scripts from our files only; the editor sets styles inline."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it goes out."""

    content: bytes
    type: str


def wants_page(request: web.Request) -> bool:
    """Whether a person opened the endpoint in a browser."""
    asks = request.headers.get("Accept", "").lower()
    return request.method == "GET" and "query" not in request.query and "text/html" in asks


class GraphiQL:
    """The page and its files, read once. Addresses of files change with their content, so they may be kept."""

    def __init__(self) -> None:
        theirs = _folder(_PACKAGE)
        ours = Path(__file__).parent / "static"
        self._assets = {**_load(theirs, _THEIRS), **_load(ours, _OURS)}
        self._version = _version(self._assets)
        self._page = _render(ours, self._version)

    def page(self) -> web.Response:
        """The page itself; asks for a token by itself, so it needs none."""
        return web.Response(
            text=self._page,
            content_type="text/html",
            headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Vary": "Accept"},
        )

    async def asset(self, request: web.Request) -> web.Response:
        """One file, to be kept for a year. 404 for any other name or version."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None or request.match_info["version"] != self._version:
            raise web.HTTPNotFound
        return web.Response(
            body=asset.content,
            content_type=asset.type,
            charset="utf-8",
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"The package {package} is not installed: run `make install`.")
    return Path(spec.submodule_search_locations[0]) / "static" / package


def _load(folder: Path, names: dict[str, str]) -> dict[str, Asset]:
    return {name: Asset((folder / name).read_bytes(), kind) for name, kind in names.items()}


def _version(assets: dict[str, Asset]) -> str:
    return hashlib.sha256(b"".join(asset.content for asset in assets.values())).hexdigest()[:12]


def _render(folder: Path, version: str) -> str:
    examples = [{"query": f"# {one.title}\n{one.query}", "variables": one.variables} for one in EXAMPLES]
    template = Template((folder / "graphiql.html").read_text(encoding="utf-8"))
    return template.substitute(assets=f"/graphiql/assets/{version}", examples=html.escape(json.dumps(examples)))
