"""Reads what verbs that send a text have in common: their words, and the address that hears of the status."""

from __future__ import annotations

from urllib.parse import urlsplit

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.reader import Element


def words_of(element: Element) -> str:
    """Return what stands in ``element`` itself, with its lines: a text is shown as it was written."""
    return "".join(piece for piece in element.pieces if isinstance(piece, str)).strip()


def status_callback(attributes: Attributes) -> StatusCallback | None:
    """Return whom a verb that sends a text wants to be told what becomes of it."""
    url = attributes.url("statusCallback") if attributes.text("statusCallback") else None
    if url is None:
        return None
    if urlsplit(url).scheme not in {"http", "https"}:
        attributes.wrong("statusCallback", "a web address", codes.MESSAGE_CALLBACK, remedy="Nobody is told.")
        return None
    return StatusCallback(url)
