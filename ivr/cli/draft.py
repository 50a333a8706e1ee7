"""``ivr draft`` edits a line before it is published: ``pull`` writes its draft into a folder, ``push`` saves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli import clock
from ivr.cli.language import spoken, tell
from ivr.cli.publish import by_option
from ivr.cli.stored import open_database, settings_here
from ivr.errors import TargetError
from wording import counted, message, phrase

if TYPE_CHECKING:
    from ivr.call.drafts import DraftConflictError, Judged, LineDrafts, OpenedDraft
    from ivr.cli.draft_folder import DraftFolder

_MOST_FILES = 8
"""Names of files that a sentence tells."""


@click.group(
    invoke_without_command=True, short_help="Edit a line before it is published: pull, push, show, update, drop."
)
@click.pass_context
def draft(context: click.Context) -> None:
    """A draft is the next version of a line before it is published. It is in the database, for the Menu page and these
    commands alike. The telephones that the published menu names under "drafts" hear it; nobody else does.

    ivr publish LINE --draft publishes it. Without a command, every draft is told.
    """
    if context.invoked_subcommand is None:
        context.invoke(show)


@draft.command(short_help="Write the draft of a line into a folder, to be edited.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option("--force", is_flag=True, help="Overwrite files that were edited here and saved by another there.")
def pull(folder: Path, *, force: bool) -> None:
    """Write the draft of the line that FOLDER has the name of into FOLDER, or what is published where it has no draft.

    What you edited there since the last pull stays, and is yours to push. Where another saved the same file, nothing is
    written, and you are told, unless you --force it.
    """
    from ivr.cli.draft_folder import DraftFolder

    with _drafts() as drafts:
        opened = drafts.opened(_name(folder))
        here = DraftFolder.open(folder)
        both = here.edited_on_both_sides(opened.files)
        if both and not force:
            raise TargetError(
                message(
                    "edited-here-and-there",
                    "{files} were edited here and saved by another there; nothing is written. Put yours aside, pull"
                    " with --force, and edit anew",
                    files=_names(both),
                )
            )
        content = drafts.contents(opened)
        written = here.take(opened.files, content, force=force)
    what = (
        phrase("the draft of {line}, saved by {who}", line=opened.line, who=opened.draft.who)
        if opened.draft
        else phrase("version {number} of {line}, which has no draft", number=opened.published, line=opened.line)
    )
    changed = counted("{number} file written", "{number} files written", len(written))
    tell(phrase("{folder} holds {what}: {changed}", folder=folder, what=what, changed=changed))
    _tell_behind(opened)


@draft.command(short_help="Save what was edited in a folder as the draft of its line.")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="FOLDER")
@by_option
def push(folder: Path, by: str) -> None:
    """Save the files of FOLDER that were edited since they were pulled into the draft of the line of that name.

    Where another saved one of them since, nothing is saved, and you are told who. A draft may have faults: they are
    told, and it is saved. Exits 1 where it has some.
    """
    from ivr.call.drafts import DraftConflictError
    from ivr.cli.draft_folder import DraftFolder
    from ivr.flow.line_files import LineFiles

    line, here, files = _name(folder), DraftFolder.open(folder), LineFiles.of_folder(folder)
    with _drafts() as drafts:
        if not here.pulled:
            _begin(here, drafts.stands(line))
        edits = here.edits(files)
        try:
            saved = drafts.save(line, edits, by)
        except DraftConflictError as conflict:
            raise TargetError(_told(conflict)) from None
        here.remember(saved.files, {*here.pulled, *(edit.path for edit in edits)} & {*files, *saved.files})
        judged = drafts.judged(saved, folder)
    changed = sorted(edit.path for edit in edits)
    if changed:
        tell(phrase("the draft of {line} is saved: {files}", line=line, files=_names(changed)))
    else:
        tell(phrase("nothing was edited in {folder} since it was pulled", folder=folder))
    _tell_behind(saved)
    _tell_faults(judged)


@draft.command(short_help="Tell which drafts there are, or what one of them changes and its faults.")
@click.argument("line", required=False, metavar="[LINE]")
def show(line: str | None) -> None:
    """Every draft, or that of LINE: who saved which file when, and what ivr check says of it. Exits 1 where it has
    faults.
    """
    from data.drafts import drafts as all_drafts

    if line is None:
        with open_database(settings_here()) as database, database.reading() as connection:
            found = list(all_drafts(connection).values())
        for each in found:
            state = phrase("without faults") if each.menu_version else phrase("with faults")
            when = f"{each.at:%Y-%m-%d %H:%M} UTC"
            tell(
                phrase(
                    "{line}  {when}  {who}, from version {base}, {state}",
                    line=each.line,
                    when=when,
                    who=each.who,
                    base=each.base,
                    state=state,
                )
            )
        if not found:
            tell(phrase("there is no draft of any line"))
        return
    with _drafts() as drafts:
        opened = drafts.opened(line)
        if opened.draft is None:
            tell(phrase("there is no draft of {line}; version {number} answers", line=line, number=opened.published))
            return
        changed = drafts.changed(opened)
        judged = drafts.judged(opened)
    for path, file in changed.items():
        if file is None:
            tell(phrase("  {path}  deleted", path=path))
        else:
            when = f"{file.at:%Y-%m-%d %H:%M} UTC" if file.at else ""
            tell(phrase("  {path}  saved {when} by {who}", path=path, when=when, who=file.who or "-"))
    _tell_behind(opened)
    _tell_faults(judged)


@draft.command(short_help="Bring into a draft what was published since it was begun.")
@click.argument("line", metavar="LINE")
@by_option
def update(line: str, by: str) -> None:
    """Take every file that was published since the draft of LINE was begun and that the draft leaves as it was.

    A file that both changed stays as the draft has it, and is told: look at it (ivr diff) before you publish.
    """
    with _drafts() as drafts:
        opened, taken, kept = drafts.update(line, by)
        judged = drafts.judged(opened)
    number = opened.published
    if taken:
        tell(phrase("taken from version {number}: {files}", number=number, files=_names(taken)))
    if kept:
        tell(
            phrase(
                "as the draft has them, though version {number} changed them too: {files}",
                number=number,
                files=_names(kept),
            )
        )
    tell(phrase("the draft of {line} is of version {number} now", line=line, number=number))
    _tell_faults(judged)


@draft.command(short_help="Let a line have no draft any more.")
@click.argument("line", metavar="LINE")
@by_option
def drop(line: str, by: str) -> None:
    """Drop the draft of LINE: what was edited and not published is gone. Calls that hear it go on with it."""
    from data.audit import CONSOLE
    from data.drafts import DraftChangedError
    from ivr.call.publishing import saved_meanwhile

    with _drafts() as drafts:
        try:
            dropped = drafts.drop(line, by, CONSOLE)
        except DraftChangedError:
            raise TargetError(saved_meanwhile(line)) from None
    tell(phrase("the draft of {line}, saved last by {who}, is dropped", line=line, who=dropped.who))


@contextmanager
def _drafts() -> Iterator[LineDrafts]:
    from ivr.call.drafts import LineDrafts
    from ivr.channels import RULES

    with open_database(settings_here()) as database:
        yield LineDrafts(database, RULES, clock.now)


def _begin(here: DraftFolder, stands: OpenedDraft) -> None:
    """Take a folder into which nothing was pulled, as a checkout of git, for an edit of what is published."""
    if stands.draft:
        raise TargetError(
            message(
                "draft-not-pulled",
                "{line} has a draft, which {who} saved at {when}, and {folder} was not pulled from it; pull it into"
                " another folder, and bring your edit in there",
                line=stands.line,
                who=stands.draft.who,
                when=f"{stands.draft.at:%Y-%m-%d %H:%M} UTC",
                folder=here.folder,
            )
        )
    here.pulled = {path: file.sha256 for path, file in stands.files.items()}


def _name(folder: Path) -> str:
    """The line that a folder is of: its own name, also of ``.``."""
    return folder.resolve().name


def _names(paths: list[str]) -> str:
    shown = ", ".join(paths[:_MOST_FILES])
    left = len(paths) - _MOST_FILES
    return phrase("{files} and {left} more", files=shown, left=left) if left > 0 else shown


def _told(conflict: DraftConflictError) -> str:
    first = conflict.conflicts[0]
    paths = _names([each.path for each in conflict.conflicts])
    if first.at is None:
        return message(
            "published-since-it-was-opened",
            "{files} were published otherwise since you opened them; nothing is saved. Pull into another folder, and"
            " bring your edit in there",
            files=paths,
        )
    return message(
        "saved-since-it-was-opened",
        "{files} were saved by {who} at {when} since you opened them; nothing is saved. Pull into another folder, and"
        " bring your edit in there",
        files=paths,
        who=first.who,
        when=f"{first.at:%Y-%m-%d %H:%M} UTC",
    )


def _tell_behind(opened: OpenedDraft) -> None:
    from ivr.call.publishing import behind

    if told := behind(opened):
        tell(told, err=True)


def _tell_faults(judged: Judged) -> None:
    for fault in judged.faults:
        click.echo(fault.put(spoken), err=True)
    if judged.faults:
        number = len(judged.faults)
        tell(counted("the draft has {number} fault", "the draft has {number} faults", number), err=True)
        click.get_current_context().exit(1)
    tell(phrase("the draft has no faults"))
