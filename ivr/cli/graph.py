"""``ivr graph`` draws a line's menu."""

from __future__ import annotations

import shutil
import sys
from typing import Final

import click

from ivr.cli.lines import flows_folder, folder_of

WIDTH: Final = 100
"""Columns of a tree that is written to a file."""


@click.command(short_help="Draw a line's menu as a tree, a picture, Mermaid or dot.")
@click.argument("line")
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot", "svg", "tree"]),
    default="mermaid",
    show_default=True,
    help="What to write on standard output; tree is for reading it here, svg for a browser.",
)
@click.option("--plain", is_flag=True, help="Draw the tree with letters that every terminal has (ASCII).")
def graph(line: str, form: str, plain: bool) -> None:
    """Draw the menu of LINE (a name or a folder), as it is in the YAML now."""
    from ivr.channels import RULES
    from ivr.flow.folder import load_line
    from ivr.flow.graph import arrows
    from ivr.flow.graph.outline import outline

    if plain and form != "tree":
        raise click.UsageError("--plain goes with --format tree")
    loaded = load_line(folder_of(line, flows_folder()), rules=RULES)
    if form == "tree":
        from ivr.flow.graph.tree import PLAIN, UNICODE, tree

        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
        drawn = tree(outline(loaded), width, PLAIN if plain or not _shows("├☎") else UNICODE)
    elif form == "svg":
        from ivr.flow.graph.svg import svg
        from ivr.web.map import picture_style

        drawn = svg(outline(loaded), style=picture_style())
    else:
        drawn = {"mermaid": arrows.mermaid, "dot": arrows.dot}[form](loaded)
    click.echo(drawn, nl=False)


def _shows(letters: str) -> bool:
    try:
        letters.encode(sys.stdout.encoding or "ascii")
    except UnicodeError:
        return False
    return True
