"""Twilio's numbers for what can go wrong with a webhook and its document.

Source: the vendor's error and warning dictionary. An error ends the document (and the call, without a fallback); a
warning is only noted, and the call goes on.
"""

from __future__ import annotations

from ivr.simulator.transcript import Notice
from ivr.simulator.transports import Cause

INVALID_URL = 11100
RETRIEVAL_FAILURE = 11200
CONNECTION_FAILURE = 11205
PROTOCOL_VIOLATION = 11206
BAD_HOST = 11210
TOO_MANY_REDIRECTS = 11215
INVALID_REDIRECT = 11216
TLS_FAILURE = 11220
TOO_LARGE = 11750
PARSE_FAILURE = 12100
WRONG_ROOT = 12102
SCHEMA_WARNING = 12200
WRONG_CONTENT_TYPE = 12300

DIAL_METHOD = 13210
DIAL_TIMEOUT = 13212
DIAL_HANGUP_ON_STAR = 13213
DIAL_NESTED = 13215
DIAL_TIME_LIMIT = 13216
DIAL_NUMBER_FORMAT = 13223
GATHER_FINISH_ON_KEY = 13310
GATHER_METHOD = 13312
GATHER_TIMEOUT = 13313
GATHER_NUM_DIGITS = 13314
GATHER_NESTED = 13320
GATHER_SPEECH_TIMEOUT = 13327
GATHER_HINTS = 13330
PLAY_LOOP = 13410
SAY_LOOP = 13510
SAY_TEXT = 13520
RECORD_METHOD = 13610
RECORD_TIMEOUT = 13611
RECORD_MAX_LENGTH = 13612
RECORD_FINISH_ON_KEY = 13613
RECORD_PLAY_BEEP = 13616
REDIRECT_METHOD = 13710
PAUSE_LENGTH = 13910
ENQUEUE_METHOD = 14201
ENQUEUE_NAME_LENGTH = 14205
ENQUEUE_WAIT_METHOD = 14206
CALLBACK_REFUSED = 15003

NOT_SIMULATED = 0
"""Not one of Twilio's: it would have done more here than this simulator does."""

CAUSES: dict[Cause, int] = {
    "address": INVALID_URL,
    "host": BAD_HOST,
    "connection": CONNECTION_FAILURE,
    "timeout": CONNECTION_FAILURE,
    "tls": TLS_FAILURE,
    "protocol": PROTOCOL_VIOLATION,
}
"""What a request that brought no response is called."""


class WebhookError(Exception):
    """A request brought no document that can be performed; ``notice`` is what the vendor would log."""

    def __init__(self, code: int, message: str, url: str) -> None:
        super().__init__(message)
        self.notice = Notice(code, message)
        self.url = url
