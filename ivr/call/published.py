"""Keeps the lines of a process as the database says they are published, and looks for that twice a second.

No turn waits for it: a version is read aside, and answers the next call. What answers is kept on the disk of each
machine, so that a start without a database answers with what was published last as far as that machine knew. A call
stays on the version that it began on; one that this process has not seen is fetched when its first turn comes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from data.calls import menus_of_open_calls
from data.unavailable import DatabaseUnavailableError
from data.versions import (
    FIRST,
    NewVersion,
    NumberTakenError,
    Publication,
    PublishedMeanwhileError,
    files_of,
    history,
    publish,
    published,
    sha256,
    version_of_menu,
)
from ivr.call.checked_line import checked_line
from ivr.call.draft_menus import DraftMenus
from ivr.call.kept_versions import KeptVersions
from ivr.call.lines import Lines, number_of_faults
from ivr.errors import FlowError, SettingsError, TargetError
from ivr.flow.audio_folder import digest_of
from ivr.flow.checks import Rule
from ivr.flow.folder import MENU, line_names, load_line
from ivr.flow.line import DRAFT, Line, is_draft
from ivr.flow.line_files import LineFiles
from ivr.logs import LineName
from ivr.source.diagnostics import Diagnostic
from wording import message

if TYPE_CHECKING:
    from data.database import Database
    from ivr.call.last_good_menus import LastGoodMenus

log = logging.getLogger(__name__)


def new_version(line: Line, files: LineFiles, after: int | None = None) -> NewVersion:
    """``files``, which were read as ``line``, as a version that can be published."""
    return NewVersion(line.name, line.version, digest_of(line.clips).hex(), line.header.number, files, after)


def unpublished(database: Database, flows: Path) -> list[str]:
    """Return the lines below ``flows`` whose files are others than those that are published; none of whose nothing is,
    and none at all while the database is away.
    """
    found = []
    try:
        with database.reading() as connection:
            for name, publication in published(connection).items():
                there = files_of(connection, name, publication.number)
                try:
                    files = LineFiles.of_folder(flows / name)
                except TargetError:
                    continue
                if {path: sha256(content) for path, content in files.items()} != there:
                    found.append(name)
    except DatabaseUnavailableError:
        return []
    return found


class PublishedMenus:
    """Keeps ``lines`` as ``database`` says. ``flows`` is the folder whose lines are published at their first start; one
    that does not ``publish`` them takes them as they stand there until another has.

    For one thread; others may read the lines meanwhile, and ask for ``older`` versions.
    """

    def __init__(
        self,
        database: Database,
        flows: Path,
        kept: LastGoodMenus,
        rules: Sequence[Rule],
        clock: Callable[[], datetime],
        *,
        publishes: bool = True,
    ) -> None:
        self._publishes = publishes
        self._database = database
        self._flows = flows
        self._kept = kept
        self._rules = rules
        self._clock = clock
        self._answering: dict[str, int] = {}
        """Line → the publication that was brought in, or cannot be."""
        self._is_first_look = True
        self._published: frozenset[str] = frozenset()
        self._made: dict[str, Line] = {}
        """Version → its line, where this process has just published it."""
        self._faults: list[Diagnostic] = []
        self.lines = Lines((), rules=rules, older=self.older)
        self._versions = KeptVersions(kept, flows, rules)
        self._drafts = DraftMenus(self._versions, self.lines)

    def begin(self) -> Lines:
        """Bring in what is published, with the versions that calls stand on; what this machine knows of it while the
        database is away, and the folder where it knows nothing.

        Raises FlowError or SettingsError where no line could answer.
        """
        self.refresh()
        if self._is_first_look or not self._publishes:
            self._add_from_disk()
        if not list(self.lines):
            if self._faults:
                raise FlowError(sorted(self._faults))
            raise SettingsError(
                message(
                    "no-line-at-all",
                    "there is no line below {flows}/; ivr new NAME makes one, or set IVR_FLOWS to where they are",
                    flows=self._flows,
                )
            )
        return self.lines

    def refresh(self) -> tuple[str, ...]:
        """Bring in what was published since the last look; the names of the lines that answer anew. Never raises for a
        database that is away.
        """
        if self._database.standing().state != "up":
            return ()
        try:
            brought = self._look()
            if self._is_first_look:
                if self._publishes and self._publish_new_lines():
                    brought += self._look()
                self._bring_in_versions_of_calls()
        except DatabaseUnavailableError:
            return ()
        self._is_first_look = False
        return brought

    def older(self, name: str, version: str) -> Line | None:
        """The line in a version that a call stands on: from the disk, or else from the database. Raises
        DatabaseUnavailableError where that may have it and is away.
        """
        line = self._versions.find(name, version.removeprefix(DRAFT))
        if line:
            return line.as_draft() if is_draft(version) else line
        with self._database.autocommit() as connection:
            if is_draft(version):
                return self._drafts.find(connection, name, version)
            found = version_of_menu(connection, name, version)
            if found is None:
                return None
            number, audio = found
            return self._versions.fetch(connection, name, version, audio, files_of(connection, name, number))

    def _look(self) -> tuple[str, ...]:
        with self._database.autocommit() as connection:
            now = published(connection)
        self._published = frozenset(now)
        changed = [each for each in now.values() if self._answering.get(each.line) != each.id]
        brought = tuple(name for each in changed for name in self._brought_in(each))
        with self._database.autocommit() as connection:
            self._drafts.look(connection)
        return brought

    def _brought_in(self, publication: Publication) -> tuple[str, ...]:
        """Let the line answer as ``publication`` says; the name of the line where it does from now on."""
        line = self._line(publication)
        self._answering[publication.line] = publication.id
        if line is None:
            self._go_on_without(publication)
            return ()
        self._answer(line, publication.number)
        return (line.name,)

    def _answer(self, line: Line, number: int) -> None:
        self._kept.answer_with(line.name, line.version)
        self.lines.add(line)
        self.lines.note(line.name, None)
        if self._is_first_look:
            return  # the greeting tells with what a server begins
        log.info("menu published", extra={"line": LineName(line.name), "menu": line.version, "version": number})

    def _line(self, publication: Publication) -> Line | None:
        """The version that was published; None where this release finds faults in it."""
        name, version = publication.line, publication.menu_version
        for engine in self.lines:
            if (engine.line.name, engine.line.version) == (name, version):
                return engine.line
        line = self._made.pop(version, None) or self._versions.find(name, version)
        if line:
            return line
        with self._database.autocommit() as connection:
            files = files_of(connection, name, publication.number)
            return self._versions.fetch(connection, name, version, publication.audio_digest, files)

    def _go_on_without(self, publication: Publication) -> None:
        """A version that this release cannot use: the line goes on with what answers, or with one before it."""
        name, told = publication.line, f"version {publication.number} of the line {publication.line}"
        log.error("menu refused", extra={"menu": publication.menu_version, "why": f"{told} has faults in this release"})
        if not any(engine.line.name == name for engine in self.lines):
            with self._database.autocommit() as connection:
                before = history(connection, name)
            tried = {publication.menu_version}
            for each in reversed(before):
                if each.menu_version in tried:
                    continue
                tried.add(each.menu_version)
                line = self._line(each)
                if line:
                    self._answer(line, each.number)
                    break
        present = [engine.line.version for engine in self.lines if engine.line.name == name]
        answers = f"answers with the menu {present[0]}" if present else "does not answer"
        self.lines.note(name, f"{told} has faults in this release, so that it {answers}; publish a sound one")

    def _publish_new_lines(self) -> bool:
        """The lines of the folder of which nothing is published: each sound one becomes its version 1."""
        names = [name for name in line_names(self._flows) if name not in self._published]
        for name in names:
            try:
                files = LineFiles.of_folder(self._flows / name)
                line = checked_line(files, self._flows / name, self._rules)
            except FlowError as error:
                self._tell_faults(name, error.diagnostics)
                continue
            except (TargetError, OSError) as error:
                log.error("menu refused", extra={"place": f"{self._flows / name / MENU}:1:1", "why": str(error)})
                continue
            new = new_version(line, files, after=0)
            try:
                with self._database.transaction() as connection:
                    publish(connection, new, self._clock(), FIRST, FIRST)
            except PublishedMeanwhileError:
                continue  # by another process that starts at the same moment
            except NumberTakenError as taken:
                why = f"'{new.dialled}' is the number of the line '{taken.line}' too; give each its own"
                self._tell_faults(name, (Diagnostic(line.header.mark, why),))
                continue
            digests = {path: sha256(content) for path, content in files.items()}
            contents = {digest: files[path] for path, digest in digests.items()}
            audio = bytes.fromhex(new.audio_digest)
            if self._kept.keep_published(name, line.version, audio, digests, contents.__getitem__):
                self._made[line.version] = line
        return bool(names)

    def _tell_faults(self, name: str, faults: Sequence[Diagnostic]) -> None:
        self._faults += faults
        for fault in faults:
            log.error("menu refused", extra={"place": str(fault.mark), "why": fault.message})
        told = f"{number_of_faults(len(faults))} (ivr check {name})"
        self.lines.note(name, f"the line {name} does not answer: its files hold {told}, and no version is published")

    def _bring_in_versions_of_calls(self) -> None:
        with self._database.autocommit() as connection:
            standing = menus_of_open_calls(connection)
        answering = {engine.line.name for engine in self.lines}
        for name, version in standing:
            if name in answering:
                self.lines.version(name, version)

    def _add_from_disk(self) -> None:
        """The lines that the database does not tell of: as they were published last, or as their folder is."""
        answering = {engine.line.name for engine in self.lines}
        found = self._kept.published() if self._is_first_look else {}
        for name in line_names(self._flows):
            if name in found or name in answering:
                continue
            try:
                found[name] = load_line(self._flows / name, rules=self._rules)
            except FlowError as error:
                last = self._kept.latest(name)
                if last:
                    found[name] = last
                else:
                    self._tell_faults(name, error.diagnostics)
        taken = {engine.line.header.number for engine in self.lines}
        for line in found.values():
            if line.header.number not in taken:
                taken.add(line.header.number)
                self.lines.add(line)
