"""The calls that an edit changes, beside each other, as the page shows them: what was heard, with its sound, and where
the call landed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote

from ivr.web.menu.words import VERDICTS, counted_verdict, landing_of, moment_of
from ivr.web.shell.languages import gettext, language
from wording import unpacked
from wording.catalogues import put

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.web.menu.gate_runs import GateRun
    from ivr.web.menu.read_lines import LineAsItStands

SHOWN_CALLS: Final = 60
"""Changed calls that the page shows; ``ivr publish --dry-run --json`` tells all."""


class ShownMoment(NamedTuple):
    """One thing that happened, in words, and the addresses of its clips, blanks between; empty where it has none."""

    told: str
    clips: str


def calls_beside_each_other(run: GateRun | None, stands: LineAsItStands) -> dict[str, Any] | None:
    """Return what ``run`` told for the page: its numbers, and the calls that change. None where it is not over."""
    if run is None or not run.told:
        return None
    told = run.told
    changed = [call for call in told["calls"] if call["verdict"] in VERDICTS]
    numbers = {each: number for each, number in told["verdicts"].items() if each in VERDICTS and number}
    return {
        "changed": told["changed"],
        "played": told["played"],
        "removed": told["removed"],
        "not_replayable": told["not_replayable"],
        "needs_accept": run.needs_accept,
        "counts": [counted_verdict(each, number) for each, number in numbers.items()],
        "calls": [
            {
                "call": call,
                "verdict": gettext(VERDICTS[call["verdict"]]),
                "before": _side(call["before"], stands.published, stands.opened.line),
                "after": _side(call["after"], stands.judged.line, stands.opened.line),
            }
            for call in changed[:SHOWN_CALLS]
        ],
        "more": max(0, len(changed) - SHOWN_CALLS),
    }


def _side(side: dict[str, Any], line: Line | None, name: str) -> dict[str, object]:
    moments = [ShownMoment(moment_of(each), _clips(each, line, name)) for each in side["moments"]]
    return {
        "moments": moments,
        "landing": landing_of(side),
        "clips": " ".join(each.clips for each in moments if each.clips),
        "failures": [put(unpacked(each), language()) for each in side["failure_messages"]],
    }


def _clips(moment: dict[str, str], line: Line | None, name: str) -> str:
    if line is None or moment["what"] != "heard":
        return ""
    spoken = line.clips.spoken((moment["text"],))
    return " ".join(f"/menu/{quote(name)}/audio/{each.clip.name}.wav" for each in (spoken[0] if spoken else ()))
