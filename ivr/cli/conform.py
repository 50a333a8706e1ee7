"""``ivr conform`` plays the calls of a capture on the simulator, and tells each difference."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.language import spoken, tell
from wording import counted, phrase

if TYPE_CHECKING:
    from ivr.capture.captured_calls import Capture
    from ivr.capture.conforming import ConformedCall
    from ivr.capture.differences import CallDifference

DIFFERENT = 1


@click.command(short_help="Play captured calls on the simulator, and tell each difference.")
@click.argument("capture", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One call a line (JSON Lines) on standard output.")
@click.option(
    "--gap",
    type=click.FloatRange(0, 3600),
    default=3.0,
    show_default=True,
    metavar="SECONDS",
    help="Seconds by which the times between requests may differ.",
)
@click.pass_context
def conform(context: click.Context, capture: Path, as_json: bool, gap: float) -> None:
    """Play each call of CAPTURE on the simulator, and tell where its requests differ: fields, order, gaps.

    The app's answers come from the capture, and so does what people did: keys, words, how ringing ended, voices on
    recordings, and when. Each difference names the behaviour that it touches, and how that behaviour is known.

    Exits 0 where both are the same; 1 where anything differs; 2 where CAPTURE cannot be used, with the line.
    """
    from ivr.capture.capture_reader import read_capture
    from ivr.capture.conforming import conform as compared

    read = read_capture(capture)
    calls = compared(read, gap)
    if as_json:
        for each in calls:
            click.echo(json.dumps({"capture": read.file, "proves": read.proves, **each.as_dict()}, ensure_ascii=False))
    else:
        for each in calls:
            _tell(each)
        _conclude(read, calls)
    context.exit(DIFFERENT if any(each.differences for each in calls) else 0)


def _tell(call: ConformedCall) -> None:
    first = call.call.requests[0].params
    tell(
        phrase(
            "call {sid} from {from_} to {to}: {requests}, {differences}",
            sid=call.call.sid,
            from_=first.get("From", "?"),
            to=first.get("To", "?"),
            requests=counted("{number} request", "{number} requests", len(call.call.requests)),
            differences=counted("{number} difference", "{number} differences", len(call.differences)),
        )
    )
    for row in _table(call.differences):
        click.echo(row)
    for note in call.notes:
        tell(phrase("  note: {note}", note=note))


def _table(differences: Iterable[CallDifference]) -> list[str]:
    """A row for each difference, its columns below one another."""
    rows: list[tuple[str, ...]] = [
        (
            str(each.n or "-"),
            each.request,
            spoken(KINDS[each.kind]),
            each.field,
            _value(each.captured),
            _value(each.simulated),
            f"{each.behaviour.row} ({each.behaviour.label})",
        )
        for each in differences
    ]
    if not rows:
        return []
    rows.insert(0, ("#", *(spoken(each) for each in HEAD)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return ["  " + "  ".join([*map(str.ljust, row[:-1], widths), row[-1]]) for row in rows]


HEAD = (
    phrase("request"),
    phrase("difference"),
    phrase("of"),
    phrase("captured"),
    phrase("simulated"),
    phrase("behaviour, and how it is known"),
)

KINDS = {
    "missing request": phrase("the simulator does not make it"),
    "extra request": phrase("only the simulator makes it"),
    "missing field": phrase("the simulator lacks it"),
    "extra field": phrase("only the simulator has it"),
    "another value": phrase("another value"),
    "order": phrase("another order"),
    "gap": phrase("another time"),
}


def _value(value: str | None) -> str:
    return "-" if value is None else repr(value) if not value or value != value.strip() else value


def _conclude(capture: Capture, calls: list[ConformedCall]) -> None:
    found = [each for call in calls for each in call.differences]
    if not calls:
        tell(phrase("no call is in {file}", file=capture.file))
    elif not found:
        tell(phrase("no difference in {calls}", calls=counted("{number} call", "{number} calls", len(calls))))
    else:
        labels = [label for each in found for label in each.behaviour.known]
        told = ", ".join(f"{labels.count(label)} {label}" for label in sorted(set(labels)))
        tell(
            phrase(
                "{differences}; they touch behaviours that are: {labels}",
                differences=counted("{number} difference", "{number} differences", len(found)),
                labels=told,
            )
        )
    if not capture.finished:
        tell(phrase("the capture has no end: it was cut short, and a call in it may be, too"), err=True)
    if capture.left_out:
        tell(phrase("the capture left out {count} lines when it was full", count=capture.left_out), err=True)
    if not capture.from_outside:
        tell(
            phrase("these requests came from this machine or its network: what agrees proves nothing of the carrier"),
            err=True,
        )
