"""One turn of one call, taken exactly once.

What a turn is. The carrier says what happened to a call since our last answer (``events``) and waits for the next one.
The turns of a call are numbered from 0; the number of the next one stands in the address that our answer gives, which
the carrier signs. A turn is a value: where the call stood (``Position``), the event and the ``Facts`` lead to a
``Step``: the next position, the answer's verbs, the trace and the effects. ``engine`` works it out and asks nobody.
This module does what is around it: it finds out where the call stands, has facts loaded, and stores what came of it.

Exactly once. (call, number) is the key of a stored turn, and a call is moved only from the turn at which it was read to
stand (``data.turns.save_turn``). The turn, the answer itself, the call's new position and the effects are written in
one transaction, and the answer is sent after it. So of one turn delivered twice, late or at the same moment, one
delivery writes, and every other one reads the stored answer and sends the same bytes; nothing that a turn causes comes
about twice, or for an answer that was never stored.

The order of a turn:
  1. where the call stands: as this process stored it last (``known_calls``), or by one read of the call and of the turn
     of this number, if it was taken before (``_take``). What is keyed where an entry is asked for is always read for;
  2. the facts, in reads of their own (``facts_loader``); a password is compared outside of any transaction, after one
     that reserves the attempt, so that guessing is counted whatever becomes of the turn. What came of it is an effect;
  3. the engine and the rendering, in memory;
  4. one transaction: turn, answer, position, effects (``_move``).
Between these nothing is locked. The delivery that comes second meets a row that is there already (IntegrityError), or a
call that has moved on or ended (CallMovedError), and begins again at 1, with a read, MAX_TRIES times in all. So does a
turn that was to take the last telephone of a destination and finds another call on it (FactsChangedError), and one that
the database rolled back because of another one (TransactionConflictError).

Where a call may be found, when its turn ``number`` comes:
  - not there, and its address tells no position: it never began here (UnknownCallError); the webhook begins it;
  - not there, but its address tells one: it began while the database was away, and is taken in with this turn;
  - at ``number``: this turn is due, and is taken, in the menu that the call began on, or in the present one where that
    is gone (``carried_over``); where its address tells a position, that is what the caller was told, and it holds;
  - beyond ``number``: the turn was taken; it answers what it answered, or, where it was taken without the database and
    so not stored, what the caller was told last;
  - before ``number``: turns were taken without the database; the address tells where the call stands by now, and what
    the database knows of who calls is added. Where it tells nothing, what the caller was told last is said again;
  - ended: nothing moves any more, and the answer is to hang up. A talk that was agreed to is still noted as given: its
    end may come after the end of the call.

What happens when something fails:
  - the database is away: ``degraded`` takes the turn from memory or from its address, where it needs no data and none
    of its effects ``needs_database``; else DatabaseUnavailableError goes to the channel, which holds what was keyed and
    has the same turn asked for again;
  - the database does not answer in time: the channel's deadline ends the wait; the turn may yet be stored, and the
    next delivery finds out by 1;
  - the process dies before 4: nothing was stored, and the turn is taken anew; after it: the stored answer is sent;
  - anything else is an error of ours: the transaction is rolled back, and the channel answers with an apology.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from data.budgets import Budgets
from data.callbacks import tried_callback
from data.calls import CallRecord, NewCall, find_call, open_call, record_status
from data.conflicts import MAX_TRIES
from data.consents import give_service
from data.database import DatabaseUnavailableError
from data.queue_exits import exit_key
from data.tickets import ticket_of_call
from data.trials import mark_trial
from data.turns import CallMovedError, TurnRecord, find_turn, save_turn, turns_of
from data.unavailable import TransactionConflictError
from ivr.call import events, verbs
from ivr.call.announcements import Announcements
from ivr.call.answer import Answer, Incoming, TurnTold, headers_of, turn_told
from ivr.call.carried_over import CarriedOver, carry_over, stay
from ivr.call.carrier_reports import CarrierReports
from ivr.call.channel import Channel
from ivr.call.degraded import DegradedTurns
from ivr.call.effects import DestinationDialled, Effect, of_a_draft
from ivr.call.engine import FactsNeededError, Step
from ivr.call.facts import DataNeededError, Facts
from ivr.call.facts_changed import FactsChangedError
from ivr.call.facts_loader import FactsLoader
from ivr.call.known_calls import KnownCall, KnownCalls
from ivr.call.position import Position
from ivr.call.resume_point import ResumePoint
from ivr.call.rota_swaps import RotaSwaps
from ivr.call.save_effects import save_effects
from ivr.call.turn_records import TurnRecords, call_changes, new_call
from ivr.errors import UnknownCallError
from ivr.flow.line import is_draft
from routing.outcomes import REACHED

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from data.vault import Vault
    from ivr.call.engine import Engine
    from ivr.call.lines import Lines

log = logging.getLogger(__name__)


class Turns:
    """Takes the turns of all calls. Safe to share between threads."""

    def __init__(
        self,
        lines: Lines,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        channel: Channel,
        budgets: Budgets | None = None,
        announcements: Announcements | None = None,
        swaps: RotaSwaps | None = None,
    ) -> None:
        """``announcements`` is what this process knows of them (None: of none but those of the lines' files), ``swaps``
        what it knows of those of rotas (None: of none).
        """
        swaps = swaps or RotaSwaps(database)
        announcements = announcements or Announcements(database)
        self._lines = lines
        self._database = database
        self._records = TurnRecords(vault)
        self._facts_loader = FactsLoader(database, vault, budgets or Budgets(), announcements, swaps)
        self._clock = clock
        self._channel = channel
        self._known = KnownCalls()
        self._degraded = DegradedTurns(lines, clock, channel, self._known, announcements, swaps)
        self.reports = CarrierReports(database, clock, self._known, lines)
        """What the carrier reports of the same calls beside their turns."""

    def start(self, incoming: Incoming) -> Answer:
        """The first turn of a call; a repeated one answers the same.

        Raises DatabaseUnavailableError only where not even the first menu can be heard without a database.
        """
        engine, notice = self._lines.answering(incoming.to_number, incoming.from_number)
        return self._begin(incoming, engine, None, notice)

    def call_back(self, incoming: Incoming, line: str, destination: str) -> Answer:
        """The first turn of a call that we made: its callee is connected with ``destination`` straight away."""
        engine = self._lines.version(line, "")
        return self._begin(incoming, engine, destination, ticket=self._ticket_called_back(engine, incoming.sid))

    def take(self, incoming: Incoming, number: int, event: events.Event, at: ResumePoint | None = None) -> Answer:
        """The turn ``number`` of a call. ``at`` is where the call stands as far as the turn's own address tells.

        Raises UnknownCallError for a call that never began, and DatabaseUnavailableError where the turn needs a
        database, or this process does not know where the call stands.
        """
        try:
            return self._persist(lambda again: self._take(incoming, number, event, at, again=again))
        except DatabaseUnavailableError:
            try:
                return self._degraded.take(incoming, number, event, at)
            except DataNeededError:
                pass
            raise

    def pass_on(self, incoming: Incoming, number: int, destination: str) -> Answer:
        """The turn ``number`` of a call that an agent passed on: it comes to ``destination``, as it stands now."""
        return self._persist(lambda _: self._pass_on(incoming, number, destination))

    def suspect(self) -> None:
        """A turn was not answered in time: until the database answers again, no other turn waits for it."""
        self._database.suspect()

    def _ticket_called_back(self, engine: Engine, sid: str) -> str | None:
        """The ticket of the call whose caller is called back in the call ``sid``, which goes on with it."""
        if engine.line.routing.tickets is None:
            return None
        try:
            with self._database.autocommit() as connection:
                callback = tried_callback(connection, sid)
                ticket = ticket_of_call(connection, callback.call_sid) if callback else None
        except DatabaseUnavailableError:
            return None
        return ticket.number if ticket else None

    def _begin(
        self,
        incoming: Incoming,
        engine: Engine,
        destination: str | None,
        notice: str | None = None,
        ticket: str | None = None,
    ) -> Answer:
        position = engine.start() if destination is None else engine.start_at_destination(destination)
        position = replace(position, ticket=ticket) if ticket else position
        try:
            return self._persist(lambda again: self._start(incoming, engine, position, notice, again=again))
        except DatabaseUnavailableError:
            try:
                return self._degraded.begin(incoming, engine, position, notice)
            except DataNeededError:
                pass
            raise

    def _persist(self, work: Callable[[bool], Answer]) -> Answer:
        """What ``work`` gives; it is told whether it is done again, and so must read where the call stands."""
        for tried in range(MAX_TRIES - 1):
            try:
                return work(tried > 0)
            except (IntegrityError, CallMovedError, FactsChangedError, TransactionConflictError):
                # The same turn was delivered twice at once, the call ended meanwhile, or another one took what this one
                # was to have: what is written now decides.
                continue
        return work(True)

    def _start(
        self, incoming: Incoming, engine: Engine, position: Position, notice: str | None, *, again: bool
    ) -> Answer:
        if again:
            with self._database.autocommit() as connection:
                call = find_call(connection, incoming.sid)
                stored = find_turn(connection, incoming.sid, 0) if call else None
                if call and call.turn and not stored:
                    # The call began while the database was away.
                    stored = find_turn(connection, incoming.sid, call.turn - 1)
            if call and (stored or call.ended_at):
                return self._again(call, stored)
        new = new_call(incoming, engine.line, position, 0, self._clock())
        try:
            where = CarriedOver(position, events.Started(), notice=notice)
            return self._move(engine, new, where, 0, new.started_at)
        except CallMovedError:
            self._open(new)
            raise

    def _open(self, call: NewCall) -> None:
        """Its end was told before its beginning: there is a call, and no turn of it."""
        with self._database.transaction() as connection:
            _open_call(connection, call)

    def _take(
        self, incoming: Incoming, number: int, event: events.Event, at: ResumePoint | None, *, again: bool
    ) -> Answer:
        sid = incoming.sid
        known = None if again or at else self._known.find(sid)
        if known and (engine := self._engine_of(known, number, event)):
            return self._move(engine, known, stay(engine, known.point.position, event), number)
        with self._database.autocommit() as connection:
            call = find_call(connection, sid)
            stored = None
            if call and call.turn > number:
                # An older turn answers what it answered; one that was taken without a database, what is told now.
                stored = find_turn(connection, sid, number) or find_turn(connection, sid, call.turn - 1)
            elif call and call.turn < number and at is None:
                # One from the future answers what the caller is being told now.
                stored = find_turn(connection, sid, call.turn - 1)
            if call and not stored and isinstance(event, events.QueueLeft) and event.outcome == "queue-timeout":
                event = replace(event, pressed=exit_key(connection, sid, number))
        if call is None and at is None:
            raise UnknownCallError(f"turn {number} came for a call that never began")
        if call and call.ended_at and not stored:
            self._too_late(call, event)
        if call and (stored or call.ended_at):
            return self._again(call, stored)
        if call and at is None:
            position = Position.from_json(call.position)
            engine = self._lines.version(call.line, call.menu_version)
            if engine.line.version == call.menu_version:
                return self._move(engine, call, stay(engine, position, event), number)
            return self._move(*self._carried_over(call, position, event), number)
        assert at is not None  # noqa: S101 - every other case has returned
        # The turn before this one was taken while the database was away, or its answer was while the database had
        # stored another that was not heard: what the caller was told holds.
        engine = self._lines.version(at.line, at.menu)
        if call is None:
            # Who was identified, if anybody was, is known nowhere any more: the caller is asked again.
            stranger = replace(at.position, identity_omitted=False)
            new = new_call(incoming, engine.line, stranger, number, self._clock())
            try:
                return self._move(engine, new, at.on(engine, event, stranger), number)
            except CallMovedError:
                self._open(new)
                raise
        identified = at.position.identified_as(Position.from_json(call.position))
        return self._move(engine, call, at.on(engine, event, identified), number)

    def _pass_on(self, incoming: Incoming, number: int, destination: str) -> Answer:
        sid = incoming.sid
        with self._database.autocommit() as connection:
            call = find_call(connection, sid)
            stored = find_turn(connection, sid, number) if call and call.turn > number else None
        if call is None:
            raise UnknownCallError(f"turn {number} came for a call that never began")
        if stored or call.ended_at:
            return self._again(call, stored)
        engine = self._lines.version(call.line, call.menu_version)
        there = engine.start_at_destination(destination)
        known = Position.from_json(call.position).restarted_at(there.state)
        where = CarriedOver(replace(known, destination=there.destination), events.Started())
        return self._move(engine, call, where, number)

    def _engine_of(self, known: KnownCall, number: int, event: events.Event) -> Engine | None:
        """The menu in which a call that is remembered takes its turn ``number``; None where that needs a read."""
        point = known.point
        if point.turn != number or point.menu != known.menu_version or isinstance(event, events.QueueLeft):
            return None
        engine = self._lines.version(point.line, point.menu)
        node = engine.line.states.get(point.position.state)
        is_known = engine.line.version == point.menu and node is not None and not node.takes_several_keys
        return engine if is_known else None

    def _carried_over(
        self, call: CallRecord, position: Position, event: events.Event
    ) -> tuple[Engine, CallRecord, CarriedOver]:
        """The menu that the call goes on in, and where: the one that it began on is not here any more."""
        with self._database.autocommit() as connection:
            turns = turns_of(connection, call.sid)
        version = turns[-1].menu_version if turns else ""
        engine = self._lines.version(call.line, version)
        if engine.line.version == version:
            return engine, call, stay(engine, position, event)
        waiting = itertools.takewhile(lambda turn: (turn.states or (turn.state,))[-1] == position.state, turns[::-1])
        heard = [self._channel.read_back(self._records.answer(call.sid, turn).document) for turn in waiting][::-1]
        log.info("menu changed", extra={"call": call.sid, "state": position.state, "menu": engine.line.version})
        return engine, call, carry_over(engine, position, event, heard)

    def _too_late(self, call: CallRecord, event: events.Event) -> None:
        """That the caller hung up was told before how the talk had ended: what was agreed to was given all the same."""
        reached = isinstance(event, events.DialEnded | events.QueueLeft) and event.outcome in REACHED
        if not (reached and call.position and Position.from_json(call.position).agreed):
            return
        with self._database.transaction() as connection:
            give_service(connection, call.sid, call.destination, self._clock())

    def _again(self, call: CallRecord, stored: TurnRecord | None) -> Answer:
        # A carrier that tells of the end takes no answer after it; from any other the last one may be asked for again.
        is_past = call.ended_at and not self._channel.ends((verbs.Hangup(),))
        if is_past or stored is None:
            engine = self._lines.version(call.line, call.menu_version)
            document = self._channel.render(engine.line, (verbs.Hangup(),), call.turn, self._clock())
            return Answer(document, turn=TurnTold(call.line, call.turn, "repeated"))
        return replace(self._records.answer(call.sid, stored), turn=TurnTold(call.line, stored.number, "repeated"))

    def _move(
        self,
        engine: Engine,
        call: NewCall | CallRecord | KnownCall,
        where: CarriedOver,
        number: int,
        now: datetime | None = None,
    ) -> Answer:
        now = now or self._clock()
        position, event = where.position, where.event
        facts = self._facts_loader.load(engine, position, event, now, call.sid, number, call.from_number)
        try:
            return self._decide(engine, call, where, number, facts, now)
        except Exception:
            if facts.password_matched is not None:
                self._facts_loader.tell(facts.password_matched, call.sid, number)
            raise

    def _decide(
        self,
        engine: Engine,
        call: NewCall | CallRecord | KnownCall,
        where: CarriedOver,
        number: int,
        facts: Facts,
        now: datetime,
    ) -> Answer:
        """Decide the turn from its facts, and store it."""
        event = where.event
        step, facts = self._step(engine, where, call, number, facts)
        document = self._channel.render(engine.line, step.verbs, number + 1, facts.now)
        answer = Answer(document, headers_of(step), turn_told(engine.line.name, number, "taken", event, step))
        turn = self._records.record(engine, call.sid, number, event, step, answer, facts, now)
        is_over = self._channel.ends(step.verbs)
        caused = _caused_at_the_end(step) if is_over else step.effects
        if is_draft(call.menu_version):
            caused = of_a_draft(caused)
        changes = call_changes(call, number, step)
        with self._database.transaction(durable=any(effect.survives_power_cut for effect in caused)) as connection:
            if isinstance(call, NewCall):
                _open_call(connection, call)
            stood = call.stood if isinstance(call, KnownCall) else None
            save_turn(connection, call.sid, turn, changes, call.turn, stood)
            save_effects(connection, engine.line, call.sid, number, caused, now)
            if is_over:
                record_status(connection, call.sid, "completed", number, None, now)
        if step.ended or is_over:
            self._known.forget(call.sid)
        else:
            point = ResumePoint(engine.line.name, engine.line.version, number + 1, step.position)
            self._known.note(
                KnownCall(call.sid, call.from_number, call.menu_version, changes.reason, changes.position, point)
            )
        return answer

    def _step(
        self,
        engine: Engine,
        where: CarriedOver,
        call: NewCall | CallRecord | KnownCall,
        number: int,
        facts: Facts,
    ) -> tuple[Step, Facts]:
        """What comes of the turn, and the facts from which it does. The database is asked about a turn only where it
        comes to a state that needs to know: the engine stops before it, and goes on with what was found.
        """
        position, event = where.position, where.event
        try:
            step = engine.step(position, event, facts, number)
        except FactsNeededError as needed:
            facts = self._facts_loader.complete(facts, engine, position, call.sid)
            step = engine.step(position, event, facts, number, needed.halted)
        return where.told(step, engine.line), facts


def _caused_at_the_end(step: Step) -> tuple[Effect, ...]:
    """The effects of a turn whose conversation is over with a dial: its number was told and nothing rung."""
    return tuple(effect for effect in step.effects if not isinstance(effect, DestinationDialled))


def _open_call(connection: Connection, call: NewCall) -> None:
    """Remember the call; one that hears a draft is a trial."""
    open_call(connection, call)
    if is_draft(call.menu_version):
        mark_trial(connection, call.sid, call.started_at)
