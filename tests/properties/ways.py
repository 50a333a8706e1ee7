"""The shortest way into every state of a line that waits for somebody, found by trying what callers do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import delete
from werkzeug.test import TestResponse

from data.all_tables import PERSONAL
from data.budgets import Budgets
from data.company import find_company
from data.database import Database
from data.staff import save_staff, staff_hash
from data.tickets import TICKET as TABLE_OF_TICKETS
from data.vault import Cost, Vault
from ivr.call import events, verbs
from ivr.call.engine import Engine, Step
from ivr.call.facts_loader import FactsLoader
from ivr.call.position import Position
from ivr.channels.twilio.form import Form
from ivr.channels.twilio.parse_event import parse_event
from ivr.flow.folder import load_line
from ivr.flow.nodes.closure import MAX_KEYS
from ivr.flow.nodes.collect import Collect
from ivr.service_desk.acts import TicketAct, act_on
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from routing.documents import parse_document
from tests.conftest import FLOWS
from tests.line_server import CALLER, KEY, SID, LineServer
from tests.lines import TUESDAY

Fields = Mapping[str, str]

KEYED = "0123456789*#"
STAFF = ("101", "Bia", "48151623")
CLOSING = ("101*48151623*4", "101*48151623*4*0")
"""Number, password and desk: closes cst for some hours, and opens it again."""
CUSTOMERS = (
    ("11222333000181", "1234"), ("11222333000181", "4321"), ("11444777000161", "2580"), ("55015502000188", "5501"),
    ("12222345013335", "8520"),
)  # fmt: skip
"""Documents and passwords of the demo data, each of another standing."""

TICKET = "5555555555"
"""The number of a ticket of the first customer, with a solution to accept."""

MOMENTS = [TUESDAY + timedelta(hours=hours) for hours in (4.5, 17, 3.25)]
"""Destinations of both shipped lines are open, and closed; and support is open while the consultancy is not."""

RECORDING = {"RecordingSid": "RE" + "0" * 32, "RecordingUrl": "https://x.test/r", "RecordingDuration": "9"}

ENDLESS = Budgets(account=10**9, caller=10**9, alarm=10**9, all=10**9)
"""Whoever looks for ways tries more passwords than the line puts up with."""

_EXIT = re.compile(r'waitUrl="([^"]*)"')


@dataclass(frozen=True)
class Move:
    """What happens in one turn. ``exit_key`` is pressed in a queue before it."""

    fields: Fields
    exit_key: str | None = None

    def event(self) -> events.Event:
        """What the engine hears of it."""
        event = parse_event(Form(self.fields))
        return replace(event, pressed=self.exit_key) if isinstance(event, events.QueueLeft) else event


def caller_of(number: str) -> str:
    """Who calls the line with that number."""
    return "+525512345678" if number.startswith("+52") else CALLER


@dataclass(frozen=True)
class Way:
    """The moves that lead a call that begins at ``moment`` into ``state``."""

    line: str
    number: str
    moment: datetime
    state: str
    moves: tuple[Move, ...] = ()

    @property
    def caller(self) -> str:
        """A caller of the country of the line, who may be called back."""
        return caller_of(self.number)

    def go(self, server: LineServer, sid: str) -> TestResponse:
        """Take the call ``sid`` of ``server`` there; the last answer."""
        if any(TICKET in move.fields.values() for move in self.moves):
            # Ways before it may have accepted it.
            send_solution(server.database)
        usual = {"To": self.number, "From": self.caller}
        answer = server.post("/twilio/voice", usual, sid=sid)
        for number, move in enumerate(self.moves, 1):
            queue = _EXIT.search(answer.text)
            if move.exit_key and queue:
                path = queue[1].replace("&amp;", "&").replace("/twilio/wait?", "/twilio/wait/key?")
                server.post(path, {**usual, "Digits": move.exit_key, "QueueTime": "5"}, sid=sid)
            answer = server.turn(number, sid, **usual, **move.fields)
        return answer


def _moves(verb: verbs.Verb, known: tuple[str, str]) -> Iterator[Move]:
    """What may come back of ``verb``."""
    match verb:
        case verbs.Gather(num_digits=num) if num == MAX_KEYS:
            yield from (Move({"Digits": entry}) for entry in CLOSING)
        case verbs.Gather():
            yield from (Move({"Digits": entry}) for entry in (*KEYED, *known, "0510003", TICKET))
            yield from (Move({"SpeechResult": text, "Confidence": "0.9"}) for text in ("suporte", "consultoria"))
            yield Move({})
        case verbs.Dial():
            yield from (Move({"DialCallStatus": status}) for status in ("no-answer", "completed"))
        case verbs.Enqueue():
            yield Move({"QueueResult": "leave", "QueueTime": "600"})
            yield from (Move({"QueueResult": "leave", "QueueTime": "5"}, key) for key in KEYED)
        case verbs.Record():
            yield from (Move(RECORDING), Move({}))


def employ(database: Database, vault: Vault) -> None:
    """The one of the staff who closes destinations in some of the ways, and the ticket that callers key in others."""
    number, name, password = STAFF
    with database.transaction() as connection:
        save_staff(connection, number, name, staff_hash(vault, number, password))
    send_solution(database)


def send_solution(database: Database) -> None:
    """Have the ticket stand anew, with its first solution just sent."""
    vault = Vault(KEY, Cost.rehearsal())
    line, name = load_line(FLOWS / "4003-0015"), "Bia"
    with database.transaction() as connection:
        for table in reversed(tuple(PERSONAL)):
            if "ticket" in table.c:
                connection.execute(delete(table).where(table.c.ticket == TICKET))
        connection.execute(delete(TABLE_OF_TICKETS).where(TABLE_OF_TICKETS.c.number == TICKET))
        company = find_company(connection, vault, parse_document(CUSTOMERS[0][0]))
        assert company is not None
        new = NewTicket(
            company, None, "portal", Area.SUSTENTACAO, "suporte", Severity.MEDIUM, TicketParty.STAFF, name, "Nota",
            destination="suporte.rm",
        )  # fmt: skip
        ticket = open_ticket(connection, line, new, TICKET, TUESDAY)
        act_on(connection, line, ticket, TicketAct(EventKind.SOLUTION_SENT, TicketParty.STAFF, name), TUESDAY)


def ways(engine: Engine, database: Database, vault: Vault, moments: list[datetime]) -> list[Way]:
    """One way a moment into each state that can be reached then, the shortest first; the customer who keys a document
    and a password is another one where only another one gets there."""
    facts_loader, turns = FactsLoader(database, vault, ENDLESS), count()
    found: dict[tuple[datetime, str], Way] = {}
    for moment in moments:
        for customer in CUSTOMERS:
            for way in _explored(engine, facts_loader, turns, moment, customer):
                found.setdefault((moment, way.state), way)
    return sorted(found.values(), key=lambda way: len(way.moves))


def _explored(
    engine: Engine, facts_loader: FactsLoader, turns: Iterator[int], moment: datetime, customer: tuple[str, str]
) -> Iterator[Way]:
    number = engine.line.header.number
    seen: set[object] = set()
    front: list[tuple[Step, Way]] = []

    def arrive(position: Position, event: events.Event, way: Way, move: Move | None) -> Way | None:
        brought = facts_loader.load(engine, position, event, moment, SID, next(turns), way.caller)
        facts = facts_loader.complete(brought, engine, position, SID)
        step = engine.step(position, event, facts, len(way.moves))
        onward = step.position
        # Who is known goes other ways than who is not; and where a caller goes with an entry depends on the way there.
        collects = isinstance(engine.line.states[onward.state], Collect)
        came = tuple(sorted(onward.choices.items())) if collects else ()
        reached = (onward.state, onward.contact_id is None, came, onward.code_keys, type(step.verbs[-1]))
        if reached in seen:
            return None
        seen.add(reached)
        longer = replace(way, state=onward.state, moves=(*way.moves, move) if move else ())
        front.append((step, longer))
        return longer

    begun = arrive(engine.start(), events.Started(), Way(engine.line.name, number, moment, ""), None)
    if begun:
        yield begun
    while front:
        step, way = front.pop(0)
        for move in _moves(step.verbs[-1], customer):
            longer = arrive(step.position, move.event(), way, move)
            if longer:
                yield longer
