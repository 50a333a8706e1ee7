"""What a caller in a queue hears, and the key that leads out of it, over signed HTTP."""

from __future__ import annotations

import wave
from array import array
from datetime import timedelta
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree
from sqlalchemy import update
from werkzeug.test import TestResponse

from data.agent_skills import Skill, set_skill
from data.agent_states import AgentState
from data.agents import add_agent, change_state
from data.database import DatabaseUnavailableError
from data.offers import make_offer, move_offer
from data.queue_exits import exit_key
from data.roles import Role
from data.talks import TalkRecord, begin_talk, change_talk
from data.users import add_user, find_user
from data.waiting import WAITING, leave, waiting_of_call
from ivr.channels.twilio.twiml import HOLD_SOUND_SECONDS
from ivr.flow.line import Line
from ivr.web.hold import SECONDS
from tests.conftest import MakeServer, Now
from tests.line_server import SID, LineServer, said, statements, twiml


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    """4003-0015, whose menu has a queue, a term and destinations of every kind."""
    return make_server(shipped_line)


CONNECTED = {"QueueResult": "bridged", "QueueTime": "40"}


@pytest.fixture
def queued(server: LineServer) -> etree._Element:
    """A caller whom the service centre's telephone did not answer stands in its queue; the <Enqueue>."""
    server.keys("4", "3")
    answer = twiml(server.turn(3, DialCallStatus="no-answer"))
    enqueue = answer.find("Enqueue")
    assert enqueue is not None
    return enqueue


def _wait(server: LineServer, enqueue: etree._Element, **fields: str) -> TestResponse:
    return server.post(enqueue.get("waitUrl") or "", {"QueueTime": "0"} | fields)


def test_the_queue_says_which_turn_menu_and_transfer_it_belongs_to(queued: etree._Element, server: LineServer) -> None:
    query = parse_qs(urlsplit(queued.get("waitUrl") or "").query)
    (engine,) = server.lines
    assert query == {
        "seconds": ["600"], "turn": ["4"], "state": ["transferencia"], "line": ["4003-0015"],
        "menu": [engine.line.version],
    }  # fmt: skip


def test_the_first_words_tell_the_place_and_the_keys(queued: etree._Element, server: LineServer) -> None:
    for number in (71, 72):  # two who came before, as the table knows; the carrier may count otherwise
        _queue(server, f"CA{number:032x}", before=True)
    answer = _wait(server, queued, QueuePosition="9", AvgQueueTime="0")
    assert said(answer) == (
        "Todos os atendentes estão ocupados. Continue na linha, por favor, que já vamos atender você."
        " Você é o número 3 da fila."
        " Para deixar um recado, tecle 1. Para voltar ao começo e escolher outra área, tecle 2."
        " Se prefere desligar e receber a nossa ligação quando chegar a sua vez, tecle 3."
    )
    (gather,) = twiml(answer)
    assert (gather.get("numDigits"), gather.get("finishOnKey"), gather.get("timeout")) == ("1", "", "1")
    assert gather.get("actionOnEmptyResult") is None


QUEUE = "QU" + "1" * 32


def _queue(server: LineServer, sid: str, *, before: bool = False) -> None:
    """Another caller comes into the same queue; ``before`` the one of the test."""
    server.keys("4", "3", sid=sid)
    server.turn(3, sid, DialCallStatus="no-answer")
    if before:
        with server.database.transaction() as connection:
            earlier = server.clock() - timedelta(minutes=1)
            connection.execute(update(WAITING).where(WAITING.c.call_sid == sid).values(since=earlier))


def _answered(server: LineServer, waits: list[str], queue: str = QUEUE) -> None:
    """Other callers who were taken out of the queue after these seconds."""
    for number, seconds in enumerate(waits, 10):
        sid = f"CA{number:032x}"
        _queue(server, sid)
        for _ in range(2):  # the telephone company may tell it twice
            server.turn(4, sid, QueueResult="bridged", QueueTime=seconds, QueueSid=queue)


def test_the_wait_that_is_told_is_that_of_callers_who_were_answered(queued: etree._Element, server: LineServer) -> None:
    _answered(server, ["100", "170", "400"])
    answer = said(_wait(server, queued, QueueTime="50", QueuePosition="2", QueueSid=QUEUE, AvgQueueTime="50"))
    assert answer.startswith("Você é o número 1 da fila. Pelo ritmo de agora, a espera é de cerca de 3 minutos. Para")


