"""States about tickets, and those of a new password, must follow each other as their turns need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.access import AnswerAccess
from ivr.flow.nodes.act import ActOnTicket
from ivr.flow.nodes.route import Route
from ivr.flow.nodes.ticket import OFFERS, AboutTicket
from ivr.source.fields import suggest
from routing.closures import scopes_of
from wording import message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Node
    from ivr.source.diagnostics import Diagnostics
    from ivr.source.yaml import Text


def check_tickets(line: Line, diagnostics: Diagnostics) -> None:
    """An act is told of in no state of its own turn, a request for remote access is answered where its offer leads, a
    new password is keyed again at once, a route's desks exist.
    """
    for node in line.states.values():
        if isinstance(node, ActOnTicket):
            _told_later(line, node, (node.next, node.linked), diagnostics)
        if isinstance(node, AboutTicket):
            _access_answered(line, node, diagnostics)
        if isinstance(node, AnswerAccess):
            _told_later(line, node, (node.allow.next, node.refuse.next), diagnostics)
        if isinstance(node, Route) and node.ticket:
            _known_desks(line, node, diagnostics)
        if node.entry is EntryFormat.NEW_PASSWORD:
            _keyed_again(line, node, diagnostics)
    _keyed_first(line, diagnostics)
    _rules_there(line, diagnostics)


def _rules_there(line: Line, diagnostics: Diagnostics) -> None:
    if line.routing.tickets is not None or "tickets" in line.routing.places or line.unread:
        return
    asking = next((node for node in line.states.values() if node.entry is EntryFormat.TICKET), None)
    if asking:
        diagnostics.error(
            asking.mark,
            message(
                "ticket-asked-without-tickets",
                "'{state}' asks for the number of a ticket, but routing.yaml has no 'tickets', so that no number would "
                "be one",
                state=asking.name,
            ),
        )


def _told_later(line: Line, act: Node, done: Sequence[Text | None], diagnostics: Diagnostics) -> None:
    """What an act has done is stored with its turn: a state of that turn would tell the ticket as it was before."""
    targets = [target for target in done if target]
    waiting: list[str] = [*targets]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        node = line.states.get(name)
        if node is None or name in seen:
            continue
        seen.add(name)
        if "ticket" in node.facts:
            diagnostics.error(
                targets[0].mark,
                message(
                    "ticket-told-too-early",
                    "'{state}' leads to '{target}' in the turn in which it acts, which would tell the ticket as it was "
                    "before; lead to a menu first",
                    state=act.name,
                    target=name,
                ),
            )
            return
        waiting += [edge.target for edge in node.onward()]


def _access_answered(line: Line, node: AboutTicket, diagnostics: Diagnostics) -> None:
    """Who is told that a request waits for an answer can give one where the offer leads."""
    offer = node.offers.get(OFFERS["access"])
    target = line.states.get(offer.next) if offer else None
    if offer and target and not isinstance(target, AnswerAccess):
        diagnostics.error(
            offer.next.mark,
            message(
                "access-offer-answers-nothing",
                "the offer 'access' of '{state}' leads to '{target}' ({kind}), where nobody can allow or refuse; lead "
                "to a state 'access'",
                state=node.name,
                target=target.name,
                kind=target.kind,
            ),
        )


def _known_desks(line: Line, node: Route, diagnostics: Diagnostics) -> None:
    scopes = scopes_of(line.routing.marks)
    if node.ticket and node.ticket not in scopes:
        diagnostics.error(
            node.ticket.mark,
            message(
                "route-by-ticket-to-no-destination",
                "'{state}' routes to '{scope}' by the ticket, which is no destination and no beginning of one{near}",
                state=node.name,
                scope=node.ticket,
                near=suggest(node.ticket, scopes),
            ),
        )


def _keyed_again(line: Line, node: Node, diagnostics: Diagnostics) -> None:
    for edge in node.edges():
        after = line.states.get(edge.target)
        if edge.trigger == triggers.COLLECTED and after and after.entry is not EntryFormat.NEW_PASSWORD_AGAIN:
            diagnostics.error(
                edge.mark,
                message(
                    "new-password-keyed-once",
                    "the new password of '{state}' must lead straight to a collect of the format 'new-password-again': "
                    "who mistypes it once could not come in any more",
                    state=node.name,
                ),
            )


def _keyed_first(line: Line, diagnostics: Diagnostics) -> None:
    for node in line.states.values():
        for edge in node.edges():
            after = line.states.get(edge.target)
            if after is None or after.entry is not EntryFormat.NEW_PASSWORD_AGAIN or after.name == node.name:
                continue
            if node.entry is not EntryFormat.NEW_PASSWORD:
                diagnostics.error(
                    edge.mark,
                    message(
                        "new-password-again-without-first",
                        "'{other}' leads to '{state}', but no new password was keyed in that turn; lead to the state "
                        "that asks for it first",
                        other=node.name,
                        state=after.name,
                    ),
                )
