"""A signature proves that Twilio signed a request with an auth token of ours.

The signed URL is rebuilt from the configured public URL, never from Host or X-Forwarded headers, which whoever sends a
request may write as they like (https://www.twilio.com/docs/usage/security#validating-requests).

What a signature is made with is ours to say as well: an auth token, by HMAC-SHA1. The header in which Twilio names a
shared key and its algorithm is not signed itself, so it chooses nothing here; it can only get a request refused.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from urllib.parse import urlsplit

from ivr.errors import SignatureError

HEADER = "X-Twilio-Signature"

SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"
"""``key=<id of a shared key>,algorithm=HMAC_SHA256``; not sent with what an auth token signs."""

_ALGORITHM = "HMAC_SHA1"

_SHAPE = re.compile(r"[A-Za-z0-9+/]{27}=", re.ASCII)
"""An HMAC-SHA1 in base64."""

MOST_FORMS = 64
"""Lists of names whose order is remembered; the forms of one webhook have one or two."""

_STANDARD_PORTS = {"http": 80, "https": 443}


class Signatures:
    """Verifies requests to ``public_url`` (scheme, host, port and path prefix; no trailing slash).

    A request may be signed with any of ``auth_tokens``: while a token is changed for another, both are good.
    """

    def __init__(self, public_url: str, *auth_tokens: str) -> None:
        self._public_urls = tuple(_spellings(public_url))
        self._keys = tuple(hmac.new(token.encode(), digestmod="sha1") for token in dict.fromkeys(auth_tokens))
        """Digests that have read their keys and nothing else yet; requests are digested by copies of them."""

    def verify(
        self,
        path_and_query: str,
        form: Sequence[tuple[str, str]] | Mapping[str, str],
        signature: str | None,
        settings: str | None = None,
    ) -> None:
        """Raises SignatureError unless ``signature`` is that of a POST of ``form`` to the path.

        ``settings`` is what the request says in SETTINGS_HEADER.
        """
        digest = self.verify_shape(signature, settings)
        if not form:
            # The signature of no fields covers the address only, whatever the body may hold.
            raise SignatureError("the request has no fields")
        fields = form if isinstance(form, Mapping) else dict(form)
        if len(fields) < len(form):
            # The signature covers a repeated field once, so that its repetition would be unsigned.
            raise SignatureError("a field is repeated")
        if not self._is_signed(path_and_query, _glued(fields), digest):
            raise SignatureError("the signature does not match the public URL and the fields")

    def verify_address(self, path_and_query: str, signature: str | None, settings: str | None = None) -> None:
        """Raises SignatureError unless ``signature`` is that of a GET of the path: its address, and nothing else."""
        if not self._is_signed(path_and_query, "", self.verify_shape(signature, settings)):
            raise SignatureError("the signature does not match the public URL")

    @staticmethod
    def verify_shape(signature: str | None, settings: str | None) -> bytes:
        """The signature in bytes. Raises SignatureError for what can be none of ours, whatever was signed."""
        if not signature:
            raise SignatureError("the request carries no signature")
        if not _SHAPE.fullmatch(signature):
            raise SignatureError("the signature is none")
        if settings and not _is_ours(settings):
            raise SignatureError("the signature is of a key or an algorithm that this line does not take")
        return signature.encode()

    def _is_signed(self, path_and_query: str, fields: str, signature: bytes) -> bool:
        # The present token and the URL as it is configured come first, so that one digest is the ordinary price.
        for url in self._public_urls:
            signed = f"{url}{path_and_query}{fields}".encode(errors="surrogatepass")
            for key in self._keys:
                # Half the price of hmac.digest with OpenSSL 3, which looks the algorithm up anew.
                made = key.copy()
                made.update(signed)
                if hmac.compare_digest(base64.b64encode(made.digest()), signature):
                    return True
        return False


def _glued(fields: Mapping[str, str]) -> str:
    """Names and values in the order of the names, with nothing between them: that is how Twilio signs them."""
    names = tuple(fields)
    values_in_order, glued = _places(names)
    glued = glued.copy()
    glued[1::2] = values_in_order(fields)
    return "".join(glued)


@lru_cache(maxsize=MOST_FORMS)
def _places(names: tuple[str, ...]) -> tuple[Callable[[Mapping[str, str]], Iterable[str]], list[str]]:
    """What gives the values of a form with these names in the order in which they are signed, and the names in that
    order, each before a place for its value.
    """
    in_order = sorted(names)
    places = [text for name in in_order for text in (name, "")]
    if len(names) == 1:
        return lambda fields: [fields[names[0]]], places
    return itemgetter(*in_order), places


def _is_ours(settings: str) -> bool:
    """Whether the header names nothing but the algorithm of auth tokens; it names no key of ours, for we share none."""
    return all(part.strip() in {"", f"algorithm={_ALGORITHM}"} for part in settings.split(","))


def _spellings(public_url: str) -> Iterator[str]:
    """The URL as it is configured, and with its port added or taken away: Twilio signs now one, now the other, and its
    own library accepts both.
    """
    yield public_url
    parts = urlsplit(public_url)
    if parts.port is not None:
        yield parts._replace(netloc=parts.netloc.removesuffix(f":{parts.port}")).geturl()
    elif parts.scheme in _STANDARD_PORTS:
        yield parts._replace(netloc=f"{parts.netloc}:{_STANDARD_PORTS[parts.scheme]}").geturl()
