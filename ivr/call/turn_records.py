"""A turn and a call as the database has them, made of what the engine gave, and the answer made of a turn again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from data.calls import NewCall
from data.turns import CallChanges, TurnRecord
from ivr.call.answer import SECRET_SPEECH_HEADER, Answer, Incoming
from ivr.call.replay_notes import replay_note

if TYPE_CHECKING:
    from data.calls import CallRecord
    from data.vault import Vault
    from ivr.call import events
    from ivr.call.engine import Engine, Step
    from ivr.call.facts import Facts
    from ivr.call.known_calls import KnownCall
    from ivr.call.position import Position
    from ivr.flow.line import Line


class TurnRecords:
    """Writes an answer into its turn and reads it out again, byte by byte; the vault encrypts those that read a
    customer's document back.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def record(
        self,
        engine: Engine,
        sid: str,
        number: int,
        event: events.Event,
        step: Step,
        answer: Answer,
        facts: Facts,
        now: datetime,
    ) -> TurnRecord:
        """The turn ``number`` of the call ``sid``, in which ``event`` led to ``step``, from ``facts``, and so to
        ``answer``.
        """
        line = engine.line
        node = line.states[step.from_state]
        secret = SECRET_SPEECH_HEADER in answer.headers
        return TurnRecord(
            number=number,
            at=now,
            state=step.from_state,
            event=event.kind,
            outcome=step.outcome,
            states=step.states,
            destination=step.destination,
            reason=step.reason,
            menu_version=line.version,
            answer=self._vault.encrypt(answer.document, _context(sid, number)) if secret else answer.document,
            headers=answer.headers,
            # Each rule that the router tried, with the place in the line's files that says so.
            tried=tuple((each.rule, each.outcome, line.routing.place_of(each.key)) for each in step.tried),
            replay=replay_note(node, event, step, facts, secret=engine.is_secret(node)),
        )

    def answer(self, sid: str, turn: TurnRecord) -> Answer:
        """Return the answer that the turn gave, decrypted where it was stored so."""
        encrypted = SECRET_SPEECH_HEADER in turn.headers
        document = self._vault.decrypt(turn.answer, _context(sid, turn.number)) if encrypted else turn.answer
        return Answer(document, dict(turn.headers))


def new_call(incoming: Incoming, line: Line, position: Position, turn: int, now: datetime) -> NewCall:
    """A call that ``line`` answers, whose first stored turn is ``turn``."""
    return NewCall(
        sid=incoming.sid,
        line=line.name,
        menu_version=line.version,
        from_number=incoming.from_number,
        to_number=incoming.to_number,
        started_at=now,
        position=position.as_json(),
        turn=turn,
    )


def call_changes(call: NewCall | CallRecord | KnownCall, number: int, step: Step) -> CallChanges:
    """Return the changes that the turn ``number`` makes to its call."""
    return CallChanges(
        turn=number + 1,
        position=step.position.as_json(),
        destination=step.position.destination,
        reason=step.reason or (None if isinstance(call, NewCall) else call.reason),
        contact_id=step.position.contact_id,
        company_id=step.position.company_id,
    )


def _context(sid: str, number: int) -> str:
    """The context in which a turn's answer is encrypted."""
    return f"{sid}/{number}"
