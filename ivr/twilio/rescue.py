"""What is answered when a request failed: the same again for a while, then an apology and people.

Each door has its own way out: a wait document may not dial, and whoever picks up for a desk is not the caller.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from flask import request

from data.database import DatabaseUnavailableError
from ivr.call.apology import apology
from ivr.call.lines import Lines
from ivr.errors import RequestError
from ivr.logs import place_of
from ivr.twilio.deadline import LateError
from ivr.twilio.heard import OUTCOMES
from ivr.twilio.twiml import (
    last_resort,
    render,
    render_goodbye,
    render_hold,
    render_moment,
    render_nothing,
)

log = logging.getLogger(__name__)

AGAIN: Final = "again"
"""Counts, in the address, how often a request was sent back to try the same once more."""

MOST_AGAIN: Final = 3
"""Rounds in which the database may come back. With four seconds each, a caller waits a quarter of a minute for it."""

MOST_AGAIN_BROKEN: Final = 1
"""What is broken in the code is seldom better the next time, but a race may be over."""


class Rescue:
    """Answers instead of a door that could not. Needs the menu in memory, and nothing else."""

    def __init__(self, lines: Lines, clock: Callable[[], datetime], prefix: str) -> None:
        self._lines = lines
        self._clock = clock
        self._prefix = prefix

    def document(self, error: Exception) -> str:
        """What is said instead. Never raises: at worst it is one sentence, in the line's language, and the end."""
        _tell(error)
        try:
            return self._document(error)
        except Exception as worse:
            log.critical("no apology", extra={"error": type(worse).__name__, "at": place_of(worse)})
            return last_resort(self._lines.dialled(request.form.get("To", "")).line.header.language)

    def sorry(self) -> str:
        """An apology and people. No turn follows: what is broken would only be met again."""
        line = self._lines.dialled(request.form.get("To", "")).line
        now = self._clock().astimezone(line.header.zone)
        return render(line, apology(line, now), None, now, self._prefix)

    def _document(self, error: Exception) -> str:
        match request.endpoint:
            case "twilio.status" | "twilio.recorded":
                return render_nothing()
            case "twilio.wait" | "twilio.key":
                return render_hold()
            case "twilio.accept" | "twilio.accepted":
                return render_goodbye()
            case "twilio.voice" | "twilio.turn" | "twilio.callback" if tries_left(error):
                line = self._lines.dialled(request.form.get("To", "")).line
                told = {name: request.form[name] for name in OUTCOMES if name in request.form}
                query = told | request.args.to_dict() | {AGAIN: str(rounds() + 1)}
                return render_moment(line, f"{self._prefix}{request.path}?{urlencode(query)}")
        return self.sorry()


def rounds() -> int:
    """How often this request was sent back already."""
    written = request.args.get(AGAIN, "0")
    return int(written) if written.isascii() and written.isdigit() and len(written) == 1 else 0


def tries_left(error: Exception) -> bool:
    """Whether the same may be tried once more."""
    if isinstance(error, RequestError):
        return False
    passing = isinstance(error, DatabaseUnavailableError | LateError)
    return rounds() < (MOST_AGAIN if passing else MOST_AGAIN_BROKEN)


def _tell(error: Exception) -> None:
    where = {"path": request.path}
    match error:
        case RequestError():
            log.warning("bad request", extra=where | {"why": str(error)})
        case LateError():
            log.error("late", extra=where)
        case DatabaseUnavailableError():
            log.error("database away", extra=where | {"why": str(error)})
        case _:
            log.error("broken", extra=where | {"error": type(error).__name__, "at": place_of(error)})
