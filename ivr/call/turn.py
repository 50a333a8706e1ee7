"""One turn of one call, exactly once: the move, its trace and the answer itself are written in one transaction.

A turn delivered twice, late or at the same moment answers what it answered the first time: (call, turn number) is the
key of its row, and a call is only moved from where it was read to stand. So of two deliveries one writes and the other
reads. Without a database the turn is taken as far as that goes: see ``database_down``.
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
from data.callbacks import end_try
from data.calls import TERMINAL, CallRecord, NewCall, find_call, open_call, record_status
from data.consents import give_service
from data.database import DatabaseUnavailableError
from data.queue_exits import exit_key, leave_queue
from data.recordings import RecordingRecord, keep_recording
from data.turns import CallChanges, CallMovedError, TurnRecord, find_turn, save_turn, turns_of
from ivr.call import events, verbs
from ivr.call.answer import SECRET_SPEECH_HEADER, Answer, Incoming, headers_of, log_fields
from ivr.call.carried_over import CarriedOver, carry_over, stay
from ivr.call.channel import Channel
from ivr.call.degraded import DegradedTurns, Standing
from ivr.call.effects import DestinationDialled, Effect
from ivr.call.engine import Step
from ivr.call.facts import DataNeededError
from ivr.call.facts_loader import FactsLoader
from ivr.call.position import Position
from ivr.call.save_effects import save_effects
from ivr.errors import UnknownCallError
from routing.outcomes import REACHED

if TYPE_CHECKING:
    from data.database import Database
    from data.vault import Vault
    from ivr.call.engine import Engine
    from ivr.call.lines import Lines
    from ivr.flow.line import Line

log = logging.getLogger(__name__)

MAX_TRIES = 3
"""How often a turn is taken up again that somebody else moved, ended or stored while it was being decided."""


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
    ) -> None:
        self._lines = lines
        self._database = database
        self._vault = vault
        self._facts_loader = FactsLoader(database, vault, budgets or Budgets())
        self._clock = clock
        self._channel = channel
        self._degraded = DegradedTurns(lines, clock, channel)

    def start(self, incoming: Incoming) -> Answer:
        """The first turn of a call; a repeated one answers the same.

        Raises DatabaseUnavailableError only where not even the first menu can be heard without a database.
        """
        return self._begin(incoming, self._lines.dialled(incoming.to_number), None)

    def call_back(self, incoming: Incoming, line: str, desk: str) -> Answer:
        """The first turn of a call that we made: whoever was called back is connected with ``desk`` straight away."""
        return self._begin(incoming, self._lines.version(line, ""), desk)

    def take(self, incoming: Incoming, number: int, event: events.Event, at: Standing | None = None) -> Answer:
        """The turn ``number`` of a call. ``at`` is where the call stands as far as the turn's own address tells.

        Raises UnknownCallError for a call that never began, and DatabaseUnavailableError where the turn needs a
        database, or this process does not know where the call stands.
        """
        try:
            return self._persist(lambda: self._take(incoming, number, event, at))
        except DatabaseUnavailableError:
            try:
                return self._degraded.take(incoming, number, event, at)
            except DataNeededError:
                pass
            raise

    def has_ended(self, sid: str) -> bool:
        """Return whether the call has ended, as far as can be told now."""
        try:
            with self._database.reading() as connection:
                call = find_call(connection, sid)
        except DatabaseUnavailableError:
            return False
        return call is not None and call.ended_at is not None

    def leave_queue(self, sid: str, number: int, pressed: str) -> bool:
        """The caller pressed a key in a queue; the turn ``number`` will hear that the queue was left.

        False where no such turn is expected: the call is over, or has come out of the queue before.
        """
        with self._database.transaction() as connection:
            call = find_call(connection, sid)
            if call is None or call.ended_at or call.turn > number:
                return False
            leave_queue(connection, sid, number, pressed)
        return True

    def status(self, sid: str, status: str, sequence: int, duration: int | None) -> None:
        """A status callback: the call's status only moves up, whatever the order."""
        with self._database.transaction() as connection:
            record_status(connection, sid, status, sequence, duration, self._clock())
            if status in TERMINAL:
                end_try(connection, sid, status, self._clock())
        if status in TERMINAL:
            self._degraded.forget(sid)

    def recorded(self, recording: RecordingRecord) -> None:
        """A talk was recorded: it can be found again."""
        with self._database.transaction() as connection:
            keep_recording(connection, recording)

    def suspect(self) -> None:
        """A turn was not answered in time: until the database answers again, nobody else waits for it."""
        self._database.suspect()

    def _begin(self, incoming: Incoming, engine: Engine, desk: str | None) -> Answer:
        position = engine.start() if desk is None else engine.start_at_desk(desk)
        try:
            return self._persist(lambda: self._start(incoming, engine, position))
        except DatabaseUnavailableError:
            try:
                return self._degraded.begin(incoming, engine, position)
            except DataNeededError:
                pass
            raise

    def _persist(self, work: Callable[[], Answer]) -> Answer:
        for _ in range(MAX_TRIES - 1):
            try:
                return work()
            except (IntegrityError, CallMovedError):
                # The same turn was delivered twice at once, or the call ended meanwhile: what is written now decides.
                continue
        return work()

    def _start(self, incoming: Incoming, engine: Engine, position: Position) -> Answer:
        with self._database.reading() as connection:
            call = find_call(connection, incoming.sid)
            stored = find_turn(connection, incoming.sid, 0) if call else None
            if call and call.turn and not stored:
                # The call began while the database was away.
                stored = find_turn(connection, incoming.sid, call.turn - 1)
        if call and (stored or call.ended_at):
            return self._again(call, stored)
        new = self._new(incoming, engine, position, 0)
        try:
            return self._move(engine, new, CarriedOver(position, events.Started()), 0, new.started_at)
        except CallMovedError:
            self._open(new)
            raise

    def _open(self, call: NewCall) -> None:
        """Its end was told before its beginning: there is a call, and no turn of it."""
        with self._database.transaction() as connection:
            open_call(connection, call)

    def _new(self, incoming: Incoming, engine: Engine, position: Position, turn: int) -> NewCall:
        return NewCall(
            sid=incoming.sid,
            line=engine.line.name,
            menu_version=engine.line.version,
            from_number=incoming.from_number,
            to_number=incoming.to_number,
            started_at=self._clock(),
            position=position.as_json(),
            turn=turn,
        )

    def _take(self, incoming: Incoming, number: int, event: events.Event, at: Standing | None) -> Answer:
        sid = incoming.sid
        with self._database.reading() as connection:
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
        # stored another that nobody heard: what the caller was told holds.
        engine = self._lines.version(at.line, at.menu)
        if call is None:
            # Nobody knows any more who was identified, if anybody was: whoever it is, is asked again.
            stranger = replace(at.position, identity_omitted=False)
            new = self._new(incoming, engine, stranger, number)
            try:
                return self._move(engine, new, at.on(engine, event, stranger), number)
            except CallMovedError:
                self._open(new)
                raise
        known = at.position.identified_as(Position.from_json(call.position))
        return self._move(engine, call, at.on(engine, event, known), number)

    def _carried_over(
        self, call: CallRecord, position: Position, event: events.Event
    ) -> tuple[Engine, CallRecord, CarriedOver]:
        """The menu that the call goes on in, and where: the one that it began on is not here any more."""
        with self._database.reading() as connection:
            turns = turns_of(connection, call.sid)
        version = turns[-1].menu_version if turns else ""
        engine = self._lines.version(call.line, version)
        if engine.line.version == version:
            return engine, call, stay(engine, position, event)
        waiting = itertools.takewhile(lambda turn: (turn.states or (turn.state,))[-1] == position.state, turns[::-1])
        heard = [self._channel.read_back(self._stored(call.sid, turn).document) for turn in waiting][::-1]
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
            return Answer(self._channel.render(engine.line, (verbs.Hangup(),), call.turn, self._clock()))
        return self._stored(call.sid, stored)

    def _kept(self, sid: str, number: int, answer: Answer) -> str:
        """The TwiML as it is stored: encrypted where it reads a customer's document back."""
        if SECRET_SPEECH_HEADER not in answer.headers:
            return answer.document
        return self._vault.encrypt(answer.document, _context(sid, number))

    def _stored(self, sid: str, turn: TurnRecord) -> Answer:
        """What the turn answered, byte by byte."""
        encrypted = SECRET_SPEECH_HEADER in turn.headers
        document = self._vault.decrypt(turn.answer, _context(sid, turn.number)) if encrypted else turn.answer
        return Answer(document, dict(turn.headers))

    def _move(
        self, engine: Engine, call: NewCall | CallRecord, where: CarriedOver, number: int, now: datetime | None = None
    ) -> Answer:
        now = now or self._clock()
        position, event = where.position, where.event
        facts = self._facts_loader.load(engine, position, event, now, call.sid, number, call.from_number)
        step = where.told(engine.step(position, event, facts, number), engine.line)
        answer = Answer(self._channel.render(engine.line, step.verbs, number + 1, facts.now), headers_of(step))
        turn = TurnRecord(
            number=number,
            at=now,
            state=step.from_state,
            event=event.kind,
            outcome=step.outcome,
            states=step.states,
            destination=step.destination,
            reason=step.reason,
            menu_version=engine.line.version,
            answer=self._kept(call.sid, number, answer),
            headers=answer.headers,
            tried=_explained(engine.line, step),
        )
        changes = CallChanges(
            turn=number + 1,
            position=step.position.as_json(),
            destination=step.position.destination,
            reason=step.reason or (call.reason if isinstance(call, CallRecord) else None),
            contact_id=step.position.contact_id,
            company_id=step.position.company_id,
        )
        is_over = self._channel.ends(step.verbs)
        with self._database.transaction() as connection:
            if isinstance(call, NewCall):
                open_call(connection, call)
            save_turn(connection, call.sid, turn, changes, call.turn)
            save_effects(connection, engine.line, call.sid, number, _caused(step, is_over=is_over), now)
            if is_over:
                record_status(connection, call.sid, "completed", number, None, now)
        if step.ended or is_over:
            self._degraded.forget(call.sid)
        else:
            self._degraded.note(call.sid, Standing(engine.line.name, engine.line.version, number + 1, step.position))
        log.info("turn", extra=log_fields(call.sid, number, event, step))
        return answer


def _context(sid: str, number: int) -> str:
    """The context in which a turn's answer is encrypted."""
    return f"{sid}/{number}"


def _caused(step: Step, *, is_over: bool) -> tuple[Effect, ...]:
    """The effects of the turn; where the conversation is over with a dial, its number was told and nothing rung."""
    if not is_over:
        return step.effects
    return tuple(effect for effect in step.effects if not isinstance(effect, DestinationDialled))


def _explained(line: Line, step: Step) -> tuple[tuple[str, str, str], ...]:
    """The rules that the router tried, each with the place in the line's files that says so."""
    return tuple((each.rule, each.outcome, line.routing.place_of(each.key)) for each in step.tried)
