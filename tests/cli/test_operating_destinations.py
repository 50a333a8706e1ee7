"""What ops do and ask while the line runs: close, open, route, hours, oncall, calls."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from data import demo
from data.database import Database
from data.protocols import protocol_of
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.cli import run
from routing.documents import parse_document
from tests.cli.conftest import FLOWS, Ivr
from tests.cli.test_terminal import seen
from tests.conftest import Now
from tests.line_server import PADARIA, LineServer, said

TUESDAY = datetime(2026, 3, 10, 13, 30, tzinfo=UTC)
"""Half past ten in the morning in São Paulo."""

KEY = "a key of the tests, 32 bytes....."


@pytest.fixture(autouse=True)
def database(tmp_path: Path, _migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """An empty database of the commands, with the schema."""
    url = f"sqlite:///{tmp_path / 'ops.sqlite'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_SECRET_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(_migrated_file, tmp_path / "ops.sqlite")
    kept = Database(url)
    yield kept
    kept.close()


@pytest.fixture
def server(database: Database, now: Now) -> LineServer:
    """The shipped line on the same database."""
    return LineServer(Lines.load(FLOWS), database, now, "http://ivr.test", "a token of the tests", None)


def _rows(text: str) -> list[str]:
    return [" ".join(row.split()) for row in text.splitlines()]


def test_what_the_command_line_closes_is_closed_to_the_very_next_call(ivr: Ivr, server: LineServer, now: Now) -> None:
    assert ivr("close", "ouvidoria", "--reason", "falta de luz", "--until", "2h", "--by", "bia") == (
        0,
        "ouvidoria of 4003-0015 is closed from now on, until 2026-03-10 12:30\n",
        "",
    )
    answer = said(server.keys("5", sid="CA" + "1" * 32))
    assert "A Ouvidoria atende de novo hoje às treze e meia" in answer
    code, out, _ = ivr("open", "ouvidoria", "--by", "caio")
    assert code == 0
    assert "opened again: ouvidoria since 2026-03-10 10:30 until 2026-03-10 12:30, by bia: falta de luz" in _rows(out)
    now.moment += timedelta(seconds=1)
    assert "<Dial" in server.keys("5", sid="CA" + "2" * 32).text


def test_what_is_closed_is_told_until_it_opens_by_itself(ivr: Ivr, now: Now) -> None:
    ivr("close", "suporte", "--reason", "evacuação", "--until", "18:00", "--by", "bia")
    assert _rows(ivr("close")[1]) == ["suporte since 2026-03-10 10:30 until 2026-03-10 18:00, by bia: evacuação"]
    now.moment = TUESDAY + timedelta(hours=8)
    assert ivr("close")[1] == "nothing of 4003-0015 is closed by emergency\n"


def test_opening_a_destination_tells_what_keeps_it_closed_all_the_same(ivr: Ivr, now: Now) -> None:
    ivr("close", "all", "--reason", "luto", "--by", "bia")
    ivr("close", "suporte.rm", "--reason", "falta de gente", "--by", "bia")
    code, out, err = ivr("open", "suporte.rm")
    assert (code, "falta de gente" in out) == (0, True)
    assert _rows(err) == ["still closed: every desk since 2026-03-10 10:30 until it is opened, by bia: luto"]


def test_opening_what_was_not_closed_is_told(ivr: Ivr, now: Now) -> None:
    assert ivr("open", "cst") == (1, "", "cst of 4003-0015 was not closed by emergency\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("close", "ouvidoriaa", "--reason", "x"), "no destination 'ouvidoriaa'; did you mean 'ouvidoria'?"),
        (("close", "ouvidoria"), "ivr close: a closure needs its --reason"),
        (("close", "--reason", "x"), "ivr close: say which desk to close"),
        (("close", "ouvidoria", "--reason", "x", "--until", "ontem"), "'ontem' cannot be --until"),
        (("close", "ouvidoria", "--reason", "x", "--until", "09:00"), "later than now, which is 2026-03-10 10:30"),
        (("route", "ouvidoria", "--at", "hoje"), "'hoje' cannot be --at; write a time like 2026-12-24T11:59"),
        (("route", "ouvidorya"), "did you mean 'ouvidoria'?"),
        (("route", "ouvidoria", "--from", "12"), "ivr route:"),
        (("route", "ouvidoria", "--company", "11222333000182"), "its check digits do not match"),
        (("route", "ouvidoria", "--company", "11222333000181"), "no customer has this document"),
        (("route", "cst", "--contract", "ouro"), "'ouro' cannot be --contract; write SLA, BSO or PRIME, with a facili"),
        (("route", "cst", "--contract", "sla", "--company", "11222333000181"), "give one of --company and --contract"),
        (("hours", "suport"), "the line 4003-0015 has no destination 'suport'"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_the_remedy(
    ivr: Ivr, now: Now, arguments: tuple[str, ...], told: str
) -> None:
    code, out, err = ivr(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    assert "1122233300018" not in err


def test_a_route_reads_as_the_reason_that_a_human_would_give(ivr: Ivr, now: Now) -> None:
    code, out, _ = ivr("route", "suporte.rm", "--at", "2026-07-09T11:59", "--from", "+5511987654321")
    rows = _rows(out)
    assert code == 0
    assert rows[0] == "A call from +5511987654321 for suporte.rm, Thursday 2026-07-09 11:59 (America/Sao_Paulo)"
    assert rows[2:4] == ["1. closure none is in force", "2. special-day 2026-07-09 is no special day"]
    assert rows[5] == "3. holiday 2026-07-09 is Revolução Constitucionalista: on call"
    assert rows[6].endswith("flows/4003-0015/routing.yaml:10")
    assert any(
        row.startswith("=> Ring +5511509001") and "only the staff on call of suporte.rm answer then" in row
        for row in rows
    )
    assert rows[-1] == "=> The caller is told that suporte.rm cannot be reached (gave up: no-answer)."


@pytest.fixture
def half_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped lines, with half a day on the eve of Christmas, as the guide writes it."""
    copytree(FLOWS, tmp_path / "flows")
    routing = tmp_path / "flows" / "4003-0015" / "routing.yaml"
    city = "    city: São Paulo Capital"
    special = '    special_days: [{date: "2026-12-24", name: véspera de Natal, open: "08:00-12:00"}]\n'
    text = routing.read_text(encoding="utf-8")
    assert city in text
    routing.write_text(text.replace(city, special + city), encoding="utf-8")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))


