"""Edits the draft of a line: what a page, or a command, opens, saves, judges, brings up to date, drops and publishes.

What is edited is one file, or several, each against the content that was opened: where another person saved that file
since, the save is refused whole (DraftConflictError says which, by whom and when) and nothing is overwritten. A draft
may be broken: its faults are told, and it stays. It begins with the first save, from the version that is published.

``LineDrafts`` is all that a page needs:

    drafts = LineDrafts(database, RULES, clock)
    opened = drafts.opened("4003-0015")             # the draft, or what is published where there is none
    text = drafts.text(opened, "menu.yaml")         # opened.files["menu.yaml"].sha256 goes into the form with it
    saved = drafts.save_text("4003-0015", "menu.yaml", sha256, text, "ana")
    for fault in drafts.judged(saved).faults:       # fault.mark: file, line, column
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING

from data.audit import record
from data.drafts import (
    Draft,
    DraftChangedError,
    DraftFile,
    NewDraft,
    drafts,
    end_draft,
    files_of_draft,
    last_save,
    save_draft,
)
from data.versions import content_of, contents_of, files_of, published, sha256
from ivr.call.draft_files import (
    Conflict,
    DraftConflictError,
    FileEdit,
    OpenedDraft,
    below_another,
    conflicts,
    edited,
    merged,
)
from ivr.errors import TargetError
from ivr.flow.audio_folder import digest_of
from ivr.flow.checks import Rule
from ivr.flow.folder import read_line
from ivr.flow.line_files import LineFiles, require_file_of_line, require_name_of_line
from value_class import value_class
from wording import message

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostic

__all__ = ["Conflict", "DraftConflictError", "FileEdit", "Judged", "LineDrafts", "OpenedDraft"]

MOST_TRIES = 3
"""How often a save begins again that met another one; of one file two people save at a moment, hardly three."""


@value_class
class Judged:
    """A judged draft has its ``line``, None where it cannot be read, and every fault and warning with its place."""

    line: Line | None
    faults: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]

    @property
    def is_sound(self) -> bool:
        """Return whether it can be heard, and published."""
        return self.line is not None and not self.faults


class LineDrafts:
    """The drafts of all lines in ``database``. ``rules`` are those of the channels, as ``ivr check`` takes them;
    ``clock`` gives aware moments. Safe to share between threads.
    """

    def __init__(self, database: Database, rules: Sequence[Rule], clock: Callable[[], datetime]) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock
        self._sounds = Path(mkdtemp(prefix="ivr-sounds-"))
        """Recordings of drafts that were judged; deleted with this object, at the latest as the process ends."""
        weakref.finalize(self, shutil.rmtree, self._sounds, ignore_errors=True)

    def opened(self, line: str) -> OpenedDraft:
        """Return the files of ``line`` as they stand. Raises TargetError for a line with neither draft nor version."""
        found = self.stands(line)
        if not found.files:
            raise TargetError(
                message("no-draft-of-line", "nothing of a line '{line}' is published, and it has no draft", line=line)
            )
        return found

    def stands(self, line: str) -> OpenedDraft:
        """Return the same; without files for a line with neither draft nor version."""
        with self._database.reading() as connection:
            return self._opened(connection, line)

    def changed(self, opened: OpenedDraft) -> dict[str, DraftFile | None]:
        """Return what the draft changes in the version from which it was begun: each path with its file, None where
        that was deleted. Without a draft that is nothing.
        """
        with self._database.reading() as connection:
            base = files_of(connection, opened.line, opened.base)
        paths = sorted({*base, *opened.files})
        files = {path: opened.files.get(path) for path in paths}
        return {path: file for path, file in files.items() if (file.sha256 if file else None) != base.get(path)}

    def content(self, opened: OpenedDraft, path: str) -> bytes:
        """Return what the file at ``path`` holds. Raises TargetError where there is none."""
        file = opened.files.get(path)
        if file is None:
            raise _no_file(opened.line, path)
        with self._database.reading() as connection:
            return content_of(connection, file.sha256)

    def text(self, opened: OpenedDraft, path: str) -> str:
        """Return the file at ``path`` as text; what is no UTF-8 shows as �. Raises TargetError where there is none."""
        return self.content(opened, path).decode("utf-8", "replace")

    def contents(self, opened: OpenedDraft) -> LineFiles:
        """Return every file with its content."""
        with self._database.reading() as connection:
            return LineFiles(contents_of(connection, {path: file.sha256 for path, file in opened.files.items()}))

    def save(self, line: str, edits: Iterable[FileEdit], who: str) -> OpenedDraft:
        """Save ``edits`` of ``line``, all or none, and return what stands then; a line without a draft gets one.

        Raises DraftConflictError where one of the files was saved by another since it was opened, and TargetError for a
        path that no line has, or a file that is too large.
        """
        edits = tuple(edits)
        require_name_of_line(line)
        for edit in edits:
            require_file_of_line(edit.path, edit.content)

        def files_then(stands: OpenedDraft) -> dict[str, DraftFile]:
            found = conflicts(edits, stands.files)
            if found:
                raise DraftConflictError(line, found)
            return edited(stands.files, edits, self._clock(), who)

        contents = {edit.path: edit.content for edit in edits if edit.content is not None}
        return self._save(line, files_then, contents, who)

    def save_text(self, line: str, path: str, opened: str | None, text: str, who: str) -> OpenedDraft:
        """Save ``text`` as the file at ``path``, which held the content ``opened`` (a SHA-256; None: it is new) when it
        was opened. Line ends of a browser become those of the files. Raises as ``save`` does.
        """
        return self.save(line, (FileEdit(path, opened, text.replace("\r\n", "\n").encode()),), who)

    def judged(self, opened: OpenedDraft, shown: Path | None = None) -> Judged:
        """Return the faults and warnings of the whole draft, as ``ivr check`` tells them. Marks name files below
        ``shown`` (default: the line's name).
        """
        return self._judged(opened.line, opened.files, {}, shown, advise=True)

    def update(self, line: str, who: str) -> tuple[OpenedDraft, list[str], list[str]]:
        """Bring into the draft what was published since it was begun. Return what stands then, the paths that were
        taken, and those that both changed, which stay as the draft has them.

        Raises TargetError where there is no draft.
        """
        told: tuple[list[str], list[str]] = ([], [])

        def files_then(stands: OpenedDraft) -> dict[str, DraftFile]:
            nonlocal told
            _require_draft(stands)
            with self._database.reading() as connection:
                base, now = files_of(connection, line, stands.base), files_of(connection, line, stands.published)
            files, taken, kept = merged(base, stands.files, now)
            told = (taken, kept)
            return files

        stands = self._save(line, files_then, {}, who, to_published=True)
        taken, kept = told
        return stands, taken, kept

    def drop(self, line: str, who: str, address: str) -> Draft:
        """Let ``line`` have no draft any more, and audit who did it from which ``address``. Return what was dropped.

        Raises TargetError where there is none, and DraftChangedError where it was saved at this moment.
        """
        with self._database.transaction() as connection:
            draft = _require_draft(self._opened(connection, line))
            end_draft(connection, draft, "dropped", self._clock(), who)
            record(connection, self._clock(), who, "drop draft", line, address)
        return draft

    def _opened(self, connection: Connection, line: str) -> OpenedDraft:
        standing, draft = published(connection).get(line), drafts(connection).get(line)
        number, after = standing.number if standing else 0, last_save(connection, line)
        if draft:
            return OpenedDraft(line, draft, after, draft.base, number, files_of_draft(connection, draft))
        files = {path: DraftFile(digest) for path, digest in files_of(connection, line, number).items()}
        return OpenedDraft(line, None, after, number, number, files)

    def _save(
        self,
        line: str,
        files_then: Callable[[OpenedDraft], dict[str, DraftFile]],
        contents: Mapping[str, bytes],
        who: str,
        *,
        to_published: bool = False,
    ) -> OpenedDraft:
        """Judge and write what ``files_then`` makes of the files that stand; again, where another save came between."""
        for tried in range(MOST_TRIES):
            with self._database.reading() as connection:
                stands = self._opened(connection, line)
            files = files_then(stands)
            _require_folders(files)
            base = stands.published if to_published else stands.base
            if files == stands.files and base == stands.base:
                return stands
            told = self._judged(line, files, contents, None, advise=False)
            menu, audio = (told.line.version, digest_of(told.line.clips).hex()) if told.line else ("", "")
            if not told.is_sound:
                menu = audio = ""
            new = NewDraft(line, stands.after, base, menu, audio, files, contents)
            try:
                with self._database.transaction() as connection:
                    save_draft(connection, new, self._clock(), who)
            except DraftChangedError:
                if tried == MOST_TRIES - 1:
                    raise
                continue
            break
        return self.opened(line)

    def _judged(
        self,
        line: str,
        files: Mapping[str, DraftFile],
        contents: Mapping[str, bytes],
        shown: Path | None,
        *,
        advise: bool,
    ) -> Judged:
        """``contents`` are those that may not be in the database yet."""
        by_digest = {sha256(content): content for content in contents.values()}
        with TemporaryDirectory(prefix="ivr-line-") as made:
            folder = Path(made) / line
            folder.mkdir()
            with self._database.reading() as connection:
                for path, file in files.items():
                    there = folder / path
                    there.parent.mkdir(parents=True, exist_ok=True)
                    content = by_digest.get(file.sha256)
                    if path.endswith(".wav"):
                        there.symlink_to(self._sound(connection, file.sha256, content))
                    else:
                        there.write_bytes(content_of(connection, file.sha256) if content is None else content)
            read, told = read_line(folder, self._clock(), rules=self._rules, advise=advise, shown=shown or Path(line))
        return Judged(read, tuple(sorted(told.errors)), tuple(sorted(told.warnings)))

    def _sound(self, connection: Connection, digest: str, content: bytes | None) -> Path:
        """A recording on the disk: hundreds of them are the same from save to save."""
        there = self._sounds / f"{digest}.wav"
        if not there.exists():
            written = content_of(connection, digest) if content is None else content
            there.parent.mkdir(exist_ok=True)  # what tidies a machine's temporary files may have taken it
            with TemporaryDirectory(dir=self._sounds) as aside:
                made = Path(aside) / there.name
                made.write_bytes(written)
                made.replace(there)
        return there


def editors(connection: Connection, draft: Draft) -> frozenset[str]:
    """Return who saved something of ``draft`` that is not as in the version from which it was begun."""
    base = files_of(connection, draft.line, draft.base)
    files = files_of_draft(connection, draft)
    saved = {file.who for path, file in files.items() if file.who and file.sha256 != base.get(path)}
    return frozenset({*saved, draft.who})


def _require_draft(opened: OpenedDraft) -> Draft:
    if opened.draft is None:
        raise TargetError(
            message("no-draft", "there is no draft of {line}; ivr draft push FOLDER begins one", line=opened.line)
        )
    return opened.draft


def _require_folders(files: Iterable[str]) -> None:
    """Require that no file stands where another needs a folder."""
    found = below_another(files)
    if found:
        path, above = found
        raise TargetError(
            message("file-below-a-file", "{path} cannot lie below {above}, which is a file", path=path, above=above)
        )


def _no_file(line: str, path: str) -> TargetError:
    return TargetError(message("no-file-in-draft", "{line} has no file {path}", line=line, path=path))
