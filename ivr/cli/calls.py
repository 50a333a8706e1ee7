"""``ivr calls`` lists the calls that came in, and tells how one of them went, rule by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.call.answer import CALL_SID
from ivr.cli.language import spoken, tell
from ivr.cli.queued import queued_rows, queued_tree, read_queued
from ivr.cli.routing_words import told, told_reason, told_rule
from ivr.cli.stored import open_readonly, settings_here
from ivr.cli.terminal import Cell, Column, Look, TreeRow, show_rows, show_tree
from wording import Message, message, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.calls import CallRecord
    from data.consents import ConsentRecord
    from data.tickets import TicketRecord
    from data.turns import TurnRecord


@click.group(invoke_without_command=True, short_help="List calls, or tell how one of them went, and why.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
@click.option("--trials", is_flag=True, help="Also calls made at the telephone of the pages, or that heard a draft.")
@click.pass_context
def calls(context: click.Context, limit: int, trials: bool) -> None:
    """The calls that came in last, the newest first; ``ivr calls show`` tells one of them."""
    if context.invoked_subcommand:
        return
    from data.calls import recent_calls
    from data.trials import recent_customer_calls

    with open_readonly(settings_here()) as database, database.reading() as connection:
        found = recent_calls(connection, limit) if trials else recent_customer_calls(connection, limit)
    unknown = spoken(phrase("unknown"))
    show_rows(
        [
            Column(spoken(phrase("began (UTC)"))),
            Column("SID", whole=True),
            Column(spoken(phrase("from")), whole=True),
            Column(spoken(phrase("status"))),
            Column(spoken(phrase("desk"))),
        ],
        [
            [
                Cell(f"{call.started_at:%Y-%m-%d %H:%M}"),
                Cell(call.sid, "faint"),
                Cell(call.from_number or unknown),
                Cell(call.status, LOOKS.get(call.status, "bad")),
                Cell(call.destination or "-"),
            ]
            for call in found
        ],
        (
            f"{call.started_at:%Y-%m-%d %H:%M:%S} UTC  {call.sid}  {call.from_number or unknown:16}"
            f"  {call.status:11}  {call.destination or '-'}"
            for call in found
        ),
    )
    if not found:
        tell(phrase("no calls"))


@calls.command(short_help="Tell how one call went, and why.")
@click.argument("identity", metavar="SID|PROTOCOL")
@click.option(
    "--script", "as_script", is_flag=True, help="As a call script, with a demo customer in the caller's place."
)
@click.pass_context
def show(context: click.Context, identity: str, as_script: bool) -> None:
    """How the call went, turn by turn, with each rule that the router tried and the place in the line's files that says
    so; and of each queue, which agents were asked to take it, by which rules, and why nobody is while it waits. The
    call is named by Twilio's sid or by the protocol number that the caller was told. Documents, passwords and
    access codes that callers keyed are not stored, and so not shown. Exits 1 where there is no such call.

    With --script it is printed as a call script that ``ivr replay`` plays: the same keys in the same menus at the same
    time, while a demo customer stands in for the real one. A call that cannot be played again says why, and exits 1.
    """
    from data.calls import find_call
    from data.consents import consents_of
    from data.protocols import find_by_protocol, protocol_of
    from data.tickets import ticket_of_call
    from data.trials import is_trial
    from data.turns import turns_of

    with open_readonly(settings_here()) as database, database.reading() as connection:
        by_sid = CALL_SID.fullmatch(identity)
        call = find_call(connection, identity) if by_sid else find_by_protocol(connection, identity)
        turns = turns_of(connection, call.sid) if call else []
        protocol = protocol_of(connection, call.sid) if call else None
        agreed = consents_of(connection, call.sid) if call else []
        ticket = ticket_of_call(connection, call.sid) if call else None
        trial = call is not None and is_trial(connection, call.sid)
        queued = read_queued(connection, call.sid) if call else []
    if call is None:
        tell(
            message("no-such-call", "there is no call {identity}; ivr calls lists the last ones", identity=identity),
            err=True,
        )
        context.exit(1)
    if as_script:
        context.exit(_print_script(call, turns, identity, trial=trial))
    for row in _heading(call, protocol, agreed, ticket):
        click.echo(row)
    show_tree(
        (*map(_tree, turns), *map(queued_tree, queued)),
        (row for rows in (*map(_rows, turns), *map(queued_rows, queued)) for row in rows),
    )


def _print_script(call: CallRecord, turns: list[TurnRecord], identity: str, *, trial: bool) -> int:
    """Print the call as a script; the exit code."""
    from app import create_app
    from ivr.cli.lines import flows_folder
    from ivr.cli.targets import LocalLines
    from ivr.replay.recorded_call import RecordedCall
    from ivr.replay.recorded_calls import heard_script, play_again
    from ivr.replay.recorded_conduct import UnplayableError

    local_lines = LocalLines(create_app, flows_folder())
    line, target = local_lines.line(call.line), local_lines.target(call.line)
    title = spoken(
        phrase("recorded call of {began}", began=f"{call.started_at.astimezone(line.header.zone):%Y-%m-%d %H:%M}")
    )
    try:
        text = heard_script(play_again(RecordedCall(call, turns, trial), line, target, title), line, target)
    except UnplayableError as error:
        other = phrase(", whose menu is another one by now") if line.version != call.menu_version else ""
        tell(
            phrase(
                "the call {identity} cannot be played again on {line}{other}: {why}",
                identity=identity,
                line=call.line,
                other=other,
                why=error.why,
            ),
            err=True,
        )
        return 1
    click.echo(text, nl=False)
    return 0


WORTH = {
    "given": phrase("its service was given"),
    "open": phrase("its service was not given yet"),
    "void": phrase("void: its service was never given"),
    "unknown": phrase("whether its service was given is not known"),
}

LOOKS: dict[str, Look] = {"completed": "plain", "in-progress": "good", "ringing": "good", "queued": "good"}
"""How the status of a call looks; any other is of a call that nobody attended."""

HEAD_WIDTH = 10


def _heading(
    call: CallRecord, protocol: str | None, agreed: list[ConsentRecord], ticket: TicketRecord | None
) -> Iterator[str]:
    from ivr.flow.line import is_draft

    yield _row(phrase("call"), call.sid)
    if protocol:
        yield _row(phrase("protocol"), protocol)
    if ticket:
        yield _row(phrase("ticket"), _ticket(ticket))
    yield _row(phrase("line"), phrase("{line} (menu {version})", line=call.line, version=call.menu_version))
    if is_draft(call.menu_version):
        yield _row(phrase("trial"), phrase("it heard the draft; nothing that was asked for came about"))
    yield _row(phrase("from"), call.from_number or phrase("unknown"))
    yield _row(phrase("began"), f"{call.started_at:%Y-%m-%d %H:%M:%S} UTC")
    if call.ended_at:
        lasted = f", {call.duration} s" if call.duration is not None else ""
        yield _row(phrase("ended"), f"{call.ended_at:%Y-%m-%d %H:%M:%S} UTC{lasted}")
    yield _row(phrase("status"), call.status)
    if call.destination:
        yield _row(phrase("desk"), call.destination)
    for consent in agreed:
        worth = spoken(WORTH[consent.standing(ended=call.ended_at is not None)])
        yield _row(phrase("agreed"), f"{consent.at:%H:%M:%S}  {consent.term}; {worth}")
        if consent.text:
            yield f"{'':{HEAD_WIDTH}}{consent.text}"
    yield ""


def _ticket(ticket: TicketRecord) -> str:
    """The ticket that the call opened, as it stands now: its state and severity, and when it is to be answered."""
    from ivr.tickets.events import Severity, TicketState
    from ivr.tickets.words import SEVERITY_WORDS, STATE_WORDS

    known = {
        "number": ticket.number,
        "state": STATE_WORDS[TicketState(ticket.state)],
        "severity": SEVERITY_WORDS[Severity(ticket.severity)],
    }
    if ticket.forecast_at is None:
        return phrase("{number}: {state}, {severity}", **known)
    due = f"{ticket.forecast_at:%Y-%m-%d %H:%M:%S} UTC"
    return phrase("{number}: {state}, {severity}, to be answered by {due}", **known, due=due)


def _row(head: Message, value: str) -> str:
    return f"{spoken(head):{HEAD_WIDTH - 1}} {spoken(value)}"


def _way(turn: TurnRecord) -> str:
    way = " > ".join(turn.states) or spoken(phrase("stays"))
    return f"{turn.number:3}. {turn.at:%H:%M:%S}  {turn.state}: {turn.event}, {turn.outcome} > {way}"


def _tree(turn: TurnRecord) -> TreeRow:
    """The turn as a person sees it: below it why, and each rule with its place."""
    why = [TreeRow(Cell(spoken(told_reason(turn.reason)), "fair"))] if turn.reason else []
    rules = [
        TreeRow(
            Cell(f"{spoken(told_rule(rule)):12} {spoken(told(outcome))}"),
            [TreeRow(Cell(place, "faint"))] if place else [],
        )
        for rule, outcome, place in turn.tried
    ]
    return TreeRow(Cell(_way(turn).strip()), [*why, *rules])


def _rows(turn: TurnRecord) -> Iterator[str]:
    yield _way(turn)
    if turn.reason:
        yield f"{'':15}{spoken(told_reason(turn.reason))}"
    for rule, outcome, place in turn.tried:
        yield f"{'':15}{spoken(told_rule(rule)):12} {spoken(told(outcome))}"
        if place:
            yield f"{'':28}{place}"
