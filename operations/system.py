"""Ordergraph itself as a viewer: for the command line, the demo and the clock."""

from __future__ import annotations

from domain.access import CompanyKind, Permission, Scope, Viewer

NO_COMPANY = 0
"""Keys of companies start at 1: the system belongs to none."""


def system_viewer() -> Viewer:
    """Sees every order and may do everything; the log names it SYSTEM, not a person."""
    scope = Scope(NO_COMPANY, CompanyKind.PLATFORM, frozenset(Permission))
    return Viewer(name="Ordergraph", scope=scope, role="system")
