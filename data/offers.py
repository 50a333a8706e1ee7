"""An offer asks one agent to take one waiting call: how far it has come, and how it ended.

Two partial unique indexes hold what no process can promise alone: a waiting call has one live offer at a time, and so
has an agent. An offer moves by guarded updates only, from states that it may be in; so of two who hear of it one acts.

===========  ===================================================
state        what is known
===========  ===================================================
made         it was decided on; its call stands in the outbox
sending      the carrier may have been asked to ring the agent
ringing      the agent's telephone rings
accepted     the agent pressed the key, and the caller is fetched
joined       caller and agent hear each other
refused      the agent did not want the call (or pressed no key)
missed       the agent's telephone was not picked up
failed       the agent's telephone could not be rung, or was lost before the talk
caller_gone  the caller left first, which is nobody's fault
canceled     it was taken back: the call went another way
busy         the agent's telephone was engaged
late         the agent accepted after another one had
ended        the talk that came of it is over
===========  ===================================================
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, get_args

from sqlalchemy import BindParameter, Connection, Index, bindparam, func, or_, select, text, update
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.statement import Row, Statement
from data.tables import insert_unless_there, moment, table_of_records, values_of
from data.waiting import WAITING, name_of
from value_class import value_class

LiveState = Literal["made", "sending", "ringing", "accepted", "joined"]
EndedState = Literal["refused", "missed", "failed", "caller_gone", "canceled", "busy", "late", "ended"]

LIVE: Final[tuple[LiveState, ...]] = get_args(LiveState)
ENDED: Final[tuple[EndedState, ...]] = get_args(EndedState)
ASKED: Final[tuple[LiveState, ...]] = ("made", "sending", "ringing")
"""States in which the agent has not accepted yet."""

_IS_LIVE = text("ended_at IS NULL")


@value_class
class OfferRecord:
    """An offer of the entry ``waiting_id`` to the agent ``user_id``. ``leg_sid`` is the carrier's call to the agent:
    the first that asked for the offer's document owns it. ``decision`` is why, as JSON.
    """

    id: str
    waiting_id: str
    user_id: int
    made_at: datetime
    state: str = "made"
    leg_sid: str | None = None
    sent_at: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    decision: str | None = None


class EndedOffer(NamedTuple):
    """An offer that came to nothing: of whose destination it was, when it was made, and its last state."""

    destination: str
    made_at: datetime
    state: str


OFFER = table_of_records(
    OfferRecord,
    "offer",
    Index("uq_offer_waiting_id_live", "waiting_id", unique=True, sqlite_where=_IS_LIVE, postgresql_where=_IS_LIVE),
    Index("uq_offer_user_id_live", "user_id", unique=True, sqlite_where=_IS_LIVE, postgresql_where=_IS_LIVE),
    id=Field(primary_key=True, max_length=34),
    waiting_id=Field(foreign_key="waiting.id", max_length=34, index=True),
    made_at=moment(index=True),
    state=Field(max_length=12),
    leg_sid=Field(max_length=34, nullable=True, index=True),
)

PERSONAL = Personal(
    OFFER,
    columns("id", "waiting_id", "made_at", "state", "leg_sid", "sent_at", "accepted_at", "ended_at", "decision")
    | {"user_id": ColumnRule(About.STAFF)},
)

_FROM: BindParameter[Any] = bindparam("states", expanding=True)
_ENTRIES: BindParameter[Any] = bindparam("entries", expanding=True)
_ROW = OFFER.c.id == bindparam("of")
_LIVES = OFFER.c.ended_at.is_(None)
_MAKE: Final = Statement(insert_unless_there(OFFER))
_FIND: Final = Statement(select(OFFER).where(_ROW))
_LIVE_OF: Final = Statement(select(OFFER).where(OFFER.c.waiting_id == bindparam("entry"), _LIVES))
_LIVE_OF_AGENT: Final = Statement(select(OFFER).where(OFFER.c.user_id == bindparam("agent"), _LIVES))
_ALL_LIVE: Final = Statement(select(OFFER).where(_LIVES).order_by(OFFER.c.made_at, OFFER.c.id))
_OF_LEG = select(OFFER).where(OFFER.c.leg_sid == bindparam("leg"))
_OF_ENTRIES = select(OFFER).where(OFFER.c.waiting_id.in_(_ENTRIES)).order_by(OFFER.c.made_at, OFFER.c.id)
_ENDED_OF_AGENT = (
    select(WAITING.c.destination, OFFER.c.made_at, OFFER.c.state)
    .join_from(OFFER, WAITING, WAITING.c.id == OFFER.c.waiting_id)
    .where(
        OFFER.c.user_id == bindparam("agent"),
        OFFER.c.made_at > bindparam("since"),
        OFFER.c.state.in_([state for state in ENDED if state not in ("ended", "canceled")]),
    )
    .order_by(OFFER.c.made_at.desc(), OFFER.c.id)
    .limit(bindparam("most"))
)
_OWN = (
    update(OFFER)
    .where(_ROW, _LIVES, or_(OFFER.c.leg_sid.is_(None), OFFER.c.leg_sid == bindparam("leg")))
    .values(leg_sid=bindparam("leg"))
)
_MOVE = (
    update(OFFER)
    .where(_ROW, _LIVES, OFFER.c.state.in_(_FROM))
    .values(
        state=bindparam("to"),
        sent_at=func.coalesce(OFFER.c.sent_at, bindparam("sent", type_=OFFER.c.sent_at.type)),
        accepted_at=func.coalesce(OFFER.c.accepted_at, bindparam("accepted", type_=OFFER.c.accepted_at.type)),
        ended_at=bindparam("over"),
    )
)


def make_offer(
    connection: Connection, waiting_id: str, user_id: int, now: datetime, decision: str | None = None
) -> OfferRecord | None:
    """Offer the entry to the agent at ``now`` (aware); None, and nothing happens, where either has a live offer."""
    made = OfferRecord(name_of("OF", waiting_id, user_id, now.isoformat()), waiting_id, user_id, now, decision=decision)
    return made if _MAKE.write(connection, values_of(made)) == 1 else None


def find_offer(connection: Connection, offer: str) -> OfferRecord | None:
    """Return the offer of that id."""
    return _record(_FIND.first(connection, {"of": offer}))


def live_offer_of(connection: Connection, waiting_id: str) -> OfferRecord | None:
    """Return the live offer of an entry."""
    return _record(_LIVE_OF.first(connection, {"entry": waiting_id}))


def live_offer_of_agent(connection: Connection, user_id: int) -> OfferRecord | None:
    """Return the live offer of an agent: the telephone rings, or the agent talks."""
    return _record(_LIVE_OF_AGENT.first(connection, {"agent": user_id}))


def live_offers(connection: Connection) -> list[OfferRecord]:
    """Return every live offer, the oldest first."""
    return [OfferRecord(*row) for row in _ALL_LIVE.all(connection, {})]


def offer_of_leg(connection: Connection, leg_sid: str) -> OfferRecord | None:
    """Return the offer that the carrier's call ``leg_sid`` owns."""
    row = connection.execute(_OF_LEG, {"leg": leg_sid}).first()
    return OfferRecord(*row) if row else None