def test_half_a_day_that_ops_keep_is_told_and_drawn(ivr: Ivr, now: Now, half_day: None) -> None:
    out = ivr("route", "suporte.rm", "--at", "2026-12-24T12:00")[1]
    assert "suporte.rm is closed for véspera de Natal; the caller hears that it opens" in out
    assert "2026-12-24 is véspera de Natal" in out
    drawn = ivr("hours", "datacenter", "--at", "2026-12-24", "--days", "1")[1]
    assert "Thu 2026-12-24 " + "▒" * 16 + "█" * 8 + "▒" * 24 + " véspera de Natal" in drawn


@pytest.mark.parametrize(
    ("destination", "at", "outcome"),
    [
        ("suporte.rm", "2026-12-24T12:00", "only the staff on call of suporte.rm answer then"),
        (
            "suporte.rm",
            "2026-09-07T12:00",
            "suporte.rm is closed for Independência do Brasil; the caller hears that it",
        ),
        ("ouvidoria", "2026-03-14T10:00", "ouvidoria is closed at the weekend; the caller hears that it opens Monday"),
        ("ouvidoria", "2026-03-10T12:30", "ouvidoria is closed for a break; the caller hears that it opens Tuesday"),
        ("ouvidoria", "2026-03-10T05:00", "ouvidoria is closed at this hour"),
        ("datacenter", "2026-12-25T03:00", "because only the staff on call of datacenter answer then (holiday)."),
        ("cst.cobranca", "2026-03-10T10:00", "Ring +551150900401 for 25 s, because cst.cobranca is open."),
    ],
)
def test_a_route_ends_in_what_becomes_of_the_call(ivr: Ivr, now: Now, destination: str, at: str, outcome: str) -> None:
    assert outcome in ivr("route", destination, "--at", at)[1]


