"""The report of the publish gate tells people how many calls an edit changes, and shows both sides of each.

Beside each other stand what the caller heard and where the call landed, before and after: as a table with colours where
a person looks, plain in a pipe, or in one object of JSON.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import click

from ivr.cli.language import spoken, tell
from ivr.cli.line_edit import LineEdit
from ivr.cli.publish_gate import JudgedEdit
from ivr.cli.side_by_side import SideRow, failures_of, moment_rows, rows_of, show_beside
from ivr.replay.call_side import CallSide
from ivr.replay.comparison import ComparedCall, Verdict
from wording import Message, counted, packed, phrase

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


def tell_compared(judged: JudgedEdit, *, mends: bool) -> None:
    """Print the sentence that sums up, and then each call that the edit changes; how scripts are mended that hear words
    no more, unless this publishing ``mends`` them.
    """
    for text in summary(judged):
        tell(text)
    for verdict, heading in HEADINGS.items():
        calls = _one_of_each_first(judged.of(verdict))
        for call in calls[:MOST_CALLS]:
            click.echo()
            tell(phrase("{title}: {verdict}", title=call.script.title or call.script.where, verdict=heading))
            click.echo(f"  {_place(call)}")
            show_beside(judged.edit.number, rows_of(call))
        _tell_rest(len(calls))
    _tell_reworded(judged)
    if not mends:
        _tell_mendable(judged)
    for call in judged.of(Verdict.FAILS_ON_BOTH)[:MOST_CALLS]:
        click.echo()
        tell(phrase("{title}: fails before and after", title=call.script.title or call.script.where))
        for failure in failures_of(call.after):
            click.echo(f"  {spoken(failure)}")


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
        if verdict is Verdict.ELSEWHERE:
            yield from _moves(judged.of(verdict))
    if judged.not_replayable:
        told = counted(
            "  {number} recorded call cannot be played again",
            "  {number} recorded calls cannot be played again",
            judged.not_replayable,
        )
        yield told
    for title in judged.removed:
        yield phrase("  nobody tries any more: {title}", title=title)


def _moves(calls: Sequence[ComparedCall]) -> Iterator[Message]:
    """From where to where calls move, and how many; those that reach the same desk otherwise are told one by one."""
    moves = Counter(_move(call) for call in calls)
    for (before, after), number in moves.most_common(MOST_CALLS):
        if before != after:
            nowhere = phrase("no desk")
            yield phrase(
                "    {before} → {after}: {number}", before=before or nowhere, after=after or nowhere, number=number
            )


def _one_of_each_first(calls: Sequence[ComparedCall]) -> list[ComparedCall]:
    """The calls, first one of each move, then a second one of each, and so on: not all can be shown."""
    seen: Counter[tuple[str | None, str | None]] = Counter()
    places: list[tuple[int, int]] = []
    for number, call in enumerate(calls):
        places.append((seen[_move(call)], number))
        seen[_move(call)] += 1
    return [calls[number] for _, number in sorted(places)]


def _move(call: ComparedCall) -> tuple[str | None, str | None]:
    return call.before.landing.destination, call.after.landing.destination


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
        rows = dict.fromkeys(row for row in moment_rows(call.before.moments, call.after.moments) if row.differ)
        for row in rows or [None]:
            groups.setdefault(row, []).append(call)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    for row, calls in ordered[:MOST_CALLS]:
        click.echo()
        number = len(calls)
        if row:
            tell(counted("other words in {number} call:", "other words in {number} calls:", number))
            show_beside(judged.edit.number, [row])
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
        "moments": [{"what": each.what, "text": each.text, "how": each.how} for each in side.moments],
        "failures": list(failures_of(side)),
        "failure_messages": [packed(each) for each in failures_of(side)],
    }
