"""``ivr replay --coverage``: tables that a manager reads, what is missing, a page, and shares that are asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ivr.replay.line_coverage import ASPECTS
from tests.cli.conftest import Ivr

CALL = """\
call: Vendas
at: 2026-03-10T09:00
steps: [{press: "1"}, {callee: answered}]
"""


@pytest.fixture
def calls(ivr: Ivr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new line, and one call to its sales."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_FLOWS", "")
    assert ivr("new", "casa")[0] == 0
    folder = Path("flows/casa/calls")
    (folder / "primeiras.call.yaml").write_text(CALL, encoding="utf-8")
    return folder


def test_the_coverage_is_a_table_of_figures(ivr: Ivr, calls: Path) -> None:
    _, out, _ = ivr("replay", calls, "--coverage", "--jobs", 1)
    rows = out.splitlines()
    begin = rows.index(next(row for row in rows if row.startswith("casa, 1 call ")))
    assert rows[begin].split() == ["casa,", "1", "call", "tried", "of", "%"]
    assert [tuple(row.rsplit(maxsplit=3)) for row in rows[begin + 1 : begin + 7]] == [
        ("states of the menu that a call entered", "5", "8", "62.5"),
        ("ways between them that a call walked", "4", "17", "23.5"),
        ("sentences that a caller heard", "4", "11", "36.3"),
        ("answers of checks, and endings of ringing", "1", "8", "12.5"),
        ("times at which a call came to a destination", "1", "8", "12.5"),
        ("lines of the menu's file that a call went through", "12", "24", "50.0"),
    ]
    assert rows[begin + 8].split() == ["vendas", "yes", "-", "no", "no", "no", "yes", "no", "no", "no"]
    assert rows[begin + 9].split() == ["atendimento", "no", "-", "no", "no", "no", "no", "no", "no", "no"]


def test_all_that_is_missing_is_told_at_its_place(ivr: Ivr, calls: Path) -> None:
    _, out, _ = ivr("replay", calls, "--missing", "--jobs", 1)
    rows = [row.strip() for row in out.splitlines()]
    assert "flows/casa/menu.yaml:56: not tried: the state recado" in rows
    assert "flows/casa/prompts.pt-BR.yaml:14: not tried: the prompt nao-entendi" in rows
    assert "flows/casa/routing.yaml:20: not tried: the outcome vendas: busy" in rows
    assert "flows/casa/routing.yaml:24: not tried: the time atendimento: holiday" in rows
    assert not any("espera" in row for row in rows)  # it has no queue


def test_less_than_is_asked_for_is_exit_1(ivr: Ivr, calls: Path) -> None:
    code, out, _ = ivr("replay", calls, "--fail-under", "10", "--fail-under", "states=90", "--jobs", 1)
    assert code == 1
    assert out.splitlines()[-1] == "coverage of casa: 5 of 8 states (62.5 %); at least 90 % are asked for"
    assert "not walked" not in out
    assert ivr("replay", calls, "--fail-under", "10", "--jobs", 1)[0] == 0


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("state=90", "there is no aspect 'state'; did you mean 'states'?"),
        ("101", "write a share from 0 to 100, such as 90 or edges=95, not '101'"),
        ("edges=", "write a share from 0 to 100"),
    ],
)
def test_a_share_that_is_none_is_told(ivr: Ivr, calls: Path, written: str, told: str) -> None:
    code, _, err = ivr("replay", calls, "--fail-under", written)
    assert code == 2
    assert told in err


def test_standard_output_is_transcripts_only_with_json(ivr: Ivr, calls: Path) -> None:
    _, out, err = ivr("replay", calls, "--json", "--coverage", "--jobs", 1)
    assert [json.loads(row)["call"] for row in out.splitlines()] == ["Vendas"]
    assert "states of the menu" in err


def test_the_page_shows_the_menu_with_what_is_not_tried(ivr: Ivr, calls: Path) -> None:
    assert ivr("replay", calls, "--html", "coverage.html", "--jobs", 1)[0] == 0
    page = Path("coverage.html").read_text(encoding="utf-8")
    looks = {int(number): look for look, number in re.findall(r'<span class="(\w+)"[^>]*><i>\s*(\d+)</i>', page)}
    menu = (calls.parent / "menu.yaml").read_text(encoding="utf-8").splitlines()
    number = {text.strip(): place for place, text in enumerate(menu, start=1)}
    assert looks[number["vendas:"]] == "met"
    assert looks[number["recado:"]] == "missed"
    assert looks[number["say: principal"]] == "partly"  # it was said; that it is said again is not tried
    assert page.count("<i>") == len(menu)
    assert '"1": vendas'.replace('"', "&quot;") in page
    assert "<script" not in page
    assert "http" not in page
    assert 'title="not tried: principal → atendimento (2)"' in page


def test_a_page_that_is_there_is_left_alone(ivr: Ivr, calls: Path) -> None:
    Path("coverage.html").write_text("mine", encoding="utf-8")
    code, out, _ = ivr("replay", calls, "--html", "coverage.html")
    assert (code, out, Path("coverage.html").read_text(encoding="utf-8")) == (2, "", "mine")


def test_the_help_names_every_aspect(ivr: Ivr) -> None:
    _, told, _ = ivr("replay", "--help")
    assert all(name in told for name in ASPECTS)
