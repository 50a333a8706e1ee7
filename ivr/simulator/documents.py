"""What a response holds for the call: its verbs, and what the vendor would warn of.

The same bytes from the same address always read the same, so a document that many calls ask for is read once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ivr.simulator.attributes import Page
from ivr.simulator.reader import read
from ivr.simulator.transports import Response
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs.base import Verb
from ivr.simulator.verbs.registry import verbs_of

REMEMBERED = 128
"""Documents that are kept read; each is 64 kB at most."""


@dataclass(frozen=True, slots=True)
class TwimlDocument:
    """The ``verbs`` of the document at ``url`` in their order, and its ``warnings``.

    ``secret`` is True where what the caller gives to it must not be shown, ``secret_speech`` where what it says must
    not be.
    """

    url: str
    verbs: tuple[Verb, ...]
    warnings: tuple[TwimlNotice, ...] = ()
    secret: bool = False
    secret_speech: bool = False


def document_of(response: Response) -> TwimlDocument:
    """The document in ``response``; raises WebhookError where it holds none."""
    return _read(response.url, response.headers.get("Content-Type") or "", response.body)


@lru_cache(maxsize=REMEMBERED)
def _read(url: str, content_type: str, body: bytes) -> TwimlDocument:
    page = Page(url)
    verbs = verbs_of(read(url, content_type, body), page)
    return TwimlDocument(url, verbs, tuple(page.warnings))
