"""Messages that callers left, behind links of our own that are signed and expire.

The telephone company's own address of a recording never expires, and needs the account's credentials or, where the
account does not ask for them, nothing at all: it is not for passing on. These links are: whoever has one hears one
message until it expires, and can make no other from it. Nobody finds out by trying whether there is a message.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, request

from data.database import Database, DatabaseUnavailableError
from data.messages import find_message
from data.vault import Vault

log = logging.getLogger(__name__)

Fetch = Callable[[str], tuple[str, bytes] | None]
"""The media type and the sound at an address, or None where it cannot be had."""

_SID = re.compile(r"CA[0-9a-f]{32}")
_TURN = re.compile(r"0|[1-9][0-9]{0,8}")
_UNTIL = re.compile(r"[1-9][0-9]{0,11}")

_PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def link_to(vault: Vault, public_url: str, sid: str, turn: int, until: datetime) -> str:
    """A link to the message that a turn left, good up to ``until`` (aware)."""
    link = _link(sid, str(turn), str(int(until.timestamp())))
    return f"{public_url}/{link}&mark={vault.sign_link(link)}"


def recordings(database: Database, vault: Vault, clock: Callable[[], datetime], fetch: Fetch) -> Blueprint:
    """The blueprint of ``/recordings``."""
    doors = Blueprint("recordings", __name__)

    @doors.get("/recordings/<sid>/<turn>")
    def message(sid: str, turn: str) -> Response:
        until, mark = request.args.get("until", ""), request.args.get("mark", "")
        # The mark before anything else: without it nothing is told, looked up or fetched.
        good = vault.signed_link(_link(sid, turn, until), mark)
        shaped = _SID.fullmatch(sid) and _TURN.fullmatch(turn) and _UNTIL.fullmatch(until)
        if not (good and shaped):
            return _told(403, "This link is not valid; ivr messages prints good ones.")
        if clock().timestamp() > int(until):
            return _told(410, "This link has expired; ivr messages prints a new one.")
        try:
            with database.reading() as connection:
                found = find_message(connection, sid, int(turn))
        except DatabaseUnavailableError:
            return _told(503, "The message cannot be looked up now; try again in a minute.")
        if found is None or not found.url:
            return _told(410, "This message is not kept any more.")
        sound = fetch(found.url)
        if sound is None:
            return _told(502, "The telephone company does not give this recording; the log of the line says why.")
        log.info("recording heard", extra={"call": sid, "turn": int(turn)})
        kind, body = sound
        return Response(body, 200, headers=_PRIVATE, content_type=kind)

    return doors


def _link(sid: str, turn: str, until: str) -> str:
    return f"recordings/{sid}/{turn}?until={until}"


def _told(status: int, line: str) -> Response:
    return Response(f"{line}\n", status, headers=_PRIVATE, mimetype="text/plain")
