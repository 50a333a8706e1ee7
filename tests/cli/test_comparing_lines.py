"""``ivr diff`` tells what an edit changes in a line, ``ivr where`` each place of a name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import FLOWS, Ivr
from tests.flow.lines import changed, copied


def test_an_edited_copy_is_compared_with_the_line(ivr: Ivr, tmp_path: Path) -> None:
    before = copied(tmp_path / "before")
    after = changed(tmp_path / "after", '"2": gente}', '"2": codigo}')
    code, out, err = ivr("diff", before, after)
    assert (code, out) == (0, "principal: key 2 now goes to codigo (was gente)\n")
    assert err.startswith(f"{after} has 1 fault, which is told by: ivr check ")


def test_both_texts_of_a_reworded_prompt_are_shown(ivr: Ivr, tmp_path: Path) -> None:
    before = copied(tmp_path / "before")
    after = changed(tmp_path / "after", "  tchau: Até logo.", "  tchau: Até mais.", "prompts.pt-BR.yaml")
    assert ivr("diff", before, after)[1] == "prompt tchau reworded\n  was: Até logo.\n  now: Até mais.\n"


def test_programs_get_each_change_with_its_place(ivr: Ivr, tmp_path: Path) -> None:
    before = copied(tmp_path / "before")
    after = changed(tmp_path / "after", "strikes: senhas\n  conferir", "seconds: 9\n  conferir")
    told = json.loads(ivr("diff", before, after, "--json")[1])["changes"]
    assert {(each["part"], each["name"]) for each in told} == {("state", "senha")}
    assert all(each["place"]["file"] == str(after / "menu.yaml") for each in told)
    assert any(each["sentence"] == "senha: seconds is now 9 (was 8)" for each in told)


def test_a_line_and_its_copy_do_not_differ(ivr: Ivr, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(FLOWS / "internacional", copy)
    assert ivr("diff", "internacional", copy) == (0, "nothing differs\n", "")


@pytest.mark.parametrize("other", ["no-such-line", "4003-0016"])
def test_a_line_that_cannot_be_compared_is_one_line(ivr: Ivr, other: str) -> None:
    code, out, err = ivr("diff", "4003-0015", other)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"there is no line '{other}'" in err


def test_a_file_that_cannot_be_read_at_all_is_told(ivr: Ivr, tmp_path: Path) -> None:
    line = copied(tmp_path)
    (line / "routing.yaml").write_text("destinations: {\n", encoding="utf-8")
    code, out, err = ivr("diff", "4003-0015", line)
    assert (code, out) == (2, "")
    assert err.startswith(f"{line}/routing.yaml:")


def test_where_tells_each_place_of_a_name(ivr: Ivr) -> None:
    code, out, err = ivr("where", "05.1.0001")
    assert (code, err) == (0, "")
    assert out.startswith(f"{FLOWS}/4003-0015/routing.yaml:")
    assert out.endswith(": the code 05.1.0001: access_codes.table.05.1.0001\n")


def test_where_suggests_the_name_that_was_meant(ivr: Ivr) -> None:
    code, out, err = ivr("where", "ouvidorai", "4003-0015")
    assert (code, out) == (2, "")
    assert err == f"ivr: nothing is named 'ouvidorai' in {FLOWS}/4003-0015; did you mean 'ouvidoria'?\n"
