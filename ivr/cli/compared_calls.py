"""The report of the publish gate tells people how many calls an edit changes, and shows both sides of each.

Beside each other stand what the caller heard and where the call landed, before and after: as a table with colours where
a person looks, plain in a pipe, or in one object of JSON.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Final, NamedTuple

import click

from ivr.cli.language import spoken, tell
from ivr.cli.line_edit import LineEdit
from ivr.cli.publish_gate import JudgedEdit
from ivr.cli.terminal import console, is_watched
from ivr.replay.call_side import CallMoment, CallSide
from ivr.replay.comparison import ComparedCall, Verdict
from wording import Message, counted, phrase

COLUMN: Final = 56
"""Characters of each of the two columns in a pipe."""

MOST_CALLS: Final = 20
"""Calls of one kind, and groups of reworded ones, that are shown; --json has all."""

MOST_TITLES: Final = 4
"""Titles that are named of calls in which the same words change."""

VERDICTS: Final[dict[Verdict, Callable[[int], Message]]] = {
    Verdict.ELSEWHERE: lambda number: counted("{number} lands elsewhere", "{number} land elsewhere", number),
    Verdict.FAILS: lambda number: counted("{number} fails now", "{number} fail now", number),
    Verdict.ANOTHER_WAY: lambda number: counted(
        "{number} goes another way to the same end", "{number} go another way to the same end", number
    ),
    Verdict.REWORDED: lambda number: counted("{number} hears other words", "{number} hear other words", number),
    Verdict.FAILS_ON_BOTH: lambda number: counted(
        "{number} fails before and after", "{number} fail before and after", number
    ),
}
"""How many calls there are of each verdict, in the order in which they are told."""

HEADINGS: Final[dict[Verdict, Message]] = {
    Verdict.ELSEWHERE: phrase("lands elsewhere"),
    Verdict.FAILS: phrase("fails now"),
    Verdict.ANOTHER_WAY: phrase("goes another way to the same end"),
}


OUTCOMES: Final = {
    "answered": phrase("answered"),
    "busy": phrase("busy"),
    "no-answer": phrase("no answer"),
    "failed": phrase("failed"),
    "canceled": phrase("canceled"),
    "completed": phrase("completed"),
    "bridged": phrase("an agent came"),
    "": phrase("no end"),
}
"""How a ringing, a wait or a call ended; another word is the carrier's own."""


class SideRow(NamedTuple):
    """Two texts that stand beside each other, before and after; ``differ`` where they are not the same."""

    before: str
    after: str
    differ: bool


def tell_compared(judged: JudgedEdit, *, mends: bool) -> None:
    """Print the sentence that sums up, and then each call that the edit changes; how scripts are mended that hear words
    no more, unless this publishing ``mends`` them.
    """
    for text in summary(judged):
        tell(text)
    for verdict, heading in HEADINGS.items():
        calls = judged.of(verdict)
        for call in calls[:MOST_CALLS]:
            click.echo()
            tell(phrase("{title}: {verdict}", title=call.script.title or call.script.where, verdict=heading))
            click.echo(f"  {_place(call)}")
            _show(judged, rows_of(call))
        _tell_rest(len(calls))
    _tell_reworded(judged)
    if not mends:
        _tell_mendable(judged)
    for call in judged.of(Verdict.FAILS_ON_BOTH)[:MOST_CALLS]:
        click.echo()
        tell(phrase("{title}: fails before and after", title=call.script.title or call.script.where))
        for failure in _failures(call.after):
            click.echo(f"  {failure}")


def summary(judged: JudgedEdit) -> Iterator[Message]:
    """Yield the sentences that sum up."""
    all_calls = counted("{number} call", "{number} calls", len(judged.calls))
    changed = len(judged.changed)
    if not judged.calls:
        yield phrase(
            "No call script of {line} tries your edit; ivr explore {line} writes some", line=judged.edit.line.name
        )
    elif changed:
        yield phrase("Your edit changes {changed} of {calls}", changed=changed, calls=all_calls)
    else:
        yield phrase("Your edit changes none of {calls}", calls=all_calls)
    for verdict, count in VERDICTS.items():
        if number := len(judged.of(verdict)):
            yield phrase("  {told}", told=count(number))
    if judged.not_replayable:
        told = counted(
            "  {number} recorded call holds too little to be played",
            "  {number} recorded calls hold too little to be played",
            judged.not_replayable,
        )
        yield told
    for title in judged.removed:
        yield phrase("  nobody tries any more: {title}", title=title)


def rows_of(call: ComparedCall) -> Iterator[SideRow]:
    """Yield the rows of a call from where its sides begin to differ, and in the end where it landed."""
    yield from _moment_rows(call.before.moments, call.after.moments)
    before, after = (spoken(_landing(side)) for side in (call.before, call.after))
    yield SideRow(before, after, before != after)
    # Where the call lands says more than all that its script expected on the way there.
    fails = call.verdict is Verdict.FAILS
    failures = (_failures(side) if fails or side.gave_up else () for side in (call.before, call.after))
    for one, two in zip_longest(*failures, fillvalue=""):
        yield SideRow(one, two, True)


