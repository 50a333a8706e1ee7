"""The command line plays calls on lines of ours with their demo data, or on a webhook's URL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from data import demo
from data.all_tables import METADATA
from data.budgets import Budgets
from data.database import Database
from data.fixtures import LONG_AGO, Fixtures
from data.vault import Cost, Vault
from ivr.call.announcements import Announcements
from ivr.call.lines import Lines
from ivr.call.waits import Waits
from ivr.channels.webhook_report import Report, log_turn
from ivr.cli.folder_lines import FolderLines
from ivr.cli.stored import EVERY_DESTINATION
from ivr.errors import FlowError, ScriptError
from ivr.flow.checks.open_hours import destinations_of
from ivr.flow.line import Line
from ivr.flow.prompts import Prompt
from ivr.replay.call_target import Conceals, MakeClock, is_secret
from ivr.replay.comparison import PlayableVersion
from ivr.replay.expectations import unknown_names
from ivr.replay.fixture_tickets import apply_fixtures
from ivr.replay.left_open import left_open
from ivr.replay.line_target import LineTarget
from ivr.replay.runner import play
from ivr.replay.scenes.scene_stage import SceneOffice
from ivr.replay.script import DEFAULT_AT, BadScript, Script, improvised
from ivr.settings import Settings
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN, Carrier
from ivr.simulator.clock import Clock, VirtualClock
from ivr.source.diagnostics import Diagnostic, Mark
from ivr.source.fields import suggest
from ivr.web.hold import wav
from routing.agent_telephones import parse_telephone
from routing.closures import EVERYTHING, scopes_of
from routing.documents import parse_document
from wording import message, phrase

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from ivr.call.talks.offering import SendNow

    CreateApp = Callable[..., WSGIApplication]

PUBLIC_URL = "http://ivr.test"
"""Where a rehearsed line believes to be; .test never resolves (RFC 2606), so nothing can leave by accident."""

ENTRY = f"{PUBLIC_URL}/twilio/voice"

SECRET_KEY = b"rehearsals keep no secret"


class LocalLines:
    """Rehearses our lines below ``flows``, with the demo data, in this process.

    The data is made once and copied for each application, so that what a call changes is gone with it. A line is read
    once, too: ``target`` plays on what ``line`` has read, in the processes forked since as well. ``lines`` may
    hold some that were read already.
    """

    def __init__(
        self,
        create_app: CreateApp,
        flows: Path,
        make_clock: MakeClock = VirtualClock,
        conceals: Conceals = is_secret,
        lines: FolderLines | None = None,
    ) -> None:
        self._create_app = create_app
        self._flows = flows
        self._make_clock = make_clock
        self._conceals = conceals
        self._lines = lines or FolderLines(flows)
        self._engines: dict[str, Lines] = {}

    def __getstate__(self) -> dict[str, object]:
        """Return what another process that is not forked begins with: it reads the lines itself."""
        return self.__dict__ | {"_lines": FolderLines(self._flows), "_engines": {}}

    def prepare(self) -> None:
        """Make what every call takes: processes that are forked afterwards have it already.

        In memory SQLite has no file and no lock that a fork would share.
        """
        prepare_calls()
        for name, line in self._lines.read.items():
            self._engines_of(name)
            _warm(line)

    def line(self, name: str) -> Line:
        """Return the line ``name``, or the one in the folder of that path, read on first use. Raises TargetError,
        FlowError.
        """
        return self._lines.line(name)

    def prompts(self, name: str) -> Mapping[str, Prompt] | None:
        """Return the prompts of the line ``name``, which scripts may hear by name; None where it cannot be used."""
        return self._lines.prompts(name)

    def target(self, name: str) -> LineTarget:
        """Return the target that plays scripts on that line. Raises as ``line`` does."""
        line = self.line(name)
        return self._target(line, self._engines_of(name), lambda: _template().copy())

    def version(self, line: Line) -> PlayableVersion:
        """Return ``line``, which may be any version of it, as something to play calls on."""
        lines = Lines([line])
        _warm(line)
        # Nothing of a comparison is logged: a call is played several times for one that is told.
        return PlayableVersion(
            line, lambda: self._target(line, lines, lambda: _template().copy(), report=lambda _: None)
        )

    def rehearsal(self, line: Line) -> tuple[LineTarget, Database]:
        """Return a target for one call on ``line``, and the copy of the demo data that the call has alone."""
        with _MAKING:
            database = _template().copy()
        # A server that lets its pages rehearse counts and logs its own turns, and not these.
        return self._target(line, Lines([line]), lambda: database, report=lambda _: None), database

    def target_on(self, line: Line) -> LineTarget:
        """Return the target that plays scripts on ``line``, which is in no folder; its turns are not logged."""
        return self._target(line, Lines([line]), lambda: _template().copy(), report=lambda _: None)

    def _target(self, line: Line, lines: Lines, data: Callable[[], Database], report: Report = log_turn) -> LineTarget:
        used: list[Database] = []
        alone: list[Database] = []
        """That of the script with fixtures that was played last, and so of no other script."""
        made: list[WSGIApplication] = []
        """The first application; those that are made later share with it what is the line's, and not of a call."""
        heard: list[Waits] = []
        """How long callers waited, as each application knows it that is still asked."""
        senders: list[SendNow] = []
        """That of the application which was made last, and so of a call that has one of its own."""

        def send_now(row: str) -> None:
            for send in senders:  # in a call script there are none, and nobody is rung
                send(row)

        def build(now: Callable[[], datetime], fixtures: Fixtures | None) -> WSGIApplication:
            database = data()
            for each in alone:
                if each is not database:
                    each.close()  # or its memory, two megabytes, is there until garbage is looked for
            used[:] = [database]
            alone[:] = [database] if fixtures is not None else []
            senders.clear()
            if fixtures is not None:
                apply_fixtures(fixtures, database, rehearsal_vault(), line)
            announcements = Announcements(database)
            announcements.refresh(LONG_AGO)
            waits = Waits(now)
            app = self._create_app(
                self._settings,
                clock=now,
                database=database,
                lines=lines,
                cost=Cost.rehearsal(),
                report=report,
                announcements=announcements,
                send_now=send_now,
                waits=waits,
                like=made[0] if made else None,
            )
            if fixtures is None:
                heard[:] = [waits]
            if not made:
                made.append(app)
            return app

        def forget() -> None:
            for waits in heard:
                waits.forget()

        def office(clock: Clock) -> SceneOffice:
            # What a worker takes is loaded for scenes alone.
            from ivr.cli.scene_worker import scene_worker

            works = scene_worker(used[-1], rehearsal_vault(), lines, PUBLIC_URL, clock, senders)
            return SceneOffice(used[-1], lines, works, send_now)

        def open_of(sid: str) -> Iterator[str]:
            for database in used:
                yield from left_open(database, sid)

        return LineTarget(
            line.name,
            build,
            entry=ENTRY,
            to=line.header.number,
            zone=line.header.zone,
            carrier=Carrier(DEMO_ACCOUNT, DEMO_TOKEN),
            make_clock=self._make_clock,
            conceals=self._conceals,
            line=line,
            left_open=open_of,
            office=office,
            forget=forget,
        )

    def _engines_of(self, name: str) -> Lines:
        """The line, ready to be performed. It holds nothing of any call, so all applications share it."""
        if name not in self._engines:
            self._engines[name] = Lines([self.line(name)])
        return self._engines[name]

    @cached_property
    def _settings(self) -> Settings:
        return Settings(
            database_url="sqlite://",
            secret_key=SECRET_KEY,
            flows=self._flows,
            public_url=PUBLIC_URL,
            account_sid=DEMO_ACCOUNT,
            auth_token=DEMO_TOKEN,
            # Rehearsed calls share one database, and each goes as if it were the first.
            guesses=Budgets.unbounded(),
        )


