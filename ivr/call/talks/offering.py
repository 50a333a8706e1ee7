"""``Offering`` hears what becomes of an offer: the agent's telephone rings, is picked up, a key is pressed, or not.

The order of an acceptance. (a) One guarded update takes the offer from asked to accepted, with the talk's row and the
request to take the caller out of the queue in the same transaction; so an offer that was taken back, or is another
leg's, is not accepted. (b) The request is sent at once, where this process can, and waited for a few seconds; else the
outbox sends and repeats it. Only the answer that the caller is gone changes anything. (c) The agent is sent into the
conference. Told twice, the same leg of the same offer gets the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from data.agent_states import AgentState
from data.agents import change_state, rang
from data.conflicts import repeated
from data.customers import name_of_firm
from data.offers import ASKED, OfferRecord, find_offer, move_offer, own_leg
from data.outbox import prove_sent
from data.talk_events import note_event
from data.talks import TalkRecord, begin_talk, change_talk, end_talk, find_talk
from data.waiting import WaitingRecord, find_waiting, leave
from ivr.call.talks.calling_back import call_customer
from ivr.call.talks.carrier import agent_label
from ivr.call.talks.losing import agent_lost
from ivr.call.talks.places import place_of
from ivr.call.talks.requests import ActRequest, put_act
from ivr.call.talks.settling import Rules, settle_offer
from value_class import value_class

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from ivr.call.lines import Lines

TAKES = "1"
REFUSES = "2"

SendNow = Callable[[str], None]
"""Sends one row of the outbox now, where this process can, and returns within seconds; never raises."""


@value_class
class Whispered:
    """An agent who picked up is told this of the offer: nothing personal, since it may be a voicemail that hears it."""

    line: str
    destination: str
    kind: str
    company: str | None
    waited: int


@value_class
class Joining:
    """The agent goes into the conference ``room``, as ``label``, and ends it by leaving where ``ends``."""

    line: str
    talk: str
    room: str
    label: str
    ends: bool
    dialling: bool = False


Answered = Whispered | Literal["taken", "gone", "refused", "other"]
"""``taken``: another agent has the call; ``gone``: the caller left; ``other``: this leg is none of the offer's."""

Accepted = Joining | Literal["taken", "gone", "refused", "other"]


