"""Each alarm says in a sentence what was found, with its figures; one of a newer release is told by its name."""

from __future__ import annotations

import pytest

from routing.alarm_rules import ALARM_RULES, UNKNOWN, alarm_in_words

TOLD = {
    "nobody-on-call": "nobody on call took {calls} calls in the last {minutes} minutes",
    "service-level": "{within} of {needed} calls of the last {minutes} minutes were answered within {seconds} s; "
    "the target is {percent} %",
    "no-agents": "none of {agents} agents is on duty; {waiting} calls wait",
    "passwords": "{hour} wrong passwords in an hour, {day} in a day",
    "carrier-away": "the carrier took none of {rows} requests that were made again and again",
    "data-too-old": "what was imported of this system is {hours} hours old; it may be {most}",
}
FIGURES = {
    each: at
    for at, each in enumerate(
        ("calls", "minutes", "within", "needed", "seconds", "percent", "agents", "waiting", "hour", "day", "rows",
         "hours", "most"), start=11,
    )
}  # fmt: skip


def test_each_kind_has_its_sentence() -> None:
    assert TOLD.keys() == ALARM_RULES.keys()


@pytest.mark.parametrize("kind", TOLD)
def test_the_sentence_has_the_figures_that_show_it(kind: str) -> None:
    assert alarm_in_words(kind, FIGURES) == TOLD[kind].format(**FIGURES)


@pytest.mark.parametrize("kind", TOLD)
def test_a_figure_that_is_not_there_is_shown_as_unknown(kind: str) -> None:
    assert alarm_in_words(kind, {}) == TOLD[kind].format(**dict.fromkeys(FIGURES, UNKNOWN))


def test_a_kind_of_a_newer_release_is_told_by_its_name() -> None:
    assert alarm_in_words("moon-too-full", {"phase": 1}) == "moon-too-full"