def _warm(line: Line) -> None:
    """Work out the holidays of the year that most scripts are of."""
    for hours in line.routing.table.hours.values():
        hours.at(DEFAULT_AT.replace(tzinfo=hours.zone))


def rehearse_once(local_lines: LocalLines, lines: Lines) -> None:
    """Play a call of a silent caller to the first line: the demo data, the calendar and all else are loaded then."""
    for engine in list(lines)[:1]:
        play(improvised(engine.line.name), local_lines.rehearsal(engine.line)[0])


_MAKING = threading.Lock()
"""Held while the demo data is made or copied: a server rehearses in several threads."""


def prepare_calls() -> None:
    """Make what calls to any line take: the demo data, and what is heard in queues."""
    _template()
    wav()


@cache
def rehearsal_vault() -> Vault:
    """Return the vault under which the data of rehearsed calls are kept."""
    return Vault(SECRET_KEY, Cost.rehearsal())


@cache
def _template() -> Database:
    """The demo customers, of which every rehearsed call of this process gets a copy."""
    database = Database("sqlite://")
    database.create_tables(METADATA)
    demo.load(database, rehearsal_vault(), parse_document)
    return database


def check_scripts(scripts: list[Script], lines: Mapping[str, Line]) -> None:
    """Raise ScriptError with everything in ``scripts`` that their lines or the stored data do not know."""
    diagnostics = [diagnostic for script in scripts for diagnostic in script_faults(script, lines[script.line])]
    if diagnostics:
        raise ScriptError(diagnostics)


