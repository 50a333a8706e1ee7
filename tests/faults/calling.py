"""Calls to a server that is being broken meanwhile, and what must be true of them whatever was done to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from data.database import Database
from ivr.simulator.http_transport import HttpTransport
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import WsgiTransport
from tests.faults import books
from tests.faults.company import Account, Insistent, Steps, answers_of, is_twiml, play
from tests.faults.served import Connected
from tests.line_server import LineServer

LIMIT = 15.0
"""Seconds after which the telephone company gives up (error 11205)."""


_NUMBERS = itertools.count(1)


class Calling:
    """Calls to ``served``, each with an id of its own; ``account`` has every delivery.

    ``undisturbed`` is the same server where nothing fails.
    """

    def __init__(self, served: Connected, undisturbed: LineServer) -> None:
        self.account = Account()
        self.served = served
        self._undisturbed = undisturbed
        self._http = HttpTransport()

    def call(self, steps: Steps, meanwhile: Callable[[str], None] | None = None) -> Transcript:
        """One call; ``meanwhile`` is done before each of its requests. Every answer comes in time and is TwiML."""
        sid = f"CA{next(_NUMBERS):032x}"
        transcript = play(sid, steps, Insistent(self._http, self.served.url, self.account, meanwhile=meanwhile))
        assert transcript.error is None
        assert [each for each in self.account.deliveries if not is_twiml(each.response)] == []
        assert self.slowest < LIMIT
        return transcript

    def usual(self, steps: Steps) -> None:
        """One call that goes as it would where nothing ever failed."""
        transcript = self.call(steps)
        assert (transcript.failures, answers_of(transcript)) == ([], self.expected(transcript, steps))

    def expected(self, transcript: Transcript, steps: Steps) -> list[tuple[str, bytes | None]]:
        """What the same call is answered where nothing fails."""
        return answers_of(play(transcript.call_sid, steps, WsgiTransport(self._undisturbed.app)))

    @property
    def slowest(self) -> float:
        """Seconds that the slowest answer took."""
        return max(each.seconds for each in self.account.deliveries)

    def agree(self, database_url: str) -> None:
        """No turn is half there, and none is lost that was answered with data."""
        database = Database(database_url)
        try:
            assert list(books.lost(database, self.account.deliveries)) == []
            assert list(books.wrongs(database, gaps=True)) == []
        finally:
            database.close()

    def close(self) -> None:
        """Hang up."""
        self._http.close()
