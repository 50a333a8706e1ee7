"""``ivr diff`` tells in a menu's words what differs between two lines, or between two copies of one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.lines import flows_folder, folder_of
from ivr.errors import FlowError

if TYPE_CHECKING:
    from ivr.flow.diff import Change
    from ivr.flow.line import Line


@click.command(short_help="Tell in words what an edit changes in a line.")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="Print one object with a list of changes, for programs.")
def diff(before: str, after: str, as_json: bool) -> None:
    """Tell what differs in B from A: each a line's name, or a folder that holds a line.

    Told are keys and answers that lead elsewhere, prompts that are reworded, hours, desks and codes, and the states
    that no call reaches any more. A comment or another order of keys is no change. Exits 0, whatever differs.
    """
    from ivr.flow.diff import changes

    flows = flows_folder()
    found = changes(_read(folder_of(before, flows)), _read(folder_of(after, flows)))
    if as_json:
        click.echo(json.dumps({"changes": [_plain(each) for each in found]}, ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(each.sentence)
        if each.before is not None and each.after is not None:
            click.echo(f"  was: {each.before}\n  now: {each.after}")
    if not found:
        click.echo("nothing differs")


def _read(folder: Path) -> Line:
    """The line in ``folder``, also where it has faults: an edit that is not finished differs all the same."""
    from ivr.channels import RULES
    from ivr.flow.folder import read_line

    line, diagnostics = read_line(folder, rules=RULES)
    if line is None:
        raise FlowError(sorted(diagnostics.errors))
    if diagnostics.errors:
        number = len(diagnostics.errors)
        faults = "1 fault, which is" if number == 1 else f"{number} faults, which are"
        click.echo(f"{folder} has {faults} told by: ivr check {folder}", err=True)
    return line


def _plain(change: Change) -> dict[str, object]:
    place: object = (
        {"file": change.mark.file, "line": change.mark.line, "column": change.mark.column} if change.mark else None
    )
    told: dict[str, object] = {"part": change.part, "name": change.name, "sentence": change.sentence, "place": place}
    return told | ({"was": change.before, "now": change.after} if change.part == "prompt" else {})
