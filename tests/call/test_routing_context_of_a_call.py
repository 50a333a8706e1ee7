"""What the router is told of the world: closures, load, the caller's contract, and the call's own sampling fraction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from data.closures import NewClosure, close_destination, open_destination
from data.database import Database
from ivr.call.routing_context import sampling_fraction
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from tests.conftest import Now
from tests.line_server import LineServer, said, statements, twiml
from tests.lines import MENU, PROMPTS, ROUTING, TUESDAY, write_line

MakeServer = Callable[..., LineServer]

RM = '    targets: [{sip: "sip:rm@mesa.example.com", ring: 25}, {number: "+551150900104", ring: 20}]\n'
RH = '    targets: [{number: "+551150900105", ring: 20}]\n'


def _sid(number: int) -> str:
    return f"CA{number:032x}"


def _line(tmp_path: Path, *routing: tuple[str, str], menu: str = MENU, prompts: str = PROMPTS) -> Line:
    text = ROUTING
    for old, new in routing:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return load_line(write_line(tmp_path / "ensaio", menu=menu, prompts=prompts, routing=text))


def _close(database: Database, scope: str, hours: int | None = None) -> None:
    until = TUESDAY + timedelta(hours=hours) if hours else None
    with database.transaction() as connection:
        close_destination(connection, NewClosure("ensaio", scope, "falta de luz", TUESDAY, until, "bia"))


def _to_rm(server: LineServer, number: int = 1) -> str:
    """A call to the destination RM; the TwiML it ends with."""
    return server.keys("#", "1", sid=_sid(number)).text


def test_a_closure_is_heard_by_the_very_next_call_and_an_opening_too(
    server: LineServer, server_database: Database
) -> None:
    assert "sip:rm@" in _to_rm(server, 1)
    _close(server_database, "mesa.rm", hours=3)
    answer = _to_rm(server, 2)
    assert "A mesa RM atende de novo hoje às treze e meia." in answer
    assert "<Dial" not in answer
    with server_database.transaction() as connection:
        open_destination(connection, "ensaio", "mesa.rm", TUESDAY, "caio")
    assert "sip:rm@" in _to_rm(server, 3)


def test_a_closure_ends_by_itself(server: LineServer, server_database: Database, clock: Now) -> None:
    _close(server_database, "mesa", hours=1)
    assert "<Dial" not in _to_rm(server, 1)
    clock.moment = TUESDAY + timedelta(hours=1)
    assert "sip:rm@" in _to_rm(server, 2)


def test_a_closure_ends_the_search_of_a_call_that_rings_already(server: LineServer, server_database: Database) -> None:
    server.keys("#", "1")
    _close(server_database, "mesa.rm", hours=3)
    assert "A mesa RM atende de novo" in said(server.turn(3, DialCallStatus="busy"))


def test_a_closure_until_further_notice_has_words_of_its_own(
    tmp_path: Path, make_server: MakeServer, server_database: Database
) -> None:
    menu = MENU.replace("closed_say: fechado", "closed_say: fechado\n      emergency_say: emergencia")
    prompts = PROMPTS.replace("  ninguem:", '  emergencia: "{destino} está com um problema."\n  ninguem:')
    server = make_server(_line(tmp_path, menu=menu, prompts=prompts))
    _close(server_database, "mesa.rm")
    assert "A mesa RM está com um problema." in _to_rm(server)


def test_without_such_words_no_hour_is_promised(server: LineServer, server_database: Database) -> None:
    _close(server_database, "mesa.rm")
    assert "A mesa RM atende de novo em outra data." in _to_rm(server)


def test_a_full_destination_is_busy_and_free_again_when_a_call_ends(tmp_path: Path, make_server: MakeServer) -> None:
    server = make_server(_line(tmp_path, (RH, RH + "    limits: {concurrent: 1}\n")))
    assert "+551150900105" in server.keys("#", "2", sid=_sid(1)).text
    assert "A mesa está cheia." in server.keys("#", "2", sid=_sid(2)).text
    server.post("/twilio/status", sid=_sid(1), CallStatus="completed", SequenceNumber="3", CallDuration="9")
    assert "+551150900105" in server.keys("#", "2", sid=_sid(3)).text


def test_a_call_rings_on_at_a_destination_that_only_it_fills(tmp_path: Path, make_server: MakeServer) -> None:
    server = make_server(_line(tmp_path, (RM, RM + "    limits: {concurrent: 1}\n")))
    assert "sip:rm@" in _to_rm(server)
    assert "+551150900104" in server.turn(3, sid=_sid(1), DialCallStatus="no-answer").text


def test_the_calls_of_an_hour_are_counted(tmp_path: Path, make_server: MakeServer, clock: Now) -> None:
    server = make_server(_line(tmp_path, (RH, RH + "    limits: {per_hour: 1, per_day: 2}\n")))
    answers = []
    for number, minutes in enumerate((0, 30, 61, 125), 1):
        clock.moment = TUESDAY.replace(hour=8) + timedelta(minutes=minutes)
        answers.append("+551150900105" in server.keys("#", "2", sid=_sid(number)).text)
    assert answers == [True, False, True, False]


def test_several_telephones_ring_at_the_same_moment(tmp_path: Path, make_server: MakeServer) -> None:
    together = (
        '    targets: [{together: [{number: "+551150900105"}, {sip: "sip:rh@mesa.example.com"},'
        ' {number: "+551150900106"}], ring: 15}]\n'
    )
    server = make_server(_line(tmp_path, (RH, together)))
    (dial,) = twiml(server.keys("#", "2")).iter("Dial")
    assert dial.get("timeout") == "15"
    assert [(noun.tag, noun.text) for noun in dial] == [
        ("Number", "+551150900105"),
        ("Sip", "sip:rh@mesa.example.com"),
        ("Number", "+551150900106"),
    ]


@pytest.mark.untraced
def test_a_share_falls_by_the_call_and_stays_with_it(tmp_path: Path, make_server: MakeServer) -> None:
    share = '    targets: [{share: [{weight: 3, number: "+551150900105"}, {weight: 1, number: "+551150900106"}]}]\n'
    server = make_server(_line(tmp_path, (RH, share)))
    rung = ["+551150900105" in server.keys("#", "2", sid=_sid(number)).text for number in range(40)]
    assert rung == [sampling_fraction(_sid(number)) < 0.75 for number in range(40)]
    assert 20 < sum(rung) < 40


@pytest.mark.parametrize("sid", ["", "CA" + "0" * 32, "CA" + "f" * 32])
def test_the_luck_of_a_call_is_a_fraction_and_always_the_same(sid: str) -> None:
    assert 0 <= sampling_fraction(sid) < 1
    assert sampling_fraction(sid) == sampling_fraction(sid)


def test_the_contract_of_whoever_has_proved_who_they_are_counts(
    tmp_path: Path, make_server: MakeServer, server_database: Database
) -> None:
    from sqlalchemy import text

    contracts = '    contracts: {SLA: [{number: "+551150900109"}]}\n'
    server = make_server(_line(tmp_path, (RM, RM + contracts)))
    with server_database.transaction() as connection:
        connection.execute(text("UPDATE company SET special_contract = 'SLA'"))
    assert "sip:rm@" in _to_rm(server, 1)
    known = server.keys("2", "11222333000181", "1234", "0510001", sid=_sid(2)).text
    assert "+551150900109" in known


def test_the_rules_tried_are_stored_with_the_turn_and_their_places(server: LineServer) -> None:
    _to_rm(server)
    start, principal, areas = server.turns(_sid(1))
    assert start.tried == principal.tried == ()
    assert [rule for rule, _, _ in areas.tried] == ["closure", "special-day", "holiday", "hours", "target"]
    rule, outcome, place = areas.tried[-1]
    assert (rule, outcome) == ("target", "ring sip:rm@mesa.example.com for 25 s")
    assert place.endswith("ensaio/routing.yaml:9")


def test_closures_and_load_are_read_only_where_they_matter(server: LineServer, server_database: Database) -> None:
    with statements(server_database) as sent:
        server.start()
        server.turn(1, Digits="#")
    assert not [statement for statement in sent if "closure" in statement]
    with statements(server_database) as sent:
        server.turn(2, Digits="1")
    assert [statement for statement in sent if "FROM closure" in statement]
    assert not [statement for statement in sent if "FROM dialled" in statement]
