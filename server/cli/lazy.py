"""Commands that are loaded when they are called: most of the time a command takes to start is loading."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import click


class Later(NamedTuple):
    """Where a command is (`module:attribute`), and its line in the list of commands."""

    place: str
    line: str


class LazyGroup(click.Group):
    """A group whose commands are named in a table, and perhaps added like any group's."""

    def __init__(self, *args: Any, later: Mapping[str, Later], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self._later, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._later:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._later[cmd_name].place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Loads only what the table does not name."""
        lines = [(name, self._line(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(lines)

    def _line(self, ctx: click.Context, name: str) -> str:
        if name in self._later:
            return self._later[name].line
        command = self.get_command(ctx, name)
        return command.get_short_help_str() if command else ""
