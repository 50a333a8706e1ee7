"""Each place that names a thing is found: a name that is changed at all of them leaves the line as sound as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flow.folder import check_line
from ivr.flow.uses import NameUse, names, uses
from tests.flow.lines import GOOD, SHIPPED, copied, good


def renamed(line: Path, found: list[NameUse], name: str, new: str) -> None:
    """Write ``new`` at each place."""
    for use in sorted(found, reverse=True):
        path = Path(use.mark.file)
        rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        row, at = rows[use.mark.line - 1], use.mark.column - 1
        at += row[at] in "\"'"
        assert row[at:].startswith(name), (use, row)
        rows[use.mark.line - 1] = row[:at] + new + row[at + len(name) :]
        path.write_text("".join(rows), encoding="utf-8")


@pytest.mark.untraced
@pytest.mark.parametrize("name", [*good().states, "atendentes", "senhas", "comercial", "matriz", "desculpas", "rm"])
def test_a_name_that_is_changed_at_every_use_breaks_nothing(name: str, tmp_path: Path) -> None:
    line = copied(tmp_path)
    renamed(line, uses(line, name), name, "outro-nome")
    told = [str(error) for error in check_line(line).errors if "suporte.rm" not in str(error)]
    assert told == []
    assert uses(line, name) == []


@pytest.mark.untraced
def test_a_use_tells_its_keys_and_where_the_name_is_defined() -> None:
    found = {use.path: use.defines for use in uses(SHIPPED, "ouvidoria")}
    assert found["states.principal.menu.keys.5"] == ""
    assert found["states.ouvidoria"] == "the state"
    assert found["hours.ouvidoria"] == "the hours"
    assert "states.principal.menu.speech.5" not in found  # callers say it there
    assert found["expect.destination"] == ""


def test_a_desk_is_used_where_the_beginning_of_its_name_stands() -> None:
    by = {use.path: use.by for use in uses(SHIPPED, "suporte.rm")}
    assert by["states.suporte-aberto.check.destinations"] == "suporte"
    assert by["requires.suporte"] == "suporte"
    assert by["access_codes.table.02.9"] == "rm"
    assert by["states.area-suporte.menu.keys.3"] == ""
    assert "destinations.suporte.logix.hours" not in by


def test_every_name_of_a_line_has_a_use() -> None:
    assert {"principal", "tchau", "suporte.rm", "05.1", "comercial", "codigos"} <= names(GOOD)
    assert all(uses(GOOD, name) for name in names(GOOD))
