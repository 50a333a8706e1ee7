"""Requests as Twilio signs them, which is asked of its own library, and all that a server keeps."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from sqlalchemy import inspect, text
from twilio.request_validator import RequestValidator

from data.database import Database
from tests.line_server import ACCOUNT, CALLER, NUMBER, SID, LineServer

TOKEN = "a token of the tests"
URL = "http://ivr.test"
FIELDS = {"CallSid": SID, "AccountSid": ACCOUNT, "From": CALLER, "To": NUMBER, "CallStatus": "in-progress"}
BODY = urlencode(FIELDS)
ROUTES = (
    "/twilio/voice", "/twilio/turn/1", "/twilio/turn/1?again=1", "/twilio/wait?seconds=60&turn=1&state=ligar",
    "/twilio/wait/key?seconds=60&turn=1&state=ligar", "/twilio/accept?line=ensaio&desk=gente", "/twilio/accepted",
    "/twilio/callback?line=ensaio&desk=gente", "/twilio/status", "/twilio/fallback", "/twilio/recorded", "/twilio/text",
    *(f"/twilio/{each}" for each in (
        f"offer/OF{'0' * 32}", f"offer/OF{'0' * 32}/accept", f"offer/OF{'0' * 32}/gone", f"offer/OF{'0' * 32}/status",
        f"join/TK{'0' * 32}?turn=1", f"talk-ended/TK{'0' * 32}?turn=1", f"requeue/TK{'0' * 32}?turn=1",
        f"pass-on/TK{'0' * 32}?turn=1", f"supervise/TK{'0' * 32}/1", f"supervise/TK{'0' * 32}/1/accept",
        f"supervise/TK{'0' * 32}/1/status",
        f"reached/TK{'0' * 32}", f"reached/TK{'0' * 32}/status", f"offer/OF{'0' * 32}/unreached",
        f"asked/TK{'0' * 32}/TC{'0' * 32}/status",
        f"supervised/TK{'0' * 32}", f"agent-after/TK{'0' * 32}", f"conference/TK{'0' * 32}", "soon",
    )),
)  # fmt: skip


def signed(url: str, fields: Mapping[str, str] = FIELDS, token: str = TOKEN, algorithm: str | None = None) -> str:
    signature: str = RequestValidator(token).compute_signature(url, fields, algorithm)
    return signature


def content(database: Database) -> dict[str, list[str]]:
    """Every row of every table, each column of it."""
    with database.reading() as connection:
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{name}"')))
            for name in inspect(connection).get_table_names()
        }


def refused(server: LineServer, path: str, body: str | bytes = BODY, headers: Mapping[str, str] | None = None) -> None:
    answer = server.raw(path, body, headers)
    assert (answer.status_code, answer.mimetype) == (403, "text/plain")
    assert answer.text.startswith("Forbidden: ")
    assert answer.text.count("\n") == 1
