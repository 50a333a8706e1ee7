"""``ivr where`` tells each place at which a line's files name a state, a prompt, a desk or a code."""

from __future__ import annotations

import click

from ivr.cli.language import tell
from ivr.cli.lines import flows_folder, folder_of
from ivr.errors import TargetError
from wording import message, phrase


@click.command(short_help="Tell each place that names a state, prompt, desk or code.")
@click.argument("name")
@click.argument("lines", nargs=-1, metavar="[LINE]...")
def where(name: str, lines: tuple[str, ...]) -> None:
    """Tell each place at which NAME stands in the files of each LINE (default: every line), and in its call scripts.

    NAME is a state, a prompt, a desk, an access code, or a name of hours, rotas, regions, services and counters. A
    place is printed as FILE:LINE:COLUMN: and the keys that lead there, and what is defined at it, if anything.
    """
    from ivr.flow.folder import line_names
    from ivr.flow.uses import names, uses
    from ivr.source.fields import suggest

    flows = flows_folder()
    folders = [folder_of(line, flows) for line in lines or line_names(flows)]
    found = [use for folder in folders for use in uses(folder, name)]
    if not found:
        near = suggest(name, sorted(set().union(*map(names, folders))))
        raise TargetError(
            message(
                "nothing-is-named-so",
                "nothing is named '{name}' in {places}{near}",
                name=name,
                places=", ".join(map(str, folders)) or f"{flows}/",
                near=near,
            )
        )
    for use in found:
        told = phrase("{path} (by '{by}')", path=use.path, by=use.by) if use.by else use.path
        tell(
            phrase("{place}: {defines} {name}: {use}", place=use.mark, defines=use.defines, name=name, use=told)
            if use.defines
            else phrase("{place}: {use}", place=use.mark, use=told)
        )
