"""Links of our own, signed and expiring, lead to messages that callers left and to talks that were recorded.

The carrier's own address of a recording never expires, and needs the account's credentials or, where the
account does not ask for them, nothing at all: it is not for passing on. These links are: their holder hears one
recording until it expires, and can make no other from it. A guessed link does not tell whether there is a recording.
A link says to whom it was given; each time that it is heard stands in the audit, as of that person.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, request
from sqlalchemy import Connection

from data.audit import LINK, record
from data.database import Database, DatabaseUnavailableError
from data.messages import find_message
from data.recordings import find_recording
from data.vault import Vault
from ivr.call.answer import CALL_SID
from ivr.web.origin import source_of

log = logging.getLogger(__name__)

Fetch = Callable[[str], tuple[str, bytes] | None]
"""The media type and the sound at an address, or None where it cannot be had."""

AT_HOME = "http://127.0.0.1:5000"
"""Where ``ivr serve`` answers when nothing else is said."""

HEAR: Final = "hear"
"""How the audit calls that a recording was heard."""

_RECORDING = re.compile(r"RE[0-9a-f]{32}")
_TURN = re.compile(r"0|[1-9][0-9]{0,8}")
_UNTIL = re.compile(r"[1-9][0-9]{0,11}")

_PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def link_to(vault: Vault, public_url: str, sid: str, turn: int, until: datetime, who: str = "") -> str:
    """Return a link to the message that a turn left, good up to ``until`` (aware), which ``who`` asks for."""
    link = _link(f"{sid}/{turn}", str(int(until.timestamp())), who)
    return f"{public_url}/{link}&mark={vault.sign_link(link)}"


def link_to_talk(vault: Vault, public_url: str, recording: str, until: datetime, who: str = "") -> str:
    """Return a link to a recorded talk, good up to ``until`` (aware), which ``who`` asks for."""
    link = _link(recording, str(int(until.timestamp())), who)
    return f"{public_url}/{link}&mark={vault.sign_link(link)}"


def recordings(
    database: Database, vault: Vault, clock: Callable[[], datetime], fetch: Fetch, *, behind_proxy: bool = False
) -> Blueprint:
    """Return the blueprint of ``/recordings``. ``behind_proxy`` says that requests are passed on."""
    routes = Blueprint("recordings", __name__)

    @routes.get("/recordings/<sid>/<turn>")
    def message(sid: str, turn: str) -> Response:
        shaped = CALL_SID.fullmatch(sid) and _TURN.fullmatch(turn)

        def address(connection: Connection) -> str:
            found = find_message(connection, sid, int(turn))
            return found.url if found else ""

        return heard(f"{sid}/{turn}", bool(shaped), address, "message", {"call": sid, "turn": turn})

    @routes.get("/recordings/<sid>")
    def talk(sid: str) -> Response:
        def address(connection: Connection) -> str:
            found = find_recording(connection, sid)
            return found.url if found else ""

        return heard(sid, bool(_RECORDING.fullmatch(sid)), address, "recording", {"recording": sid})

    def heard(
        name: str, shaped: bool, address: Callable[[Connection], str], what: str, names: dict[str, str]
    ) -> Response:
        until, who = request.args.get("until", ""), request.args.get("by", "")
        # The mark before anything else: without it nothing is told, looked up or fetched.
        good = vault.signed_link(_link(name, until, who), request.args.get("mark", ""))
        if not (good and shaped and _UNTIL.fullmatch(until)):
            return _told(403, f"This link is not valid; ivr {what}s prints good ones.")
        if clock().timestamp() > int(until):
            return _told(410, f"This link has expired; ivr {what}s prints a new one.")
        try:
            with database.reading() as connection:
                url = address(connection)
        except DatabaseUnavailableError:
            return _told(503, f"The {what} cannot be looked up now; try again in a minute.")
        if not url:
            return _told(410, f"This {what} is not kept any more.")
        sound = fetch(url)
        if sound is None:
            return _told(502, "The telephone company does not give this recording; the log of the line says why.")
        source = source_of(request.environ, passed_on=behind_proxy)
        try:
            with database.transaction() as connection:
                record(connection, clock(), who or LINK, HEAR, f"{what} {name}", source)
        except DatabaseUnavailableError:
            return _told(503, f"That the {what} is heard cannot be written down now; try again in a minute.")
        log.info("recording heard", extra=names)
        kind, body = sound
        return Response(body, 200, headers=_PRIVATE, content_type=kind)

    return routes


def _link(name: str, until: str, who: str) -> str:
    return f"recordings/{name}?until={until}" + (f"&by={quote(who, safe='')}" if who else "")


def _told(status: int, line: str) -> Response:
    return Response(f"{line}\n", status, headers=_PRIVATE, mimetype="text/plain")