def script_faults(script: Script, line: Line, come_to: Collection[str] | None = None) -> list[Diagnostic]:
    """Return everything in ``script`` that ``line`` or the stored data do not know; ``come_to`` are the line's
    ``destinations_of``, where they are known already.
    """
    destinations = line.routing.table.destinations
    come_to = destinations_of(line) if come_to is None else come_to
    diagnostics = [Diagnostic(mark, told) for mark, told in unknown_names(script.expectations, line.states, come_to)]
    if script.fixtures is not None:
        diagnostics += _unknown_destinations(script.fixtures, destinations)
        diagnostics += _telephones_not_allowed(script.fixtures, line)
    return diagnostics


def _unknown_destinations(fixtures: Fixtures, destinations: Collection[str]) -> Iterator[Diagnostic]:
    """What is closed, announced or served of a destination that there is not changes nothing, and its script would be
    green.
    """
    scopes = scopes_of(destinations) | {EVERY_DESTINATION, EVERYTHING}
    named = [(each.scope, each.place) for each in fixtures.closures]
    named += [(each.scope, each.place) for each in fixtures.announcements]
    named += [(skill.scope, skill.place) for agent in fixtures.agents for skill in agent.serves]
    for scope, place in named:
        if scope not in scopes:
            every = ", ".join([*destinations, EVERY_DESTINATION])
            told = message(
                "fixture-destination-unknown",
                "'fixtures': the line has no destination '{scope}'{near}",
                scope=scope,
                near=suggest(scope, sorted(scopes)) or phrase(" (one of: {known})", known=every),
            )
            yield Diagnostic(Mark(place.file, place.line, place.column), told)


def _telephones_not_allowed(fixtures: Fixtures, line: Line) -> Iterator[Diagnostic]:
    """An agent whose telephone the line may not ring is rung by no server either."""
    for agent in fixtures.agents:
        why = line.routing.table.allowed.refusal(parse_telephone(agent.telephone))
        if why:
            told = phrase("'fixtures': {fault}", fault=why)
            yield Diagnostic(Mark(agent.place.file, agent.place.line, agent.place.column), told)


def playable(scripts: list[Script], local_lines: LocalLines) -> tuple[list[Script], list[BadScript], dict[str, Line]]:
    """Sort the scripts into those that can be played and those that cannot, and load the lines of the former.

    A line that cannot be used keeps the scripts of no other line back; its own faults are told with its first script.
    """
    lines: dict[str, Line] = {}
    come_to: dict[str, Collection[str]] = {}
    broken: dict[str, tuple[Diagnostic, ...]] = {}
    good: list[Script] = []
    bad: list[BadScript] = []
    for script in scripts:
        if script.line not in lines and script.line not in broken:
            try:
                line = lines[script.line] = local_lines.line(script.line)
                come_to[script.line] = destinations_of(line)
            except FlowError as error:
                broken[script.line] = error.diagnostics
                bad.append(BadScript.of(script, error.diagnostics))
                continue
        if script.line in broken:
            told = message("script-line-with-faults", "the line {line} has faults; mend them first", line=script.line)
            diagnostic = Diagnostic(script.mark, told)
            bad.append(BadScript.of(script, [diagnostic], waits=True))
        elif diagnostics := script_faults(script, lines[script.line], come_to[script.line]):
            bad.append(BadScript.of(script, sorted(diagnostics)))
        else:
            good.append(script)
    return good, bad, lines
