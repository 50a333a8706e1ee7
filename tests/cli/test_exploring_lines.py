"""``ivr explore`` writes a script for each way of the menu that none takes, and says why the rest is not taken."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ivr.flow.folder import load_line
from ivr.flow.graph import edges
from ivr.replay.coverage import edge_name
from tests.cli.conftest import Ivr
from tests.flow.lines import GOOD

pytestmark = pytest.mark.untraced

UNTAKEN = {
    "escolha>next>gente": "every call that comes there has pressed one of its keys in 'principal'",
    "retorno>key_1>tchau": "no call that comes there has come to a desk that could call back",
    "retorno>invalid>recado": "no call that comes there has come to a desk that could call back",
}
"""What no call of the small line takes, and why."""


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The small line, the only one there is."""
    shutil.copytree(GOOD, tmp_path / "flows" / "pequena")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    return "pequena"


def test_scripts_are_written_that_take_every_way_there_is(ivr: Ivr, line: str, tmp_path: Path) -> None:
    scripts = tmp_path / "flows" / line / "calls" / "explored.call.yaml"
    scripts.parent.mkdir(exist_ok=True)
    code, out, err = ivr("explore", line, "--out", scripts)
    told = err.splitlines()
    assert (code, out) == (0, "")
    for edge, why in UNTAKEN.items():
        source, trigger, target = edge.split(">")
        assert any(row.endswith(f": {source} → {target} ({trigger}): {why}") for row in told), told
    every = {edge_name(edge) for edge in edges(load_line(GOOD))}
    assert len(told) == len(UNTAKEN) + 1
    possible = len(every) - len(UNTAKEN)
    assert told[-1].endswith(
        f"{possible} of the {possible} edges that calls can take are taken, of {len(every)} in all"
    )

    # Each script takes what its title says, when it is played as any other.
    text = scripts.read_text(encoding="utf-8")
    titles = re.findall(r"^call: (\S+) to (\S+) \((\S+)\)$", text, re.MULTILINE)
    assert {f"{source}>{trigger}>{target}" for source, target, trigger in titles} <= every - UNTAKEN.keys()
    code, out, _ = ivr("replay", scripts, "--coverage", "--jobs", "1")
    assert code == 0, out
    assert f"{possible} of {len(every)} edges of the menu walked" in out

    # They are scripts of the line from then on, and nothing is left to be written.
    code, out, err = ivr("explore", line)
    assert (code, out) == (0, "")
    assert err.splitlines()[-1].startswith("0 new scripts; ")


def test_an_explored_file_is_not_written_over(ivr: Ivr, line: str, tmp_path: Path) -> None:
    there = tmp_path / "explored.call.yaml"
    there.write_text("mine", encoding="utf-8")
    code, _, err = ivr("explore", line, "--out", there)
    assert (code, there.read_text(encoding="utf-8")) == (2, "mine")
    assert "--force" in err
