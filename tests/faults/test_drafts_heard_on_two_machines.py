"""A draft that is saved, dropped and published while named telephones call, on whichever machine answers them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from data.database import Database
from data.drafts import DRAFT, DRAFT_FILE, drafts, end_draft
from data.sweep import sweep
from data.trials import is_trial
from data.versions import CONTENT, NewVersion, publish
from ivr.call.drafts import DraftConflictError, FileEdit, LineDrafts
from ivr.channels import RULES
from ivr.errors import TargetError
from ivr.languages.portuguese import PORTUGUESE
from tests.conftest import Now
from tests.databases import one_of_both
from tests.faults.test_menus_edited_under_calls import edition, editions
from tests.faults.test_menus_published_under_calls import OTHER, Operations
from tests.line_server import CALLER, SID, said
from tests.lines import MENU, write_line

PROMPTS = "prompts.pt-BR.yaml"
NAMED = MENU.replace('number: "+551140030015"', f'number: "+551140030015"\n  drafts: ["{CALLER}"]')
THIRD = "CA" + "3" * 32


class Editors(Operations):
    """A published line that names the telephone of the tests, and those who edit its draft."""

    def __init__(self, folder: Path, database: Database, clock: Now) -> None:
        super().__init__(folder, database, clock)
        write_line(self.line, menu=NAMED, prompts=edition(0))
        self.drafts = LineDrafts(database, RULES, clock)

    def edit(self, number: int, who: str = "ana") -> None:
        self.write(edition(number), who)

    def write(self, text: str, who: str = "ana") -> None:
        opened = self.drafts.opened("ensaio").files[PROMPTS].sha256
        self.drafts.save_text("ensaio", PROMPTS, opened, text, who)

    def publish_draft(self) -> None:
        stands = self.drafts.opened("ensaio")
        assert stands.draft is not None
        files, menu = self.drafts.contents(stands), stands.draft.menu_version
        new = NewVersion("ensaio", menu, stands.draft.audio_digest, "+551140030015", files, stands.base)
        with self.database.transaction() as connection:
            publish(connection, new, self.clock(), "ana", "the draft")
            end_draft(connection, stands.draft, "published", self.clock(), "ana")


@pytest.fixture
def ops(tmp_path: Path, server_database: Database, clock: Now) -> Editors:
    return Editors(tmp_path, server_database, clock)


@one_of_both("postgresql")
def test_a_draft_is_heard_on_every_machine_and_a_call_keeps_its_save(ops: Editors) -> None:
    first, second = ops.machine("um"), ops.machine("dois")
    ops.edit(1)
    for machine in (first, second):
        machine.menus.refresh()
    heard = said(first.server.start())
    assert heard.startswith(PORTUGUESE.drafts.heard)
    assert editions(heard) == {1}
    ops.edit(2)
    first.menus.refresh()
    assert editions(said(first.server.start(OTHER))) == {2}
    # One that never saw the first save fetches it; one that was started later, too.
    assert editions(said(second.server.turn(1, Digits="9"))) == {1}
    assert editions(said(second.server.turn(1, OTHER, Digits="9"))) == {2}
    late = ops.machine("tres")
    assert editions(said(late.server.turn(2, Digits="9"))) == {1}
    with ops.database.reading() as connection:
        assert is_trial(connection, SID)
        assert is_trial(connection, OTHER)


@one_of_both("sqlite")
def test_a_draft_that_is_dropped_is_heard_to_the_end_of_its_call(ops: Editors) -> None:
    machine = ops.machine()
    ops.edit(1)
    machine.menus.refresh()
    machine.server.start()
    ops.drafts.drop("ensaio", "ana", "console")
    machine.menus.refresh()
    assert editions(said(machine.server.start(OTHER))) == {0}
    assert editions(said(machine.server.turn(1, Digits="9"))) == {1}
    # A machine of which the disk knows nothing finds it in the database.
    assert editions(said(ops.machine("dois").server.turn(2, Digits="9"))) == {1}


@one_of_both("sqlite")
def test_a_call_on_a_draft_that_is_published_stays_a_trial(ops: Editors) -> None:
    machine = ops.machine()
    ops.edit(1)
    machine.menus.refresh()
    machine.server.start()
    ops.publish_draft()
    machine.menus.refresh()
    assert said(machine.server.start(OTHER)).startswith("Bem-vindo. Edição 1.")
    machine.server.turn(1, Digits="7")
    with ops.database.reading() as connection:
        assert is_trial(connection, SID)
        assert not is_trial(connection, OTHER)
        assert drafts(connection) == {}


@one_of_both("sqlite")
def test_faults_are_heard_of_until_they_are_mended(ops: Editors) -> None:
    machine = ops.machine()
    ops.write("prompts: [")
    machine.menus.refresh()
    heard = said(machine.server.start())
    assert heard.startswith(PORTUGUESE.drafts.faulty)
    assert editions(heard) == {0}
    ops.edit(2, "rui")
    machine.menus.refresh()
    assert editions(said(machine.server.start(OTHER))) == {2}


@one_of_both("sqlite")
def test_a_draft_is_not_read_where_no_telephone_hears_it(ops: Editors, monkeypatch: pytest.MonkeyPatch) -> None:
    write_line(ops.line, prompts=edition(0))
    machine = ops.machine()
    ops.edit(1)
    monkeypatch.setattr("ivr.call.draft_menus.files_of_draft", pytest.fail)
    machine.menus.refresh()
    assert editions(said(machine.server.start())) == {0}


@one_of_both("postgresql")
def test_the_second_editor_is_told_and_nothing_is_overwritten(ops: Editors) -> None:
    ops.machine()
    opened = ops.drafts.opened("ensaio")
    began = opened.files[PROMPTS].sha256
    ops.drafts.save_text("ensaio", PROMPTS, began, edition(1), "ana")
    with pytest.raises(DraftConflictError) as told:
        ops.drafts.save("ensaio", [FileEdit(PROMPTS, began, b"x"), FileEdit("routing.yaml", None, b"y")], "rui")
    first, other = told.value.conflicts
    assert (first.path, first.who, first.at) == (PROMPTS, "ana", ops.clock())
    assert (other.path, other.who, other.at) == ("routing.yaml", "", None)
    stands = ops.drafts.opened("ensaio")
    assert ops.drafts.text(stands, PROMPTS) == edition(1)
    # Another file is nobody's conflict, and two who write the same are of one mind.
    menu = stands.files["menu.yaml"].sha256
    ops.drafts.save("ensaio", [FileEdit("menu.yaml", menu, NAMED.replace("seconds: 4", "seconds: 5").encode())], "rui")
    ops.drafts.save_text("ensaio", PROMPTS, began, edition(1).replace("\n", "\r\n"), "rui")
    assert {path: file.who for path, file in ops.drafts.opened("ensaio").files.items()} == {
        "menu.yaml": "rui",
        PROMPTS: "ana",
        "routing.yaml": "",
    }


@one_of_both("sqlite")
def test_what_was_superseded_for_a_day_goes_with_what_only_it_held(ops: Editors) -> None:
    ops.machine()
    for number in (1, 2, 3):
        ops.edit(number)
    sweep(ops.database, ops.clock())
    with ops.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(DRAFT)).scalar_one() == 3
    ops.clock.moment += timedelta(days=1)
    sweep(ops.database, ops.clock())
    with ops.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(DRAFT)).scalar_one() == 1
        assert connection.execute(select(func.count()).select_from(CONTENT)).scalar_one() == 4
    ops.drafts.drop("ensaio", "ana", "console")
    ops.clock.moment += timedelta(days=1)
    sweep(ops.database, ops.clock())
    with ops.database.reading() as connection:
        for table, left in ((DRAFT, 0), (DRAFT_FILE, 0), (CONTENT, 3)):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == left


@one_of_both("sqlite")
def test_two_who_save_at_one_moment_are_both_heard(ops: Editors, monkeypatch: pytest.MonkeyPatch) -> None:
    ops.machine()
    stands = ops.drafts.opened("ensaio")
    judged = LineDrafts._judged
    others = iter([1])

    def meanwhile(self: LineDrafts, *arguments: object, **options: object) -> object:
        for number in others:
            ops.edit(number, "ana")
        return judged(self, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(LineDrafts, "_judged", meanwhile)
    menu = FileEdit("menu.yaml", stands.files["menu.yaml"].sha256, NAMED.replace("seconds: 4", "seconds: 5").encode())
    saved = ops.drafts.save("ensaio", [menu], "rui")
    assert {path: file.who for path, file in saved.files.items()}[PROMPTS] == "ana"
    assert saved.files["menu.yaml"].who == "rui"


@one_of_both("sqlite")
def test_what_is_published_meanwhile_is_brought_in_by_an_update(ops: Editors) -> None:
    ops.machine()
    ops.edit(1)
    ops.publish(7)
    stands = ops.drafts.opened("ensaio")
    assert stands.is_behind
    routing = ops.line / "routing.yaml"
    routing.write_text(routing.read_text(encoding="utf-8").replace("ring: 30", "ring: 31"), encoding="utf-8")
    ops.publish(8)
    saved, taken, kept = ops.drafts.update("ensaio", "ana")
    assert (taken, kept) == (["routing.yaml"], [PROMPTS])
    assert not saved.is_behind
    assert "ring: 31" in ops.drafts.text(saved, "routing.yaml")
    assert ops.drafts.text(saved, PROMPTS) == edition(1)


@one_of_both("sqlite")
def test_no_path_leads_out_of_a_line(ops: Editors) -> None:
    paths = ("../menu.yaml", "/etc/x.yaml", "audio/../../x.wav", ".x.yaml", "a/b.yaml", "menu.yml", "", "calls/x.yaml")
    for path in paths:
        with pytest.raises(TargetError, match="is no file of a line"):
            ops.drafts.save("ensaio", [FileEdit(path, None, b"")], "rui")
    for line in ("../ensaio", "..", "a/b", "", "."):
        with pytest.raises(TargetError, match="is no name of a line"):
            ops.drafts.save(line, [FileEdit("menu.yaml", None, b"")], "rui")
    with pytest.raises(TargetError, match="has 512 kB at most"):
        ops.drafts.save("ensaio", [FileEdit("menu.yaml", None, b"#" * 600_000)], "rui")
