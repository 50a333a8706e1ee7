"""``ivr mutate`` changes a line one way after the other, and tells which changes no script of the line notices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app import create_app
from ivr.cli.targets import LocalLines
from ivr.flow.line import Line
from ivr.flow.mutants.mutable_line import MutableLine
from ivr.replay.mutation import Mutation
from ivr.replay.reached_places import ReachedPlaces
from ivr.replay.runner import play
from ivr.replay.script import Script, ScriptLines, find_scripts, read_all
from tests.cli.conftest import Ivr

pytestmark = pytest.mark.untraced

REPEATED = ('repeat: "9"', 'repeat: "9"\n      human: atendimento')
"""Says of the menu what the line says of all: that a mutant leaves it out changes nothing."""


@pytest.fixture
def line(ivr: Ivr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small line that ``ivr new`` makes, with its three scripts, the only one there is."""
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path))
    assert ivr("new", "pequena")[0] == 0
    menu = tmp_path / "pequena" / "menu.yaml"
    menu.write_text(menu.read_text(encoding="utf-8").replace(*REPEATED), encoding="utf-8")
    return tmp_path / "pequena"


def tried(out: str) -> dict[str, dict[str, Any]]:
    """Every mutant that was told as JSON, by its words."""
    rows = [json.loads(row) for row in out.splitlines()]
    return {row["change"]: row for row in rows}


def test_each_change_is_noticed_or_not_or_proven_or_refused(ivr: Ivr, line: Path) -> None:
    code, out, err = ivr("mutate", "pequena", "--json", "--jobs", 1)
    found = tried(out)
    assert code == 0
    swapped = found["keys 1 and 2 of 'principal' are swapped"]
    assert (swapped["verdict"], swapped["kind"]) == ("noticed", "swap")
    assert swapped["by"] == f"{line / 'calls' / 'primeiras.call.yaml'}:3"
    written = (line / "menu.yaml").read_text(encoding="utf-8").splitlines()
    assert written[swapped["line"] - 1][swapped["column"] - 1 :].startswith('"1": vendas')

    unpressed = found["key 0 of 'principal' is left out"]
    assert (unpressed["verdict"], unpressed["came"]) == ("unnoticed", [])
    assert unpressed["remedy"].startswith("press 0 in 'principal', and hear")
    unexpected = found["targets 1 and 2 of the destination 'vendas' are swapped"]
    assert (unexpected["verdict"], len(unexpected["came"])) == ("unnoticed", 1)
    same = found["'human' of 'principal' is left out"]
    assert (same["verdict"], same["reason"]) == ("equivalent", "what it says is what holds without it")
    refused = found["the words of keys 1 and 2 of 'principal' are swapped"]
    assert refused["verdict"] == "refused"
    assert "the prompt 'principal' speaks of 'vendas'" in refused["reason"]

    counts = {verdict: sum(row["verdict"] == verdict for row in found.values()) for verdict in ("noticed", "unnoticed")}
    heard = sum(counts.values())
    assert f"{counts['noticed']} of {heard} changes are noticed" in err
    assert "1 change nothing for any call, and ivr check refuses 1" in err


def test_a_script_that_expects_more_notices_more(ivr: Ivr, line: Path) -> None:
    code, out, _ = ivr("mutate", "pequena", "--jobs", 1, "--fail-under", 95)
    assert code == 1
    assert out.splitlines()[-1].endswith("; at least 95 % are asked for")
    place = f"{line / 'routing.yaml'}:22:15"
    assert f"{place}: no script notices: targets 1 and 2 of the destination 'vendas' are swapped" in out.splitlines()
    assert "to notice it: call the destination 'vendas', and expect who is rung (dialled)" in out

    scripts = line / "calls" / "primeiras.call.yaml"
    written = scripts.read_text(encoding="utf-8")
    first = "expect: {ended: completed, error: none, destination: vendas"
    scripts.write_text(written.replace(first, f"{first}, dialled: [sip:vendas@pabx.example.com]"), encoding="utf-8")
    code, out, _ = ivr("mutate", "pequena", "--jobs", 1, "--fail-under", 10, "--language", "pt-BR", "--all")
    assert code == 0
    assert f"{place}: notada por {scripts}:3: a mesa 'vendas': os alvos 1 e 2 trocam de lugar" in out.splitlines()


def test_a_script_that_fails_anyway_notices_nothing(ivr: Ivr, line: Path) -> None:
    scripts = line / "calls" / "primeiras.call.yaml"
    text = scripts.read_text(encoding="utf-8")
    scripts.write_text(text.replace("destination: vendas", "destination: atendimento"), encoding="utf-8")
    code, out, err = ivr("mutate", "pequena", "--json", "--jobs", 1)
    assert code == 1
    assert f"{scripts}:3: this script fails without any change, and is left out; ivr replay tells why" in err
    assert tried(out)["key 1 of 'principal' is left out"]["verdict"] == "unnoticed"


def test_a_line_without_scripts_is_told_and_explored(ivr: Ivr, line: Path) -> None:
    (line / "calls" / "primeiras.call.yaml").unlink()
    code, out, err = ivr("mutate", "pequena")
    assert (code, out) == (2, "")
    assert err == "ivr: no call script of pequena can be played; ivr explore writes some\n"


def test_a_script_that_is_not_played_could_not_have_noticed(line: Path) -> None:
    """Every script is played on every mutant here: the choice of scripts, and what is proven, lose nothing."""
    local_lines = LocalLines(create_app, line.parent)
    loaded = local_lines.line("pequena")
    scripts, bad = read_all(find_scripts([line]), ScriptLines(None, None, "pequena", local_lines.prompts))
    assert not bad
    calls = [ReachedPlaces.of(each, play(each, local_lines.target("pequena")), loaded) for each in scripts]
    mutable = MutableLine.read(line)
    mutation = Mutation(mutable, list(mutable.mutants()), calls, local_lines.target_on)
    for each in mutation.try_each():
        made = mutable.make(each.mutant)
        if isinstance(made, Line):
            noticing = _noticing(local_lines, made, scripts)
            assert bool(noticing) == (each.verdict == "noticed"), each
            assert not each.by or each.by in noticing


def _noticing(local_lines: LocalLines, mutated: Line, scripts: list[Script]) -> set[str]:
    target = local_lines.target_on(mutated)
    return {script.where for script in scripts if not play(script, target).passed}
