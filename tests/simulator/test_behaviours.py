"""Labels say of each behaviour how it is known that the carrier does the same, and none is there by silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ivr.capture.capture_reader import read_capture
from ivr.simulator.behaviours import LABELS, Behaviours, behaviours
from tests.behaviours import faults, page, rows_of, rows_of_guides

CAPTURES = Path(__file__).parents[1] / "captures"

GUIDE = """# A guide

## Verbs

| verb | what |
|---|---|
| `<Say>` | speaks |
| `<Play loop="1\\|2">` | plays |

```
| no | row |
|---|---|
| at | all |
```
"""


def some(rows: dict[str, Any], of_the_tool: tuple[str, ...] = ()) -> Behaviours:
    return Behaviours({"of_the_tool": of_the_tool, "tables": {"Verbs / verb": rows}})


BOTH = {"`<Say>`": {"documented": "all"}, '`<Play loop="1\\|2">`': {"inferred": "its length"}}


def test_rows_of_a_guide_are_those_of_its_tables_and_not_of_its_code() -> None:
    assert list(rows_of(GUIDE)) == [("Verbs / verb", row) for row in BOTH]


def test_a_guide_whose_rows_are_all_labelled_has_no_faults() -> None:
    assert faults(rows_of(GUIDE), some(BOTH)) == []
    assert faults(rows_of(GUIDE), Behaviours({"of_the_tool": ["Verbs / verb"], "tables": {}})) == []


def test_a_row_without_a_label_is_told_with_what_to_write() -> None:
    (fault,) = faults(rows_of(GUIDE), some({"`<Say>`": {"documented": "all"}}))
    assert "below 'Verbs / verb' write: \"`<Play loop=" in fault


def test_a_label_without_a_row_is_told() -> None:
    (fault,) = faults(rows_of(GUIDE), some(BOTH | {"`<Sing>`": {"inferred": "all"}}))
    assert "'`<Sing>`' of 'Verbs / verb' is in no guide" in fault


def test_a_table_that_nobody_has_decided_on_is_told() -> None:
    told = faults(rows_of(GUIDE), Behaviours({"of_the_tool": [], "tables": {}}))
    assert "new table 'Verbs / verb'" in told[0]
    assert len(told) == 3


def test_a_row_has_a_label_that_there_is() -> None:
    for wrong in ({}, {"fields": ["From"]}, {"documented": "x", "guessed": "y"}):
        with pytest.raises(ValueError, match="needs a label out of documented, inferred, captured"):
            some({"`<Say>`": wrong})


def test_a_captured_behaviour_names_the_capture_that_shows_it() -> None:
    for each in behaviours():
        assert ("captured" in each.known) == (each.capture is not None), each.row
        # Only of a real account: from outside, each signature valid. A made one proves nothing of the carrier.
        assert each.capture is None or read_capture(CAPTURES / each.capture).proves, each.row


@pytest.mark.parametrize(
    ("field", "row"),
    [
        ("CallSid", "each of a call"),
        ("FromCity", "places of both parties"),
        ("header User-Agent", "headers"),
        ("DialCallStatus", "the action of a `<Dial>`"),
        ("RecordingUrl", "recordings"),
        ("gap", "how long after the one before"),
        ("order", "which request follows which"),
        ("NeverHeardOf", "anything else"),
    ],
)
def test_a_field_is_of_the_behaviour_that_names_it_best(field: str, row: str) -> None:
    assert behaviours().of_field(field).row == row


def test_the_page_has_a_column_for_each_label_and_counts_rows() -> None:
    told = page(some(BOTH))
    assert f"| what | {' | '.join(LABELS)} |" in told
    assert "Of 2 rows: 1 documented, 1 inferred, 0 captured." in told
    assert len(list(rows_of_guides())) > 150
