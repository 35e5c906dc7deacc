"""`ordergraph export-schema`."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Final

import click

from server.schema import schema

FILE: Final = Path("schema.graphql")


@click.command("export-schema")
@click.option("--check", is_flag=True, help="Write nothing: show what differs, and exit with 1 if anything does.")
@click.option(
    "--file",
    default=FILE,
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write or compare.",
)
def command(check: bool, file: Path) -> None:
    """Write the schema of the API, in GraphQL's own language.

    \b
    Examples:
      ordergraph export-schema
      ordergraph export-schema --check
    """
    text = written()
    if not check:
        file.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {file}.")
        return
    kept = file.read_text(encoding="utf-8") if file.exists() else ""
    if kept == text:
        click.echo(f"{file} is up to date.")
        return
    diff = difflib.unified_diff(kept.splitlines(), text.splitlines(), str(file), "the code", lineterm="")
    click.echo("\n".join(diff))
    click.echo(f"{file} differs from the code: run `ordergraph export-schema` and review the change.", err=True)
    raise click.exceptions.Exit(1)


def written() -> str:
    """The schema as the file keeps it."""
    return schema.as_str().rstrip() + "\n"
