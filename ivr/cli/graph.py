"""``ivr graph`` draws a line's menu."""

from __future__ import annotations

import click

from ivr.cli.lines import flows_folder, folder_of


@click.command(short_help="Draw a line's menu as Mermaid, dot or SVG.")
@click.argument("line")
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot", "svg"]),
    default="mermaid",
    show_default=True,
    help="What to write on standard output.",
)
def graph(line: str, form: str) -> None:
    """Draw the menu of LINE (a name or a folder), as it is in the YAML now."""
    from ivr.channels import RULES
    from ivr.flow import graph as drawing
    from ivr.flow.folder import load_line

    loaded = load_line(folder_of(line, flows_folder()), rules=RULES)
    draw = {"mermaid": drawing.mermaid, "dot": drawing.dot, "svg": drawing.svg}[form]
    click.echo(draw(loaded), nl=False)
