"""People who call through a proxy while machines and databases die, and what they heard."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

from data.database import Database
from ivr.simulator.http_transport import HttpTransport
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import WsgiTransport
from tests.faults import books
from tests.faults.company import (
    IDENTIFIED,
    LOOKING,
    QUEUED,
    Account,
    Callers,
    Insistent,
    Steps,
    is_twiml,
    play,
)
from tests.line_server import LineServer

PLANS: tuple[Steps, ...] = (LOOKING, IDENTIFIED, LOOKING, QUEUED)

PEOPLE = "+551150900700"
"""Rung for whoever cannot be helped otherwise."""

MOMENT_SECONDS = 1.0
"""As long as a caller who is asked for a moment is paused, the sentence itself left out."""


@dataclass
class Traffic:
    """Calls without a pause through ``url``; ``name`` (two hex digits) tells them from those of other traffic."""

    url: str
    name: str
    account: Account = field(default_factory=Account)
    transcripts: dict[str, Transcript] = field(default_factory=dict)
    _undisturbed: dict[str, Transcript] = field(default_factory=dict)

    def begin(self, callers: int) -> None:
        """So many people begin to call, each again and again."""
        self._callers = Callers(callers, self._call)

    def end(self) -> None:
        """Everybody ends the call they are in."""
        self._callers.stop()

    def longest_gap(self, since: float) -> float:
        """The most seconds, from ``since`` on (of the monotonic clock), in which no turn was acknowledged."""
        times = sorted(each.answered_at for each in self.account.deliveries if each.durable)
        return max(after - before for before, after in pairwise(times) if after > since)

    def degraded(self) -> int:
        """How many answers were given without the database."""
        return sum("X-IVR-Away" in each.response.headers for each in self.account.deliveries)

    def led_to_people(self) -> list[str]:
        """Each call that needed the database for longer than a caller is asked to wait, and so was given to people."""
        return [sid for sid, transcript in self.transcripts.items() if _apologised(transcript)]

    def agree(self, database_url: str) -> None:
        """No turn is half there, and none is lost that was answered with data: 0 acknowledged turns lost."""
        database = Database(database_url)
        try:
            assert list(books.lost(database, self.account.deliveries)) == []
            mine = [each for each in books.wrongs(database, gaps=True) if each.startswith(self._prefix)]
            assert mine == []
        finally:
            database.close()

    def led_astray(self, undisturbed: LineServer) -> list[str]:
        """Each call that went elsewhere than it does where nothing fails: through other states in any turn, or to other
        people.
        """
        return [sid for sid, usual in self._usual(undisturbed) if _course(self.transcripts[sid]) != _course(usual)]

    def led_astray_unexcused(self, undisturbed: LineServer) -> list[str]:
        """The same where the database is away for longer than a caller is asked for a moment: all but the calls that
        went as usual until then, and were given to people with an apology.
        """
        return [
            sid
            for sid, usual in self._usual(undisturbed)
            if _course(self.transcripts[sid]) != _course(usual)
            and not (_apologised(self.transcripts[sid]) and _goes_as(usual, self.transcripts[sid]))
        ]

    def _usual(self, undisturbed: LineServer) -> Iterator[tuple[str, Transcript]]:
        line = WsgiTransport(undisturbed.app)
        for sid in self.transcripts:
            # Once a call: in a second one of the same name every turn was taken already.
            if sid not in self._undisturbed:
                self._undisturbed[sid] = play(sid, plan_of(sid), line)
            yield sid, self._undisturbed[sid]

    def no_answer_was_bad(self) -> None:
        """Every request was answered at once, with what the carrier can perform."""
        assert self.account.broken == 0
        bad = [(each.path, each.response.status) for each in self.account.deliveries if not is_twiml(each.response)]
        assert bad == []

    @property
    def _prefix(self) -> str:
        return f"CA{self.name}"

    def _call(self, caller: int, number: int) -> None:
        http = HttpTransport()
        sid = f"{self._prefix}{caller + 1:06x}{number:024x}"
        line = Insistent(http, self.url, self.account, meanwhile=_hear_out)
        self.transcripts[sid] = play(sid, plan_of(sid), line)
        http.close()


def plan_of(sid: str) -> Steps:
    """Whose call it is decides how it goes."""
    return PLANS[int(sid[2:], 16) % len(PLANS)]


def _goes_as(usual: Transcript, given_up: Transcript) -> bool:
    """Whether ``given_up`` led through the same states, and rang the same numbers, until it rang PEOPLE."""
    states, dialled, _ = _course(given_up)
    usual_states, usual_dialled, _ = _course(usual)
    return states.items() <= usual_states.items() and dialled == [*usual_dialled[: len(dialled) - 1], PEOPLE]


def _apologised(transcript: Transcript) -> bool:
    answers = [each.response for each in transcript.exchanges if each.response]
    return any("X-IVR-States" not in each.headers and b"<Dial" in each.body for each in answers)


def _hear_out(path: str) -> None:
    if "again=" in path:
        time.sleep(MOMENT_SECONDS)


def _course(transcript: Transcript) -> tuple[dict[str, str], list[object], list[str]]:
    """The states that each turn led through, the numbers rung, and what of its script the call failed."""
    states = {}
    for each in transcript.exchanges:
        through = each.response.headers.get("X-IVR-States") if each.response else None
        if through:
            states[urlsplit(each.request.url).path] = through
    dialled = [event["to"] for event in transcript.events if event.kind == "dial"]
    return states, dialled, [str(each) for each in transcript.failures]
