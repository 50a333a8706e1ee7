"""``kill -9`` at any moment: no turn that was answered is lost, and every call goes on where it was.

The server is a process of its own (tests/faults/forking.py), and so is its death: the kernel's, not ours.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from dataclasses import replace

import pytest

from data.database import Database
from data.vault import Vault
from ivr.simulator.http_transport import HttpTransport
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import Request, Response, TransportError, WsgiTransport
from tests.databases import THOROUGHLY, _fill, one_of_both
from tests.faults import books
from tests.faults.calling import Calling
from tests.faults.company import (
    IDENTIFIED,
    LOOKING,
    MESSAGE,
    QUEUED,
    Account,
    Callers,
    Insistent,
    Steps,
    answers_of,
    is_twiml,
    play,
)
from tests.faults.conftest import MakeServer
from tests.faults.forking import DIE_HEADER
from tests.faults.served import PUBLIC_URL, Connected
from tests.line_server import LineServer

pytestmark = pytest.mark.network

KILLS = {"sqlite": 200 if THOROUGHLY else 8, "postgresql": 200 if THOROUGHLY else 8}
"""The server dies alike; what differs is what its death leaves behind, and SQLite leaves more."""

SERVER_KILLS = 8 if THOROUGHLY else 4

CALLERS = 4
PLANS: tuple[Steps, ...] = (IDENTIFIED, LOOKING, MESSAGE, QUEUED)


def plan_of(sid: str) -> Steps:
    """Whose call it is decides how it goes."""
    return PLANS[int(sid[2:], 16) % len(PLANS)]


def test_kills_at_random_instants_lose_nothing_and_every_call_goes_on(
    database_url: str, undisturbed: LineServer
) -> None:
    rng = random.Random(40030015)
    kills = KILLS[database_url.partition(":")[0]]
    account = Account()
    transcripts: dict[str, Transcript] = {}
    with Connected(database_url) as served:

        def call(caller: int, number: int) -> None:
            http = HttpTransport()
            sid = f"CA{caller + 1:08x}{number:024x}"
            line = Insistent(http, served.url, account, rng=random.Random(sid), doubts=0.1)
            transcripts[sid] = play(sid, plan_of(sid), line)
            http.close()

        callers = Callers(CALLERS, call)
        for kill in range(kills):
            if kill % 4 == 3:
                # While it is being born, with the log of the one before still to be read.
                time.sleep(rng.uniform(0, 0.03))
            else:
                account.wait_for(rng.randint(1, 7), 5)
                time.sleep(rng.uniform(0, 0.008))
            served.kill()
        callers.stop()

    again = len([delivery for delivery in account.deliveries if delivery.tries > 1])
    print(
        f"{kills} kills, {len(transcripts)} calls, {len(account.deliveries)} answers, {again} of them asked for again"
    )
    assert again >= kills // 4
    assert account.odd == []
    assert [delivery for delivery in account.deliveries if not is_twiml(delivery.response)] == []
    database = Database(database_url)
    try:
        assert list(books.lost(database, account.deliveries)) == []
        assert list(books.wrongs(database)) == []
        assert books.still_open(database) == []
    finally:
        database.close()
    # Each call went as it would have gone in a server that nobody kills: its one turn was delivered again, and no more.
    line = WsgiTransport(undisturbed.app)
    for sid, transcript in transcripts.items():
        assert (transcript.status, transcript.failures) == ("completed", [])
        assert _turns_of(transcript) == _turns_of(play(sid, plan_of(sid), line))


def _turns_of(transcript: Transcript) -> list[tuple[str, bytes | None]]:
    """Each path with its answer, but for the words in a queue: the wait that is told there is measured in a process's
    memory, on the calls that it saw answered.
    """
    return [(path, None if path == "/twilio/wait" else document) for path, document in answers_of(transcript)]


@pytest.mark.postgres
def test_kills_of_a_servers_processes_lose_nothing_that_was_answered(
    make_breakable: MakeServer, server_vault: Vault, undisturbed: LineServer
) -> None:
    """A process of the server that is killed takes all its connections with it; a crash takes the server itself."""
    rng = random.Random(40030015)
    account = Account()
    server = make_breakable(fsync="off")  # the server dies, the machine does not
    url = server.create()
    _fill(url, server_vault)
    with Connected(url) as served:

        def call(caller: int, number: int) -> None:
            http = HttpTransport()
            sid = f"CA{caller + 1:08x}{number:024x}"
            assert play(sid, plan_of(sid), Insistent(http, served.url, account)).error is None
            http.close()

        callers = Callers(CALLERS, call)
        for kill in range(SERVER_KILLS):
            account.wait_for(rng.randint(8, 20), 10)
            if kill % 4 == 3:
                server.crash()
                server.start()
                continue
            backends = list(server.backends("ivr_test_"))
            if backends:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(rng.choice(backends), signal.SIGKILL)
        server.recover(url)
        callers.stop()
        Calling(served, undisturbed).usual(IDENTIFIED)

    assert [delivery for delivery in account.deliveries if not is_twiml(delivery.response)] == []
    print(f"{len(account.deliveries)} answers, {account.durable} of them turns with data")
    assert account.durable > 5 * SERVER_KILLS
    database = Database(url)
    try:
        assert list(books.lost(database, account.deliveries)) == []
        assert list(books.wrongs(database, gaps=True)) == []
    finally:
        database.close()


class Deadly:
    """A transport whose every request kills the server, ``before`` or ``after`` it was taken, and is then retried."""

    def __init__(self, inner: HttpTransport, served: Connected, when: str) -> None:
        self._inner = inner
        self._served = served
        self._when = when

    def send(self, request: Request, timeout: float) -> Response:
        sent = replace(request, url=request.url.replace(PUBLIC_URL, self._served.url, 1))
        deadly = replace(sent, headers=(*sent.headers, (DIE_HEADER, self._when)))
        with pytest.raises(TransportError):
            self._inner.send(deadly, timeout)
        self._served.wait()
        return replace(self._inner.send(sent, timeout), url=request.url)


@one_of_both("sqlite")
@pytest.mark.parametrize(
    "when",
    [
        pytest.param("before", marks=pytest.mark.skipif(not THOROUGHLY, reason="make faults: random kills do this")),
        "after",
    ],
)
def test_a_turn_whose_answer_died_with_the_server_is_answered_again(
    database_url: str, undisturbed: LineServer, when: str
) -> None:
    """``after``: the turn is committed, and no byte of its answer has left."""
    http = HttpTransport()
    with Connected(database_url) as served:
        for number, plan in enumerate((MESSAGE, IDENTIFIED) if THOROUGHLY else (MESSAGE,)):
            sid = f"CA{number:032x}"
            transcript = play(sid, plan, Deadly(http, served, when))
            assert (transcript.status, transcript.failures) == ("completed", [])
            assert answers_of(transcript) == answers_of(play(sid, plan, WsgiTransport(undisturbed.app)))
    http.close()
    database = Database(database_url)
    try:
        assert list(books.wrongs(database)) == []
        assert books.still_open(database) == []
    finally:
        database.close()
