"""A menu that is published while calls are on: each ends on the version that it began with, on whichever machine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from data.database import Database
from data.standing import Standing
from data.versions import history, publish, published, roll_back
from ivr.call.checked_line import checked_line
from ivr.call.last_good_menus import LastGoodMenus
from ivr.call.published import PublishedMenus, new_version, unpublished
from ivr.errors import FlowError
from ivr.flow.checks import Rule
from ivr.flow.line import Line
from ivr.flow.line_files import LineFiles
from ivr.source.diagnostics import Diagnostics
from tests.conftest import Now
from tests.databases import one_of_both
from tests.faults.test_menus_edited_under_calls import KEYS, edition, editions
from tests.line_server import ACCOUNT, LineServer, said
from tests.lines import MENU, write_line
from tests.recorded import clip

OTHER = "CA" + "2" * 32


class Machine:
    """One process of the line on a disk of its own; ``restart`` is a new one on the same disk."""

    def __init__(self, flows: Path, disk: Path, database: Database, clock: Now, rules: tuple[Rule, ...] = ()) -> None:
        self.menus = PublishedMenus(database, flows, LastGoodMenus(disk, rules, flows), rules, clock)
        self.lines = self.menus.begin()
        self.server = LineServer(self.lines, database, clock, "http://ivr.test", "a token of the tests", ACCOUNT)

    @property
    def version(self) -> str:
        return self.lines.version("ensaio", "").line.version


class Operations:
    """The folder of a line, the database, and what ops do with them."""

    def __init__(self, folder: Path, database: Database, clock: Now) -> None:
        self.folder, self.database, self.clock = folder, database, clock
        self.line = write_line(folder / "flows" / "ensaio", prompts=edition(0))

    def machine(self, name: str = "um", rules: tuple[Rule, ...] = ()) -> Machine:
        return Machine(self.folder / "flows", self.folder / name, self.database, self.clock, rules)

    def save(self, number: int) -> None:
        (self.line / "prompts.pt-BR.yaml").write_text(edition(number), encoding="utf-8")

    def publish(self, number: int) -> int:
        self.save(number)
        files = LineFiles.of_folder(self.line)
        new = new_version(checked_line(files, self.line, ()), files)
        with self.database.transaction() as connection:
            return publish(connection, new, self.clock(), "ana", f"edition {number}")


@pytest.fixture
def ops(tmp_path: Path, server_database: Database, clock: Now) -> Operations:
    return Operations(tmp_path, server_database, clock)


@pytest.mark.untraced
@one_of_both("sqlite")
def test_the_first_start_publishes_version_1_of_each_line(ops: Operations) -> None:
    write_line(ops.folder / "flows" / "outra", menu=MENU.replace("+551140030015", "+551140030016"))
    ops.machine()
    with ops.database.reading() as connection:
        found = published(connection)
    assert [(each.line, each.number, each.who) for each in found.values()] == [
        ("ensaio", 1, "first start"),
        ("outra", 1, "first start"),
    ]
    ops.machine("dois")
    with ops.database.reading() as connection:
        assert published(connection) == found


@pytest.mark.untraced
@one_of_both("postgresql")
def test_calls_end_on_their_version_and_new_ones_hear_the_new(ops: Operations) -> None:
    machines = [ops.machine("um"), ops.machine("dois")]
    heard = [said(machines[0].server.start())]
    for turn, digits in enumerate(KEYS, 1):
        if turn == 4:
            assert ops.publish(1) == 2
            assert [machine.menus.refresh() for machine in machines] == [("ensaio",), ("ensaio",)]
            assert editions(said(machines[1].server.start(OTHER))) == {1}
        heard.append(said(machines[turn % 2].server.turn(turn, Digits=digits)))
    assert [editions(text) for text in heard] == [{0}] * len(heard)
    assert editions(said(machines[0].server.turn(1, OTHER, Digits="9"))) == {1}


@one_of_both("sqlite")
def test_a_call_stays_in_its_version_where_that_was_never_seen(ops: Operations) -> None:
    first = ops.machine("um")
    first.server.start()
    ops.publish(1)
    late = ops.machine("dois")
    assert editions(said(late.server.turn(1, Digits="9"))) == {0}
    assert editions(said(late.server.start(OTHER))) == {1}
    # ``first`` has not looked yet.
    assert editions(said(first.server.turn(1, OTHER, Digits="9"))) == {1}


@one_of_both("sqlite")
def test_a_call_goes_on_in_its_version_after_a_restart(ops: Operations) -> None:
    before = ops.machine()
    before.server.start()
    ops.publish(1)
    before.menus.refresh()
    after = ops.machine()
    assert editions(said(after.server.turn(1, Digits="9"))) == {0}
    assert len({turn.menu_version for turn in after.server.turns()}) == 1


@one_of_both("sqlite")
def test_a_version_that_is_gone_back_to_answers_the_next_call(ops: Operations) -> None:
    machine = ops.machine()
    ops.publish(1)
    machine.menus.refresh()
    assert machine.menus.refresh() == ()
    with ops.database.transaction() as connection:
        roll_back(connection, history(connection, "ensaio")[0], ops.clock(), "ana", "voltar")
    assert machine.menus.refresh() == ("ensaio",)
    assert editions(said(machine.server.start())) == {0}


@one_of_both("sqlite")
def test_a_restart_beside_a_broken_folder_answers_as_published(ops: Operations) -> None:
    ops.machine()
    (ops.line / "menu.yaml").write_text("line: [", encoding="utf-8")
    again = ops.machine()
    assert editions(said(again.server.start())) == {0}
    assert again.lines.degraded == ()
    assert unpublished(ops.database, ops.folder / "flows") == ["ensaio"]
    shutil.rmtree(ops.line)
    assert editions(said(ops.machine("dois").server.start(OTHER))) == {0}


@one_of_both("sqlite")
def test_a_start_without_a_database_answers_as_published_last(ops: Operations, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = ops.machine()
    ops.publish(1)
    machine.menus.refresh()
    ops.save(2)
    monkeypatch.setattr(Database, "standing", lambda _: Standing("away", 1))
    assert ops.machine().version == machine.version
    # A machine that knows of nothing published answers as its folder is.
    fresh = ops.machine("dois")
    assert fresh.version not in {machine.version, ""}
    monkeypatch.undo()
    assert fresh.menus.refresh() == ("ensaio",)
    assert fresh.version == machine.version


@one_of_both("sqlite")
def test_a_line_that_cannot_be_published_at_first_is_told_and_left_out(ops: Operations) -> None:
    write_line(ops.folder / "flows" / "outra")
    machine = ops.machine()
    assert [engine.line.name for engine in machine.lines] == ["ensaio"]
    told = "the line outra does not answer: its files hold 1 fault (ivr check outra), and no version is published"
    assert machine.lines.degraded == (told,)


@one_of_both("sqlite")
def test_a_server_without_any_sound_line_does_not_start(ops: Operations) -> None:
    (ops.line / "menu.yaml").write_text("line: [", encoding="utf-8")
    with pytest.raises(FlowError, match=r"flows/ensaio/menu\.yaml:2:1: this is not YAML"):
        ops.machine()


@one_of_both("sqlite")
def test_a_release_that_refuses_what_is_published_goes_back(ops: Operations) -> None:
    ops.machine()
    with ops.database.reading() as connection:
        first = published(connection)["ensaio"].menu_version
    ops.publish(1)

    def newer(line: Line, diagnostics: Diagnostics) -> None:
        if line.version != first:
            diagnostics.error(line.header.mark, "this release bears no second edition")

    machine = ops.machine("dois", (newer,))
    assert machine.version == first
    told = f"version 2 of the line ensaio has faults in this release, so that it answers with the menu {first}"
    assert machine.lines.degraded == (f"{told}; publish a sound one",)


@one_of_both("sqlite")
def test_recordings_are_kept_on_the_disk_once_without_the_folder(ops: Operations) -> None:
    _record(ops.line, "Bem-vindo.", "Até logo.", "Bem-vindo")
    machine = ops.machine()
    clips = sorted(clip.name for clip in machine.lines.version("ensaio", "").line.clips)
    assert len(clips) == 2
    first = machine.version
    ops.publish(1)
    machine.menus.refresh()
    shutil.rmtree(ops.line)
    again = ops.machine()
    assert sorted(clip.name for clip in again.lines.version("ensaio", first).line.clips) == clips
    sounds = list((ops.folder / "um" / "sounds").iterdir())
    assert len(sounds) == len({each.read_bytes() for each in sounds})


def _record(line: Path, *texts: str) -> None:
    """Give the line in the folder ``line`` recordings of ``texts``, silences all of them."""
    (line / "menu.yaml").write_text(MENU.replace("  voice: P", "  voice: recorded\n  say_voice: P"), encoding="utf-8")
    audio = line / "audio"
    audio.mkdir()
    for number, text in enumerate(texts):
        (audio / f"{number}.wav").write_bytes(clip(text, seconds=1.0 + number % 2).sound)
    told = [
        {"key": "0" * 16, "text": each, "voice": "dora", "engine": "silence", "file": f"{number}.wav"}
        for number, each in enumerate(texts)
    ]
    (audio / "clips.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in told), encoding="utf-8")
