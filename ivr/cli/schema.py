"""``ivr schema`` writes the JSON Schema of each kind of file that people write, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ivr.cli.language import language
from ivr.cli.new_file import NewFile, force_option


@click.command(short_help="Write JSON Schemas of menus, prompts and scripts, for editors.")
@click.argument(
    "file",
    type=click.Choice(["menu", "prompts", "routing", "call", "scene", "account", "pronunciation"]),
    required=False,
)
@click.option("--out", "folder", metavar="FOLDER", type=click.Path(path_type=Path), help="Write all of them there.")
@force_option
def schema(file: str | None, folder: Path | None, force: bool) -> None:
    """Print the schema of one kind of FILE, or write all of them into a folder, as menu.json, prompts.json and so on.

    An editor with the YAML language server completes keys, shows what each is, and marks mistakes while you type, in a
    file whose first line names its schema:

    \b
        # yaml-language-server: $schema=../schema/menu.json

    The shipped lines have that line; their schemas are in flows/schema. What the keys are is told in --language.
    """
    if (file is None) == (folder is None):
        raise click.UsageError("name one kind of file, or give --out FOLDER for all of them")
    from ivr.schema import FILES

    if file:
        click.echo(_written(file), nl=False)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        files = {kind: NewFile(folder / f"{kind}.json", "--out", force) for kind in FILES}
        for kind, new in files.items():
            new.write(_written(kind).encode())


def _written(file: str) -> str:
    from ivr.schema import schema_of

    return json.dumps(schema_of(file, language()), ensure_ascii=False, indent=1) + "\n"


def put_beside(flows: Path) -> None:
    """Write each schema that is not there yet into the folder ``schema`` below ``flows``, to which new lines refer."""
    from ivr.schema import FILES

    folder = flows / "schema"
    folder.mkdir(exist_ok=True)
    for kind in FILES:
        file = folder / f"{kind}.json"
        if not file.exists():
            file.write_text(_written(kind), encoding="utf-8")
