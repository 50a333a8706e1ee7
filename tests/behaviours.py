"""``python -m tests.behaviours`` writes docs/behaviours.md out of the simulator's labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from ivr.simulator.behaviours import LABELS, Behaviours, behaviours

DOCS: Final = Path(__file__).parents[1] / "docs"

PAGE: Final = DOCS / "behaviours.md"

GUIDES: Final = ("simulator.md", "simulator-rest.md")

HEAD: Final = """# How it is known that the carrier does so

Each row of the tables of [simulator.md](simulator.md) and [simulator-rest.md](simulator-rest.md) that says what the
carrier does has labels: **documented** (a page of the vendor's says it), **inferred** (no page does: from what staff,
users and apps show, or from what is next to it), **captured** (a capture of a real call shows it,
[against-the-carrier.md](against-the-carrier.md)). This page is written of `ivr/simulator/behaviours.yaml` by
`python -m tests.behaviours`.
"""


def page(all_of_them: Behaviours) -> str:
    """Return the page: how many rows have each label, and a table for each of the guides'."""
    counts = ", ".join(f"{sum(label in each.known for each in all_of_them)} {label}" for label in LABELS)
    told = [HEAD, f"Of {len(all_of_them.rows)} rows: {counts}.\n"]
    for table, rows in groupby(all_of_them, key=lambda each: each.table):
        told.append(
            f"## {table.replace(' / ', ': ')}\n\n| what | {' | '.join(LABELS)} |\n|{'---|' * (len(LABELS) + 1)}"
        )
        for each in rows:
            cells = [each.known.get(label, "") for label in LABELS]
            told.append(f"| {each.row} | {' | '.join(cells)} |")
        told.append("")
    return "\n".join(told)


def rows_of_guides() -> Iterator[tuple[str, str]]:
    """Yield each row of each table of the guides: the table's section and first head, and the row's first cell."""
    for guide in GUIDES:
        yield from rows_of((DOCS / guide).read_text(encoding="utf-8"))


def rows_of(guide: str) -> Iterator[tuple[str, str]]:
    """Yield the rows of one guide; what stands in a block of code is none."""
    section, table, before = "", "", ""
    for line in re.sub(r"^```.*?^```", "", guide, flags=re.MULTILINE | re.DOTALL).splitlines():
        if heading := re.match(r"#+ (.*)", line):
            section = heading[1]
        if not line.startswith("|"):
            table = ""
        elif re.fullmatch(r"[|\-: ]+", line):
            table = f"{section} / {_first_cell(before)}"
        elif table:
            yield table, _first_cell(line)
        before = line


def faults(rows: Iterable[tuple[str, str]], known: Behaviours) -> list[str]:
    """Return a line for each table that nobody has decided on, row without a label, and label without a row."""
    told: list[str] = []
    labelled = [(each.table, each.row) for each in known]
    ours = set(known.of_the_tool)
    of_the_carrier = [each for each in rows if each[0] not in ours]
    for table in dict.fromkeys(table for table, _ in of_the_carrier if table not in {each for each, _ in labelled}):
        told.append(
            f"new table '{table}': write it below 'tables' where it says what the carrier does, else 'of_the_tool'"
        )
    for table, row in of_the_carrier:
        if (table, row) not in labelled:
            told.append(f"below '{table}' write: \"{row}\": {{documented: WHAT}}, or inferred, or both")
    told += [
        f"'{row}' of '{table}' is in no guide: take it out, or rename it"
        for table, row in labelled
        if (table, row) not in of_the_carrier
    ]
    told += [
        f"'{row}' of '{table}' is there twice" for table, row in {each for each in labelled if labelled.count(each) > 1}
    ]
    return [f"ivr/simulator/behaviours.yaml: {one}" for one in told]


def _first_cell(line: str) -> str:
    return re.split(r"(?<!\\)\|", line)[1].strip()


if __name__ == "__main__":
    PAGE.write_text(page(behaviours()), encoding="utf-8")
