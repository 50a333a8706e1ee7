"""A ``WebhookReport`` says how one webhook request was answered; the log writes a line of it, and metrics count it.

The channel makes it when the answer is there, on the thread that sends it, so whatever is done with it is part of what
the caller waits for: it must be cheap, and must wait for nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from ivr.call.answer import How, TurnTold
from ivr.logs import LineName

log = logging.getLogger(__name__)

Result = How | Literal["answered", "late", "away", "broken", "bad-request", "misdirected"]
"""How a request was answered: ``taken``, ``repeated`` and ``degraded`` are turns; ``answered`` is what moves no call (a
wait, a status); the others are answered instead of what was asked for: in four seconds there was no answer, the
database was away, the code broke, the form made no sense, or the request came to no webhook of ours."""

RESULTS: Final[tuple[Result, ...]] = (
    "taken", "repeated", "degraded", "answered", "late", "away", "broken", "bad-request", "misdirected",
)  # fmt: skip

TURNS: Final = frozenset({"voice", "turn", "callback"})
"""The webhooks that take a turn of a call."""


class WebhookReport(NamedTuple):
    """``webhook`` is the route's name, ``call`` the call's id (empty where the request named no call), ``seconds`` from
    the arrival of the request's head to its answer, and ``turn`` what is told of the turn, where there was one.
    """

    webhook: str
    call: str
    result: Result
    seconds: float
    turn: TurnTold | None


_line_name: Final = lru_cache(maxsize=64)(LineName)

Report = Callable[[WebhookReport], None]


class _Record(logging.LogRecord):
    """A record of one turn, as ``log.log`` makes one. Every one of these lines comes from the same place in the program
    and says the same, so that of all that Python notes of a record only the moment is another.
    """

    def __init__(self, level: int) -> None:
        fields = self.__dict__
        fields.update(_alike(level))
        self.created = created = time.time()
        self.msecs = int(1000 * created) % 1000 + 0.0


@lru_cache(maxsize=8)
def _alike(level: int) -> dict[str, object]:
    """What all records of that level say."""
    return vars(logging.LogRecord(log.name, level, "", 0, "turn", None, None))


def log_turn(report: WebhookReport) -> None:
    """Write one line for each request of a turn; what moves no call is not logged, since queues ask every few seconds.

    Why a request could not be answered as it was asked has a warning or an error of its own where that was noticed; a
    turn without the database is noticed here.
    """
    if report.webhook not in TURNS:
        return
    level = logging.WARNING if report.result == "degraded" else logging.INFO
    if not log.isEnabledFor(level):
        return
    record = _Record(level)
    fields = record.__dict__
    fields["call"] = report.call or None
    fields["webhook"] = report.webhook
    fields["result"] = report.result
    fields["ms"] = int(10_000 * report.seconds + 0.5) / 10
    turn = report.turn
    if turn is not None:
        fields["line"] = _line_name(turn.line)
        fields["turn"] = turn.number
        if turn.how != "repeated":
            fields["state"] = turn.state
            fields["event"] = turn.event
            fields["outcome"] = turn.outcome
    log.handle(record)
