"""``ivr route`` tells where a call would go, and every rule by which it would."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import click

from ivr.cli.stored import line_option, named_destination, named_line, open_readonly, settings_here

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from data.database import Database
    from ivr.flow.line import Line
    from ivr.settings import Settings
    from routing.context import RoutingContext
    from routing.decisions import Decision, Ring
    from routing.trace import TraceStep

RULE_WIDTH = 12


@click.command(short_help="Tell where a call would go, and why.")
@click.argument("destination", metavar="DEST")
@click.option("--at", "at_text", metavar="TIME", help="2026-12-24T11:59, local time of the line (default: now).")
@click.option("--from", "from_", metavar="NUMBER", help="Who calls, for the heading: no rule of a desk asks.")
@click.option("--company", "document", metavar="DOCUMENT", help="CNPJ or CPF of the caller, whose contract counts.")
@click.option("--contract", "contract", metavar="NAME", help="Special contract of the caller: sla, PRIME.ANA.")
@line_option
def route(
    destination: str, at_text: str | None, from_: str | None, document: str | None, contract: str | None, line_name: str
) -> None:
    """Print each rule that a call for DEST meets, in order, with the place that says so, and what becomes of the call:
    first when it comes in, then while nobody answers. Closures by emergency are those of the database.
    """
    from ivr.call.routing_context import routing_context_of
    from ivr.cli.clock import local_moment

    line = named_line(line_name)
    name = named_destination(line, destination)
    at = local_moment("--at", at_text, line.header.zone)
    caller = _number(from_) if from_ else None
    settings = settings_here()
    if contract and document:
        raise click.UsageError("--company has a contract of its own; give one of --company and --contract")
    with open_readonly(settings) as database:
        with database.reading() as connection:
            context = routing_context_of(connection, line, at, "")
        held = _contract(database, settings, document) if document else _named(contract) if contract else None
    context = replace(context, sampling_fraction=0.0, special_contract=held)
    click.echo(f"A call{f' from {caller}' if caller else ''} for {name}, {at:%A} {at:%Y-%m-%d %H:%M} ({at.tzinfo})")
    if document or contract:
        click.echo(f"The caller's company has {f'the contract {held}' if held else 'no special contract'}.")
    click.echo()
    for row in RouteReport(line, at, context).rows(name):
        click.echo(row)


@dataclass(slots=True)
class RouteReport:
    """Tells a call's way through the routing table, step by step, as text for people."""

    line: Line
    at: datetime
    context: RoutingContext
    _number: int = field(default=0, init=False)

    def rows(self, name: str) -> Iterator[str]:
        """Yield every rule, and what comes of the call; each target is taken not to answer, and leads to the next."""
        from routing.decide import next_target, route
        from routing.decisions import Ring

        table = self.line.routing.table
        decision: Decision = route(table, name, self.at, context=self.context)
        yield from self._rules(decision.steps)
        yield f"=> {self._outcome(decision)}"
        while isinstance(decision, Ring):
            decision = next_target(table, decision.progress, "no-answer", self.at, context=self.context)
            yield ""
            yield "If nobody answers:"
            yield from self._rules(decision.steps[1:])
            yield f"=> {self._outcome(decision)}"

    def _rules(self, steps: tuple[TraceStep, ...]) -> Iterator[str]:
        for step in steps:
            self._number += 1
            place = self.line.routing.place_of(step.key)
            yield f"{self._number:3}. {step.rule:{RULE_WIDTH}} {step.outcome}"
            if place:
                yield f"{'':{RULE_WIDTH + 6}}{place}"

    def _outcome(self, decision: Decision) -> str:
        from routing.decisions import Connected, DestinationClosed, Ring, Unreachable

        match decision:
            case Ring():
                return f"{_capital(_rung(decision))}, {_because(decision)}."
            case DestinationClosed(destination, _, closed, closure):
                why = f"by emergency ({closure.reason})" if closure else _closed(closed.reason, closed.holiday_name)
                opens = (
                    f"; the caller hears that it opens {closed.opens_at:%A %Y-%m-%d %H:%M}" if closed.opens_at else ""
                )
                return f"{destination} is closed {why}{opens}."
            case Unreachable(destination, _, reason):
                return f"The caller is told that {destination} cannot be reached ({reason})."
            case Connected(destination):
                return f"{destination} has served the caller."


def _rung(decision: Ring) -> str:
    from routing.targets import Queue, Together
    from routing.trace import in_words

    if decision.also and not isinstance(decision.target, Queue):
        return in_words(Together((decision.target, *decision.also)))
    return in_words(decision.target)


def _because(decision: Ring) -> str:
    """The reason in a clause: of the hours, of a divert, of what went before."""
    destination, contract = decision.destination, decision.progress.contract
    kind, _, more = decision.reason.removesuffix(f"; contract: {contract}").partition(": ")
    if contract and kind == "open":
        return f"because {destination} is open and the caller has the contract {contract}{f' ({more})' if more else ''}"
    match kind:
        case "next target":
            return f"the next one of {destination}"
        case "open":
            return f"because {destination} is open{f' ({more})' if more else ''}"
        case "on-call":
            return f"because only the staff on call of {destination} answer then{f' ({more})' if more else ''}"
        case _:
            return f"a target of {destination} ({decision.reason})"


def _closed(reason: str, name: str | None) -> str:
    match reason:
        case "break":
            return "for a break"
        case "weekend":
            return "at the weekend"
        case "night":
            return "at this hour"
        case _:
            return f"for {name}" if name else f"({reason})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _number(text: str) -> str:
    from routing.numbers import parse_any_number

    try:
        return parse_any_number(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _named(contract: str) -> str:
    """A special contract as customers' records have it; click.BadParameter for a word that none of them can hold."""
    from data.company import special_contract

    try:
        return special_contract(contract)
    except ValueError as error:
        remedy = str(error).removesuffix(", or leave it empty")
        raise click.BadParameter(f"'{contract}' cannot be --contract; {remedy}") from None


def _contract(database: Database, settings: Settings, text: str) -> str | None:
    """The special contract of the company; click.BadParameter, which does not repeat the document, for no such one."""
    from data.company import document_reader, find_special_contract
    from data.vault import Cost, Vault
    from routing.documents import parse_document

    vault = Vault(settings.secret_key, Cost.production())
    try:
        document = document_reader(parse_document)(text)
        with database.reading() as connection:
            return find_special_contract(connection, vault, document)
    except ValueError as error:
        raise click.BadParameter(f"--company: {error}") from None
