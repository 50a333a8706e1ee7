"""``ivr new`` makes a line that is whole: it is checked, rehearsed and called as it is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.cli import run
from ivr.cli.lines import line_meant
from ivr.cli.new import TEMPLATE
from ivr.flow.folder import load_line


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_FLOWS", "flows")


def test_a_new_line_passes_its_check_and_its_three_rehearsals(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "casa"]) == 0
    assert "flows/casa" in capsys.readouterr().out
    assert run(["check"]) == 0
    assert capsys.readouterr().out == "1 line checked: no faults, no warnings\n"
    assert run(["replay", "flows/casa"]) == 0
    assert "3 calls, all passed" in capsys.readouterr().out


def test_a_new_line_says_in_its_files_what_to_change_and_names_itself() -> None:
    assert run(["new", "casa"]) == 0
    for source in TEMPLATE.rglob("*.yaml"):
        text = (Path("flows/casa") / source.relative_to(TEMPLATE)).read_text(encoding="utf-8")
        assert "#" in text
        assert not {"NOME", "NUMERO", "PASTA"} & set(text.replace('"', " ").replace(",", " ").replace(":", " ").split())


def test_two_new_lines_never_get_the_same_number() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda name: run(["new", name]), ["um", "dois", "tres", "quatro"])) == {0}
    numbers = {load_line(Path("flows") / name).header.number for name in ("um", "dois", "tres", "quatro")}
    assert len(numbers) == 4
    assert run(["check"]) == 0
    assert {path.name for path in Path("flows").iterdir()} == {"dois", "quatro", "schema", "tres", "um"}


def test_a_number_of_ones_own_is_taken_as_people_write_it() -> None:
    assert run(["new", "casa", "--number", "+55 21 2222-3333"]) == 0
    assert load_line(Path("flows/casa")).header.number == "+552122223333"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["casa"], "flows/casa is there already"),
        (["nova", "--number", "+551140030016"], "+551140030016 is the number of the line 'casa' already"),
        (["nova", "--number", "4003"], "'4003' is no valid telephone number"),
        (["../fora"], "'../fora' is no name of a line"),
        (["Casa Nova"], "'Casa Nova' is no name of a line"),
        (["-"], "'-' is no name of a line"),
        (["a" * 5000], "is no name of a line"),
        ([""], "'' is no name of a line"),
    ],
)
def test_what_no_line_can_be_made_of_is_told_in_one_line(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["new", "casa"])
    before = sorted(Path().rglob("*"))
    capsys.readouterr()
    assert run(["new", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
    assert sorted(Path().rglob("*")) == before


def test_a_place_where_no_line_can_be_made_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Path("flows").write_text("a file")
    assert run(["new", "casa"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "flows/casa cannot be made" in line


@pytest.mark.parametrize("flows", [True, False], ids=["an empty folder", "no folder"])
@pytest.mark.parametrize(
    "command", [["serve", "--port", "0"], ["check"], ["call"]], ids=lambda command: str(command[0])
)
def test_a_server_without_a_line_is_told_how_to_get_one(
    command: list[str], flows: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if flows:
        Path("flows").mkdir()
    assert run(command) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "ivr new NAME makes" in line


def test_whoever_names_no_line_calls_the_only_one() -> None:
    run(["new", "casa"])
    assert line_meant(Path("flows")) == "casa"
    run(["new", "loja"])
    assert line_meant(Path("flows")) == "4003-0015"