def test_a_route_for_a_special_contract_tells_whom_it_rings_first(ivr: Ivr, now: Now) -> None:
    out = ivr("route", "suporte.rm", "--at", "2026-03-10T11:00", "--contract", "sla")[1]
    assert "The caller's company has the contract SLA." in out
    assert (
        "=> Ring sip:sla@suporte.example.com for 25 s, because suporte.rm is open and the caller has the contract SLA."
        in out
    )
    assert out.index("sip:sla@") < out.index("=> Wait in the queue suporte-sla") < out.index("sip:rm@")
    assert "priority" not in out


def test_a_route_knows_what_is_closed_by_emergency(ivr: Ivr, now: Now) -> None:
    ivr("close", "ouvidoria", "--reason", "falta de luz", "--until", "18:00", "--by", "bia")
    out = ivr("route", "ouvidoria")[1]
    assert "closure      closed until 2026-03-10 18:00: falta de luz" in out
    assert "=> ouvidoria is closed by emergency (falta de luz); the caller hears that it opens Wednesday" in out


def test_the_calendar_has_a_row_a_day_in_a_hundred_columns(ivr: Ivr, now: Now) -> None:
    code, out, _ = ivr("hours", "datacenter", "--at", "2026-12-24", "--days", "3")
    _, _, name, scale, *rows = out.splitlines()
    assert (code, name, scale.split()) == (0, "datacenter", ["0", "4", "8", "12", "16", "20"])
    assert rows == [
        "Thu 2026-12-24 " + "▒" * 16 + "█" * 8 + "▒" * 3 + "█" * 9 + "▒" * 12,
        "Fri 2026-12-25 " + "▒" * 48 + " Natal: closed",
        "Sat 2026-12-26 " + "▒" * 48,
    ]


def test_the_calendar_of_a_line_draws_those_that_answer_alike_once(ivr: Ivr, now: Now) -> None:
    out = ivr("hours", "--days", "1")[1]
    assert max(map(len, out.splitlines())) <= 100
    assert out.count("Tue 2026-03-10") == 5
    ivr("close", "suporte.rm", "--reason", "falta de luz", "--until", "12:00", "--by", "bia")
    after = ivr("hours", "--days", "1")[1]
    assert after.count("Tue 2026-03-10") == 6
    (row,) = [row for row in ivr("hours", "suporte.rm", "--days", "1")[1].splitlines() if row.startswith("Tue")]
    assert row.count("!") == 3, "from now until noon"


def test_who_is_on_call_is_told_with_number_and_end(ivr: Ivr, now: Now) -> None:
    code, out, _ = ivr("oncall", "--at", "2026-03-10T12:10")
    assert code == 0
    assert _rows(out)[:3] == [
        "plantao-suporte: on call until Tuesday 2026-03-10 19:00 (America/Sao_Paulo)",
        "1. carla +551150900103 rings for 30 s",
        "2. davi +551150900104 rings for 30 s",
    ]
    assert "plantao-suporte: nobody until Monday 2026-03-16 07:00" in ivr("oncall", "--at", "2026-03-14T10:00")[1]


def test_a_call_is_shown_with_the_rules_that_sent_it_where_it_went(ivr: Ivr, server: LineServer) -> None:
    sid = "CA" + "1" * 32
    server.keys("5", sid=sid)
    assert sid in ivr("calls")[1]
    code, out, _ = ivr("calls", "show", sid)
    rows = _rows(out)
    assert code == 0
    assert f"call {sid}" in rows
    assert "desk ouvidoria" in rows
    assert "target ring +551150900500 for 30 s" in rows
    assert rows[rows.index("target ring +551150900500 for 30 s") + 1].startswith(str(FLOWS / "4003-0015/routing.yaml:"))


def test_a_call_is_shown_with_the_ticket_that_it_opened(
    ivr: Ivr, server: LineServer, server_vault: Vault, database: Database
) -> None:
    demo.load(database, server_vault, parse_document)
    sid = "CA" + "1" * 32
    server.keys("2", "2", PADARIA, "1234", "0", "3", sid=sid)
    with server.database.reading() as connection:
        number = protocol_of(connection, sid)
    rows = _rows(ivr("calls", "show", sid)[1])
    assert f"protocol {number}" in rows
    assert f"ticket {number}: opened, medium, to be answered by 2026-03-12 19:30:00 UTC" in rows
    server.keys("5", sid="CA" + "2" * 32)
    assert not any(row.startswith("ticket") for row in _rows(ivr("calls", "show", "CA" + "2" * 32)[1]))