def offers_of(connection: Connection, entries: Collection[str]) -> list[OfferRecord]:
    """Return every offer that was made of ``entries``, in their order."""
    return [OfferRecord(*row) for row in connection.execute(_OF_ENTRIES, {"entries": list(entries)})]


def ended_offers_of(connection: Connection, user_id: int, since: datetime, limit: int) -> list[EndedOffer]:
    """Return the ``limit`` newest offers of the agent that came to nothing after ``since`` (aware)."""
    rows = connection.execute(_ENDED_OF_AGENT, {"agent": user_id, "since": since, "most": limit})
    return [EndedOffer(*row) for row in rows]


def own_leg(connection: Connection, offer: str, leg_sid: str) -> bool:
    """Give the live offer to the carrier's call ``leg_sid``; False where another call owns it, or it is over."""
    return connection.execute(_OWN, {"of": offer, "leg": leg_sid}).rowcount == 1


def move_offer(
    connection: Connection, offer: str, to: LiveState | EndedState, now: datetime, *, of: Collection[str] = ASKED
) -> bool:
    """Take a live offer on from one of the states ``of`` to ``to`` at ``now`` (aware); False where it is in none."""
    values = {
        "of": offer,
        "states": list(of),
        "to": to,
        "sent": now if to == "sending" else None,
        "accepted": now if to == "accepted" else None,
        "over": None if to in LIVE else now,
    }
    return connection.execute(_MOVE, values).rowcount == 1


def _record(row: Row | None) -> OfferRecord | None:
    return OfferRecord(*row) if row else None