@pytest.mark.parametrize(
    ("waits", "waited", "queue"),
    [
        ([], "50", QUEUE),  # nothing was measured: the company's average is that of those who still wait
        (["100", "170"], "50", QUEUE),  # two are chance
        (["100", "170", "400"], "170", QUEUE),  # this caller has waited as long by now
        (["100", "170", "400"], "50", "QU" + "2" * 32),  # another queue's
    ],
)
def test_a_wait_that_is_not_known_is_not_told(
    queued: etree._Element, server: LineServer, waits: list[str], waited: str, queue: str
) -> None:
    _answered(server, waits)
    answer = said(_wait(server, queued, QueueTime=waited, QueuePosition="2", QueueSid=queue, AvgQueueTime="170"))
    assert answer.startswith("Você é o número 1 da fila. Para deixar um recado")


def test_a_wait_of_more_than_an_hour_ago_is_not_told(queued: etree._Element, server: LineServer, clock: Now) -> None:
    _answered(server, ["100", "170", "400"])
    clock.moment += timedelta(minutes=61)
    assert "espera é de" not in said(_wait(server, queued, QueueTime="50", QueuePosition="2", QueueSid=QUEUE))


def test_the_place_that_is_told_never_grows(queued: etree._Element, server: LineServer, clock: Now) -> None:
    assert "número 1 da fila" in said(_wait(server, queued))
    _queue(server, f"CA{71:032x}", before=True)
    clock.moment += timedelta(seconds=30)
    assert "número 1 da fila" in said(_wait(server, queued, QueueTime="30"))


def test_the_wait_is_told_by_the_agents_on_duty_and_their_talks(
    queued: etree._Element, server: LineServer, clock: Now
) -> None:
    _agent(server, "rita")
    assert "espera é de" not in said(_wait(server, queued)), "no talk tells how long one takes"
    for number in range(80, 85):
        _talk(server, f"CA{number:032x}", seconds=600)
    clock.moment += timedelta(seconds=2)
    assert "a espera é de cerca de 10 minutos" in said(_wait(server, queued, QueueTime="2"))
    _agent(server, "saulo")
    clock.moment += timedelta(seconds=2)
    assert "a espera é de cerca de 5 minutos" in said(_wait(server, queued, QueueTime="4"))


def test_where_the_database_is_away_the_carrier_s_place_is_told(queued: etree._Element, server: LineServer) -> None:
    server.database.close()
    with pytest.MonkeyPatch.context() as patched:

        def away(*_: object) -> None:
            raise DatabaseUnavailableError("away")

        patched.setattr(server.database, "reading", away)
        assert "número 4 da fila" in said(_wait(server, queued, QueuePosition="4"))


def test_a_queue_of_a_thousand_is_read_once_a_second(queued: etree._Element, server: LineServer) -> None:
    _wait(server, queued)
    with statements(server.database) as sent:
        _wait(server, queued, QueueTime="1")
    assert len(sent) <= 1, "the entry of the caller; the order of all is known"


def _agent(server: LineServer, login: str) -> None:
    """An agent who is available for whatever the caller waits for."""
    with server.database.transaction() as connection:
        add_user(connection, login, login, Role.AGENT)
        user = find_user(connection, login)
        add_agent(connection, user, f"+55115090090{user.id}", None, server.clock(), login)
        entry = waiting_of_call(connection, SID)
        assert entry
        set_skill(connection, Skill(user.id, entry.line, entry.destination, 3))
        change_state(connection, user.id, AgentState.AVAILABLE, None, server.clock(), login)


def _talk(server: LineServer, sid: str, *, seconds: int) -> None:
    """Another caller of the queue was talked with for so long, and the talk has just ended."""
    _queue(server, sid)
    now = server.clock()
    with server.database.transaction() as connection:
        entry = waiting_of_call(connection, sid)
        assert entry
        offer = make_offer(connection, entry.id, 1, now)
        assert offer
        move_offer(connection, offer.id, "ended", now)
        leave(connection, entry.id, "answered", now)
        begin_talk(connection, TalkRecord(entry.id, offer.id, entry.line, entry.destination, sid, 1, entry.id, now))
        change_talk(connection, entry.id, started_at=now - timedelta(seconds=seconds), ended_at=now)


