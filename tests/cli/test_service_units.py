"""The units of ``deploy/systemd`` start commands that there are, and leave them the time that they take to end."""

from __future__ import annotations

import shlex
from configparser import ConfigParser
from pathlib import Path

import pytest

from ivr.cli.pages import STOP_SECONDS
from ivr.cli.worker import SEND_SECONDS
from ivr.server.bounds import Bounds
from tests.cli.conftest import Ivr

FOLDER = Path(__file__).parents[2] / "deploy" / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))


def _service(unit: Path) -> dict[str, str]:
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text(encoding="utf-8"))
    return dict(parser["Service"])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_with_options_that_it_has(ivr: Ivr, unit: Path) -> None:
    program, command, *options = shlex.split(_service(unit)["ExecStart"])
    assert Path(program).name == "ivr"
    code, usage, _ = ivr(command, "--help")
    assert code == 0
    assert [each for each in options if each.startswith("--") and each not in usage] == []


def test_units_wait_for_what_is_in_hand_before_they_kill() -> None:
    serve, worker = _service(FOLDER / "ivr.service"), _service(FOLDER / "ivr-worker.service")
    assert int(serve["TimeoutStopSec"]) > Bounds().stop + STOP_SECONDS
    # The pages are ended by the process of the webhooks, after the last turn; the worker in them, too.
    assert serve["KillMode"] == "mixed"
    assert int(worker["TimeoutStopSec"]) > SEND_SECONDS
