"""Acts in talks are asked of the carrier: take a caller out of a queue, hold, hang up, record.

Each names what it is about, so that it may be asked for again: a lost answer is no reason to wait.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from data.offers import find_offer
from data.outbox import prove_sent
from data.talks import change_talk, end_talk, find_talk
from data.waiting import find_waiting
from ivr.call.outgoing import NotSentError, OutcomeUnknownError
from ivr.call.queue_entries import leave_queue
from ivr.call.talks.carrier import ParticipantChange
from ivr.call.talks.recording import ask_to_record
from ivr.call.talks.requests import ACT, TRIAL_ACT, ActRequest, put_act, read_act
from ivr.call.talks.settling import settle_offer
from ivr.worker.deliveries.talk_delivery import NO_LONGER, TalkDelivery, TrialTalks

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.outbox import OutboxRecord
    from ivr.call.outgoing import CarrierCall

HOLD_PATH = "/twilio/soon"
"""What a caller hears while held."""


class TalkActDelivery(TalkDelivery):
    """The row's content is the act."""

    kind: ClassVar[str] = ACT
    first_look: ClassVar[timedelta] = timedelta(seconds=1)
    certain: ClassVar[timedelta] = timedelta(seconds=1)

    def why_not(self, connection: Connection, row: OutboxRecord, now: datetime) -> str | None:
        """The talk went another way; see ``Delivery``."""
        act = _act(row)
        if act is None:
            return "its content is damaged"
        if now - row.created_at > NO_LONGER:
            return "it is too late"
        talk = find_talk(connection, act.talk)
        if act.act == "take":
            offer = find_offer(connection, act.offer or "")
            return None if offer and offer.ended_at is None else "the offer is over"
        if act.act == "change" and act.held is not None and talk and talk.hold_wanted not in (None, act.held):
            return "the opposite was asked for since"
        return None

    def send(self, row: OutboxRecord) -> str:
        """Ask the carrier; see ``Delivery``."""
        act = _act(row)
        if act is None:
            raise NotSentError("its content is damaged", for_good=True)
        try:
            return self._ask(act, first=row.tries == 0) or row.id
        except OutcomeUnknownError as error:
            raise NotSentError(str(error), for_good=False) from None

    def candidates(self, row: OutboxRecord) -> list[CarrierCall]:
        """Return nothing: what is not known to be done is done again; see ``Delivery``."""
        del row
        return []

    def proved(self, connection: Connection, row: OutboxRecord, made: CarrierCall, now: datetime) -> None:
        """The carrier did it."""
        prove_sent(connection, row.id, row.id, now)
        act = _act(row)
        if act and act.act == "record":
            change_talk(connection, act.talk, recording_sid=made.sid)

    def withdrawn(self, connection: Connection, row: OutboxRecord) -> None:
        """It is not wanted any more, and there is nothing to write."""

    def given_up(self, connection: Connection, row: OutboxRecord, now: datetime) -> None:
        """The carrier will not do it: where a caller was to be taken out of a queue, the caller is gone."""
        act = _act(row)
        if act and act.act == "resume-recording":
            # The carrier ended it when the caller was sent elsewhere: the talk gets a recording of its own.
            talk = find_talk(connection, act.talk)
            if talk and talk.ended_at is None:
                ask_to_record(connection, talk, now)
            return
        # After an answer that was lost, "not there" may mean that the caller was taken before: the sweep finds out.
        if act is None or act.act != "take" or row.tries > 0:
            return
        offer = find_offer(connection, act.offer or "")
        entry = find_waiting(connection, act.talk)
        talk = find_talk(connection, act.talk)
        if offer is None or entry is None or talk is None or talk.started_at is not None:
            return
        if settle_offer(connection, offer, entry, "caller_gone", now, of=("accepted",)):
            end_talk(connection, talk, "caller", now)
            leave_queue(connection, entry, "abandoned", now)
            if talk.agent_leg:
                gone = ActRequest("send", talk.id, call=talk.agent_leg, path=f"/twilio/offer/{offer.id}/gone")
                put_act(connection, gone, talk.call_sid, now)

    def _ask(self, act: ActRequest, *, first: bool) -> str | None:
        carrier = self._carrier
        match act.act:
            case "take":
                carrier.take(act.queue, act.call, act.path, anywhere=first)
            case "send":
                carrier.send(act.call, act.path)
            case "hang-up":
                carrier.hang_up(act.call)
            case "change":
                held = HOLD_PATH if act.held else None
                carrier.change(act.room, act.label, ParticipantChange(act.held, held, act.ends, act.muted, act.coached))
            case "announce":
                carrier.announce(act.room, act.label, act.path)
            case "remove":
                carrier.remove(act.room, act.label)
            case "record":
                return carrier.record(act.call, act.path)
            case "pause-recording" | "resume-recording":
                carrier.pause_recording(act.call, paused=act.act == "pause-recording")
            case "stop-recording":
                carrier.stop_recording(act.call)
        return None


class TrialTalkActDelivery(TrialTalks, TalkActDelivery):
    """The carrier of the pages is asked about talks that are trials."""

    kind: ClassVar[str] = TRIAL_ACT


def _act(row: OutboxRecord) -> ActRequest | None:
    try:
        return read_act(row.content)
    except (ValueError, TypeError, LookupError):
        return None