def test_between_announcements_a_soft_tone_tells_that_the_line_is_alive(
    queued: etree._Element, server: LineServer
) -> None:
    (gather,) = twiml(_wait(server, queued, QueueTime="50", QueuePosition="2"))
    *_, tone = gather
    assert (tone.tag, tone.text, tone.get("loop"), SECONDS) == ("Play", "/hold.wav", "9", HOLD_SOUND_SECONDS)
    answer = server.client.get("/hold.wav")
    assert (answer.status_code, answer.mimetype) == (200, "audio/wav")
    with wave.open(BytesIO(answer.data)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate(), seconds) == (1, 2, 8000, 5.0)
        samples = array("h", sound.readframes(sound.getnframes()))
    assert 2000 < max(map(abs, samples[:8000])) < 12000, "heard, and no louder than a voice"
    assert max(map(abs, samples[-4000:])) < 20, "and then quiet"


def test_whoever_is_just_being_connected_hears_nothing(queued: etree._Element, server: LineServer) -> None:
    answer = _wait(server, queued, QueueTime="50", QueuePosition="0", AvgQueueTime="170")
    assert said(answer) == ""
    assert twiml(answer).find(".//Play") is None


def test_the_quiet_ends_with_the_longest_wait_and_then_the_queue_does(
    queued: etree._Element, server: LineServer
) -> None:
    (gather,) = twiml(_wait(server, queued, QueueTime="588", QueuePosition="1"))
    assert (gather.get("timeout"), gather[-1].get("loop")) == ("2", "2")
    assert twiml(_wait(server, queued, QueueTime="600", QueuePosition="1"))[0].tag == "Leave"


@pytest.mark.parametrize(("pressed", "heard"), [("1", "deixe um recado"), ("2", "Para software, tecle 2")])
def test_a_key_leaves_the_queue_and_the_next_turn_goes_where_it_leads(
    queued: etree._Element, server: LineServer, pressed: str, heard: str
) -> None:
    (gather,) = twiml(_wait(server, queued))
    assert [verb.tag for verb in twiml(server.post(gather.get("action") or "", Digits=pressed))] == ["Leave"]
    answer = server.turn(4, QueueResult="leave", QueueTime="31")
    assert heard in said(answer)
    assert server.turns()[-1].outcome == f"key_{pressed}"


@pytest.mark.parametrize("pressed", ["4", "*", "#", ""])
def test_another_key_keeps_the_caller_in_the_queue(queued: etree._Element, server: LineServer, pressed: str) -> None:
    (gather,) = twiml(_wait(server, queued))
    again = server.post(gather.get("action") or "", Digits=pressed, QueueTime="12", QueuePosition="1")
    assert "Você é o número 1 da fila" in said(again)
    with server.database.reading() as connection:
        assert exit_key(connection, SID, 4) is None


def test_a_key_that_is_delivered_twice_is_one_key_and_the_first_one_holds(
    queued: etree._Element, server: LineServer
) -> None:
    (gather,) = twiml(_wait(server, queued))
    for pressed in ("1", "1", "2"):
        assert twiml(server.post(gather.get("action") or "", Digits=pressed))[0].tag == "Leave"
    with server.database.reading() as connection:
        assert exit_key(connection, SID, 4) == "1"


def test_a_key_is_forgotten_where_an_agent_came_first(queued: etree._Element, server: LineServer) -> None:
    (gather,) = twiml(_wait(server, queued))
    server.post(gather.get("action") or "", Digits="1")
    assert "Obrigado por ligar" in said(server.turn(4, **CONNECTED))


def test_the_longest_wait_leads_on_as_ever(queued: etree._Element, server: LineServer) -> None:
    assert "Não foi possível falar com o Centro de Serviços" in said(
        server.turn(4, QueueResult="leave", QueueTime="600")
    )


@pytest.mark.parametrize(
    "query", ["state=principal", "state=nowhere", "line=nowhere&menu=x", "turn=x&state=transferencia"]
)
def test_a_wait_document_of_nothing_known_still_keeps_the_caller_company(server: LineServer, query: str) -> None:
    assert "Todos os atendentes estão ocupados" in said(server.post(f"/twilio/wait?seconds=60&{query}", QueueTime="0"))
