"""A JSON file is read as a sheet: a list of objects, each one row, with the names of the columns as keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from data.sheet import Sheet, SheetRow, contents


class _Pairs(list[tuple[str, Any]]):
    """The keys and values of one object, in the order of the file, so that a key that stands twice is seen."""


class _NotFiniteError(ValueError):
    """The file holds NaN or Infinity, which JSON (RFC 8259 section 6) does not know."""


def read_json_sheet(path: Path) -> Sheet:
    """Read the file at ``path`` (UTF-8). Values are texts, numbers (taken as they are written) or null (an empty cell);
    a row is told by its place in the list, counted from 0. Never raises for what the file holds: see
    ``Sheet.problems``.
    """
    sheet = Sheet(str(path))
    written = contents(path, sheet)
    if written is None:
        return sheet
    try:
        read = json.loads(
            written.decode("utf-8-sig"),
            object_pairs_hook=_Pairs,
            parse_int=str,
            parse_float=str,
            parse_constant=_refuse,
        )
    except UnicodeDecodeError as error:
        sheet.problem(written[: error.start].count(b"\n") + 1, "the file is not UTF-8; save it as UTF-8")
        return sheet
    except json.JSONDecodeError as error:
        sheet.problem(error.lineno, f"this is not JSON (column {error.colno}); write a list of objects: [{{...}}, ...]")
        return sheet
    except _NotFiniteError:
        sheet.problem(1, "the file holds NaN or Infinity, which are not JSON; write numbers")
        return sheet
    except RecursionError:
        sheet.problem(1, "lists stand in lists too deep; write a list of objects: [{...}, ...]")
        return sheet
    if isinstance(read, _Pairs) or not isinstance(read, list) or not read:
        sheet.problem(1, "the file is no list with objects in it; write [{...}, ...], one object a row")
        return sheet
    sheet.is_list = True
    for place, each in enumerate(read):
        if isinstance(each, _Pairs):
            _take(sheet, place, each)
        else:
            sheet.problem(place, "this is no object; write {...} with the names of the columns as keys")
    sheet.columns = tuple(dict.fromkeys(key for row in sheet.rows for key in row.cells))
    if not sheet.columns and not sheet.problems:
        sheet.problem(0, "no object of the list holds anything; write {...} with the names of the columns as keys")
    return sheet


def _take(sheet: Sheet, place: int, pairs: _Pairs) -> None:
    cells: dict[str, str] = {}
    for number, (written, value) in enumerate(pairs, start=1):
        key = written.strip().lower()
        if key in cells:
            sheet.problem(place, f"its key number {number} stands twice; delete one")
            return
        if value is None:
            cells[key] = ""
        elif isinstance(value, str) and _can_be_stored(value) and _can_be_stored(key):
            cells[key] = value.strip()
        else:
            sheet.problem(place, f'the value of its key number {number} is no text; write it in quotes, like "yes"')
            return
    sheet.rows.append(SheetRow(place, cells))


def _can_be_stored(text: str) -> bool:
    """Whether ``text`` is Unicode: an escape can name half a pair (RFC 8259 section 8.2)."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _refuse(_constant: str) -> Any:
    raise _NotFiniteError