class Offering:
    """Takes in what the carrier tells of the legs of offers. Safe to share between threads."""

    def __init__(self, database: Database, lines: Lines, clock: Callable[[], datetime], send_now: SendNow) -> None:
        self._database = database
        self._rules = Rules(lines)
        self._clock = clock
        self._send_now = send_now

    def line_of(self, offer_id: str) -> str:
        """Return the line of an offer; empty for one that is none of ours."""
        with self._database.autocommit() as connection:
            offer = find_offer(connection, offer_id)
            entry = find_waiting(connection, offer.waiting_id) if offer else None
        return entry.line if entry else ""

    def answered(self, offer_id: str, leg: str) -> Answered:
        """The telephone of the agent was picked up, as the call ``leg``, which owns the offer from now on."""

        def own() -> Answered:
            with self._database.transaction() as connection:
                offer = find_offer(connection, offer_id)
                if offer is None:
                    return "other"
                prove_sent(connection, offer_id, leg, self._clock())
                if not own_leg(connection, offer_id, leg):
                    return _why_over(offer) if offer.leg_sid in (None, leg) else "other"
                entry = find_waiting(connection, offer.waiting_id)
                if entry is None or entry.outcome is not None:
                    return "gone"
                return self._whispered(connection, entry)

        return repeated(own)

    def keyed(self, offer_id: str, leg: str, pressed: str) -> Accepted:
        """The agent pressed a key; see the top of this file."""
        accepted = repeated(lambda: self._accept(offer_id, leg, pressed))
        if not isinstance(accepted, tuple):
            return accepted
        joining, row = accepted
        if row is None:
            return joining
        self._send_now(row)
        with self._database.autocommit() as connection:
            offer = find_offer(connection, offer_id)
        return "gone" if offer and offer.state == "caller_gone" else joining

    def told(self, offer_id: str, leg: str, status: str) -> None:
        """The carrier told the status of an agent's leg."""
        repeated(lambda: self._told(offer_id, leg, status))

    def _accept(self, offer_id: str, leg: str, pressed: str) -> Accepted | tuple[Joining, str | None]:
        now = self._clock()
        with self._database.transaction() as connection:
            offer = find_offer(connection, offer_id)
            entry = find_waiting(connection, offer.waiting_id) if offer else None
            if offer is None or entry is None or offer.leg_sid not in (None, leg):
                return "other"
            if offer.state in ("accepted", "joined") and offer.ended_at is None:
                return self._joining(connection, offer, entry), None
            if offer.ended_at is not None:
                if offer.state in ("canceled", "late"):
                    note_event(connection, "late", now, entry.id, entry.line, entry.destination, offer.user_id)
                return _why_over(offer)
            if pressed != TAKES:
                settle_offer(connection, offer, entry, "refused" if pressed == REFUSES else "missed", now)
                return "refused"
            if entry.outcome is not None:
                settle_offer(connection, offer, entry, "caller_gone", now)
                return "gone"
            if not (own_leg(connection, offer_id, leg) and move_offer(connection, offer_id, "accepted", now)):
                return "taken"
            row = self._begin(connection, offer, entry, leg, now)
            if row is None and entry.kind == "callback":
                # The promise is over, or somebody is being called for it already.
                settle_offer(connection, offer, entry, "caller_gone", now, of=("accepted",))
                end_talk(connection, self._talk(connection, entry), "caller", now)
                leave(connection, entry.id, "closed", now)
                return "gone"
            return self._joining(connection, offer, entry), row

    def _begin(
        self, connection: Connection, offer: OfferRecord, entry: WaitingRecord, leg: str, now: datetime
    ) -> str | None:
        """Write the talk that begins, and the request for its caller."""
        consulting = find_talk(connection, entry.transferred_from or "") if entry.kind == "consult" else None
        room = consulting.room if consulting else entry.id
        caller = entry.call_sid if entry.kind != "callback" else None
        begin_talk(
            connection,
            TalkRecord(
                entry.id,
                offer.id,
                entry.line,
                entry.destination,
                entry.call_sid,
                offer.user_id,
                room,
                now,
                caller_leg=caller,
                agent_leg=leg,
            ),
        )
        change_state(connection, offer.user_id, AgentState.TALKING, None, now, "accepted", expected=AgentState.RINGING)
        rang(connection, offer.user_id, False, now)
        note_event(connection, "accepted", now, entry.id, entry.line, entry.destination, offer.user_id)
        if consulting:
            change_talk(connection, consulting.id, consult_leg=leg)
            return None
        if entry.kind == "callback":
            return call_customer(connection, entry, now)
        place = place_of(connection, entry, self._taped(entry))
        act = ActRequest(
            "take",
            entry.id,
            call=entry.call_sid,
            queue=entry.queue,
            path=f"/twilio/join/{entry.id}?{place.query()}",
            offer=offer.id,
        )
        return put_act(connection, act, entry.call_sid, now)

    def _talk(self, connection: Connection, entry: WaitingRecord) -> TalkRecord:
        talk = find_talk(connection, entry.id)
        assert talk is not None  # noqa: S101 - it was written in this transaction
        return talk

    def _told(self, offer_id: str, leg: str, status: str) -> None:
        now = self._clock()
        with self._database.transaction() as connection:
            offer = find_offer(connection, offer_id)
            entry = find_waiting(connection, offer.waiting_id) if offer else None
            if offer is None or entry is None:
                return
            prove_sent(connection, offer_id, leg, now)
            if offer.leg_sid not in (None, leg) or offer.ended_at is not None:
                return
            match status:
                case "queued" | "initiated":
                    move_offer(connection, offer_id, "sending", now, of=("made",))
                case "ringing":
                    move_offer(connection, offer_id, "ringing", now, of=("made", "sending"))
                case "busy":
                    settle_offer(connection, offer, entry, "busy", now)
                case "no-answer":
                    settle_offer(connection, offer, entry, "missed", now)
                case "failed":
                    # A telephone that the carrier cannot reach; a request that never reached the carrier blames nobody.
                    if settle_offer(connection, offer, entry, "failed", now):
                        rang(connection, offer.user_id, True, now)
                case "canceled":
                    settle_offer(connection, offer, entry, "canceled", now)
                case "completed":
                    self._leg_over(connection, offer, entry, now)

    def _leg_over(self, connection: Connection, offer: OfferRecord, entry: WaitingRecord, now: datetime) -> None:
        """The call of the agent is over, whatever it was at."""
        if offer.state in ASKED:
            # It was picked up, by a person or a machine, and no key came.
            settle_offer(connection, offer, entry, "missed", now)
            return
        talk = find_talk(connection, entry.id)
        if talk is None or talk.ended_at is not None:
            return
        agent_lost(connection, talk, offer, entry, now, self._rules)

    def _whispered(self, connection: Connection, entry: WaitingRecord) -> Whispered:
        waited = max(0, int((self._clock() - entry.since).total_seconds()))
        name = name_of_firm(connection, entry.call_sid)
        return Whispered(entry.line, entry.destination, entry.kind, name, waited)

    def _joining(self, connection: Connection, offer: OfferRecord, entry: WaitingRecord) -> Joining:
        talk = find_talk(connection, entry.id)
        room = talk.room if talk else entry.id
        is_callback = entry.kind == "callback"
        return Joining(
            entry.line, entry.id, room, agent_label(offer.user_id), ends=entry.kind != "consult", dialling=is_callback
        )

    def _taped(self, entry: WaitingRecord) -> str:
        """The destination of which a recording began when the caller came into the queue."""
        engine = self._rules.lines.version(entry.line, "")
        return entry.destination if entry.destination in engine.line.routing.recorded else ""


def _why_over(offer: OfferRecord) -> Literal["taken", "gone", "refused"]:
    if offer.state == "caller_gone":
        return "gone"
    return "refused" if offer.state in ("refused", "missed", "failed", "busy") else "taken"
