"""The publish gate plays a line's calls on what is published and on what is to be, and tells what changes for callers.

It asks the database for nothing while calls are played, so that nothing is held there for as long as that takes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ivr.cli.line_edit import LineEdit
from ivr.errors import FlowError, TargetError
from ivr.flow.line_files import LineFiles
from ivr.replay.comparison import ComparedCall, PlayableVersion, Verdict
from wording import message, phrase

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.replay.recorded_calls import RecordedCalls
    from ivr.replay.rewording import RewordedScript


@dataclass(frozen=True)
class JudgedEdit:
    """A judged edit tells what the ``edit`` does to each call that was played.

    ``removed`` are the titles of scripts that it takes away, ``not_replayable`` the number of recorded calls that
    cannot be played again; ``after`` is the edited line. ``scripts`` are the mended files of scripts, by their paths.
    """

    edit: LineEdit
    calls: tuple[ComparedCall, ...]
    removed: tuple[str, ...]
    not_replayable: int
    after: PlayableVersion = field(repr=False)
    scripts: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def of(self, *verdicts: Verdict) -> list[ComparedCall]:
        """Return the calls of one of these verdicts."""
        return [each for each in self.calls if each.verdict in verdicts]

    @property
    def changed(self) -> list[ComparedCall]:
        """Return the calls that the edit changes."""
        return [each for each in self.calls if each.verdict.is_change]

    @property
    def needs_accept(self) -> bool:
        """Return whether publishing asks for a person's word: a call changes, or the script of one is taken away."""
        return bool(self.changed or self.removed)

    @cached_property
    def reworded(self) -> tuple[RewordedScript, ...]:
        """Return the scripts that fail since words changed and for nothing else, each with what mends it."""
        from ivr.replay.rewording import reworded_scripts

        return tuple(reworded_scripts(self.calls, self.after))

    def mended(self) -> JudgedEdit:
        """Return the judgement with an edit whose scripts hear the new words, as far as they can be mended."""
        from ivr.replay.rewording import mended_files

        rewordings = [each for script in self.reworded for each in script.rewordings]
        scripts = mended_files(self.edit.files, self.edit.shown, rewordings)
        return replace(self, edit=self.edit.with_scripts(scripts), scripts=scripts)

    def keep_mended(self, read: LineFiles, by: str) -> None:
        """Write the mended scripts where the edit stands: into its folder, or into its draft as ``by``. Raises
        TargetError where one is not as it was ``read``.
        """
        if self.edit.draft:
            self._save_in_draft(read, by)
            return
        for path, content in self.scripts.items():
            file = self.edit.shown / path
            try:
                if file.read_bytes() != read[path]:
                    raise _saved_meanwhile(str(file))
                file.write_bytes(content)
            except OSError as error:
                raise TargetError(
                    message(
                        "script-not-written", "{file} cannot be written: {reason}", file=file, reason=error.strerror
                    )
                ) from None

    def _save_in_draft(self, read: LineFiles, by: str) -> None:
        from data.drafts import DraftChangedError
        from data.versions import sha256
        from ivr.call.drafts import DraftConflictError, FileEdit, LineDrafts
        from ivr.channels import RULES
        from ivr.cli import clock
        from ivr.cli.stored import open_database, settings_here

        edits = [FileEdit(path, sha256(read[path]), content) for path, content in self.scripts.items()]
        try:
            with open_database(settings_here()) as database:
                LineDrafts(database, RULES, clock.now).save(self.edit.line.name, edits, by)
        except DraftConflictError as error:
            raise _saved_meanwhile(error.conflicts[0].path) from None
        except DraftChangedError:
            raise _saved_meanwhile(edits[0].path) from None


def _saved_meanwhile(file: str) -> TargetError:
    return TargetError(message("script-saved-meanwhile", "{file} was saved meanwhile; publish again", file=file))


def judge(edit: LineEdit, *, quiet: bool = False) -> JudgedEdit:
    """Play every script of the line on both versions, and the last calls that came in, as far as they can be played
    again; a bar shows how far that is, unless ``quiet``.

    Raises ScriptError for scripts that cannot be read, and TargetError where the published version cannot be played.
    """
    from app import create_app
    from ivr.cli.lines import flows_folder
    from ivr.cli.targets import LocalLines
    from ivr.cli.terminal import progress
    from ivr.replay.comparable_calls import comparable_calls
    from ivr.replay.comparison import compare_calls

    published = published_line(edit)
    prompts = {**published.prompts.texts, **edit.line.prompts.texts}
    found = comparable_calls(edit.line.name, edit.published, edit.files, edit.shown, lambda _: prompts)
    local_lines = LocalLines(create_app, flows_folder())
    local_lines.prepare()
    before, after = local_lines.version(published), local_lines.version(edit.line)
    recorded = _recorded(before, quiet=quiet)
    found = found.with_recorded(recorded.scripts, recorded.not_replayable)
    with progress(len(found.calls), phrase("playing"), quiet=quiet) as shown:
        calls = compare_calls(found.calls, before, after, jobs=os.cpu_count() or 1, advance=shown.advance)
    return JudgedEdit(edit, calls, found.removed, found.not_replayable, after)


def _recorded(version: PlayableVersion, *, quiet: bool) -> RecordedCalls:
    """The last calls of the line that go on what is published as they went."""
    from ivr.cli.stored import open_readonly, settings_here
    from ivr.cli.terminal import progress
    from ivr.replay.recorded_calls import proven_calls, stored_calls

    with open_readonly(settings_here()) as database, database.reading() as connection:
        stored = stored_calls(connection, version.line.name)
    with progress(len(stored), phrase("playing again"), quiet=quiet) as shown:
        return proven_calls(stored, version.line, version.target, jobs=os.cpu_count() or 1, advance=shown.advance)


def published_line(edit: LineEdit) -> Line:
    """Return the version that is published as a line. Raises TargetError where it has faults in this release."""
    from ivr.call.checked_line import checked_line
    from ivr.channels import RULES

    try:
        return checked_line(LineFiles(edit.published), edit.shown, RULES)
    except FlowError:
        raise TargetError(
            message(
                "published-version-has-faults",
                "version {number} of {line}, which is published, has faults in this release, so that nothing can be "
                "compared with it; --emergency WHY publishes without that",
                number=edit.number,
                line=edit.line.name,
            )
        ) from None
