"""``ivr publish`` lets callers hear a line as its files are now: a version with a number, which nothing changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli.console import console_user
from ivr.cli.language import tell
from ivr.errors import TargetError
from wording import Message, message, phrase

if TYPE_CHECKING:
    from ivr.cli.line_edit import LineEdit
    from ivr.cli.publish_gate import JudgedEdit

by_option = click.option(
    "--by", default=console_user, metavar="NAME", help="Who does it, for the record (default: you)."
)


@click.command(short_help="Let callers hear a line as its files are now, as a numbered version.")
@click.argument("line", metavar="LINE")
@click.option("-m", "--message", "why", metavar="WHY", help="What changes, and why; ivr versions shows it.")
@click.option("--draft", "of_draft", is_flag=True, help="Publish the draft of LINE (ivr draft), and not its folder.")
@click.option("--accept", is_flag=True, help="Publish although calls change: you have read how.")
@click.option("--reword", is_flag=True, help="Mend scripts that fail only since words changed: they hear the new ones.")
@click.option("--emergency", metavar="WHY", help="Publish without playing any call; the history and the audit say so.")
@click.option("--dry-run", is_flag=True, help="Tell what changes, and publish nothing; exits 1 where calls change.")
@click.option("--json", "as_json", is_flag=True, help="Print one object that tells of each call, for programs.")
@by_option
@click.pass_context
def publish(
    context: click.Context,
    line: str,
    why: str | None,
    of_draft: bool,
    accept: bool,
    reword: bool,
    emergency: str | None,
    dry_run: bool,
    as_json: bool,
    by: str,
) -> None:
    """Publish the files of LINE (a name, or a folder of that name) as its next version; with --draft its draft.

    First the line's call scripts, and the last calls that came in, are played on the published version and on the
    files. Where a call lands elsewhere, fails or hears other words, both are shown beside each other, and without
    --accept nothing is published (exit 1).

    Every server of the database answers the next call with it within a second; calls that go on end on the version that
    they began with. What ivr check calls a fault is refused. ivr rollback goes back.
    """
    from ivr.cli.line_edit import LineEdit
    from ivr.cli.lines import flows_folder, folder_of
    from ivr.flow.line_files import LineFiles

    if dry_run:
        _refuse_beside_dry_run(accept=accept, reword=reword, emergency=emergency)
    else:
        why, emergency = _reasons(why, emergency, reword=reword)
    if of_draft:
        edit = LineEdit.of_draft(line)
    else:
        folder = folder_of(line, flows_folder())
        edit = LineEdit.of(LineFiles.of_folder(folder), folder)
    _require_changed(edit)
    judged = _judged(edit, quiet=as_json, reword=reword) if edit.number and not emergency else None
    if judged and reword and not (edit.draft and accept):
        # Mended scripts of a draft that is accepted are published with it, and it ends.
        judged.keep_mended(edit.files, by)
    if dry_run:
        if as_json:
            _tell_json(edit, judged, None)
        elif judged is None:
            tell(phrase("nothing of {line} is published that its calls could be compared with", line=edit.line.name))
        context.exit(1 if judged and judged.needs_accept else 0)
    assert why is not None  # noqa: S101 - without a reason nothing comes here
    if judged and judged.needs_accept and not accept:
        if as_json:
            _tell_json(judged.edit, judged, None)
        tell(phrase("nothing is published: read what changes, and publish it with --accept"), err=True)
        context.exit(1)
    edit = judged.edit if judged else edit
    if emergency:
        number = edit.publish(why, by, emergency=True, about=f": {emergency}")
    else:
        number = edit.publish(why, by, emergency=False, about=_accepted(judged))
    if as_json:
        _tell_json(edit, judged, number)
        return
    tell(
        phrase(
            "version {number} of {line} is published: calls that begin from now on hear it",
            number=number,
            line=edit.line.name,
        )
    )
    first = phrase("  {count} files, menu {menu}", count=len(edit.files), menu=edit.line.version)
    tell(_told(edit.changed) if edit.number else first)


def _refuse_beside_dry_run(*, accept: bool, reword: bool, emergency: str | None) -> None:
    if accept or reword or emergency is not None:
        raise click.UsageError(
            message(
                "dry-run-with-another",
                "--dry-run publishes nothing and writes nothing; leave out --accept, --reword and --emergency",
            )
        )


def _reasons(why: str | None, emergency: str | None, *, reword: bool) -> tuple[str, str]:
    """Return why the line changes, and why no call is played; the latter says both where the former is left out."""
    why, emergency_told = (" ".join((each or "").split()) for each in (why, emergency))
    if emergency is not None and not emergency_told:
        raise click.UsageError(
            message("emergency-without-a-reason", "--emergency needs its reason: the history and the audit tell it")
        )
    if emergency_told and reword:
        raise click.UsageError(
            message("emergency-with-reword", "--emergency plays no call, so that there is nothing to --reword")
        )
    if not why and not emergency_told:
        raise click.UsageError(
            message(
                "version-without-a-message",
                "a version needs its message: -m says what changes, and why, to who reads it later",
            )
        )
    return why or emergency_told, emergency_told


def _require_changed(edit: LineEdit) -> None:
    if not edit.changed:
        raise TargetError(
            message(
                "published-already",
                "version {number} of {line} is published and holds the same files",
                number=edit.number,
                line=edit.line.name,
            )
        )


def _judged(edit: LineEdit, *, reword: bool, quiet: bool) -> JudgedEdit:
    """Play the calls, tell what changes unless ``quiet``, and with ``reword`` mend the scripts."""
    from ivr.cli.compared_calls import tell_compared, tell_mended
    from ivr.cli.publish_gate import judge

    judged = judge(edit, quiet=quiet)
    if not quiet:
        tell_compared(judged, mends=reword)
    if reword and not quiet:
        tell_mended(judged)
    return judged.mended() if reword else judged


def _accepted(judged: JudgedEdit | None) -> str:
    """What the audit tells of the calls that change."""
    changed = len(judged.changed) if judged else 0
    return f": {changed} of {len(judged.calls)} calls changed" if judged and changed else ""


def _tell_json(edit: LineEdit, judged: JudgedEdit | None, published: int | None) -> None:
    from ivr.cli.compared_calls import as_json

    click.echo(as_json(edit, judged, published))


def _told(changed: list[str]) -> Message:
    most = 6
    named = ", ".join(changed[:most])
    if len(changed) > most:
        return phrase("  changed: {files} and {count} more", files=named, count=len(changed) - most)
    return phrase("  changed: {files}", files=named)
