"""``ivr graph`` shows on a menu what scripts try, how many customers went each way, and the way of one call."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from data.database import Database
from data.trials import mark_trial
from ivr.call.lines import Lines
from ivr.flow.folder import load_line
from tests.cli.conftest import Ivr
from tests.conftest import Now
from tests.line_server import LineServer
from tests.lines import MENU, write_line

SIDS = [f"CA{number:032x}" for number in range(1, 6)]
TREE = ("--format", "tree")
SCRIPTS = """\
call: goodbye
at: 2026-03-10T10:00
steps: [{press: "0"}]
---
call: the notice, and areas
at: 2026-03-10T10:00
steps: [{press: "5"}, {hang_up: yes}]
"""


@pytest.fixture
def folder(tmp_path: Path, _migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a line, beside an empty database."""
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path / 'ivr.sqlite'}")
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(_migrated_file, tmp_path / "ivr.sqlite")
    return write_line(tmp_path / "flows" / "ensaio")


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    kept = Database(f"sqlite:///{folder.parents[1] / 'ivr.sqlite'}")
    yield kept
    kept.close()


@pytest.fixture
def server(folder: Path, database: Database, now: Now) -> LineServer:
    """The line, after three calls of customers and a trial: two keyed 5, one 0 and a wrong key, the trial 0."""
    line_server = LineServer(Lines([load_line(folder)]), database, now, "http://ivr.test", "a token", None)
    with database.transaction() as connection:
        mark_trial(connection, SIDS[3], now())
    for sid, keys in zip(SIDS, (["5"], ["5", "*"], ["8", "0"], ["0"]), strict=False):
        line_server.keys(*keys, sid=sid)
    return line_server


def row(drawn: str, begins: str) -> str:
    """The row of a tree that tells of what begins so."""
    return next(each for each in drawn.splitlines() if begins in each)


def test_traffic_tells_how_many_calls_went_each_way_without_trials(ivr: Ivr, server: LineServer) -> None:
    code, drawn, err = ivr("graph", "ensaio", *TREE, "--traffic")
    assert (code, err) == (0, "")
    assert drawn.splitlines()[1] == "how many of 3 calls went each way (of all that are kept)"
    assert "├─ 0 ■ tchau [×1]" in row(drawn, " 0 ■ tchau")
    assert "├─ 5 [×2] aviso (say)\n│  └─ » aviso-dois → areas [×2]\n" in drawn
    assert "[×0]" in row(drawn, "├─ 7 ")
    assert "[x2]" in ivr("graph", "ensaio", *TREE, "--traffic", "--plain")[1]


def test_traffic_begins_when_it_is_asked_to(ivr: Ivr, server: LineServer) -> None:
    told = "how many of 0 calls went each way (since 2026-03-11 00:00)"
    assert ivr("graph", "ensaio", *TREE, "--traffic", "--since", "2026-03-11")[1].splitlines()[1] == told
    assert "of 3 calls" in ivr("graph", "ensaio", *TREE, "--traffic", "--since", "2026-03-10")[1]


def test_the_picture_draws_what_more_calls_went_thicker(ivr: Ivr, server: LineServer) -> None:
    root = ET.fromstring(ivr("graph", "ensaio", "--format", "svg", "--traffic")[1])
    ways = {each.get("data-ways", ""): each.get("class", "") for each in root.iter() if each.get("data-ways")}
    assert ways["principal>key_0>tchau"] == "row went"
    assert ways["principal>key_2>documento"].endswith(" quiet")
    told = "".join(root.itertext())
    assert "×2" in told
    assert "how many of 3 calls went each way" in told


def test_the_way_of_a_call_is_numbered_as_it_was_taken(ivr: Ivr, server: LineServer) -> None:
    code, drawn, err = ivr("graph", "ensaio", *TREE, "--path", SIDS[1])
    assert (code, err) == (0, "")
    assert drawn.splitlines()[1] == f"the way of the call {SIDS[1]}, in 5 steps"
    assert "├─ 5 [▸2] aviso (say)\n│  └─ » aviso-dois → areas [▸3]\n" in drawn
    assert "* ← principal [▸5]" in drawn
    lit = re.findall(r"(\S+) ==>", ivr("graph", "ensaio", "--path", SIDS[2])[1])
    assert len(lit) == 2, "from the greeting to the menu, and to the goodbye; a wrong key is no arrow"


def test_a_call_is_drawn_on_the_version_that_it_went_through(
    ivr: Ivr, folder: Path, database: Database, now: Now
) -> None:
    ivr("publish", "ensaio", "-m", "um")
    line_server = LineServer(Lines([load_line(folder)]), database, now, "http://ivr.test", "a token", None)
    line_server.keys("0", sid=SIDS[0])
    write_line(folder, menu=MENU.replace('"0": tchau,', '"0": areas,'))
    ivr("publish", "ensaio", "-m", "dois")
    assert "├─ 0 ■ tchau [▸2]" in ivr("graph", "ensaio", *TREE, "--path", SIDS[0])[1]
    code, drawn, err = ivr("graph", "ensaio", *TREE, "--traffic")
    assert code == 0
    assert "tchau [×1]" not in drawn
    assert re.fullmatch(r"1 way was gone that the menu \w+ does not have, and is not drawn\n", err)


def test_coverage_shows_what_no_script_tries(ivr: Ivr, folder: Path) -> None:
    (folder / "calls").mkdir()
    (folder / "calls" / "some.call.yaml").write_text(SCRIPTS, encoding="utf-8")
    code, drawn, err = ivr("graph", "ensaio", *TREE, "--coverage")
    assert code == 0
    assert re.fullmatch(r"ensaio: \d+ of \d+ ways are tried by 2 call scripts \([\d.]+ %\)\n", err)
    assert row(drawn, " 0 ■ tchau").endswith("0 ■ tchau")
    assert row(drawn, "├─ 7 ").endswith(" [✗]")
    assert '"areas" [shape=box, color="#1a7f37"' in ivr("graph", "ensaio", "--format", "dot", "--coverage")[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--traffic", "--coverage"), "give one of --coverage, --traffic and --path"),
        (("--since", "2026-03-10"), "--since goes with --traffic"),
        (("--traffic", "--since", "ontem"), "'ontem' cannot be --since"),
        (("--coverage",), "holds no call script of ensaio; ivr explore ensaio writes some"),
        (("--path", "0000000000"), "there is no call 0000000000; ivr calls lists the last ones"),
    ],
)
def test_what_cannot_be_shown_is_one_line(ivr: Ivr, folder: Path, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = ivr("graph", "ensaio", *arguments)
    assert (code, out, err.count("\n")) == (1 if "--path" in arguments else 2, "", 1)
    assert told in err


def test_a_call_of_another_line_is_refused_with_its_own(ivr: Ivr, server: LineServer, tmp_path: Path) -> None:
    write_line(tmp_path / "flows" / "loja", menu=MENU.replace("+551140030015", "+551140030016"))
    code, _, err = ivr("graph", "loja", "--path", SIDS[0])
    assert (code, err) == (2, f"ivr: the call {SIDS[0]} is one of the line ensaio; ivr graph ensaio --path {SIDS[0]}\n")


def test_an_overlay_is_told_in_portuguese(ivr: Ivr, server: LineServer) -> None:
    drawn = ivr("graph", "ensaio", *TREE, "--traffic", "--language", "pt")[1]
    assert "quantas de 3 ligações foram por cada caminho (de todas as guardadas)" in drawn
