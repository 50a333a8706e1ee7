"""``ivr announce`` tells callers something until a moment, lists and ends it, and refuses what would not be heard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.audit import audit_since
from data.database import Database
from ivr.call.lines import Lines
from tests.cli.conftest import FLOWS, Ivr
from tests.conftest import Now
from tests.line_server import LineServer, said

LINE = "4003-0015"
TEXT = "Estamos com instabilidade no Protheus."


@pytest.fixture(autouse=True)
def database(tmp_path: Path, _migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """An empty database of the commands, with the schema."""
    url = f"sqlite:///{tmp_path / 'ops.sqlite'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(_migrated_file, tmp_path / "ops.sqlite")
    kept = Database(url)
    yield kept
    kept.close()


def test_what_is_announced_is_heard_listed_ended_and_audited(ivr: Ivr, database: Database, now: Now) -> None:
    began = now.moment
    server = LineServer(Lines.load(FLOWS), database, now, "http://ivr.test", "a token of the tests", None)
    assert ivr("announce", LINE, TEXT, "--until", "18:00", "--by", "bia") == (
        0,
        "callers of 4003-0015 hear it as number 1, from 2026-03-10 10:30 until 2026-03-10 18:00\n",
        "",
    )
    server.announcements.refresh(now.moment)
    assert TEXT in said(server.start())
    told = f"1  the whole line  from 2026-03-10 10:30 until 2026-03-10 18:00, by bia: {TEXT}\n"
    assert ivr("announce", LINE) == (0, told, "")
    now.moment += timedelta(minutes=1)
    assert ivr("announce", LINE, "--end", "1", "--by", "caio") == (0, f"ended: {told}", "")
    server.announcements.refresh(now.moment)
    assert TEXT not in said(server.start(f"CA{2:032x}"))
    assert ivr("announce", LINE)[1] == "nothing is announced on 4003-0015\n"
    with database.reading() as connection:
        rows = [(row.who, row.act, row.subject) for row in audit_since(connection, began - timedelta(1))]
    assert rows == [("bia", "announce", "4003-0015 * #1"), ("caio", "announce", "4003-0015 * #1 ended")]


def test_one_may_begin_later_last_so_long_and_be_of_a_family_of_desks(ivr: Ivr, now: Now) -> None:
    given = ("--from", "12:00", "--until", "2h", "--destination", "suporte", "--by", "bia")
    assert "from 2026-03-10 12:00 until 2026-03-10 14:00" in ivr("announce", LINE, TEXT, *given)[1]
    assert ivr("announce", LINE)[1].startswith("1  suporte  from 2026-03-10 12:00")
    now.moment += timedelta(hours=3, minutes=30)
    assert ivr("announce", LINE)[1] == "nothing is announced on 4003-0015\n"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([TEXT], "an announcement needs its --until"),
        (["--until", "2h"], "say what callers hear"),
        ([TEXT, "--until", "10:00"], "'10:00' cannot be --until; write a time later than now"),
        ([TEXT, "--until", "9999d"], "the announcement would begin or end more than a year from now"),
        ([TEXT, "--until", "9999-12-31T23:59"], "more than a year from now, at 9999-12-31 23:59"),
        ([TEXT, "--from", "9999-12-31T23:59", "--until", "2h"], "more than a year from now, at 9999-12-31 23:59"),
        ([TEXT, "--until", "amanhã"], "'amanhã' cannot be --until; write how long it lasts"),
        (
            [TEXT, "--from", "17:00", "--until", "16:00"],
            "the announcement would end at 2026-03-10 16:00, and begin at 2026-03-10 17:00; write a later end",
        ),
        (["Aviso. " * 60, "--until", "2h"], "the announcement has 419 characters; 400 are the most"),
        (["Ligue {destino}.", "--until", "2h"], "the announcement has a brace"),
        (["<b>Aviso</b>", "--until", "2h"], "the announcement has the markup '<b>'"),
        (["", "--until", "2h"], "the announcement has no letter and no digit"),
        ([TEXT, "--until", "2h", "--destination", "suport"], "no destination 'suport'; did you mean 'suporte'?"),
        (["--end", "7"], "the line 4003-0015 has no announcement 7"),
        (["--end", "7", TEXT], "--end NUMBER stands alone"),
    ],
)
def test_what_would_not_be_heard_is_refused_in_one_line(ivr: Ivr, now: Now, given: list[str], told: str) -> None:
    code, out, err = ivr("announce", LINE, *given)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_a_fourth_at_once_is_refused_until_one_is_over(ivr: Ivr, now: Now) -> None:
    for _ in range(3):
        assert ivr("announce", LINE, TEXT, "--until", "1h")[0] == 0
    code, _, err = ivr("announce", LINE, TEXT, "--until", "2h")
    assert (code, "the announcement would be one of 4 that a caller hears" in err) == (2, True)
    assert ivr("announce", LINE, TEXT, "--until", "1h", "--destination", "cst")[0] == 0
    assert ivr("announce", LINE, TEXT, "--from", "11:30", "--until", "1h")[0] == 0


def test_one_that_is_over_is_not_ended_again(ivr: Ivr, now: Now) -> None:
    ivr("announce", LINE, TEXT, "--until", "1h")
    now.moment += timedelta(hours=1)
    code, _, err = ivr("announce", LINE, "--end", "1")
    assert (code, "the announcement 1 is over already" in err) == (2, True)


def test_those_of_the_files_are_listed_with_their_place(
    ivr: Ivr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: Now
) -> None:
    folder = tmp_path / "flows" / LINE
    shutil.copytree(FLOWS / LINE, folder)
    with (folder / "prompts.pt-BR.yaml").open("a", encoding="utf-8") as file:
        file.write(f"announcements:\n  queda: {{text: {TEXT}, until: 2026-03-10T18:00}}\n")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    (told,) = ivr("announce", LINE)[1].splitlines()
    assert told.startswith("queda  the whole line  from its publication on until 2026-03-10 18:00, in ")
    assert told.endswith(f": {TEXT}")
