"""Whoever is on call is asked to press 1; a voicemail and a pocket never do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ivr.call import verbs
from ivr.call.apology import apology
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from tests.line_server import LineServer, said, twiml
from tests.lines import MENU, PROMPTS, ROUTING, TUESDAY, write_line

MakeServer = Callable[..., LineServer]


def _asking(tmp_path: Path, routing: str = ROUTING) -> Line:
    """The small line, whose staff on call are asked."""
    menu = MENU.replace("  wait: espera\n", "  wait: espera\n  accept: atender\n")
    prompts = PROMPTS.replace("  espera:", "  atender: Ligação para {destino}. Tecle 1.\n  espera:")
    text = routing.replace('[{number: "+551150900105", ring: 20}]', '[{number: "+551150900105", accept: yes}]')
    return load_line(write_line(tmp_path / "ensaio", menu=menu, prompts=prompts, routing=text))


@pytest.fixture
def asking(tmp_path: Path, make_server: MakeServer) -> LineServer:
    return make_server(_asking(tmp_path))


def _whisper(server: LineServer) -> str:
    """Where the telephone of the destination is asked."""
    (number,) = twiml(server.keys("#", "2")).iter("Number")
    assert number.get("method") == "POST"
    return str(number.get("url"))


def test_the_question_to_the_callee_names_the_line_and_the_destination(asking: LineServer) -> None:
    url = urlsplit(_whisper(asking))
    assert url.path == "/twilio/accept"
    assert parse_qs(url.query) == {"line": ["ensaio"], "desk": ["mesa.rh"]}


def test_staff_are_told_for_which_destination_and_press_one_key(asking: LineServer) -> None:
    answer = asking.post(_whisper(asking), To="+551150900105")
    assert said(answer) == "Ligação para a mesa RH. Tecle 1."
    gather, hangup = twiml(answer)
    assert (gather.get("numDigits"), gather.get("action")) == ("1", "/twilio/accepted")
    assert hangup.tag == "Hangup", "who presses nothing is let go"


@pytest.mark.parametrize(("digits", "verbs"), [("1", []), ("2", ["Hangup"]), ("", ["Hangup"])])
def test_only_the_key_1_takes_the_call(asking: LineServer, digits: str, verbs: list[str]) -> None:
    answer = asking.post("/twilio/accepted", To="+551150900105", Digits=digits)
    assert [verb.tag for verb in twiml(answer)] == verbs


def test_the_question_is_asked_without_a_call_and_leaves_nothing_behind(asking: LineServer) -> None:
    asking.post("/twilio/accept?line=ensaio&desk=mesa.rh", sid="CA" + "9" * 32)
    assert asking.calls() == 0


def test_an_unsigned_question_is_refused(asking: LineServer) -> None:
    assert asking.raw("/twilio/accept?line=ensaio&desk=mesa.rh", "CallSid=CA").status_code == 403
    assert asking.raw("/twilio/accepted", "Digits=1").status_code == 403


def test_whoever_picked_up_and_did_not_accept_is_nobody_to_the_caller(asking: LineServer) -> None:
    asking.keys("#", "2")
    answer = asking.turn(3, DialCallStatus="completed", DialBridged="false", DialCallDuration="7")
    assert "Ninguém atende em a mesa RH." in said(answer)


def test_whoever_accepted_has_served_the_caller(asking: LineServer) -> None:
    asking.keys("#", "2")
    answer = asking.turn(3, DialCallStatus="completed", DialBridged="true", DialCallDuration="70")
    assert "Até logo" in said(answer)


def test_an_apology_asks_for_the_key_too(tmp_path: Path) -> None:
    """The routes that ask need no turn of ours, which may be what is broken."""
    routing = ROUTING.replace('[{number: "+551150900700", ring: 25}]', '[{number: "+551150900700", accept: yes}]')
    dial = apology(_asking(tmp_path, routing), TUESDAY)[2]
    assert isinstance(dial, verbs.Dial)
    assert dial.whisper == "gente"


def test_a_destination_that_nobody_knows_is_left_out_of_the_question(asking: LineServer) -> None:
    assert said(asking.post("/twilio/accept?line=outra&desk=nenhuma")) == "Ligação para . Tecle 1."