def as_json(edit: LineEdit, judged: JudgedEdit | None, published: int | None) -> str:
    """Return everything as one object; ``published`` is the number of the version that was published, if one was, and
    ``judged`` is None where no call was played.
    """
    calls = judged.calls if judged else ()
    told = {
        "line": edit.line.name,
        "before": edit.number or None,
        "published": published,
        "files": edit.changed,
        "played": len(calls) if judged else None,
        "changed": len(judged.changed) if judged else None,
        "verdicts": {verdict.value: sum(each.verdict is verdict for each in calls) for verdict in Verdict},
        "removed": list(judged.removed) if judged else [],
        "not_replayable": judged.not_replayable if judged else 0,
        "mended": sorted(judged.scripts) if judged else [],
        "calls": [_as_dict(each) for each in calls],
    }
    return json.dumps(told, ensure_ascii=False)


def _tell_rest(number: int) -> None:
    if number > MOST_CALLS:
        click.echo()
        tell(phrase("... and {number} more; --json tells of all", number=number - MOST_CALLS))


def _tell_reworded(judged: JudgedEdit) -> None:
    """The words that change, each with the calls that hear them: a greeting is heard by all."""
    groups: dict[SideRow | None, list[ComparedCall]] = {}
    for call in judged.of(Verdict.REWORDED):
        # Words that are concealed, or that only those hear who are rung, are not among the moments.
        rows = dict.fromkeys(row for row in _moment_rows(call.before.moments, call.after.moments) if row.differ)
        for row in rows or [None]:
            groups.setdefault(row, []).append(call)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    for row, calls in ordered[:MOST_CALLS]:
        click.echo()
        number = len(calls)
        if row:
            tell(counted("other words in {number} call:", "other words in {number} calls:", number))
            _show(judged, [row])
        else:
            told = counted(
                "other words in {number} call, which the caller does not hear or which are secret:",
                "other words in {number} calls, which the caller does not hear or which are secret:",
                number,
            )
            tell(told)
        _name([call.script.title or call.script.where for call in calls])
    _tell_rest(len(ordered))


def _tell_mendable(judged: JudgedEdit) -> None:
    alone = [each.script.where for each in judged.calls if each.words_alone]
    if alone:
        click.echo()
        told = counted(
            "{number} script fails only since words changed; --reword mends it:",
            "{number} scripts fail only since words changed; --reword mends them:",
            len(alone),
        )
        tell(told)
        _name(alone)


def tell_mended(judged: JudgedEdit) -> None:
    """Print each script that hears the new words from now on, and each that is to be mended by hand."""
    for script in judged.reworded:
        for each in script.rewordings:
            place = f"{each.mark.file}:{each.mark.line}"
            tell(phrase("{place}: hears “{new}” (was “{old}”)", place=place, new=each.new, old=each.old))
        if not script.rewordings:
            where = script.script.where
            tell(phrase("{place}: mend by hand what it hears; its words have nothing in their place", place=where))


def _name(names: Sequence[str]) -> None:
    """Print the first of ``names``, and how many more there are."""
    for each in names[:MOST_TITLES]:
        click.echo(f"  {each}")
    if len(names) > MOST_TITLES:
        tell(phrase("  ... and {number} more", number=len(names) - MOST_TITLES))


def _moment_rows(before: Sequence[CallMoment], after: Sequence[CallMoment]) -> Iterator[SideRow]:
    """The moments beside each other; of those that are the same, the last one before a difference."""
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


def _failures(side: CallSide) -> tuple[str, ...]:
    return (*side.failures, *side.unheard)


def _show(judged: JudgedEdit, rows: Iterable[SideRow]) -> None:
    heads = spoken(phrase("before (version {number})", number=judged.edit.number)), spoken(phrase("after (your edit)"))
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


def _place(call: ComparedCall) -> str:
    return call.script.where if call.source == "script" else spoken(phrase("a recorded call"))


def _as_dict(call: ComparedCall) -> dict[str, Any]:
    told: dict[str, Any] = {
        "call": call.script.title,
        "source": call.source,
        "file": call.script.mark.file,
        "line": call.script.mark.line,
        "verdict": call.verdict.value,
        "words_alone": call.words_alone,
    }
    if call.verdict is Verdict.SAME:
        return told
    return told | {"before": _side_as_dict(call.before), "after": _side_as_dict(call.after)}


def _side_as_dict(side: CallSide) -> dict[str, Any]:
    landing = side.landing
    return {
        "destination": landing.destination,
        "rang": list(landing.rang),
        "queues": list(landing.queues),
        "ended": landing.ended,
        "messages": list(landing.messages),
        "states": list(side.path),
        "heard": [each.text for each in side.moments if each.what == "heard"],
        "failures": list(_failures(side)),
    }
