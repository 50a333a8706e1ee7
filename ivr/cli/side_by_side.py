"""Two sides of a call stand beside each other, before and after, from where they begin to differ."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final, NamedTuple

import click

from ivr.cli.language import spoken
from ivr.cli.terminal import console, is_watched
from ivr.replay.call_side import CallMoment, CallSide
from ivr.replay.comparison import ComparedCall, Verdict
from wording import Message, phrase

COLUMN: Final = 56
"""Characters of each of the two columns in a pipe."""

OUTCOMES: Final = {
    "answered": phrase("answered"),
    "busy": phrase("busy"),
    "no-answer": phrase("no answer"),
    "failed": phrase("failed"),
    "canceled": phrase("canceled"),
    "completed": phrase("completed"),
    "bridged": phrase("an agent came"),
    "leave": phrase("the caller left the queue"),
    "hangup": phrase("the call ended"),
    "redirected": phrase("the line took the call out of the queue"),
    "redirected-from-bridged": phrase("the line took the call from the agent"),
    "": phrase("no end"),
}
"""How a ringing, a wait or a call ended; another word is the carrier's own."""


class SideRow(NamedTuple):
    """Two texts that stand beside each other, before and after; ``differ`` where they are not the same."""

    before: str
    after: str
    differ: bool


def rows_of(call: ComparedCall) -> Iterator[SideRow]:
    """Yield the rows of a call from where its sides begin to differ, and in the end where it landed."""
    yield from moment_rows(call.before.moments, call.after.moments)
    before, after = (spoken(_landing(side)) for side in (call.before, call.after))
    yield SideRow(before, after, before != after)
    # Where the call lands says more than all that its script expected on the way there.
    fails = call.verdict is Verdict.FAILS
    failures = (failures_of(side) if fails or side.gave_up else () for side in (call.before, call.after))
    for one, two in zip_longest(*failures, fillvalue=""):
        yield SideRow(spoken(one), spoken(two), True)


def moment_rows(before: Sequence[CallMoment], after: Sequence[CallMoment]) -> Iterator[SideRow]:
    """Yield the moments beside each other; of those that are the same, the last one before a difference."""
    began = False
    for tag, was, was_end, now, now_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            kept = before[was:was_end]
            if was_end < len(before) or now_end < len(after):
                if len(kept) > 1:
                    yield SideRow("...", "...", False)
                yield SideRow(_said(kept[-1]), _said(kept[-1]), False)
            elif began:
                yield SideRow("...", "...", False)
            continue
        began = True
        for one, two in zip_longest(before[was:was_end], after[now:now_end]):
            yield SideRow(_said(one) if one else "", _said(two) if two else "", True)


def _said(moment: CallMoment) -> str:
    return spoken(_moment(moment))


def _moment(moment: CallMoment) -> Message:
    match moment.what:
        case "heard":
            return phrase("“{text}”", text=moment.text)
        case "sound":
            return phrase("(plays {file})", file=moment.text)
        case "keys":
            return phrase("(the caller presses {keys})", keys=moment.text)
        case "speech":
            return phrase("(the caller says “{text}”)", text=moment.text)
        case "silence":
            return phrase("(the caller gives nothing)")
        case "rings":
            return phrase("(rings {telephone}: {outcome})", telephone=moment.text, outcome=_outcome(moment.how))
        case "queue":
            return phrase("(waits in the queue {queue}: {outcome})", queue=moment.text, outcome=_outcome(moment.how))
        case "message":
            return phrase("(the caller leaves a message of {seconds} s)", seconds=moment.text)
        case "hangup" if moment.text == "app":
            return phrase("(the line hangs up)")
        case "hangup" if moment.text == "caller":
            return phrase("(the caller hangs up)")
        case _:
            return phrase("(the call is given up)")


def _landing(side: CallSide) -> Message:
    if side.gave_up:
        return phrase("→ the call cannot be made")
    landing = side.landing
    if landing.destination is None:
        state = side.path[-1] if side.path else "-"
        return phrase("→ no desk; ends in {state} ({ended})", state=state, ended=_outcome(landing.ended))
    return phrase("→ {destination} ({ended})", destination=landing.destination, ended=_outcome(landing.ended))


def _outcome(word: str) -> str:
    return OUTCOMES.get(word, word)


def failures_of(side: CallSide) -> tuple[str, ...]:
    """Return all that did not hold of the script, words that were not heard last."""
    return (*side.failures, *side.unheard)


def show_beside(number: int, rows: Iterable[SideRow]) -> None:
    """Print ``rows`` of the version ``number`` and of the edit, in colours where a person looks."""
    heads = spoken(phrase("before (version {number})", number=number)), spoken(phrase("after (your edit)"))
    if not is_watched():
        for text in _plain(heads, rows):
            click.echo(text)
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    for head in heads:
        table.add_column(Text(head), overflow="fold", ratio=1)
    for row in rows:
        styles = ("red", "green") if row.differ else ("dim", "dim")
        table.add_row(Text(row.before, style=styles[0]), Text(row.after, style=styles[1]))
    console().print(table)


def _plain(heads: tuple[str, str], rows: Iterable[SideRow]) -> Iterator[str]:
    yield f"    {heads[0]:<{COLUMN}} │ {heads[1]}"
    yield f"    {'─' * COLUMN}─┼─{'─' * COLUMN}"
    for row in rows:
        columns = (textwrap.wrap(text, COLUMN, subsequent_indent="  ") for text in (row.before, row.after))
        for one, two in zip_longest(*columns, fillvalue=""):
            yield f"    {one:<{COLUMN}} │ {two}".rstrip()
