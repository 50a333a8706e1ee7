"""``ivr diff`` tells in a menu's words what an edit changes: the folder against what callers hear, two versions of a
line, or two folders.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from ivr.cli.language import tell
from ivr.cli.line_source import DRAFT, FOLDER, PUBLISHED, ReadLine, is_version, read_any
from ivr.errors import FlowError
from wording import counted, phrase

if TYPE_CHECKING:
    from ivr.flow.diff import Change
    from ivr.flow.line import Line


@click.command(short_help="Tell in words what an edit changes in a line.")
@click.argument("line", metavar="LINE")
@click.argument("before", metavar="[A]", required=False)
@click.argument("after", metavar="[B]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one object with a list of changes, for programs.")
def diff(line: str, before: str | None, after: str | None, as_json: bool) -> None:
    """Tell what differs in B from A, versions of LINE: each the number of one, 'published' (what callers hear),
    'draft' (ivr draft) or 'folder' (its files as they are). Without B that is what callers hear; without both its
    folder is compared with what they hear.

    Where A is the name of another line or the path of a folder, that is compared with LINE, which may be a path too.

    Told are keys and answers that lead elsewhere, prompts that are reworded, hours, desks and codes, and the states
    that no call reaches any more. A comment or another order of keys is no change. Exits 0, whatever differs.
    """
    from ivr.flow.diff import changes
    from ivr.flow.diff.recordings import recording_changes

    one, other = _meant(line, before, after)
    old, new = read_any(*one), read_any(*other)
    found = changes(_usable(old), _usable(new)) + list(recording_changes(old.recordings, new.recordings))
    if as_json:
        told: dict[str, object] = {"before": str(old.told), "after": str(new.told)}
        click.echo(json.dumps(told | {"changes": [_plain(each) for each in found]}, ensure_ascii=False, indent=2))
        return
    if one[0] == other[0]:
        tell(phrase("{line}: from {before}, to {after}", line=line, before=old.told, after=new.told))
    for each in found:
        tell(each.sentence)
        if each.before is not None and each.after is not None:
            tell(phrase("  was: {text}", text=each.before))
            tell(phrase("  now: {text}", text=each.after))
    if not found:
        tell(phrase("nothing differs"))


def _meant(line: str, before: str | None, after: str | None) -> tuple[tuple[str, str], tuple[str, str]]:
    """The two that are compared, each as a line and what of it."""
    if before is None:
        return (line, PUBLISHED), (line, FOLDER)
    if after is None and before in (FOLDER, DRAFT):
        return (line, PUBLISHED), (line, before)
    if after is None and is_version(before):
        return (line, before), (line, FOLDER if before == PUBLISHED else PUBLISHED)
    if after is None:
        return (line, line), (before, before)
    return (line, before), (line, after)


def _usable(read: ReadLine) -> Line:
    """The line, also where it has faults: an edit that is not finished differs all the same. Raises FlowError."""
    line, errors = read.line, read.diagnostics.errors
    if line is None:
        raise FlowError(sorted(errors))
    if errors and read.checked_as:
        told = counted(
            "{folder} has {number} fault, which is told by: ivr check {folder}",
            "{folder} has {number} faults, which are told by: ivr check {folder}",
            len(errors),
            folder=read.checked_as,
        )
        tell(told, err=True)
    elif errors:
        told = counted(
            "{what} has {number} fault in this release",
            "{what} has {number} faults in this release",
            len(errors),
            what=read.told,
        )
        tell(told, err=True)
    return line


def _plain(change: Change) -> dict[str, object]:
    place: object = (
        {"file": change.mark.file, "line": change.mark.line, "column": change.mark.column} if change.mark else None
    )
    told: dict[str, object] = {
        "part": change.part,
        "name": change.name,
        "sentence": str(change.sentence),
        "place": place,
    }
    return told | ({"was": change.before, "now": change.after} if change.part == "prompt" else {})
