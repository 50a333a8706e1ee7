"""The lines that this server answers, each ready to be performed, in every version that a call may still be on."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from data.unavailable import DatabaseUnavailableError
from ivr.call.engine import Engine
from ivr.call.last_good_menus import LastGoodMenus
from ivr.errors import FlowError, SettingsError
from ivr.flow.checks import Rule
from ivr.flow.clips import Clip
from ivr.flow.folder import MENU, check_numbers, line_names, load_line
from ivr.flow.line import Line
from ivr.languages import language_of
from ivr.source.diagnostics import Diagnostic
from routing.callers import is_dialled
from value_class import value_class
from wording import message

log = logging.getLogger(__name__)

Older = Callable[[str, str], Line | None]
"""Finds the line of a name in a version, given as the digest that calls have; None where it is nowhere. May raise
DatabaseUnavailableError, where that cannot be known now.
"""

MOST_NOWHERE: Final = 1000
"""Versions that are remembered as being nowhere, so that no turn looks for them again."""

KEPT_VERSIONS: Final = 120
"""Versions of one line that are kept for calls that began on them: those used last. A menu of 100 states takes about
0.4 MB, so that a day of constant editing takes 50."""


@value_class
class _Known:
    """All engines of one moment; never changed, only put in another's place, so that threads read without a lock."""

    by_name: Mapping[str, Engine] = field(default_factory=dict)
    by_version: Mapping[tuple[str, str], Engine] = field(default_factory=dict)
    drafts: Mapping[str, Engine | None] = field(default_factory=dict)
    """Of lines that have a draft; None where that has faults."""


