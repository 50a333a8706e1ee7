"""``TalkSweep`` finds out what the carrier did not tell: it compares offers and talks with what the carrier shows.

It asks about what is suspicious at once, and about every other talk now and then. It never ends a call that goes on
well: where the carrier does not answer, everything stays as it is, and people are told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from data.calls import CALL, TERMINAL
from data.offers import ASKED, OfferRecord, find_offer, live_offers, move_offer
from data.outbox import find_row
from data.talk_events import events_of, note_event
from data.talks import TalkRecord, change_talk, end_talk, find_talk, open_talks
from data.trials import is_trial
from data.waiting import WAITING, WaitingRecord, find_waiting
from ivr.call.outgoing import GoneError, NotSentError, OutcomeUnknownError
from ivr.call.queue_entries import leave_queue, note_end
from ivr.call.talks.carrier import CALLER_LABEL, Room, TalkCarrier, agent_label
from ivr.call.talks.losing import agent_lost, send_back
from ivr.call.talks.offering import Offering
from ivr.call.talks.requests import ActRequest, put_act
from ivr.call.talks.settling import Rules, settle_offer, settle_talk
from ivr.call.talks.talking import Talking

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from ivr.call.lines import Lines

log = logging.getLogger(__name__)

JOINS_WITHIN: Final = timedelta(seconds=10)
"""Who accepted is in the conference by then, and so is the caller."""

TELLS_WITHIN: Final = timedelta(seconds=3)
"""A hold that was asked for is told by then."""

DIALS_WITHIN: Final = timedelta(seconds=5)
"""A call that was asked for rings by then; one that still stands in the carrier's own queue is for the next agent."""

TRIED_IN_VAIN: Final = 3

RINGS_AT_MOST: Final = timedelta(seconds=60)

LOOKS_AGAIN: Final = timedelta(seconds=30)
"""Between two looks at a talk of which nothing is suspicious."""

MOST_LOOKS: Final = 5
"""Talks that are looked at in one sweep: each is a request or two."""

CarrierOf = Callable[[bool], TalkCarrier | None]
"""Gives the carrier of trials (True), or that of customers' calls; None where this process has none."""


