"""A request that failed is answered with a retry of the same for a while, then with an apology and people.

Each route has its own way out: a wait document may not dial, and whoever picks up for a destination is not the caller.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from flask import current_app, request

from data.database import DatabaseUnavailableError
from ivr.call.apology import apology
from ivr.call.lines import Lines
from ivr.call.resume_point import MOST_TURNS
from ivr.call.talks.places import read_place
from ivr.channels.twilio.channel import TwilioVoice
from ivr.channels.twilio.deadline import LateError
from ivr.channels.twilio.parse_event import OUTCOMES
from ivr.channels.twilio.retries import AGAIN, rounds, tries_left
from ivr.channels.twilio.talk_documents import TalkDocuments
from ivr.channels.twilio.twiml import (
    last_resort,
    render_goodbye,
    render_hold,
    render_moment,
    render_nothing,
    render_redirect,
    with_comment,
)
from ivr.errors import RequestError
from ivr.logs import place_of

log = logging.getLogger(__name__)

ENTRY: Final = "/twilio/voice"

_OF_TALKS: Final = re.compile(
    r"/twilio/(?P<what>offer|reached|join|talk-ended|requeue|pass-on|agent-after|supervised?|asked|conference)/(?P<id>[A-Z]{2}[0-9a-f]{32})"
    r"(?P<rest>/[^?]*)?"
)


class ErrorResponses:
    """Answers instead of a route that could not. Needs the menu in memory, and nothing else."""

    def __init__(self, lines: Lines, clock: Callable[[], datetime], prefix: str) -> None:
        self._lines = lines
        self._clock = clock
        self._prefix = prefix
        self._channel = TwilioVoice(prefix)
        self._documents = TalkDocuments(prefix)

    def document(self, error: Exception) -> str:
        """Return the document that is said instead. Never raises: at worst it is one sentence, in the line's language,
        and the end.
        """
        _tell(error)
        try:
            return self._document(error)
        except Exception as worse:
            log.critical("no apology", extra={"error": type(worse).__name__, "at": place_of(worse)})
            return last_resort(self._lines.dialled(_dialled()).line.header.language)

    def sorry(self) -> str:
        """An apology and people. No turn follows: what is broken would only be met again."""
        line = self._lines.dialled(_dialled()).line
        now = self._clock().astimezone(line.header.zone)
        return self._channel.render(line, apology(line, now, _caller()), None, now)

    def misdirected(self, public_url: str) -> str:
        """Return the answer to a signed request that asks in another way, or elsewhere, than it should: the caller
        hears an apology and gets people, and the request in Twilio's console says what to change there.
        """
        meant = _meant(request.path)
        remedy = f"in Twilio's console, set this webhook to POST {public_url}{meant} instead of {request.method}"
        if meant != request.path:
            remedy += " and of another address"
        log.error("misdirected", extra={"path": request.path, "why": remedy})
        try:
            document = self._at(meant)
        except Exception as worse:
            log.critical("no apology", extra={"error": type(worse).__name__, "at": place_of(worse)})
            document = last_resort(self._lines.dialled(_dialled()).line.header.language)
        return with_comment(document, f"{remedy[0].upper()}{remedy[1:]}.")

    def _at(self, webhook: str) -> str:
        """The way out of one webhook; its address begins at ``/twilio``."""
        match webhook:
            case "/twilio/status" | "/twilio/recorded" | "/twilio/text":
                return render_nothing()
            case "/twilio/wait" | "/twilio/wait/key" | "/twilio/soon":
                return render_hold()
            case "/twilio/accept" | "/twilio/accepted":
                return render_goodbye()
        told = _OF_TALKS.fullmatch(webhook)
        if told is None:
            return self.sorry()
        match told["what"]:
            case "conference" | "supervised" | "asked":
                return render_nothing()
            case "offer" | "supervise" | "reached" if (told["rest"] or "").endswith("/status"):
                return render_nothing()
            case "offer" | "agent-after" | "supervise" | "reached":
                return render_goodbye()
            case "talk-ended" | "requeue" | "pass-on":
                # Who cannot be told anything is not lost: the queue needs no database.
                place = read_place(request.args, MOST_TURNS)
                line = self._lines.version(place.line, place.menu).line
                return self._documents.back(line, told["id"], place)
        return self.sorry()

    def _document(self, error: Exception) -> str:
        match request.endpoint:
            case "twilio.offer" | "twilio.offer-accept" if tries_left(error, request.args):
                # The key is lost: the agent hears again which call it is.
                again = f"{request.path.removesuffix('/accept')}?{AGAIN}={rounds(request.args) + 1}"
                return render_redirect(f"{self._prefix}{again}")
            case (
                "twilio.voice"
                | "twilio.turn"
                | "twilio.callback"
                | "twilio.talk-ended"
                | "twilio.requeue"
                | "twilio.pass-on"
            ) if tries_left(error, request.args):
                line = self._lines.dialled(_dialled()).line
                told = {name: request.form[name] for name in OUTCOMES if name in request.form}
                query = told | request.args.to_dict() | {AGAIN: str(rounds(request.args) + 1)}
                now = self._clock().astimezone(line.header.zone)
                return render_moment(line, f"{self._prefix}{request.path}?{urlencode(query)}", now, self._prefix)
        return self._at(request.path)


def _dialled() -> str:
    """The number that was called; a GET carries it in the address."""
    return request.form.get("To") or request.args.get("To", "")


def _caller() -> str:
    """Who called; a GET carries it in the address."""
    return request.form.get("From") or request.args.get("From", "")


def _meant(path: str) -> str:
    """The webhook that an address comes nearest to: the one that it spells otherwise, else the entry."""
    written = re.sub(r"/{2,}", "/", path).lower().rstrip("/")
    if re.search("[0-9]{4}", written):
        return ENTRY  # no turn has such a number, and what may have been keyed is not repeated
    return written if current_app.url_map.bind("").test(written, method="POST") else ENTRY


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