class Lines:
    """Engines by number, and by name and version. Loading a line again keeps its older versions for their calls.

    May be shared by threads: a thread that asks while a line is added gets the old one or the new one, whole.
    """

    def __init__(
        self,
        lines: Iterable[Line],
        last_good: LastGoodMenus | None = None,
        rules: Sequence[Rule] = (),
        older: Older | None = None,
    ) -> None:
        """``older`` finds a version that a call stands on and that is not in memory, as after a restart (default: among
        the menus of ``last_good``).
        """
        self.last_good = last_good
        self._older = older or (last_good.load if last_good else None)
        self._nowhere: set[tuple[str, str]] = set()
        self.rules = rules
        """What the channels of these lines cannot bear; a menu that is read later is checked by them, too."""
        self._troubles: dict[str, str] = {}
        self._known = _Known()
        self._adding = threading.Lock()
        self._bringing_in = threading.Lock()
        self._uses = itertools.count()
        self._used: dict[tuple[str, str], int] = {}
        self.add(*lines)

    @classmethod
    def load(cls, flows: Path, last_good: LastGoodMenus | None = None, rules: Sequence[Rule] = ()) -> Lines:
        """Every line below ``flows``. Raises FlowError for a faulty one and for two of one number, SettingsError where
        there is none.

        With ``last_good`` a faulty line answers with its last good version, and is left out where it never was good;
        what is sound is kept. FlowError is raised only where no line is left. ``degraded`` tells of both. ``rules`` are
        those of the channels that bring the calls.
        """
        names = line_names(flows)
        if not names:
            raise SettingsError(
                message(
                    "no-line-at-all",
                    "there is no line below {flows}/; ivr new NAME makes one, or set IVR_FLOWS to where they are",
                    flows=flows,
                )
            )
        if last_good is None:
            lines = cls((load_line(flows / name, rules=rules) for name in names), None, rules)
            shared = check_numbers(flows)
            if shared:
                raise FlowError(shared)
            return lines
        return cls._with_last_good_ones(flows, names, last_good, rules)

    @classmethod
    def _with_last_good_ones(
        cls, flows: Path, names: list[str], last_good: LastGoodMenus, rules: Sequence[Rule]
    ) -> Lines:
        found = {name: _read(flows / name, last_good, rules) for name in names}
        # A line that answers as it did before keeps its number when another one takes it.
        settled = sorted(found.values(), key=lambda each: not each.is_latest)
        taken: set[str] = set()
        answering: list[Line] = []
        for each in settled:
            line = each.line
            if line and line.header.number in taken:
                each.diagnostics.append(_number_of_another(line))
                last = last_good.latest(each.name)
                line = last if last and last.header.number not in taken else None
            if line:
                taken.add(line.header.number)
                answering.append(line)
            if each.diagnostics:
                _log_instead(flows / each.name, each.diagnostics, line)
        diagnostics = [diagnostic for each in found.values() for diagnostic in each.diagnostics]
        if not answering:
            raise FlowError(sorted(diagnostics))
        answering.sort(key=lambda line: line.name)
        lines = cls(answering, last_good, rules)
        for each in found.values():
            if each.diagnostics:
                lines.trouble(each.name, len(each.diagnostics))
        for line in answering:
            if not found[line.name].diagnostics:
                last_good.keep(line, flows / line.name)
        return lines

    @property
    def degraded(self) -> tuple[str, ...]:
        """A sentence for each line whose files hold faults, so that it does not answer as they say."""
        return tuple(self._troubles.values())

    def trouble(self, name: str, diagnostics: int) -> None:
        """Note that the files of the line ``name`` hold so many faults; with none, that they are sound again."""
        troubles = dict(self._troubles)
        troubles.pop(name, None)
        if diagnostics:
            told = f"{number_of_faults(diagnostics)} (ivr check {name})"
            engine = self._known.by_name.get(name)
            troubles[name] = (
                f"the line {name} answers with its last good menu, {engine.line.version}: its files hold {told}"
                if engine
                else f"the line {name} does not answer: its files hold {told}, and no good version of it is kept"
            )
        self._troubles = troubles

    def note(self, name: str, told: str | None) -> None:
        """Note in a sentence why the line ``name`` does not answer with what was published; None: it does."""
        self._troubles = {key: each for key, each in self._troubles.items() if key != name} | (
            {name: told} if told else {}
        )

    def add(self, *lines: Line) -> None:
        """Answer new calls with ``lines`` from now on, with all of them from the same moment."""
        with self._adding:
            by_name, by_version = dict(self._known.by_name), dict(self._known.by_version)
            for line in lines:
                key = (line.name, line.version)
                engine = by_version.get(key) or Engine(line)
                by_name[line.name] = by_version[key] = engine
                self._used[key] = next(self._uses)
            for name in {line.name for line in lines}:
                self._forget(name, by_name[name], by_version)
            self._known = replace(self._known, by_name=by_name, by_version=by_version)

    def __iter__(self) -> Iterator[Engine]:
        return iter(self._known.by_name.values())

    def named(self, name: str) -> Line | None:
        """Return the line of that name as it answers new calls; None where there is none."""
        engine = self._known.by_name.get(name)
        return engine.line if engine else None

    def dialled(self, number: str) -> Engine:
        """The line that answers ``number``; the first line for a number that none of them has, since it was pointed
        here and a caller is waiting."""
        engines = tuple(self)
        for same in (str.__eq__, is_dialled):
            for engine in engines:
                if same(number, engine.line.header.number):
                    return engine
        return engines[0]

    def answering(self, number: str, caller: str) -> tuple[Engine, str | None]:
        """The line that answers ``number`` for ``caller``, and what is said before all else: a telephone that the line
        names for it hears its draft where there is one, and is told; also where that has faults.
        """
        known, engine = self._known, self.dialled(number)
        header = engine.line.header
        if caller not in header.drafts or engine.line.name not in known.drafts:
            return engine, None
        notices = language_of(header.language).drafts
        draft = known.drafts[engine.line.name]
        return (draft, notices.heard) if draft else (engine, notices.faulty)

    def put_draft(self, name: str, draft: Line | None) -> None:
        """Let telephones that the line ``name`` names hear ``draft`` from now on; None: it has faults."""
        with self._adding:
            by_version, engine = dict(self._known.by_version), None
            if draft:
                key = (name, draft.version)
                engine = by_version[key] = by_version.get(key) or Engine(draft)
                self._used[key] = next(self._uses)
                self._forget(name, self._known.by_name.get(name), by_version)
            self._known = replace(self._known, by_version=by_version, drafts={**self._known.drafts, name: engine})

    def end_draft(self, name: str) -> None:
        """Let no telephone hear a draft of the line ``name`` any more; calls that hear one go on with it."""
        with self._adding:
            drafts = {key: draft for key, draft in self._known.drafts.items() if key != name}
            self._known = replace(self._known, drafts=drafts)

    def version(self, name: str, version: str) -> Engine:
        """The line as it was when a call began; the present one where that version is nowhere any more, or is unsound
        for this release.
        """
        known = self._known
        engine = known.by_version.get((name, version))
        if engine is None and version and self._older:
            engine = self._brought_in(name, version, self._older)
        if engine:
            self._used[name, version] = next(self._uses)
            return engine
        return known.by_name.get(name) or next(iter(known.by_name.values()))

    def clip(self, name: str) -> Clip | None:
        """The recording that is served under ``name``, of any version that a call may still be on; or None."""
        # A present menu has it nearly always; who asks for others is on an older one, or guesses.
        known = self._known
        engines = itertools.chain(known.by_name.values(), known.by_version.values())
        return next(filter(None, (engine.line.clips.named(name) for engine in engines)), None)

    def _brought_in(self, name: str, version: str, older: Older) -> Engine | None:
        """A version that a call began on before this process did. The first turn that asks reads it: a few tenths of a
        second, once.
        """
        key = (name, version)
        if key in self._nowhere:
            return None
        with self._bringing_in:
            known = self._known
            if key in known.by_version:
                return known.by_version[key]
            try:
                line = older(name, version)
            except DatabaseUnavailableError:
                return None
            if line is None:
                if len(self._nowhere) >= MOST_NOWHERE:
                    self._nowhere.clear()
                self._nowhere.add(key)
                return None
            with self._adding:
                by_version = dict(self._known.by_version)
                engine = by_version.setdefault(key, Engine(line))
                self._known = replace(self._known, by_version=by_version)
            return engine

    def _forget(self, name: str, present: Engine | None, by_version: dict[tuple[str, str], Engine]) -> None:
        """Let go of the versions of the line ``name`` that no call has asked for in the longest time."""
        others = [key for key, engine in by_version.items() if key[0] == name and engine is not present]
        others.sort(key=lambda key: self._used.get(key, 0), reverse=True)
        for key in others[KEPT_VERSIONS - 1 :]:
            del by_version[key]
            self._used.pop(key, None)


