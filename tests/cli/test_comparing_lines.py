"""``ivr diff`` tells what an edit changes in a line, ``ivr where`` each place of a name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import FLOWS, Ivr
from tests.conftest import Now
from tests.flow.lines import changed, copied
from tests.lines import MENU, write_line


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


@pytest.fixture
def published(ivr: Ivr, now: Now, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a line whose versions 1 and 2 are published, and that was edited since."""
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path / 'ivr.db'}")
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    folder = write_line(tmp_path / "flows" / "ensaio")
    for told, key in (("um", "tchau"), ("dois", "aviso"), ("", "areas")):
        write_line(folder, menu=MENU.replace('"0": tchau, "#": areas}', f'"0": {key}, "#": areas}}'))
        assert not told or ivr("publish", "ensaio", "-m", told)[0] == 0
    return folder


def test_the_folder_is_compared_with_what_callers_hear(ivr: Ivr, published: Path) -> None:
    told = f"ensaio: from version 2, which callers hear, to the folder {published}\n"
    told += "principal: key 0 now goes to areas (was aviso)\n"
    assert ivr("diff", "ensaio") == (0, told, "")
    assert ivr("diff", "ensaio", "folder") == ivr("diff", "ensaio", "published") == (0, told, "")


def test_two_versions_of_a_line_are_compared(ivr: Ivr, published: Path) -> None:
    told = "principal: key 0 now goes to aviso (was tchau)\n"
    assert ivr("diff", "ensaio", "1", "2")[1] == f"ensaio: from version 1, to version 2\n{told}"
    assert ivr("diff", "ensaio", "1")[1] == f"ensaio: from version 1, to version 2, which callers hear\n{told}"
    assert ivr("diff", "ensaio", "2", "1", "--language", "pt")[1] == (
        "ensaio: de versão 2, para versão 1\nprincipal: tecla 0 agora vai para tchau (antes aviso)\n"
    )
    found = json.loads(ivr("diff", "ensaio", "1", "2", "--json", "--language", "pt")[1])
    assert (found["before"], found["after"]) == ("version 1", "version 2")
    (change,) = found["changes"]
    assert change["sentence"] == told.strip()
    assert change["place"]["file"] == "ensaio@2/menu.yaml"


def test_a_version_that_there_is_not_is_one_line(ivr: Ivr, published: Path) -> None:
    assert ivr("diff", "ensaio", "1", "7") == (2, "", "ivr: ensaio has no version 7 (there are 1, 2)\n")
    code, out, err = ivr("diff", "loja")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "nothing of a line 'loja' is published" in err


def test_where_tells_each_place_of_a_name(ivr: Ivr) -> None:
    code, out, err = ivr("where", "05.1.0001")
    assert (code, err) == (0, "")
    assert out.startswith(f"{FLOWS}/4003-0015/routing.yaml:")
    assert out.endswith(": the code 05.1.0001: access_codes.table.05.1.0001\n")


def test_where_suggests_the_name_that_was_meant(ivr: Ivr) -> None:
    code, out, err = ivr("where", "ouvidorai", "4003-0015")
    assert (code, out) == (2, "")
    assert err == f"ivr: nothing is named 'ouvidorai' in {FLOWS}/4003-0015; did you mean 'ouvidoria'?\n"
