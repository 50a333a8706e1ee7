"""A faulty file and a restart: the line answers with its last good menu, others are left alone, and it is told."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import pytest

from ivr.call import last_good_menus
from ivr.call.last_good_menus import LastGoodMenus
from ivr.call.lines import Lines
from ivr.call.reload import Reload
from ivr.errors import FlowError
from tests.lines import MENU, write_line

OTHER = MENU.replace("+551140030015", "+551140030016")


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    write_line(tmp_path / "flows" / "um")
    write_line(tmp_path / "flows" / "dois", menu=OTHER)
    return tmp_path / "flows"


@pytest.fixture
def kept(tmp_path: Path) -> LastGoodMenus:
    return LastGoodMenus(tmp_path / "var" / "lines")


def versions(lines: Lines) -> dict[str, str]:
    return {engine.line.name: engine.line.version for engine in lines}


def spoil(flows: Path, name: str = "um", file: str = "menu.yaml") -> None:
    (flows / name / file).write_text("line: [", encoding="utf-8")


@pytest.mark.untraced
@pytest.mark.parametrize("file", ["menu.yaml", "routing.yaml", "prompts.pt-BR.yaml"])
def test_a_faulty_line_starts_with_its_last_good_menu(flows: Path, kept: LastGoodMenus, file: str) -> None:
    good = versions(Lines.load(flows, kept))
    spoil(flows, file=file)
    lines = Lines.load(flows, kept)
    assert versions(lines) == good
    (told,) = lines.degraded
    assert told == f"the line um answers with its last good menu, {good['um']}: its files hold 1 fault (ivr check um)"


@pytest.mark.untraced
@pytest.mark.parametrize("file", ["menu.yaml", "routing.yaml", "prompts.pt-BR.yaml"])
def test_a_file_that_is_gone_is_a_fault_like_others(flows: Path, kept: LastGoodMenus, file: str) -> None:
    good = versions(Lines.load(flows, kept))
    (flows / "um" / file).unlink()
    lines = Lines.load(flows, kept)
    assert versions(lines) == good
    assert [each.partition(":")[0] for each in lines.degraded] == [
        f"the line um answers with its last good menu, {good['um']}"
    ]


def test_a_line_that_never_was_good_is_left_out_and_told(flows: Path, kept: LastGoodMenus) -> None:
    spoil(flows)
    lines = Lines.load(flows, kept)
    assert list(versions(lines)) == ["dois"]
    assert lines.degraded[0].startswith("the line um does not answer: its files hold 1 fault")


def test_a_server_without_any_good_line_does_not_start(flows: Path, kept: LastGoodMenus) -> None:
    spoil(flows)
    spoil(flows, "dois")
    with pytest.raises(FlowError) as raised:
        Lines.load(flows, kept)
    assert {Path(fault.mark.file).parent.name for fault in raised.value.diagnostics} == {"um", "dois"}


def test_all_faulty_lines_start_with_their_last_good_menus(flows: Path, kept: LastGoodMenus) -> None:
    good = versions(Lines.load(flows, kept))
    spoil(flows)
    spoil(flows, "dois")
    lines = Lines.load(flows, kept)
    assert versions(lines) == good
    assert len(lines.degraded) == 2


def test_a_number_that_another_line_took_is_left_to_its_owner(flows: Path, kept: LastGoodMenus) -> None:
    good = versions(Lines.load(flows, kept))
    write_line(flows / "dois", menu=MENU)
    lines = Lines.load(flows, kept)
    assert versions(lines) == good
    assert "the line dois answers with its last good menu" in lines.degraded[0]


def test_a_menu_that_is_mended_answers_and_is_kept(flows: Path, kept: LastGoodMenus) -> None:
    Lines.load(flows, kept)
    spoil(flows)
    lines = Lines.load(flows, kept)
    reload = Reload(flows, lines)
    reload.refresh()
    reload.refresh()
    assert lines.degraded
    write_line(flows / "um", menu=MENU.replace("max_turns: 12", "max_turns: 13"))
    reload.refresh()
    assert reload.refresh() == ("um",)
    assert not lines.degraded
    mended = versions(lines)
    spoil(flows)
    reload.refresh()
    reload.refresh()
    assert "its last good menu" in lines.degraded[0]
    assert versions(Lines.load(flows, kept)) == mended


def test_a_line_that_was_left_out_answers_once_it_is_sound(flows: Path, kept: LastGoodMenus) -> None:
    spoil(flows)
    lines = Lines.load(flows, kept)
    reload = Reload(flows, lines)
    write_line(flows / "um")
    reload.refresh()
    reload.refresh()
    assert set(versions(lines)) == {"um", "dois"}
    assert lines.degraded == ()


@pytest.mark.untraced
@pytest.mark.parametrize("damage", ["cut", "pointer", "gone", "other"])
def test_what_is_damaged_on_the_disk_is_not_answered_with(
    flows: Path, kept: LastGoodMenus, tmp_path: Path, damage: str
) -> None:
    good = versions(Lines.load(flows, kept))
    folder = tmp_path / "var" / "lines"
    menu = folder / good["um"] / "um" / "menu.yaml"
    if damage == "cut":
        menu.write_bytes(menu.read_bytes()[:300])
    elif damage == "pointer":
        (folder / "um.latest").write_bytes(b"\xff../..")
    elif damage == "gone":
        shutil.rmtree(folder)
    else:
        menu.write_text(MENU.replace("max_turns: 12", "max_turns: 14"), encoding="utf-8")
    spoil(flows)
    assert list(versions(Lines.load(flows, kept))) == ["dois"]


def test_a_disk_that_cannot_be_written_keeps_no_line_from_answering(flows: Path, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a folder should be", encoding="utf-8")
    lines = Lines.load(flows, LastGoodMenus(tmp_path / "var" / "lines"))
    assert set(versions(lines)) == {"um", "dois"}
    assert lines.degraded == ()


def test_old_versions_are_forgotten_and_the_newest_stays(
    flows: Path, kept: LastGoodMenus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_good_menus, "KEPT_ON_DISK", 2)
    seen = []
    for turns in range(20, 26):
        write_line(flows / "um", menu=MENU.replace("max_turns: 12", f"max_turns: {turns}"))
        seen.append(versions(Lines.load(flows, kept))["um"])
    held = [each.name for each in (tmp_path / "var" / "lines").iterdir() if each.is_dir()]
    assert len(held) == 4  # two lines' newest, and two more
    assert kept.load("um", seen[-2]) is not None
    assert kept.load("um", seen[0]) is None
    assert not [each for each in (tmp_path / "var" / "lines").iterdir() if each.name.startswith(".")]


def test_the_log_tells_which_line_answers_with_what(
    flows: Path, kept: LastGoodMenus, caplog: pytest.LogCaptureFixture
) -> None:
    good = versions(Lines.load(flows, kept))
    spoil(flows)
    with caplog.at_level(logging.ERROR):
        Lines.load(flows, kept)
    (record,) = [record for record in caplog.records if record.message == "menu refused"]
    told = json.dumps(record.__dict__, default=str)
    assert good["um"] in told
    assert "menu.yaml:" in told