@dataclass(slots=True)
class _Found:
    """What the folder of one line holds: its menu, or its faults and the last good menu in its place."""

    name: str
    line: Line | None
    is_latest: bool
    """Whether the line is the one that answered before."""

    diagnostics: list[Diagnostic] = field(default_factory=list)


def _read(folder: Path, last_good: LastGoodMenus, rules: Sequence[Rule]) -> _Found:
    try:
        line = load_line(folder, rules=rules)
    except FlowError as error:
        last = last_good.latest(folder.name)
        return _Found(folder.name, last, last is not None, list(error.diagnostics))
    return _Found(folder.name, line, line.version == last_good.latest_version(folder.name))


def _number_of_another(line: Line) -> Diagnostic:
    told = f"'{line.header.number}' is another line's number too; give each line a number of its own"
    return Diagnostic(line.header.mark, told)


def _log_instead(folder: Path, diagnostics: list[Diagnostic], line: Line | None) -> None:
    """The faults themselves are logged by the reload, which tries them again."""
    place = str(min(diagnostics).mark) if diagnostics else f"{folder / MENU}:1:1"
    if line:
        why = f"{number_of_faults(len(diagnostics))}; the line answers with its last good menu"
        log.error("menu refused", extra={"place": place, "menu": line.version, "why": why})
    else:
        why = f"{number_of_faults(len(diagnostics))}; no good version is kept, so the line does not answer"
        log.error("menu refused", extra={"place": place, "why": why})


def number_of_faults(diagnostics: int) -> str:
    return f"{diagnostics} fault{'s' * (diagnostics > 1)}"
