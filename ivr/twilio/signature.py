"""Whether a request was signed by Twilio with our auth token.

The signed URL is rebuilt from the configured public URL, never from Host or X-Forwarded headers, which whoever sends a
request may write as they like (https://www.twilio.com/docs/usage/security#validating-requests).
"""

from __future__ import annotations

from collections.abc import Sequence

from twilio.request_validator import RequestValidator

from ivr.errors import SignatureError

HEADER = "X-Twilio-Signature"


class Signatures:
    """Verifies requests to ``public_url`` (scheme, host, port and path prefix; no trailing slash)."""

    def __init__(self, public_url: str, auth_token: str) -> None:
        self._public_url = public_url
        self._validator = RequestValidator(auth_token)

    def verify(self, path_and_query: str, form: Sequence[tuple[str, str]], signature: str | None) -> None:
        """Raises SignatureError unless ``signature`` is that of a POST of ``form`` to the path."""
        # The SDK's validator raises TypeError on a missing header and on one that is not ASCII.
        if not signature or not signature.isascii():
            raise SignatureError("the request carries no signature")
        fields: dict[str, str] = {}
        for name, value in form:
            if name in fields:
                # The signature covers a repeated field once, so that its repetition would be unsigned.
                raise SignatureError("a field is repeated")
            fields[name] = value
        if not self._validator.validate(self._public_url + path_and_query, fields, signature):
            raise SignatureError("the signature does not match the public URL and the fields")
