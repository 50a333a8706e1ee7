"""``ivr route``, ``hours`` and ``oncall`` tell what callers find, and say so where the folder says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Ivr
from tests.conftest import Now
from tests.lines import ROUTING, write_line

LINE = ("--line", "ensaio")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: Now, ivr: Ivr) -> Path:
    """A line of which version 1 is published, whose desks close at six in it, and at five in its folder."""
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path / 'ivr.db'}")
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    monkeypatch.chdir(tmp_path)
    line = write_line(tmp_path / "flows" / "ensaio")
    assert ivr("publish", "ensaio", "-m", "como está")[0] == 0
    (line / "routing.yaml").write_text(ROUTING.replace("13:30-18:00", "13:30-17:00"), encoding="utf-8")
    return line


def test_routes_and_hours_are_those_that_callers_find(ivr: Ivr, folder: Path) -> None:
    note = f"version 1 of ensaio, which callers hear; {folder}/routing.yaml has changed since: --folder reads it\n"
    code, out, err = ivr("route", "mesa.rm", "--at", "2026-03-10T17:30", *LINE)
    assert (code, err) == (0, note)
    assert "because mesa.rm is open" in out
    assert f"{folder}/routing.yaml:" in out
    _, out, err = ivr("hours", "mesa.rm", "--at", "2026-03-10", "--days", "1", *LINE)
    assert err == note
    assert out.splitlines()[-1].count("█") == 8 + 9


def test_the_folder_is_read_where_that_is_asked_for(ivr: Ivr, folder: Path) -> None:
    _, out, err = ivr("route", "mesa.rm", "--at", "2026-03-10T17:30", "--folder", *LINE)
    assert "mesa.rm is closed at this hour" in out
    assert err == f"read from {folder}; callers hear version 1 of ensaio\n"


def test_what_is_published_as_it_stands_is_told_shortly(ivr: Ivr, folder: Path) -> None:
    (folder / "routing.yaml").write_text(ROUTING, encoding="utf-8")
    assert ivr("oncall", *LINE) == (0, "the line ensaio has no rotas\n", "version 1 of ensaio, which callers hear\n")


def test_who_is_on_call_is_told_without_a_database(ivr: Ivr, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    code, out, err = ivr("oncall", *LINE)
    assert (code, out, err.count("\n")) == (0, "the line ensaio has no rotas\n", 1)
    assert err.endswith("; what follows is read from the folder of ensaio\n")
