"""Lines as the page of the menu looks at them: what is published and the draft, read from the database.

Reading one takes as long as a hundred turns, so the last few are kept, each under the files that it was read of.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from data.versions import Publication, contents_of, files_of, published
from ivr.call.checked_line import checked_line
from ivr.call.drafts import Judged, LineDrafts, OpenedDraft
from ivr.errors import FlowError
from ivr.flow.checks import Rule
from ivr.flow.clips import Clip
from ivr.flow.line_files import LineFiles
from ivr.replay.comparable_calls import faults_of_scripts
from ivr.replay.script import ENDING
from ivr.source.diagnostics import Diagnostic
from value_class import value_class

if TYPE_CHECKING:
    from data.database import Database
    from ivr.flow.line import Line

MOST: Final = 6
"""Lines that are kept: of two lines what is published, and the draft before and after a save."""


@value_class
class LineAsItStands:
    """A line as it stands: what is ``published`` and its ``publication`` (None: nothing is, or it has faults in this
    release), and the draft that was ``opened`` as it was ``judged``. ``script_faults`` are those of call scripts that
    the draft changes, which no caller hears and for which the gate plays nothing.
    """

    opened: OpenedDraft
    publication: Publication | None
    published: Line | None
    judged: Judged
    script_faults: tuple[Diagnostic, ...] = ()

    @property
    def can_be_played(self) -> bool:
        """Return whether the gate can play calls on the draft and beside it on what is published."""
        return bool(self.opened.draft and self.judged.is_sound and self.published and not self.script_faults)

    def clip(self, name: str) -> Clip | None:
        """Return the recording called ``name`` of the draft or of what is published."""
        lines = (self.judged.line, self.published)
        return next((clip for line in lines if line and (clip := line.clips.named(name))), None)


class LinesAsTheyStand:
    """Reads lines of ``database`` with ``rules``, and keeps the last. Safe to share between threads."""

    def __init__(self, database: Database, drafts: LineDrafts, rules: Sequence[Rule]) -> None:
        self._database, self._drafts, self._rules = database, drafts, rules
        self._published: dict[tuple[str, int], Line | None] = {}
        self._judged: dict[tuple[str, str], Judged] = {}
        self._scripts: dict[tuple[tuple[str, str], str], tuple[Diagnostic, ...]] = {}
        self._lock = threading.Lock()

    def of(self, name: str) -> LineAsItStands:
        """Return the line ``name`` as it stands now. Raises TargetError where nothing of it is published or drafted,
        and DatabaseUnavailableError.
        """
        opened = self._drafts.opened(name)
        with self._database.reading() as connection:
            publication = published(connection).get(name)
        line = self._version(publication) if publication else None
        judged = self.judged(opened)
        return LineAsItStands(opened, publication, line, judged, self._script_faults(opened, judged, line))

    def knows(self, name: str) -> bool:
        """Return whether anything of a line ``name`` is published or drafted. Raises DatabaseUnavailableError."""
        return bool(self._drafts.stands(name).files)

    def judged(self, opened: OpenedDraft) -> Judged:
        """Return the draft with its faults."""
        key = _key(opened)
        with self._lock:
            known = self._judged.get(key)
        if known is None:
            known = self._drafts.judged(opened)
            with self._lock:
                self._judged = dict([*self._judged.items(), (key, known)][-MOST:])
        return known

    def _script_faults(self, opened: OpenedDraft, judged: Judged, line: Line | None) -> tuple[Diagnostic, ...]:
        edited = [path for path, file in self._drafts.changed(opened).items() if file and path.endswith(ENDING)]
        key = (_key(opened), "\n".join(edited))
        with self._lock:
            known = self._scripts.get(key)
        if known is None:
            prompts = {**line.prompts.texts, **judged.line.prompts.texts} if line and judged.line else None
            texts = {path: self._drafts.content(opened, path) for path in edited}
            known = tuple(faults_of_scripts(opened.line, texts, Path(opened.line), lambda _: prompts))
            with self._lock:
                self._scripts = dict([*self._scripts.items(), (key, known)][-MOST:])
        return known

    def _version(self, publication: Publication) -> Line | None:
        key = (publication.line, publication.number)
        with self._lock:
            if key in self._published:
                return self._published[key]
        with self._database.reading() as connection:
            files = LineFiles(contents_of(connection, files_of(connection, *key)))
        try:
            line = checked_line(files, Path(publication.line), self._rules)
        except FlowError:  # what an older release published may be refused by this one
            line = None
        with self._lock:
            self._published = dict([*self._published.items(), (key, line)][-MOST:])
        return line


def _key(opened: OpenedDraft) -> tuple[str, str]:
    return opened.line, "\n".join(f"{path} {file.sha256}" for path, file in sorted(opened.files.items()))
