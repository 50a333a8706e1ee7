"""Agents' telephones are rung over the carrier's API, and those of people whom an agent asks for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from data.callbacks import end_try, name_try
from data.offers import find_offer, move_offer
from data.talks import talks_in_room
from data.waiting import find_waiting
from ivr.call.outgoing import NotSentError, OutcomeUnknownError
from ivr.call.talks.asked_telephone import telephone_over
from ivr.call.talks.carrier import TalkLeg
from ivr.call.talks.requests import LEG, TRIAL_LEG, LegRequest, read_leg
from ivr.call.talks.settling import settle_offer
from ivr.worker.deliveries.call import CLOCKS_DIFFER
from ivr.worker.deliveries.talk_delivery import NO_LONGER, TalkDelivery, TrialTalks
from routing.agent_telephones import parse_telephone

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.outbox import OutboxRecord
    from ivr.call.outgoing import CarrierCall
    from ivr.flow.line import Line


class TalkLegDelivery(TalkDelivery):
    """The row's id is the offer, where it rings for one; its content names the webhooks."""

    kind: ClassVar[str] = LEG
    makes_calls: ClassVar[bool] = True
    first_look: ClassVar[timedelta] = timedelta(seconds=3)
    certain: ClassVar[timedelta] = timedelta(seconds=3)

    def why_not(self, connection: Connection, row: OutboxRecord, now: datetime) -> str | None:
        """The offer is over, or is too old; see ``Delivery``."""
        leg = _leg(row)
        if leg is None:
            return "its content is damaged"
        if now - row.created_at > NO_LONGER:
            return "it is too late"
        if leg.offer is None:
            return None
        offer = find_offer(connection, leg.offer)
        if offer is None or offer.ended_at is not None:
            return "the offer is over"
        move_offer(connection, offer.id, "sending", now, of=("made",))
        return None

    def send(self, row: OutboxRecord) -> str:
        """Have the telephone rung; see ``Delivery``."""
        return self._carrier.ring(self._made(row))

    def candidates(self, row: OutboxRecord) -> list[CarrierCall]:
        """The calls to that telephone since the request, the oldest first; see ``Delivery``."""
        assert row.tried_at is not None  # noqa: S101 - only a row that was claimed may have been sent
        try:
            leg, carrier = self._made(row), self._carrier
        except NotSentError as error:
            raise OutcomeUnknownError(f"{error}, so that it cannot be looked for") from None
        return carrier.rung(leg, row.tried_at - CLOCKS_DIFFER)

    def proved(self, connection: Connection, row: OutboxRecord, made: CarrierCall, now: datetime) -> None:
        """The carrier rings; a customer who is called back is rung as a try of the callback."""
        name_try(connection, row.id, made.sid, now)

    def withdrawn(self, connection: Connection, row: OutboxRecord) -> None:
        """The telephone is not rung: an offer that lives is taken back, and made anew."""
        self._end(connection, row, row.at)

    def given_up(self, connection: Connection, row: OutboxRecord, now: datetime) -> None:
        """The telephone cannot be rung."""
        self._end(connection, row, now)

    def _end(self, connection: Connection, row: OutboxRecord, now: datetime) -> None:
        leg = _leg(row)
        offer = find_offer(connection, leg.offer) if leg and leg.offer else None
        entry = find_waiting(connection, offer.waiting_id) if offer else None
        if offer and entry:
            settle_offer(connection, offer, entry, "failed", now)
        elif leg and leg.room:
            for talk in talks_in_room(connection, leg.room):
                if talk.consult_id == row.id:
                    telephone_over(connection, talk, now)
        elif leg and leg.offer is None:
            end_try(connection, row.id, "failed", now)

    def _may_ring(self, line: Line, leg: LegRequest, telephone: str) -> bool:
        """Whether the line rings ``telephone``: an allow-list that was narrowed holds at once, and for telephones that
        nothing else has judged.
        """
        return not (leg.calls_staff and line.routing.table.allowed.refusal(parse_telephone(telephone)))

    def _made(self, row: OutboxRecord) -> TalkLeg:
        leg = _leg(row)
        if leg is None:
            raise NotSentError("its content is damaged", for_good=True)
        line = self._tools.lines().named(leg.line)
        if line is None:
            raise NotSentError("its line is gone", for_good=True)
        if not self._may_ring(line, leg, row.recipient):
            raise NotSentError("the line may not ring this telephone", for_good=True)
        return TalkLeg(row.recipient, line.header.number, leg.path, leg.status, leg.seconds, leg.room, leg.label)


class TrialTalkLegDelivery(TrialTalks, TalkLegDelivery):
    """The carrier of the pages rings agents for calls that are trials, and supervisors, at telephones of pages."""

    kind: ClassVar[str] = TRIAL_LEG

    def _may_ring(self, line: Line, leg: LegRequest, telephone: str) -> bool:
        # It reaches nothing but pages: one that asked to be rung itself needs no allow-list.
        return leg.at_page or super()._may_ring(line, leg, telephone)


def _leg(row: OutboxRecord) -> LegRequest | None:
    try:
        return read_leg(row.content)
    except (ValueError, TypeError, LookupError):
        return None
