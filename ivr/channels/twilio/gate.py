"""``Gate`` decides which requests pass to the webhooks, by the head of a request first and by its whole form then.

The server asks before it reads a body and before a thread is taken; the application asks again only for what came to it
in another way. Without an auth token only this machine passes.
"""

from __future__ import annotations

import io
import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Request
from werkzeug.wsgi import get_content_length, get_input_stream

from ivr.channels.twilio.form import read_fields
from ivr.channels.twilio.signature import HEADER, SETTINGS_HEADER, Signatures
from ivr.errors import SignatureError
from ivr.server.front import Refusal
from ivr.server.local import refusal_unless_local
from ivr.server.wsgi import BODY

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

READ_FIELDS: Final = "ivr.fields"
"""In a request's environment: the fields of its form as the gate has read and judged them; of one that is sent twice,
which is never signed, the first."""

_SIGNATURE: Final = f"HTTP_{HEADER.upper().replace('-', '_')}"
_SETTINGS: Final = f"HTTP_{SETTINGS_HEADER.upper().replace('-', '_')}"

_TOO_LARGE = Refusal(413, f"The form is too large: at most {MAX_FORM_BYTES} bytes and {MAX_FIELDS} fields.")
_SLASHES = re.compile(r"/{2,}")
_COUNT: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


WEBHOOKS: Final = ("/twilio",)
"""Where webhooks are: what is asked there is signed, small and worked on in threads of its own, or refused."""


_AS_TWILIO_ASKS: Final = tuple(f"{webhook}/" for webhook in WEBHOOKS)


def is_webhook(path: str) -> bool:
    """Return whether ``path`` means a webhook, also where it is spelled in capitals or with a slash more."""
    if path.startswith(_AS_TWILIO_ASKS):
        return True
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
        if not _asks_for_webhook(environ):
            return None
        try:
            self._signatures.verify_shape(*_given(environ))
            if environ["REQUEST_METHOD"] == "POST" and not _is_form(environ.get("CONTENT_TYPE", "")):
                raise SignatureError("the request is not a form")
        except SignatureError as error:
            return _forbidden(environ, error)
        return _told(environ, _TOO_LARGE) if _length(environ) > MAX_FORM_BYTES else None

    def judge(self, environ: WSGIEnvironment) -> Refusal | None:
        """Return why the request is refused, or None; its body is there, and judge_head let it pass."""
        webhook = _asks_for_webhook(environ)
        if not webhook and _SIGNATURE not in environ:
            environ[PASSED] = False
            return None
        refused = self._judge_form(environ) if environ["REQUEST_METHOD"] == "POST" else self._judge_address(environ)
        # What is signed passes whatever it asks for; what is not, and asks for no webhook, is no business of the gate.
        environ[PASSED] = refused is None
        return _told(environ, refused) if webhook else None

    def _judge_form(self, environ: WSGIEnvironment) -> Refusal | None:
        try:
            if not _is_form(environ.get("CONTENT_TYPE", "")):
                raise SignatureError("the request is not a form")
            body = environ.get(BODY)
            if body is None:
                body = get_input_stream(environ, max_content_length=MAX_FORM_BYTES).read()
                environ["wsgi.input"] = io.BytesIO(body)  # read here, and by the application
            if len(body) > MAX_FORM_BYTES or body.count(b"&") >= MAX_FIELDS:
                return _TOO_LARGE
            form = read_fields(body)
            fields = dict(form)
            is_repeated = len(fields) < len(form)
            environ[READ_FIELDS] = fields = dict(reversed(form)) if is_repeated else fields
            if self._signatures:
                signed = form if is_repeated else fields
                self._signatures.verify(self._signed_path(environ), signed, *_given(environ))
            if self._account_sid:
                self._judge_account(fields.get("AccountSid"))
        except SignatureError as error:
            return Refusal(403, f"Forbidden: {error}.")
        except RequestEntityTooLarge:
            return _TOO_LARGE
        except HTTPException:
            return Refusal(403, "Forbidden: the form is broken.")
        return None

    def _judge_address(self, environ: WSGIEnvironment) -> Refusal | None:
        """Anything but a POST carries its fields in the address, and that is all that is signed."""
        try:
            if self._signatures:
                self._signatures.verify_address(self._signed_path(environ), *_given(environ))
            if self._account_sid:
                self._judge_account(Request(environ, populate_request=False).args.get("AccountSid"))
        except SignatureError as error:
            return Refusal(403, f"Forbidden: {error}.")
        return None

    def _judge_account(self, sid: str | None) -> None:
        if sid != self._account_sid:
            raise SignatureError("the request is of another account")

    def _signed_path(self, environ: WSGIEnvironment) -> str:
        """Path and query exactly as they came, escapes included: that is what was signed."""
        raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
        if isinstance(raw, str) and raw.startswith("/"):
            return raw.removeprefix(self._prefix) if self._prefix else raw
        query: str = environ.get("QUERY_STRING", "")
        return _path(environ) + (f"?{query}" if query else "")


def _asks_for_webhook(environ: WSGIEnvironment) -> bool:
    """Whether the request is for a webhook, however its address is spelled."""
    written: str = environ.get("PATH_INFO", "")
    return written.startswith(_AS_TWILIO_ASKS) or is_webhook(_path(environ))


def _path(environ: WSGIEnvironment) -> str:
    """The path that is asked for, as the application reads it."""
    written: str = environ.get("PATH_INFO", "")
    return written if written.startswith("/") and written.isascii() else Request(environ, populate_request=False).path


def _given(environ: WSGIEnvironment) -> tuple[str | None, str | None]:
    """The signature, and what the request says that it was made with."""
    return environ.get(_SIGNATURE), environ.get(_SETTINGS)


@lru_cache(maxsize=64)
def _is_form(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == FORM


def _length(environ: WSGIEnvironment) -> int:
    """The length that the head announces; 0 where it announces none."""
    written = environ.get("CONTENT_LENGTH", "")
    if _COUNT.fullmatch(written) and "HTTP_TRANSFER_ENCODING" not in environ:
        return int(written)
    return get_content_length(environ) or 0


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
