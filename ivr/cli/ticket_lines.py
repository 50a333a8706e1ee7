"""Tickets as ``ivr tickets`` prints them: a row of a list, all of one, and JSON.

What people wrote is printed without signs that steer a terminal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from data.users import all_users
from ivr.cli.language import spoken
from ivr.errors import TargetError
from ivr.service_desk.minutes import correction_in, counted_minutes
from ivr.tickets.events import CLOSED, Area, EventKind, Severity, TicketParty, TicketState
from ivr.tickets.words import AREA_WORDS, KIND_WORDS, PARTY_WORDS, SEVERITY_WORDS, STATE_WORDS
from wording import message, phrase

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.ticket_events import TicketEventRecord
    from data.tickets import TicketRecord
    from ivr.tickets.forecast import Forecast

NONE = "-"


class ShownTickets:
    """Tickets are shown as they are at ``now`` (aware), with the names of their analysts."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._users = all_users(connection)
        self._names = {user.id: user.name for user in self._users}
        self._now = now

    def user_id(self, login: str) -> int:
        """Return the id of the user who logs in as ``login``. Raises TargetError for none."""
        for user in self._users:
            if user.login == login.lower():
                return user.id
        raise TargetError(
            message("analyst-login-unknown", "no user logs in as '{login}'; ivr users lists them", login=plain(login))
        )

    def is_late(self, ticket: TicketRecord) -> bool:
        """Return whether the forecast of a ticket is over."""
        return ticket.forecast_at is not None and ticket.forecast_at < self._now

    def cells(self, ticket: TicketRecord) -> tuple[str, ...]:
        """Return what a list shows of a ticket, in the order of its columns."""
        late = f" {spoken(phrase('late'))}" if self.is_late(ticket) else ""
        return (
            ticket.number,
            spoken(STATE_WORDS[TicketState(ticket.state)]),
            f"{ticket.severity} {spoken(SEVERITY_WORDS[Severity(ticket.severity)])}",
            AREA_WORDS[Area(ticket.area)],
            _moment(ticket.opened_at),
            _moment(ticket.forecast_at) + late,
            self._analyst(ticket),
            plain(ticket.subject),
        )

    def told(self, ticket: TicketRecord, events: Sequence[TicketEventRecord]) -> Iterator[str]:
        """Yield the lines that tell all of a ticket."""
        number, state, severity, area, opened, forecast, analyst, subject = self.cells(ticket)
        due = ticket.due_at if TicketState(ticket.state) not in CLOSED else None
        told = (
            (phrase("ticket"), number),
            (phrase("line"), plain(ticket.line)),
            (phrase("subject"), subject),
            (phrase("product"), plain(" ".join(filter(None, (ticket.product, ticket.module)))) or NONE),
            (phrase("state"), state),
            (phrase("severity"), severity),
            (phrase("area"), area),
            (phrase("analyst"), analyst),
            (phrase("opened (UTC)"), f"{opened}  {ticket.channel}"),
            (phrase("forecast (UTC)"), forecast),
            (phrase("the line acts (UTC)"), _moment(due)),
            (phrase("minutes"), str(sum(counted_minutes(events).values()))),
            (phrase("follows"), ticket.linked_to or NONE),
            (phrase("goes on in"), ticket.merged_into or NONE),
        )
        for word, text in told:
            yield f"{spoken(word)}: {text}"
        yield from map(self._event, events)

    def as_json(self, ticket: TicketRecord, events: Sequence[TicketEventRecord] | None = None) -> str:
        """Return a ticket as one line of JSON, with its events where they are given."""
        hidden = {"folded", "company_id", "contact_id", "call_sid", "position"}
        told = {name: value for name, value in asdict(ticket).items() if name not in hidden}
        told["late"] = self.is_late(ticket)
        if events is not None:
            told["events"] = [
                {name: value for name, value in asdict(each).items() if name not in {"ticket", "company_id"}}
                | {"details": json.loads(each.details)}
                for each in events
            ]
        return json.dumps(told, ensure_ascii=False, default=_written)

    def _analyst(self, ticket: TicketRecord) -> str:
        return plain(self._names.get(ticket.analyst_id, str(ticket.analyst_id))) if ticket.analyst_id else NONE

    def _event(self, event: TicketEventRecord) -> str:
        party = spoken(PARTY_WORDS[TicketParty(event.party)])
        parts = [_moment(event.at), spoken(KIND_WORDS[EventKind(event.kind)]), f"{plain(event.author)} ({party})"]
        if event.severity is not None:
            parts.append(f"{event.severity} {spoken(SEVERITY_WORDS[Severity(event.severity)])}")
        if event.area is not None:
            parts.append(AREA_WORDS[Area(event.area)])
        if event.minutes is not None:
            parts.append(spoken(phrase("{minutes} min", minutes=event.minutes)))
        correction = correction_in(event)
        if correction is not None:
            parts.append(
                spoken(phrase("{was} min become {minutes} min", was=correction["was"], minutes=correction["minutes"]))
            )
        if not event.visible:
            parts.append(spoken(phrase("not shown to the customer")))
        if event.text:
            parts.append(plain(event.text))
        return "  ".join(parts)


def forecast_object(found: Forecast) -> dict[str, object]:
    """Return a forecast and all that it follows from as JSON takes it; times are ISO 8601, lengths minutes."""

    def told(value: object) -> object:
        if isinstance(value, timedelta):
            return round(value.total_seconds() / 60, 2)
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, dict):
            return {name: told(each) for name, each in value.items()}
        if isinstance(value, tuple | list):
            return [told(each) for each in value]
        return value

    return {name: told(value) for name, value in asdict(found).items()}


def plain(text: str) -> str:
    """Return a text on one line, without signs that steer a terminal or turn the direction of writing."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else NONE


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