def test_a_call_is_printed_as_a_script_that_replays(ivr: Ivr, server: LineServer, tmp_path: Path) -> None:
    sid = "CA" + "1" * 32
    server.keys("7", "8", "*", "5", sid=sid)
    assert ivr("calls", "show", sid, "--script") == (
        1,
        "",
        f"the call {sid} cannot be played again on 4003-0015: it has not ended yet\n",
    )
    server.turn(5, sid, DialCallStatus="completed", DialCallDuration="40")
    code, out, err = ivr("calls", "show", sid, "--script")
    assert (code, err) == (0, "")
    assert 'call: "recorded call of 2026-03-10 10:30"\n' in out
    assert "  destination: ouvidoria\n" in out
    script = tmp_path / "recorded.call.yaml"
    script.write_text(out, encoding="utf-8")
    code, out, _ = ivr("replay", script, "--jobs", "1")
    assert (code, "1 call, all passed" in out) == (0, True)


def test_a_call_that_was_never_made_is_not_shown(ivr: Ivr, now: Now) -> None:
    assert ivr("calls") == (0, "no calls\n", "")
    code, out, err = ivr("calls", "show", "0000000000")
    assert (code, out) == (1, "")
    assert err == "there is no call 0000000000; ivr calls lists the last ones\n"


def test_only_looking_makes_no_database(ivr: Ivr, now: Now, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ``ivr serve`` would take an empty one for its own, and leave the demo customers out."""
    monkeypatch.delenv("IVR_DATABASE_URL")
    for arguments in (("route", "ouvidoria"), ("hours", "ouvidoria", "--days", "1"), ("calls",)):
        assert ivr(*arguments)[0] == 0
    assert not (tmp_path / "var" / "line.sqlite").exists()


def test_the_shipped_lines_ring_or_tell_an_opening_for_two_years(ivr: Ivr, now: Now) -> None:
    assert ivr("check", "4003-0015")[0] == 0


def test_staff_on_the_list_may_close_destinations_by_telephone(ivr: Ivr, now: Now) -> None:
    assert ivr("staff")[1].startswith("nobody may close desks by telephone")
    added = ivr("staff", "add", "101", "Bia", "--password", "48151623")
    assert added == (0, "Bia may close desks by telephone, as 101\n", "")
    assert _rows(ivr("staff")[1]) == ["101 Bia"]
    assert ivr("staff", "remove", "101") == (0, "101 is taken off the list\n", "")
    assert ivr("staff", "remove", "101") == (1, "", "nobody has the number 101\n")


def test_a_password_too_short_for_staff_is_refused_and_not_repeated(ivr: Ivr, now: Now) -> None:
    code, out, err = ivr("staff", "add", "101", "Bia", "--password", "4815")
    assert (code, out) == (2, "")
    assert "eight to twelve digits" in err
    assert "4815" not in err


def test_a_person_sees_tables_and_trees(server: LineServer, now: Now, monkeypatch: pytest.MonkeyPatch) -> None:
    sid = "CA" + "1" * 32
    server.keys("5", sid=sid)
    screen = seen(monkeypatch)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")

    def shown(*arguments: str) -> list[str]:
        screen.truncate(screen.seek(0))
        assert run(list(arguments)) == 0
        return [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue()).splitlines() if line.strip()]

    headings, _, row = shown("calls")
    assert headings.split() == ["began", "(UTC)", "SID", "from", "status", "desk"]
    assert row.split()[2:] == [sid, "+5511987654321", "in-progress", "ouvidoria"]
    assert "└── target       ring +551150900500 for 30 s" in shown("calls", "show", sid)
    assert "├── 1. " in "\n".join(shown("oncall"))
    assert shown("users")[0] == "there is no user; ivr users add NAME --role supervisor"
    run(["users", "add", "bia", "--role", "ops"])
    assert shown("users")[2].split()[:4] == ["bia", "ops", "bia", "-"]
    assert shown("outbox") == ["nothing is to be sent"]
