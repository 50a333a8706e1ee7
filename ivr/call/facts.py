"""Facts are what a turn may know. Everything is asked before the call moves, so that moving asks nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import date, datetime
from typing import Final, Protocol, get_args

from ivr.call.entries import Entry
from ivr.flow.line import Line
from ivr.flow.nodes import Node
from ivr.flow.rules import Fact
from ivr.tickets.events import Area, EventKind, TicketState
from ivr.tickets.remote_access import AccessState
from routing.announcements import Announcement
from routing.context import NO_CONTEXT, RoutingContext
from value_class import value_class


class Invoice(Protocol):
    """One invoice not paid, as far as the line's rules look at it."""

    @property
    def due(self) -> date: ...
    def is_overdue(self, today: date) -> bool:
        """Return whether the invoice's days of grace are over, too."""


class Customer(Protocol):
    """A contact of a company as far as the line's rules look at it. ``contract_until`` None is without end."""

    @property
    def contact_id(self) -> int: ...
    @property
    def company_id(self) -> int: ...
    @property
    def blocked(self) -> bool: ...
    @property
    def support(self) -> bool: ...
    @property
    def administrator(self) -> bool: ...
    @property
    def consultancy(self) -> bool: ...
    @property
    def contract_until(self) -> date | None: ...
    @property
    def datacenter(self) -> bool: ...
    @property
    def special_contract(self) -> str | None: ...
    @property
    def area_code(self) -> str | None: ...
    @property
    def invoices(self) -> Sequence[Invoice]: ...


@value_class
class AccessFacts:
    """The remote access that was asked for last on a ticket, and where it stands at the moment of the turn.

    ``billed`` are the minutes of preparation that are billed where it is allowed; None of an approved tool.
    ``expires_at`` (aware, in the line's zone) is until when it can be answered; once it is allowed, until when it
    lasts.
    """

    id: str
    tool: str
    billed: int | None
    expires_at: datetime
    state: AccessState


@value_class
class TicketFacts:
    """A ticket of the caller's company, as far as its callers hear of it: what is written in it they do not.

    ``forecast_at`` (aware, in the line's zone) is None while its clock stands still, and where it is closed.
    ``last_day`` is the customer's last one, where something is with the customer, ``postponed_day`` what it would be
    if it were postponed. ``possible`` is what the customer may do now; a message to a closed ticket opens the ticket
    ``linked``. ``billed`` are the minutes that will be billed when the solution is accepted; None where none are.
    ``access`` is None where no remote access was ever asked for.
    """

    number: str
    state: TicketState
    area: Area
    destination: str | None
    forecast_at: datetime | None
    last_day: date | None
    postponed_day: date | None
    possible: frozenset[EventKind]
    linked: str | None = None
    billed: int | None = None
    access: AccessFacts | None = None


EVERY_FACT: Final[frozenset[Fact]] = frozenset(get_args(Fact))


