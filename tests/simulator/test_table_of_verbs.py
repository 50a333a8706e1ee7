"""docs/verbs.md tells of each verb, noun and attribute what the simulator does with it."""

from __future__ import annotations

import pytest

from ivr.simulator.verbs import registry, unsimulated
from tests.verbs_table import CHECKED, NOT_YET, PAGE, PLAYED, Row, page, rows, tag


@pytest.fixture(scope="module")
def table() -> dict[str, Row]:
    return {row.name: row for row in rows()}


def test_the_page_is_what_trying_each_of_them_gives() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.verbs_table"


def test_what_the_simulator_plays_stands_in_the_table(table: dict[str, Row]) -> None:
    named = {tag(row.known.element) for row in table.values()}
    assert sorted({*registry.VERBS, *unsimulated.VERBS} - named) == []


@pytest.mark.parametrize(
    ("row", "attribute", "state"),
    [
        ("`<Say>`", "loop", PLAYED),
        ("`<Dial>` › `<Number>`", "url", PLAYED),
        ("`<Dial>` › `<Number>`", "byoc", CHECKED),
        ("`<Record>`", "playBeep", CHECKED),
        ("`<Gather>`", "hints", CHECKED),
        ("`<Dial>` › `<Queue>`", "reservationSid", NOT_YET),
        ("`<Refer>`", "action", NOT_YET),
    ],
)
def test_trying_finds_what_an_attribute_does(table: dict[str, Row], row: str, attribute: str, state: str) -> None:
    assert table[row].attributes[attribute] == state
