"""What ops publish, look at, write out and go back to, by commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Ivr
from tests.conftest import Now
from tests.lines import MENU, PROMPTS, write_line


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: Now) -> Path:
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path / 'ivr.db'}")
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    monkeypatch.chdir(tmp_path)
    return write_line(tmp_path / "flows" / "ensaio")


def edit(line: Path, old: str, new: str) -> None:
    assert old in PROMPTS
    (line / "prompts.pt-BR.yaml").write_text(PROMPTS.replace(old, new), encoding="utf-8")


def test_a_line_is_published_told_written_out_and_gone_back_to(ivr: Ivr, line: Path, tmp_path: Path) -> None:
    code, out, err = ivr("publish", "ensaio", "-m", "como está", "--by", "ana")
    assert (code, err) == (0, "")
    assert out.startswith("version 1 of ensaio is published: calls that begin from now on hear it\n  3 files, menu ")
    edit(line, "Bem-vindo", "Olá")
    code, out, _ = ivr("publish", "ensaio", "-m", "saudação   mais curta", "--by", "rui")
    assert code == 0
    assert out.endswith("  changed: prompts.pt-BR.yaml\n")
    assert ivr("rollback", "ensaio", "--by", "ana")[1] == "version 1 of ensaio answers again: como está\n"
    assert ivr("versions", "ensaio")[1].splitlines() == [
        "* ensaio     1  2026-03-10 13:30 UTC  ana: back to version 1 (gone back to)",
        "  ensaio     2  2026-03-10 13:30 UTC  rui: saudação mais curta",
        "  ensaio     1  2026-03-10 13:30 UTC  ana: como está",
    ]
    assert ivr("versions")[1].splitlines() == [
        "* ensaio     1  2026-03-10 13:30 UTC  ana: back to version 1 (gone back to)"
    ]
    code, out, _ = ivr("versions", "ensaio", "2", "--export", "saida")
    assert (code, out) == (0, "version 2 of ensaio is in saida/: 3 files\n")
    for file in line.iterdir():
        assert (tmp_path / "saida" / file.name).read_bytes() == file.read_bytes()
    assert ivr("check", "saida")[0] == 0


def test_what_is_published_is_told_in_json(ivr: Ivr, line: Path) -> None:
    ivr("publish", str(line), "-m", "como está", "--by", "ana")
    told = json.loads(ivr("versions", "ensaio", "--json")[1])
    assert told.pop("menu").isalnum()
    assert told == {
        "line": "ensaio",
        "version": 1,
        "at": "2026-03-10T13:30:00+00:00",
        "who": "ana",
        "why": "como está",
        "kind": "publish",
        "answers": True,
    }


def test_publishing_and_going_back_are_audited(ivr: Ivr, line: Path) -> None:
    ivr("publish", "ensaio", "-m", "um", "--by", "ana")
    edit(line, "Bem-vindo", "Olá")
    ivr("publish", "ensaio", "-m", "dois", "--by", "rui")
    ivr("rollback", "ensaio", "--by", "bia")
    out = ivr("audit")[1]
    assert [word in out for word in ("publish", "rollback", "ensaio 2", "bia")] == [True] * 4


def test_a_line_with_a_fault_is_not_published(ivr: Ivr, line: Path) -> None:
    (line / "menu.yaml").write_text(MENU.replace("next: principal}", "next: princpal}", 1), encoding="utf-8")
    code, out, err = ivr("publish", "ensaio", "-m", "sem querer")
    assert (code, out) == (2, "")
    assert "flows/ensaio/menu.yaml:" in err
    assert "princpal" in err
    assert ivr("versions")[1].startswith("nothing is published yet")


def test_what_cannot_be_done_is_told_in_one_line(ivr: Ivr, line: Path, tmp_path: Path) -> None:
    assert "nothing of a line 'ensaio' is published" in ivr("rollback", "ensaio")[2]
    ivr("publish", "ensaio", "-m", "um")
    for arguments, told in {
        ("publish", "ensaio"): "a version needs its message",
        ("publish", "ensaio", "-m", " "): "a version needs its message",
        ("publish", "ensaio", "-m", "outra vez"): "version 1 of ensaio is published and holds the same files",
        ("publish", "ensai", "-m", "x"): "there is no line 'ensai'",
        ("rollback", "ensaio"): "version 1 is the only one of ensaio",
        ("rollback", "ensaio", "1"): "version 1 of ensaio is the one that answers",
        ("rollback", "ensaio", "7"): "ensaio has no version 7 (there are 1)",
        ("versions", "outra"): "nothing of a line 'outra' is published (of these lines something is: ensaio)",
        ("versions", "ensaio", "2", "--export", "x"): "ensaio has no version 2",
        ("versions", "ensaio", "1"): "a version is written out with both its number and --export FOLDER",
        ("versions", "ensaio", "1", "--export", str(tmp_path)): "is there already and is left as it is",
    }.items():
        code, out, err = ivr(*arguments)
        assert (code, out, len(err.splitlines())) == (2, "", 1), (arguments, out, err)
        assert told in err
    write_line(tmp_path / "flows" / "outra")
    assert "is the number of the line ensaio, which is published" in ivr("publish", "outra", "-m", "x")[2]


def test_desks_are_closed_as_published_whatever_the_folder_holds(ivr: Ivr, line: Path) -> None:
    ivr("publish", "ensaio", "-m", "um")
    (line / "menu.yaml").write_text("line: [", encoding="utf-8")
    code, out, err = ivr("close", "gente", "--reason", "falta de luz", "--line", "ensaio")
    assert (code, err) == (0, "")
    assert out == "gente of ensaio is closed from now on, until it is opened\n"
    assert ivr("open", "gente", "--line", "ensaio")[0] == 0
