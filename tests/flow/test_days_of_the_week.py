"""Days of the week are written in the languages of the lines."""

from __future__ import annotations

import pytest

from ivr.flow.routing.days import parse_days
from ivr.languages import LANGUAGES


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("seg-sex", {0, 1, 2, 3, 4}),
        ("seg, qua", {0, 2}),
        ("Terça - quinta, SÁBADO", {1, 2, 3, 5}),
        ("sáb-dom", {5, 6}),
        ("sex-seg", {4, 5, 6, 0}),
        ("qua-qua", {2}),
        (" todos ", {0, 1, 2, 3, 4, 5, 6}),
    ],
)
def test_days_are_written_in_portuguese(text: str, days: set[int]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [("lun-vie", {0, 1, 2, 3, 4}), ("miércoles, sábado", {2, 5}), ("mon-fri", {0, 1, 2, 3, 4}), ("Sunday", {6})],
)
def test_days_are_written_in_spanish_and_in_english(text: str, days: set[int]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["", "lun-fra", "seg-", "seg,,ter", "seg sex", "seg-qua-sex"])
def test_a_word_that_is_no_day_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="no day of the week; write seg, ter"):
        parse_days(text)


def test_no_word_means_two_days_in_two_languages() -> None:
    meant: dict[str, set[int]] = {}
    for language in LANGUAGES.values():
        for names in (language.writing.days, language.writing.short_days):
            for day, name in enumerate(names):
                meant.setdefault(name, set()).add(day)
    assert {name: days for name, days in meant.items() if len(days) > 1} == {}
