"""What a carrier cannot bear is refused wherever a menu is read to answer calls with."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import create_app
from ivr.call.last_good_menus import LastGoodMenus
from ivr.call.lines import Lines
from ivr.call.reload import Reload
from ivr.channels import RULES
from ivr.cli import run
from ivr.cli.targets import LocalLines
from ivr.errors import FlowError
from ivr.flow.folder import load_line
from tests.flow.lines import BAD, Mistake, copied

TOO_LARGE = Mistake.read(BAD / "answer-too-large.diff")


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """A folder with one line, which answers with more than the carrier takes."""
    return TOO_LARGE.make(tmp_path).parent


def _line_of(flows: Path) -> Path:
    (line,) = flows.iterdir()
    return line


def test_a_menu_by_itself_knows_no_carriers_limit(flows: Path) -> None:
    assert load_line(_line_of(flows)).states


def test_a_line_starts_with_no_answer_that_its_carrier_refuses(flows: Path) -> None:
    with pytest.raises(FlowError, match="and Twilio takes 64"):
        Lines.load(flows, rules=RULES)
    kept = LastGoodMenus(flows.parent / "kept", RULES)
    with pytest.raises(FlowError, match="and Twilio takes 64"):
        Lines.load(flows, kept, RULES)


def test_every_command_that_reads_a_line_asks_its_carrier(
    flows: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = _line_of(flows).name
    monkeypatch.setenv("IVR_FLOWS", str(flows))
    for command in (["check"], ["graph", name], ["hours", "--line", name]):
        assert run(command) != 0
        assert "and Twilio takes 64" in "".join(capsys.readouterr())
    with pytest.raises(FlowError, match="and Twilio takes 64"):
        LocalLines(create_app, flows).line(name)


def test_an_edit_that_the_carrier_refuses_changes_no_running_line(tmp_path: Path) -> None:
    line = copied(tmp_path / "flows")
    lines = Lines.load(line.parent, rules=RULES)
    reload = Reload(line.parent, lines)
    reload.refresh()
    bad = TOO_LARGE.make(tmp_path / "bad")
    for file in bad.iterdir():
        file.replace(line / file.name)
    assert [reload.refresh() for _ in range(3)] == [()] * 3
    assert lines.degraded
