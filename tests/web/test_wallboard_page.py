"""The wallboard: how the line stands now, the same for all processes, and what may be done there by whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.agent_skills import Skill, set_skill
from data.agent_states import AgentState
from data.agents import add_agent, change_state
from data.audit import VISITOR, audit_since
from data.calls import record_status
from data.messages import MessageRecord, keep_message, unheard_messages
from data.offers import make_offer
from data.roles import Role
from data.talks import TalkRecord, begin_talk
from data.trials import mark_trial
from data.users import find_user
from data.waiting import leave, waiting_of_call
from ivr.flow.line import Line
from ivr.web.wallboard.board import read_board
from tests.conftest import MakeServer
from tests.line_server import LineServer, said
from tests.web.browsing import Browser, make_user

PAGE = "/wallboard/ensaio"
IN_MENU, WAITS, GONE, TRIAL, RINGS = (f"CA{number:032x}" for number in range(1, 6))
PORTUGUESE = {"Accept-Language": "pt-BR"}


@pytest.fixture
def server(make_server: MakeServer) -> LineServer:
    """The small line: a caller in the menu, two in a queue, one at a telephone, and one who left the queue."""
    server = make_server(auth_token=None)
    with server.database.transaction() as connection:
        mark_trial(connection, TRIAL, server.clock())
    server.keys("#", sid=IN_MENU)
    server.keys("7", sid=RINGS)
    for sid in (WAITS, GONE, TRIAL):
        server.keys("#", "3", sid=sid)
    with server.database.transaction() as connection:
        entry = waiting_of_call(connection, GONE)
        assert entry
        leave(connection, entry.id, "abandoned", server.clock() + timedelta(seconds=30))
        record_status(connection, GONE, "completed", 9, 60, server.clock())
    make_user(server, "sofia", Role.SUPERVISOR)
    make_user(server, "rita", Role.AGENT)
    with server.database.transaction() as connection:
        rita = find_user(connection, "rita")
        add_agent(connection, rita, "+551150900105", None, server.clock(), "rita")
        set_skill(connection, Skill(rita.id, "ensaio", "mesa", 3))
    return server


def _browser(server: LineServer, login: str) -> Browser:
    browser = Browser(server)
    browser.log_in(login)
    return browser


def _line(server: LineServer) -> Line:
    return next(iter(server.lines)).line


def test_a_call_that_goes_on_is_counted_once_by_what_it_does(server: LineServer) -> None:
    with server.database.reading() as connection:
        board = read_board(connection, _line(server), server.clock())
    calls = board.calls
    assert (calls.menu, calls.ringing, calls.waiting, calls.talking, calls.trials, calls.all) == (1, 1, 2, 0, 1, 4)
    assert calls.states == (("areas", 1),)


def test_a_queue_that_nobody_answers_stands_out_until_somebody_is_on_duty(server: LineServer) -> None:
    sofia = _browser(server, "sofia")
    assert "ninguém atende aqui" in sofia.get(PAGE, PORTUGUESE).text
    with server.database.transaction() as connection:
        rita = find_user(connection, "rita")
        change_state(connection, rita.id, AgentState.AVAILABLE, None, server.clock(), "rita")
        board = read_board(connection, _line(server), server.clock())
    (queue,) = (each for each in board.queues if each.destination == "mesa.fila")
    assert (queue.waiting, queue.free, queue.engaged, queue.paused) == (2, 1, 0, 0)
    assert "ninguém atende aqui" not in sofia.get(f"{PAGE}/now", PORTUGUESE).text


def test_the_figures_of_today_are_those_of_the_report(server: LineServer) -> None:
    text = _browser(server, "sofia").get(PAGE, PORTUGUESE).text
    assert "0,0 %" in text, "one hung up after 30 seconds, and nobody was answered"
    assert "50,0 %" in text, "one of the two that were offered; a trial is none"


def test_a_desk_is_closed_and_opened_there_and_the_next_call_hears_it(server: LineServer) -> None:
    sofia = _browser(server, "sofia")
    form = {"scope": "gente", "reason": "sem energia", "hours": "2"}
    assert sofia.post(f"{PAGE}/close", form).status_code == 303
    assert "sem energia" in sofia.get(PAGE).text
    answer = server.keys("7", sid=f"CA{90:032x}")
    assert "atende de novo" in said(answer)
    assert sofia.post(f"{PAGE}/open", {"scope": "gente"}).status_code == 303
    assert sofia.post(f"{PAGE}/open", {"scope": "gente"}).status_code == 409
    with server.database.reading() as connection:
        acts = [row.subject for row in audit_since(connection, server.clock() - timedelta(1)) if row.act == "close"]
    assert acts == ["ensaio gente", "ensaio gente opened"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"scope": "mesa.rx"}, "Essa mesa não existe"),
        ({"scope": ""}, "Essa mesa não existe"),
        ({"reason": "  "}, "Diga por quê"),
        ({"hours": "muitas"}, "Diga em quantas horas"),
        ({"hours": "-1"}, "Diga em quantas horas"),
    ],
)
def test_a_closure_that_is_none_is_refused_in_words(server: LineServer, changed: dict[str, str], told: str) -> None:
    sofia = _browser(server, "sofia")
    sofia.client.get("/language/pt-BR", base_url=sofia.at)
    answer = sofia.post(f"{PAGE}/close", {"scope": "gente", "reason": "teste", "hours": ""} | changed)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_message_is_there_until_somebody_says_that_it_was_heard(server: LineServer) -> None:
    left = MessageRecord(GONE, 3, server.clock(), "gente", f"RE{1:032x}", "https://api.twilio.com/recording", 12)
    with server.database.transaction() as connection:
        keep_message(connection, left)
    sofia = _browser(server, "sofia")
    assert f"/recordings/{GONE}/3?until=" in sofia.get(PAGE).text
    assert _browser(server, "rita").post(f"{PAGE}/messages/{GONE}/3/heard").status_code == 403
    assert sofia.post(f"{PAGE}/messages/{GONE}/3/heard").status_code == 303
    assert sofia.post(f"{PAGE}/messages/{GONE}/3/heard").status_code == 409
    with server.database.reading() as connection:
        assert unheard_messages(connection, "ensaio", 9) == []


def test_who_may_not_supervise_sees_figures_and_no_messages_or_buttons(server: LineServer) -> None:
    with server.database.transaction() as connection:
        keep_message(connection, MessageRecord(GONE, 3, server.clock(), "gente", "RE1", "https://x.example/1", 12))
    rita = _browser(server, "rita")
    text = rita.get(PAGE).text
    assert "/recordings/" not in text
    assert "/close" not in text
    for act in ("close", "open", "talks/TK1/listen"):
        assert rita.post(f"{PAGE}/{act}", {"scope": "gente"}).status_code == 403
    assert "+5511" not in text, "no number of a caller is on the board"


def test_a_supervisor_without_a_telephone_is_told_so(server: LineServer) -> None:
    answer = _browser(server, "sofia").post(f"{PAGE}/talks/TK{'0' * 32}/listen")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text


def test_who_has_no_login_and_no_telephone_is_told_to_log_in(server: LineServer) -> None:
    visitor = Browser(server)
    visitor.client.get("/language/pt-BR", base_url=visitor.at)
    answer = visitor.post(f"{PAGE}/talks/TK{'0' * 32}/listen")
    assert answer.status_code == 409
    assert "Entre como supervisor" in answer.text
    assert visitor.post(f"{PAGE}/talks/TK{'0' * 32}/bug").status_code == 404


@pytest.mark.parametrize("body", ["[]", "{", '{"phone": 7}', '{"phone": "ph_unknown"}', "null"])
def test_rubbish_in_place_of_a_telephone_is_no_telephone(server: LineServer, body: str) -> None:
    sofia = _browser(server, "sofia")
    headers = {"Origin": sofia.at, "X-CSRF-Token": sofia.token(), "Content-Type": "application/json"}
    answer = sofia.client.post(f"{PAGE}/talks/TK{'0' * 32}/listen", base_url=sofia.at, data=body, headers=headers)
    assert answer.status_code == 409
    assert list(answer.json or ()) == ["error"]


@pytest.mark.parametrize("login", ["sofia", None])
def test_a_supervised_act_stands_in_the_audit_once(server: LineServer, login: str | None) -> None:
    now = server.clock()
    with server.database.transaction() as connection:
        entry, rita = waiting_of_call(connection, WAITS), find_user(connection, "rita")
        assert entry
        offer = make_offer(connection, entry.id, rita.id, now)
        assert offer
        talk = TalkRecord(entry.id, offer.id, "ensaio", "mesa.fila", WAITS, rita.id, entry.id, now, started_at=now)
        assert begin_talk(connection, talk)
    browser = _browser(server, login) if login else Browser(server)
    assert browser.post(f"{PAGE}/talks/{entry.id}/mute").status_code == 303
    with server.database.reading() as connection:
        found = [row for row in audit_since(connection, now - timedelta(1)) if row.act == "supervise"]
    assert [(row.who, row.subject) for row in found] == [(login or VISITOR, f"mute {entry.id}")]
