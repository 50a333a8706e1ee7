"""Texts that the product writes as CSV are no formulas to a spreadsheet, and are read again as they were."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.csv_cells import cell_text, text_cell, write_cells
from data.sheet import read_sheet

ROOT = Path(__file__).parents[2]
SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", " ", "   "])
def test_a_text_that_begins_as_a_formula_is_marked(sign: str, before: str) -> None:
    text = f"{before}{sign}HYPERLINK(1)"
    assert text_cell(text) == f"'{text}"


@given(st.text(alphabet=f"{SIGNS}' a1", max_size=8))
def test_a_marked_cell_is_read_as_it_was_written(text: str) -> None:
    cell = text_cell(text)
    assert cell_text(cell) == text
    assert not cell.lstrip(" ").startswith(tuple(SIGNS))


def test_numbers_and_other_texts_are_written_as_they_are() -> None:
    out = io.StringIO()
    write_cells(out, [("name", "n"), ("Padaria = Boa", -1.5), ("d'Avila", None), ("'citado'", 0), ("=1+1", -2)])
    assert out.getvalue() == "name,n\nPadaria = Boa,-1.5\nd'Avila,\n'citado',0\n'=1+1,-2\n"


def test_a_sheet_is_read_without_the_marks_of_its_texts(tmp_path: Path) -> None:
    out = io.StringIO()
    write_cells(out, [("name", "text"), ("a", "- um, dois"), ("b", "'=1"), ("c", "+5511900000001"), ("d", "'citado'")])
    path = tmp_path / "sheet.csv"
    path.write_text(out.getvalue())
    assert next(csv.DictReader(io.StringIO(out.getvalue())))["text"] == "'- um, dois"
    read = [row.cells["text"] for row in read_sheet(path).rows]
    assert read == ["- um, dois", "'=1", "+5511900000001", "'citado'"]


def test_one_file_alone_writes_csv() -> None:
    written = [
        str(path.relative_to(ROOT))
        for folder in ("data", "ivr", "routing", "wording")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if re.search(r"csv\.(writer|DictWriter)\(|from csv import", path.read_text(encoding="utf-8"))
    ]
    assert written == ["data/csv_cells.py"]
