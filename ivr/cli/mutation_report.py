"""``MutationReport`` counts what came of the changes of a line, by their kinds, and says it in words and in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from ivr.cli.coverage_report import look_of
from ivr.cli.language import spoken
from ivr.cli.terminal import Cell, Column, show_table
from ivr.flow.mutants.mutant import KINDS, MEANINGS, Kind
from ivr.replay.mutation import VERDICTS, TriedMutant, Verdict
from wording import Message, counted, phrase

SHOWN: Final = 3
"""Scripts that are named of those that came to a change and did not notice."""

_HEADINGS: Final[dict[Verdict, Message]] = {
    "noticed": phrase("noticed"),
    "unnoticed": phrase("not noticed"),
    "equivalent": phrase("no change"),
    "refused": phrase("not let pass"),
}


class MutationReport:
    """Counts mutants by kind and verdict, as they come."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Kind, Verdict]] = Counter()

    def add(self, tried: TriedMutant) -> None:
        """Count one."""
        self._counts[tried.mutant.kind, tried.verdict] += 1

    def count(self, verdict: Verdict) -> int:
        """Return how many had that verdict."""
        return sum(self._counts[kind, verdict] for kind in KINDS)

    @property
    def percent(self) -> float:
        """Return the share of changes that were noticed of those that callers could hear, cut off at one decimal."""
        noticed, unnoticed = self.count("noticed"), self.count("unnoticed")
        return noticed * 1000 // (noticed + unnoticed) / 10 if noticed + unnoticed else 100.0

    def tell(self, *, err: bool) -> None:
        """Print the table of kinds."""
        columns = [Column(spoken(phrase("changes"))), *(Column(spoken(_HEADINGS[each]), True) for each in VERDICTS)]
        columns.append(Column("%", True))
        rows = []
        for kind in KINDS:
            counts = [self._counts[kind, verdict] for verdict in VERDICTS]
            if any(counts):
                heard = counts[0] + counts[1]
                share = counts[0] * 1000 // heard / 10 if heard else 100.0
                cells = [Cell(str(count)) for count in counts]
                rows.append([Cell(spoken(MEANINGS[kind])), *cells, Cell(f"{share:.1f}", look_of(share))])
        show_table(columns, rows, err=err)

    def figure(self, wanted: float | None) -> Message:
        """Return the share that was noticed, in one line, and the one that is ``wanted`` where it is higher."""
        return phrase(
            "{noticed} of {heard} changes are noticed ({percent:.1f} %); {equivalent} change nothing for any call, and "
            "ivr check refuses {refused}{wanted}",
            noticed=self.count("noticed"),
            heard=self.count("noticed") + self.count("unnoticed"),
            percent=self.percent,
            equivalent=self.count("equivalent"),
            refused=self.count("refused"),
            wanted=phrase("; at least {wanted:g} % are asked for", wanted=wanted)
            if wanted is not None and self.percent < wanted
            else "",
        )


def of_script(where: str) -> Message:
    """Return what is told of a script that fails on the line as it is."""
    return phrase("{where}: this script fails without any change, and is left out; ivr replay tells why", where=where)


def unnoticed(tried: TriedMutant) -> Iterator[Message]:
    """Yield what was changed, with its place, and what came of it: a line, and another for what is to be done."""
    mutant = tried.mutant
    place, change = mutant.mark, mutant.change
    match tried.verdict:
        case "noticed":
            yield phrase("{place}: noticed by {by}: {change}", place=place, by=tried.by, change=change)
        case "equivalent":
            yield phrase("{place}: no change: {change}: {reason}", place=place, change=change, reason=tried.reason)
        case "refused":
            yield phrase("{place}: refused: {change}: {reason}", place=place, change=change, reason=tried.reason)
        case "unnoticed":
            yield phrase("{place}: no script notices: {change}", place=place, change=change)
            yield phrase("  {came}; to notice it: {remedy}", came=_came(tried), remedy=mutant.remedy)


def _came(tried: TriedMutant) -> Message:
    if not tried.came:
        return phrase("no script comes there")
    more = ", …" if len(tried.came) > SHOWN else ""
    shown = ", ".join(tried.came[:SHOWN]) + more
    return counted("{number} script comes there ({shown})", "{number} scripts come there ({shown})",
                   len(tried.came), number=len(tried.came), shown=shown)  # fmt: skip


def words_of(tried: TriedMutant) -> dict[str, object]:
    """Return what programs read of a mutant, which is the same in every language."""
    mutant = tried.mutant
    return {
        "file": mutant.mark.file,
        "line": mutant.mark.line,
        "column": mutant.mark.column,
        "kind": mutant.kind,
        "change": str(mutant.change),
        "verdict": tried.verdict,
        "by": tried.by or None,
        "came": list(tried.came),
        "reason": str(tried.reason) or None,
        "remedy": str(mutant.remedy),
    }