@value_class
class Facts:
    """The facts are what is known as the turn begins, the caller's entry first of all."""

    now: datetime
    """The moment of the turn: aware, in the line's zone."""
    document_digest: str | None = None
    """The digest of the document that was just keyed or spoken."""
    identity: Customer | None = None
    """The customer of the document and the password just keyed; None where no customer has both."""
    customer: Customer | None = None
    """Who was identified in an earlier turn."""
    context: RoutingContext = NO_CONTEXT
    """What the router is told of the world, but for the caller's contract."""
    staff: str | None = None
    """The name of the member of the staff whose number and password were just keyed."""
    caller: str = ""
    """The number that the call comes from."""
    protocol: str | None = None
    """The number of the call, or the one that it gets when it needs one."""
    keypad_known: bool = False
    """The keys of the document just keyed are some customer's, whose document may have letters there."""
    is_unambiguous: bool = False
    """That document is no other's of the same keys."""
    lettered_document: str | None = field(default=None, repr=False)
    """A document with letters, to be read back."""
    announcements: tuple[Announcement, ...] = ()
    """What staff announce on the line, or will."""
    database_down: bool = False
    """Nothing could be asked, because the database is away."""
    callbacks_full: bool = False
    """No callback may be promised to the caller now."""
    password_matched: bool | None = None
    """Whether the password just given was right, with a budget left for it; None where none was compared."""
    entry: Entry | None = field(default=None, repr=False)
    """What the caller entered, read as what the state asks for."""
    ticket: TicketFacts | None = None
    """The ticket that was just keyed, or that the call is about; None where the company has none of that number."""
    administrator: str | None = field(default=None, repr=False)
    """The name of the administrator of the caller's company."""
    password_months: int | None = None
    """How many months ago the caller's password was set; None where that is not known."""
    new_password: str | None = field(default=None, repr=False)
    """The hash of the new password just keyed; None where it may not be the caller's."""
    survey_refused: bool = False
    """The contact has said that no survey is wanted about what the call is about."""
    asked: frozenset[Fact] = EVERY_FACT
    """What was looked up, or needs no looking up in this turn; a turn that comes to a state which needs more goes
    on there with everything."""


_TOLD: Final[dict[str, Fact]] = {"documento": "number", "protocolo": "protocol", "idade": "password-age"}
"""Placeholders that tell a fact, which no state of its own asks for."""


class DataNeededError(Exception):
    """A turn without data came to a state that cannot be passed without; nothing has moved."""


class Needs:
    """The needs of a state are the facts that a turn may need that begins there: those of every check up to the next
    wait, and of a transfer there.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._known: dict[str, frozenset[Fact]] = {}
        self._here: dict[str, frozenset[Fact]] = {}
        self._open: dict[str, frozenset[str]] = {}

    def of(self, state: str) -> frozenset[Fact]:
        """Each of them, ``contract`` as ``customer`` where this line serves any."""
        if state not in self._known:
            self._known[state] = self._walk(state)
        return self._known[state]

    def here(self, node: Node) -> frozenset[Fact]:
        """Return the facts that the state itself needs, whatever may follow it."""
        found = self._here.get(node.name)
        if found is None:
            found = self._here[node.name] = self._with_contracts(self._told(node) | node.facts)
        return found

    def data(self, node: Node, *, identified: bool) -> bool:
        """Return whether the state cannot be passed while the database is away; see ``NeedsDatabase``."""
        needs = node.needs_database
        return needs == "always" or (identified and needs == "once identified") or self._says(node, "documento")

    def _walk(self, state: str) -> frozenset[Fact]:
        found: set[Fact] = {"number"} if self._says(self._line.states[state], "documento") else set()
        seen: set[str] = set()
        waiting = [state]
        while waiting:
            name = waiting.pop()
            node = self._line.states[name]
            found |= (self._told(node) - {"number"}) | node.facts
            if name in seen:
                continue
            seen.add(name)
            waiting += [edge.target for edge in (node.edges() if name == state else node.onward())]
            if node.hands_over_to and name == state:
                # A call that has had all its turns is handed over from here, along no edge.
                waiting.append(self._line.header.human)
        return self._with_contracts(found)

    def _with_contracts(self, found: set[Fact]) -> frozenset[Fact]:
        """``contract`` is the customer's record, where any destination serves special contracts."""
        if "contract" in found:
            found.remove("contract")
            if any(destination.contracts for destination in self._line.routing.table.destinations.values()):
                found.add("customer")
        return frozenset(found)

    def _told(self, node: Node) -> set[Fact]:
        """The facts that the prompts of the state tell."""
        return {fact for placeholder, fact in _TOLD.items() if self._says(node, placeholder)}

    def _says(self, node: Node, placeholder: str) -> bool:
        """Whether a prompt of the state leaves ``placeholder`` open."""
        if node.name not in self._open:
            texts = self._line.prompts.texts
            self._open[node.name] = frozenset[str]().union(*(texts[prompt].needs() for prompt in node.prompts()))
        return placeholder in self._open[node.name]