class TalkSweep:
    """Sweeps with the carriers that ``carrier_of`` gives; ``looked`` is kept between sweeps: when each talk was looked
    at last. One thread at a time.
    """

    def __init__(
        self,
        database: Database,
        lines: Lines,
        clock: Callable[[], datetime],
        carrier_of: CarrierOf,
        looked: dict[str, datetime],
    ) -> None:
        self._database = database
        self._rules = Rules(lines)
        self._clock = clock
        self._carrier_of = carrier_of
        self._talking = Talking(database, lines, clock)
        self._offering = Offering(database, lines, clock, lambda _: None)
        self._looked = looked

    def sweep(self) -> None:
        """Sweep once."""
        now = self._clock()
        self._end_entries(now)
        with self._database.reading() as connection:
            offers, talks = live_offers(connection), open_talks(connection)
        for each in self._looked.keys() - {talk.id for talk in talks}:
            del self._looked[each]
        try:
            for offer in offers:
                if offer.state in ASKED:
                    self._look_at_ringing(offer, now)
            suspects = sorted(talks, key=lambda talk: (not self._is_suspicious(talk, now), self._since(talk)))
            for talk in suspects[:MOST_LOOKS]:
                if self._is_suspicious(talk, now) or now - self._since(talk) >= LOOKS_AGAIN:
                    self._looked[talk.id] = now
                    self._look_at_talk(talk, now)
        except (OutcomeUnknownError, NotSentError) as error:
            log.error("talks cannot be looked at", extra={"why": str(error)})

    def _since(self, talk: TalkRecord) -> datetime:
        return self._looked.get(talk.id, talk.started_at or talk.accepted_at)

    def _is_suspicious(self, talk: TalkRecord, now: datetime) -> bool:
        if talk.started_at is None and talk.consult_id is None:
            return now - talk.accepted_at >= JOINS_WITHIN
        asked = talk.hold_asked_at
        return bool(talk.hold_wanted is not None and asked and now - asked >= TELLS_WITHIN)

    def _end_entries(self, now: datetime) -> None:
        """End what stands of calls whose end was told."""
        with self._database.reading() as connection:
            ended = connection.execute(_OF_ENDED_CALLS).scalars().all()
        for sid in ended:
            with self._database.transaction() as connection:
                note_end(connection, sid, now, self._rules)

    def _look_at_ringing(self, offer: OfferRecord, now: datetime) -> None:
        """An offer of which nothing came for too long: the carrier says how its call is."""
        since = offer.sent_at or offer.made_at
        if offer.state == "ringing" and now - since < RINGS_AT_MOST:
            return
        if offer.state != "ringing" and now - since < DIALS_WITHIN:
            return
        carrier, entry, leg = self._of_offer(offer)
        if entry is None:
            return
        if leg is None:
            self._tell_silence(offer, entry, now)
            if now - offer.made_at >= RINGS_AT_MOST:
                self._end_offer(offer, entry, now)
            return
        if carrier is None:
            return
        try:
            status = carrier.status_of(leg)
        except GoneError:
            status = "failed"
        if status in TERMINAL:
            self._offering.told(offer.id, leg, status)
        elif status == "queued" or now - since >= RINGS_AT_MOST:
            self._end_offer(offer, entry, now)
        else:
            self._offering.told(offer.id, leg, status)

    def _tell_silence(self, offer: OfferRecord, entry: WaitingRecord, now: datetime) -> None:
        """The carrier was asked in vain for a while: people are told, once for a call that waits."""
        with self._database.reading() as connection:
            row = find_row(connection, offer.id)
            told = any(each.kind == "alarm" for each in events_of(connection, entry.id))
        if row is None or row.tries < TRIED_IN_VAIN or row.carrier_sid or told:
            return
        log.error("no agent can be rung", extra={"call": entry.call_sid, "why": row.note or ""})
        with self._database.transaction() as connection:
            note_event(connection, "alarm", now, entry.id, entry.line, entry.destination, why="carrier away")

    def _end_offer(self, offer: OfferRecord, entry: WaitingRecord, now: datetime) -> None:
        with self._database.transaction() as connection:
            settle_offer(connection, offer, entry, "failed", now, hang_up=True)

    def _look_at_talk(self, talk: TalkRecord, now: datetime) -> None:
        with self._database.reading() as connection:
            trial = is_trial(connection, talk.call_sid)
            entry, offer = find_waiting(connection, talk.id), find_offer(connection, talk.offer_id)
        carrier = self._carrier_of(trial)
        if carrier is None or entry is None or offer is None:
            return
        if entry.kind == "callback" and talk.started_at is None and now - talk.accepted_at < RINGS_AT_MOST:
            return
        room = carrier.room(talk.room)
        has_caller = room is not None and room.labelled(CALLER_LABEL) is not None
        has_agent = room is not None and room.labelled(agent_label(talk.user_id)) is not None
        is_on_line = has_caller or self._goes_on(carrier, talk.caller_leg)
        with self._database.transaction() as connection:
            talk = find_talk(connection, talk.id) or talk
            if talk.ended_at is not None:
                return
            if has_caller and has_agent:
                assert room is not None  # noqa: S101 - somebody is in it
                move_offer(connection, offer.id, "joined", now, of=("accepted",))
                if entry.kind != "consult":
                    self._talking.begin(connection, talk, room.sid, now)
                self._show_hold(connection, talk, room, now)
            elif not is_on_line:
                self._caller_gone(connection, talk, offer, entry, now, has_agent=has_agent)
            elif has_agent and talk.started_at is None and entry.kind != "consult":
                self._never_came(connection, talk, offer, entry, now)
            elif not has_agent:
                self._agent_gone(connection, talk, offer, entry, now, has_caller=has_caller)

    def _goes_on(self, carrier: TalkCarrier, leg: str | None) -> bool:
        if leg is None:
            return False
        try:
            return carrier.status_of(leg) not in TERMINAL
        except GoneError:
            return False

    def _show_hold(self, connection: Connection, talk: TalkRecord, room: Room, now: datetime) -> None:
        """Show what the carrier shows, where its event was lost."""
        caller = room.labelled(CALLER_LABEL)
        if caller is None or (talk.hold_wanted is None and caller.held == (talk.held_since is not None)):
            return
        more = round((now - talk.held_since).total_seconds()) if talk.held_since and not caller.held else 0
        since = (talk.held_since or now) if caller.held else None
        seconds = talk.hold_seconds + max(0, more)
        change_talk(connection, talk.id, held_since=since, hold_seconds=seconds, hold_wanted=None, hold_asked_at=None)

    def _caller_gone(
        self,
        connection: Connection,
        talk: TalkRecord,
        offer: OfferRecord,
        entry: WaitingRecord,
        now: datetime,
        *,
        has_agent: bool,
    ) -> None:
        """The caller left, and the end of the call was not told."""
        settle_talk(connection, talk, "caller", now, self._rules)
        if entry.kind != "callback":
            leave_queue(connection, entry, "abandoned", now)
        if has_agent and talk.agent_leg:
            path = f"/twilio/offer/{offer.id}/gone"
            put_act(connection, ActRequest("send", talk.id, call=talk.agent_leg, path=path), talk.call_sid, now)

    def _never_came(
        self, connection: Connection, talk: TalkRecord, offer: OfferRecord, entry: WaitingRecord, now: datetime
    ) -> None:
        """The agent is there, and the caller still waits: the next offer fetches the caller, and nobody is to blame."""
        if settle_offer(connection, offer, entry, "canceled", now, of=("accepted",), hang_up=True):
            end_talk(connection, talk, "canceled", now)
            note_event(connection, "ended", now, talk.id, talk.line, talk.destination, talk.user_id, by="canceled")
            send_back(connection, talk, entry, now)

    def _agent_gone(
        self,
        connection: Connection,
        talk: TalkRecord,
        offer: OfferRecord,
        entry: WaitingRecord,
        now: datetime,
        *,
        has_caller: bool,
    ) -> None:
        """The agent is not there, and nothing told why."""
        was_started, asking = talk.started_at is not None, talk.consult_since is not None
        agent_lost(connection, talk, offer, entry, now, self._rules)
        if was_started and not asking and has_caller and entry.kind != "consult":
            # The caller stands in the room alone.
            send_back(connection, talk, entry, now)

    def _of_offer(self, offer: OfferRecord) -> tuple[TalkCarrier | None, WaitingRecord | None, str | None]:
        with self._database.reading() as connection:
            entry = find_waiting(connection, offer.waiting_id)
            trial = bool(entry and is_trial(connection, entry.call_sid))
            row = find_row(connection, offer.id)
        return self._carrier_of(trial), entry, offer.leg_sid or (row.carrier_sid if row else None)


_OF_ENDED_CALLS: Final = (
    select(WAITING.c.call_sid)
    .join_from(WAITING, CALL, WAITING.c.call_sid == CALL.c.sid)
    .where(WAITING.c.outcome.is_(None), WAITING.c.kind != "callback", CALL.c.ended_at.is_not(None))
)
