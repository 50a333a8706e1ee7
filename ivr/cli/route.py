"""``ivr route`` tells where a call would go, and every rule by which it would."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import click

from ivr.cli.answering import folder_option, line_read
from ivr.cli.language import spoken, tell, weekday
from ivr.cli.routing_words import told, told_reason, told_rule, told_word
from ivr.cli.stored import line_option, named_destination, open_readonly, settings_here
from wording import Message, message, phrase, reason

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
@folder_option
@line_option
def route(
    destination: str,
    at_text: str | None,
    from_: str | None,
    document: str | None,
    contract: str | None,
    of_folder: bool,
    line_name: str,
) -> None:
    """Print each rule that a call for DEST meets, in order, with the place that says so, and what becomes of the call:
    first when it comes in, then while nobody answers. Closures by emergency are those of the database, and the rules
    are those of the version that callers hear, unless --folder asks for the files as they are now.
    """
    from data.rota_swaps import lasting_swaps
    from ivr.call.rota_swaps import swaps_of
    from ivr.call.routing_context import routing_context_of
    from ivr.cli.clock import local_moment

    line = line_read(line_name, of_folder=of_folder)
    name = named_destination(line, destination)
    at = local_moment("--at", at_text, line.header.zone)
    caller = _number(from_) if from_ else None
    settings = settings_here()
    if contract and document:
        raise click.UsageError(
            message("two-contracts", "--company has a contract of its own; give one of --company and --contract")
        )
    with open_readonly(settings) as database:
        with database.reading() as connection:
            swaps = swaps_of(lasting_swaps(connection, at), line.name)
            context = routing_context_of(connection, line, at, "", swaps)
        held = _contract(database, settings, document) if document else _named(contract) if contract else None
    context = replace(context, sampling_fraction=0.0, special_contract=held)
    when = {"destination": name, "weekday": weekday(at), "moment": at, "zone": at.tzinfo}
    if caller:
        tell(
            phrase(
                "A call from {caller} for {destination}, {weekday} {moment:%Y-%m-%d %H:%M} ({zone})",
                caller=caller,
                **when,
            )
        )
    else:
        tell(phrase("A call for {destination}, {weekday} {moment:%Y-%m-%d %H:%M} ({zone})", **when))
    if held:
        tell(phrase("The caller's company has the contract {contract}.", contract=held))
    elif document or contract:
        tell(phrase("The caller's company has no special contract."))
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
        yield f"=> {spoken(self._outcome(decision))}"
        while isinstance(decision, Ring):
            decision = next_target(table, decision.progress, "no-answer", self.at, context=self.context)
            yield ""
            yield spoken(phrase("If nobody answers:"))
            yield from self._rules(decision.steps[1:])
            yield f"=> {spoken(self._outcome(decision))}"

    def _rules(self, steps: tuple[TraceStep, ...]) -> Iterator[str]:
        for step in steps:
            self._number += 1
            place = self.line.routing.place_of(step.key)
            yield f"{self._number:3}. {spoken(told_rule(step.rule)):{RULE_WIDTH}} {spoken(told(step.outcome))}"
            if place:
                yield f"{'':{RULE_WIDTH + 6}}{place}"

    def _outcome(self, decision: Decision) -> Message:
        from routing.decisions import Connected, DestinationClosed, Ring, Unreachable

        match decision:
            case Ring():
                because = spoken(_because(decision))
                return phrase("{rung}, {because}.", rung=_capital(spoken(_rung(decision))), because=because)
            case DestinationClosed(destination, _, closed, closure):
                why = (
                    phrase("by emergency ({reason})", reason=closure.reason)
                    if closure
                    else _closed(closed.reason, closed.holiday_name)
                )
                if closed.opens_at is None:
                    return phrase("{destination} is closed {why}.", destination=destination, why=why)
                return phrase(
                    "{destination} is closed {why}; the caller hears that it opens {weekday} {moment:%Y-%m-%d %H:%M}.",
                    destination=destination,
                    why=why,
                    weekday=weekday(closed.opens_at),
                    moment=closed.opens_at,
                )
            case Unreachable(destination, _, reason):
                return phrase(
                    "The caller is told that {destination} cannot be reached ({reason}).",
                    destination=destination,
                    reason=told_reason(reason),
                )
            case Connected(destination):
                return phrase("{destination} has served the caller.", destination=destination)


def _rung(decision: Ring) -> str:
    from routing.targets import Queue, Together
    from routing.trace import in_words

    if decision.also and not isinstance(decision.target, Queue):
        return told(in_words(Together((decision.target, *decision.also))))
    return told(in_words(decision.target))


def _because(decision: Ring) -> Message:
    """The reason in a clause: of the hours, of a divert, of what went before."""
    destination, contract = decision.destination, decision.progress.contract
    kind, _, rest = decision.reason.removesuffix(f"; contract: {contract}").partition(": ")
    more = phrase(" ({reason})", reason=told_reason(rest)) if rest else ""
    if contract and kind == "open":
        return phrase(
            "because {destination} is open and the caller has the contract {contract}{more}",
            destination=destination,
            contract=contract,
            more=more,
        )
    match kind:
        case "next target":
            return phrase("the next one of {destination}", destination=destination)
        case "open":
            return phrase("because {destination} is open{more}", destination=destination, more=more)
        case "on-call":
            return phrase(
                "because only the staff on call of {destination} answer then{more}", destination=destination, more=more
            )
        case _:
            return phrase(
                "a target of {destination} ({reason})", destination=destination, reason=told_reason(decision.reason)
            )


def _closed(reason: str, name: str | None) -> Message:
    match reason:
        case "break":
            return phrase("for a break")
        case "weekend":
            return phrase("at the weekend")
        case "night":
            return phrase("at this hour")
        case _:
            return phrase("for {name}", name=name) if name else phrase("({reason})", reason=told_word(reason))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _number(text: str) -> str:
    from routing.numbers import parse_any_number

    try:
        return parse_any_number(text)
    except ValueError as error:
        raise click.BadParameter(reason(error)) from None


def _named(contract: str) -> str:
    """A special contract as customers' records have it; click.BadParameter for a word that none of them can hold."""
    from data.company import special_contract

    try:
        return special_contract(contract)
    except ValueError as error:
        remedy = str(error).removesuffix(", or leave it empty")
        raise click.BadParameter(
            message(
                "contract-unknown-here", "'{contract}' cannot be --contract; {remedy}", contract=contract, remedy=remedy
            )
        ) from None


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
        raise click.BadParameter(phrase("--company: {fault}", fault=reason(error))) from None
