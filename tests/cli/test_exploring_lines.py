"""``ivr explore`` writes a script for each way, outcome and time that none tries, and says why not the rest."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ivr.flow.folder import load_line
from ivr.flow.graph import edges
from ivr.replay.coverage import edge_name
from tests.cli.conftest import Ivr
from tests.databases import THOROUGHLY
from tests.flow.lines import GOOD, SHIPPED

pytestmark = pytest.mark.untraced

UNTAKEN = {
    "escolha>next>gente": "every call that comes there has pressed one of its keys in 'principal'",
    "retorno>key_1>tchau": "no call that comes there has come to a desk that could call back",
    "retorno>invalid>recado": "no call that comes there has come to a desk that could call back",
}
"""What no call of the small line takes, and why."""


FRANCHISES = ("sao-paulo", "rio-de-janeiro", "minas-gerais", "sul", "nordeste", "centro-norte")


ALONE = """
  sozinha: {hours: comercial, targets: [{number: "+551150900105"}], on_call: [{number: "+551150900105"}]}

access_codes:"""

NAMED = ("\ndestinations:\n", "\ndestinations:\n  sozinha: a mesa sozinha\n")

SEEN = ("aberto", "plantão", "fechado", "feriado", "emergência", "atendeu", "ocupado", "não atendeu", "falhou")
"""All that may be seen of it, but for the calls that never come."""


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The small line, the only one there is, with a desk that no call comes to."""
    folder = shutil.copytree(GOOD, tmp_path / "flows" / "pequena")
    for name, old, new in (("routing.yaml", "\naccess_codes:", ALONE), ("prompts.pt-BR.yaml", *NAMED)):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    return "pequena"


def test_scripts_are_written_that_try_all_there_is(ivr: Ivr, line: str, tmp_path: Path) -> None:
    scripts = tmp_path / "flows" / line / "calls" / "explored.call.yaml"
    scripts.parent.mkdir(exist_ok=True)
    code, out, err = ivr("explore", line, "--out", scripts)
    told = err.splitlines()
    assert (code, out) == (0, ""), err
    for edge, why in UNTAKEN.items():
        source, trigger, target = edge.split(">")
        assert any(row.endswith(f": {source} → {target} ({trigger}): {why}") for row in told), told
    every = {edge_name(edge) for edge in edges(load_line(GOOD))}
    possible = len(every) - len(UNTAKEN)
    assert sum("sozinha: " in row and row.endswith(": no call comes to it") for row in told) == len(SEEN)
    assert told[len(UNTAKEN) + len(SEEN) + 1 :] == [
        f"ways of the menu: {possible} of the {possible} that calls can take, of {len(every)} in all",
        "outcomes of checks and ringing: 14 of the 14 that calls can have, of 18 in all",
        "times at destinations: 7 of the 7 at which calls can come, of 12 in all",
    ]

    # Each script takes what its title says, when it is played as any other.
    text = scripts.read_text(encoding="utf-8")
    titles = re.findall(r"^call: (\S+) to (\S+) \((\S+)\)$", text, re.MULTILINE)
    assert {f"{source}>{trigger}>{target}" for source, target, trigger in titles} <= every - UNTAKEN.keys()
    code, out, _ = ivr("replay", scripts, "--coverage", "--jobs", "1")
    assert code == 0, out
    assert f"{possible} of {len(every)} edges of the menu walked" in out
    assert re.search(r"endings of ringing +14 +18 ", out)
    assert re.search(r"came to a destination +7 +12 ", out)
    assert {"suporte.rm, on call", "suporte.rm, failed"} <= set(re.findall(r"^call: (.+)$", text, re.MULTILINE))

    # They are scripts of the line from then on, and only what one of them tried is left to be written: it names its
    # line where it does not lie with it.
    assert "\nline: " not in text
    scripts.write_text(text.rpartition("\n---\n")[0], encoding="utf-8")
    code, out, err = ivr("explore", line, "--language", "pt-BR")
    assert code == 0, err
    assert "1 ligação de ensaio nova" in err.splitlines()
    assert out.splitlines()[1] == f"line: {line}"
    rows = [row[row.index("sozinha") :] for row in err.splitlines() if "sozinha" in row]
    assert sorted(rows) == sorted(f"sozinha: {each}: nenhuma ligação chega lá" for each in SEEN)


@pytest.mark.skipif(not THOROUGHLY, reason="tries thousands of calls: make faults")
@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("4003-0015", {"modalidade → software (next)", *(f"franquia.{each}: holiday" for each in FRANCHISES)}),
        ("internacional", {"servicio → principal (next)", "administracion: holiday"}),
    ],
)
def test_scripts_of_a_shipped_line_try_all_that_can_be(
    ivr: Ivr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, never: set[str]
) -> None:
    shutil.copytree(SHIPPED.with_name(name), tmp_path / name, ignore=shutil.ignore_patterns("*.call.yaml", "audio"))
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path))
    scripts = tmp_path / name / "calls" / "explored.call.yaml"
    code, _, err = ivr("explore", name, "--out", scripts)
    assert code == 0, err
    told = [row.split(": ", 1)[1] for row in err.splitlines() if "yaml:" in row]
    assert len(told) == len(never)
    assert {what for what in never if any(row.startswith(f"{what}: ") for row in told)} == never
    wanted = ("edges=99", "outcomes=100", "times=95")
    code, out, _ = ivr("replay", scripts, "--coverage", *(part for each in wanted for part in ("--fail-under", each)))
    assert code == 0, out


def test_an_explored_file_is_not_written_over(ivr: Ivr, line: str, tmp_path: Path) -> None:
    there = tmp_path / "explored.call.yaml"
    there.write_text("mine", encoding="utf-8")
    code, _, err = ivr("explore", line, "--out", there)
    assert (code, there.read_text(encoding="utf-8")) == (2, "mine")
    assert "--force" in err
