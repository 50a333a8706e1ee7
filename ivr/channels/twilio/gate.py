"""``Gate`` decides which requests pass to the webhooks, by the head of a request first and by its whole form then.

The server asks before it reads a body and before a thread is taken; the application asks again only for what came to it
in another way. Without an auth token only this machine passes.
"""

from __future__ import annotations

import io
import logging
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Request

from ivr.channels.twilio.signature import HEADER, SETTINGS_HEADER, Signatures
from ivr.errors import SignatureError
from ivr.server.front import Refusal
from ivr.server.local import refusal_unless_local

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from ivr.settings import Settings

log = logging.getLogger(__name__)

FORM: Final = "application/x-www-form-urlencoded"
"""What Twilio posts. Of anything else the signature would cover the address only."""

MAX_FORM_BYTES: Final = 64 * 1024
"""Twilio's forms have about 2 kB. What is larger than this is not read, and so it is not signed either."""

MAX_FIELDS: Final = 100
"""Twilio sends about 30, and one more for each header of a SIP call that is passed on."""

PASSED: Final = "ivr.passed"
"""In a request's environment: the gate has judged all of it. Nothing that a client sends is written there."""

_TOO_LARGE = Refusal(413, f"The form is too large: at most {MAX_FORM_BYTES} bytes and {MAX_FIELDS} fields.")
_SLASHES = re.compile(r"/{2,}")


WEBHOOKS: Final = ("/twilio",)
"""Where webhooks are: what is asked there is signed, small and worked on in threads of its own, or refused."""


def is_webhook(path: str) -> bool:
    """Return whether ``path`` means a webhook, also where it is spelled in capitals or with a slash more."""
    written = f"{_SLASHES.sub('/', path).lower()}/"
    return any(written.startswith(f"{webhook}/") for webhook in WEBHOOKS)


class Gate:
    """Judges requests. ``signatures`` None takes what this machine sends unsigned; ``prefix`` is the public path."""

    def __init__(self, signatures: Signatures | None, account_sid: str | None, prefix: str) -> None:
        self._signatures = signatures
        self._account_sid = account_sid
        self._prefix = prefix

    def judge_head(self, environ: WSGIEnvironment) -> Refusal | None:
        """Return why the request is refused whatever its body may be, or None."""
        if self._signatures is None:
            return _told(environ, refusal_unless_local(environ))
        request = Request(environ, populate_request=False)
        if not is_webhook(request.path):
            return None
        try:
            self._signatures.verify_shape(request.headers.get(HEADER), request.headers.get(SETTINGS_HEADER))
            if request.method == "POST" and request.mimetype != FORM:
                raise SignatureError("the request is not a form")
        except SignatureError as error:
            return _forbidden(environ, error)
        return _told(environ, _TOO_LARGE) if (request.content_length or 0) > MAX_FORM_BYTES else None

    def judge(self, environ: WSGIEnvironment) -> Refusal | None:
        """Return why the request is refused, or None; its body is there, and judge_head let it pass."""
        request = Request(environ, populate_request=False)
        if not is_webhook(request.path) and HEADER not in request.headers:
            environ[PASSED] = False
            return None
        refused = self._judge_form(request) if request.method == "POST" else self._judge_address(request)
        # What is signed passes whatever it asks for; what is not, and asks for no webhook, is no business of the gate.
        environ[PASSED] = refused is None
        return _told(environ, refused) if is_webhook(request.path) else None

    def _judge_form(self, request: Request) -> Refusal | None:
        request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
        try:
            if request.mimetype != FORM:
                raise SignatureError("the request is not a form")
            body = request.get_data(cache=True)
            request.environ["wsgi.input"] = io.BytesIO(body)  # read here, and by the application
            if body.count(b"&") >= MAX_FIELDS:
                return _TOO_LARGE
            form = list(request.form.items(multi=True))
            if self._signatures:
                given = request.headers.get(HEADER), request.headers.get(SETTINGS_HEADER)
                self._signatures.verify(self._signed_path(request), form, *given)
            self._judge_account(request.form.get("AccountSid"))
        except SignatureError as error:
            return Refusal(403, f"Forbidden: {error}.")
        except RequestEntityTooLarge:
            return _TOO_LARGE
        except HTTPException:
            return Refusal(403, "Forbidden: the form is broken.")
        return None

    def _judge_address(self, request: Request) -> Refusal | None:
        """Anything but a POST carries its fields in the address, and that is all that is signed."""
        try:
            if self._signatures:
                given = request.headers.get(HEADER), request.headers.get(SETTINGS_HEADER)
                self._signatures.verify_address(self._signed_path(request), *given)
            self._judge_account(request.args.get("AccountSid"))
        except SignatureError as error:
            return Refusal(403, f"Forbidden: {error}.")
        return None

    def _judge_account(self, sid: str | None) -> None:
        if self._account_sid and sid != self._account_sid:
            raise SignatureError("the request is of another account")

    def _signed_path(self, request: Request) -> str:
        """Path and query exactly as they came, escapes included: that is what was signed."""
        raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
        if isinstance(raw, str) and raw.startswith("/"):
            return raw.removeprefix(self._prefix) if self._prefix else raw
        query = request.query_string.decode("ascii", "replace")
        return request.path + (f"?{query}" if query else "")


def _forbidden(environ: WSGIEnvironment, error: SignatureError) -> Refusal:
    refused = Refusal(403, f"Forbidden: {error}.")
    _told(environ, refused)
    return refused


def _told(environ: WSGIEnvironment, refused: Refusal | None) -> Refusal | None:
    if refused:
        log.warning("refused", extra={"path": environ.get("PATH_INFO", ""), "why": refused.line})
    return refused


def gate_of(settings: Settings) -> Gate:
    """The gate of a line with these settings."""
    public_url = settings.public_url or ""
    signatures = Signatures(public_url, *settings.auth_tokens) if settings.auth_token else None
    return Gate(signatures, settings.account_sid, urlsplit(public_url).path.rstrip("/"))
