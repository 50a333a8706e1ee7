"""``ivr graph`` draws a line's menu, and on it what scripts tried, how many calls went each way, or the way of one; or
the states of tickets.
"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Final

import click

from ivr.cli.language import spoken
from ivr.cli.lines import flows_folder, folder_of
from wording import message

if TYPE_CHECKING:
    from ivr.flow.graph.overlay import Overlay
    from ivr.flow.line import Line

WIDTH: Final = 100
"""Columns of a tree that is written to a file."""


@click.command(short_help="Draw a line's menu as a tree, a picture, Mermaid or dot.")
@click.argument("line", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot", "svg", "tree"]),
    default="mermaid",
    show_default=True,
    help="What to write on standard output; tree is for reading it here, svg for a browser.",
)
@click.option("--plain", is_flag=True, help="Draw the tree with letters that every terminal has (ASCII).")
@click.option("--coverage", is_flag=True, help="Play the line's scripts, and show the ways that none of them tries.")
@click.option("--traffic", is_flag=True, help="Show how many calls of customers went each way.")
@click.option("--since", metavar="TIME", help="With --traffic: calls that began then or later, 2026-03-01 or a moment.")
@click.option("--tickets", is_flag=True, help="Draw the states of a ticket, which are the same on every line.")
@click.option("--path", "identity", metavar="SID|PROTOCOL", help="Show the way that one call took, step by step.")
def graph(
    line: str | None,
    form: str,
    plain: bool,
    coverage: bool,
    traffic: bool,
    since: str | None,
    tickets: bool,
    identity: str | None,
) -> None:
    """Draw the menu of LINE (a name or a folder), as it is in the YAML now, or with --tickets the states of a ticket.

    With --traffic it is the menu that callers hear, with --path the one that the call went through. Calls that were
    made at a page, or to a draft, are left out of the traffic. Figures stand beside each way, so that no colour is
    needed to read them.
    """
    if plain and form != "tree":
        raise click.UsageError(message("plain-without-a-tree", "--plain goes with --format tree"))
    if tickets:
        if line or coverage or traffic or since or identity:
            raise click.UsageError(
                message(
                    "tickets-of-no-line", "--tickets stands alone: the states of a ticket are the same on every line"
                )
            )
        click.echo(_tickets(form), nl=False)
        return
    if line is None:
        raise click.UsageError(message("graph-without-a-line", "name a line: ivr graph 4003-0015, or say --tickets"))
    if coverage + traffic + bool(identity) > 1:
        raise click.UsageError(
            message("several-overlays", "give one of --coverage, --traffic and --path; each is a drawing of its own")
        )
    if since and not traffic:
        raise click.UsageError(message("since-without-traffic", "--since goes with --traffic"))
    drawn, overlay = _drawn(line, since, identity, coverage=coverage, traffic=traffic)
    click.echo(_draw(drawn, overlay, form, plain=plain), nl=False)


def _drawn(
    name: str, since: str | None, identity: str | None, *, coverage: bool, traffic: bool
) -> tuple[Line, Overlay | None]:
    """The line that is drawn, and what is laid onto it."""
    from ivr.channels import RULES
    from ivr.cli import overlays
    from ivr.flow.folder import load_line

    if coverage:
        return overlays.coverage(name)
    if traffic:
        return overlays.traffic(name, since)
    if identity:
        return overlays.path(name, identity)
    return load_line(folder_of(name, flows_folder()), rules=RULES), None


def _draw(line: Line, overlay: Overlay | None, form: str, *, plain: bool) -> str:
    from ivr.flow.graph import arrows
    from ivr.flow.graph.outline import outline

    if form == "tree":
        from ivr.flow.graph.tree import PLAIN, UNICODE, tree

        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
        return tree(outline(line), width, PLAIN if plain or not _shows("├☎✗") else UNICODE, overlay, spoken)
    if form == "svg":
        from ivr.flow.graph.svg import svg
        from ivr.web.map import picture_style

        return svg(outline(line), words=spoken, style=picture_style(), overlay=overlay)
    return {"mermaid": arrows.mermaid, "dot": arrows.dot}[form](line, overlay, spoken)


def _tickets(form: str) -> str:
    from ivr.tickets import drawing, picture

    if form == "tree":
        raise click.UsageError(
            message("tickets-as-a-tree", "the states of a ticket are no tree; write --format svg, mermaid or dot")
        )
    return {"mermaid": drawing.mermaid, "dot": drawing.dot, "svg": picture.svg}[form](spoken)


def _shows(letters: str) -> bool:
    try:
        letters.encode(sys.stdout.encoding or "ascii")
    except UnicodeError:
        return False
    return True
