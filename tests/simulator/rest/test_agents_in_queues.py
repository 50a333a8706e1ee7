"""Agents who come into a queue as the seed says, and parties who answer as an option of the command line writes it."""

from __future__ import annotations

import pytest

from ivr.simulator.phones import steps
from ivr.simulator.rest.account import AccountSeed
from ivr.simulator.rest.callees import CalleeBehaviour
from ivr.simulator.rest.queue_agents import QueueBehaviour
from ivr.simulator.rest.written_behaviours import parse_callee, parse_named_callee, parse_named_queue, parse_queue
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import WebApp, events

WAIT = "<Enqueue action='/left' waitUrl='/hold'>suporte</Enqueue>"


def account(behaviour: QueueBehaviour, hold: str = "") -> Account:
    app = (
        WebApp()
        .page("/voice", WAIT)
        .page("/hold", hold)
        .page("/left", "")
        .page("/agent", "<Dial><Queue>suporte</Queue></Dial>")
    )
    return Account(app, seed=AccountSeed(queues={"suporte": behaviour}))


@pytest.mark.parametrize("hold", ["", "<Say>aguarde mais um momento na linha</Say>", "<Pause length='7'/>"])
def test_an_agent_comes_when_the_queue_says_and_talks_as_long(hold: str) -> None:
    made = account(QueueBehaviour("bridged", 20, 45), hold)
    transcript = made.incoming()
    (enqueued,) = events(transcript, "enqueue")
    assert (enqueued["result"], enqueued["seconds"]) == ("bridged", 20)
    assert transcript.duration == 65
    assert made.app.received[-1].form["QueueResult"] == "bridged"


def test_a_caller_may_hang_up_before_the_agent_comes() -> None:
    made = account(QueueBehaviour("bridged", 20))
    transcript = made.incoming(steps.InQueue("wait", seconds=5), steps.HangUp())
    assert events(transcript, "enqueue")[0]["result"] == "hangup"
    assert transcript.duration < 20


def test_nobody_gets_into_a_full_queue() -> None:
    made = account(QueueBehaviour("full"))
    assert events(made.incoming(), "enqueue")[0]["result"] == "queue-full"
    assert [one.max_size for one in made.client.queues.list()] == [0]


def test_an_agent_who_dials_the_queue_is_there_first() -> None:
    made = account(QueueBehaviour("bridged", 300, 10))
    made.when("/hold", lambda: made.dial(to=AGENT))
    transcript = made.incoming()
    assert events(transcript, "enqueue")[0]["result"] == "bridged"
    assert transcript.duration < 300


@pytest.mark.parametrize(
    ("text", "callee"),
    [
        ("busy", CalleeBehaviour("busy")),
        ("no-answer", CalleeBehaviour("no-answer")),
        ("answered", CalleeBehaviour("answered")),
        ("answered:2", CalleeBehaviour("answered", 2)),
        ("machine", CalleeBehaviour("answered", by="machine")),
        ("fax:1:30", CalleeBehaviour("answered", 1, 30, "fax")),
    ],
)
def test_a_callee_is_written_in_a_word_and_its_seconds(text: str, callee: CalleeBehaviour) -> None:
    assert parse_callee(text) == callee
    assert parse_named_callee(f"+5511900000001={text}") == ("+5511900000001", callee)


@pytest.mark.parametrize("text", ["", "ocupado", "busy:2", "answered:2:3:4", "answered:", "machine:-1"])
def test_a_callee_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="write "):
        parse_callee(text)


@pytest.mark.parametrize("text", ["", "bridged:x", "bridged:1:2:3", "wait:3", "full:1", "answered"])
def test_a_queue_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="write "):
        parse_queue(text)


@pytest.mark.parametrize("text", ["busy", "=busy", "+5511900000001=", "11900000001=busy"])
def test_a_callee_without_its_number_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="write "):
        parse_named_callee(text)


def test_a_queue_is_named_before_its_behaviour() -> None:
    assert parse_named_queue("suporte=bridged:20") == ("suporte", QueueBehaviour("bridged", 20))
