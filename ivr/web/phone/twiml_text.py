"""Formats a document of TwiML for people, with marks in place of what may not be shown."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from ivr.simulator.parameters import mark
from ivr.simulator.reader import Element, read
from ivr.simulator.transports import Response
from ivr.simulator.twiml_notice import WebhookError

MOST = 16_000
"""Characters that a page is shown of one document."""

SPOKEN = frozenset({"Say", "Play"})
"""Verbs whose text is what the caller hears."""


def formatted(response: Response, *, masked: bool) -> str:
    """Return the document with an element a line; ``masked`` hides what it says. What is none is left as it came."""
    try:
        root = read(response.url, response.headers.get("Content-Type") or "", response.body)
    except WebhookError:
        text = response.body[:MOST].decode("utf-8", "replace")
        return mark(text) if masked else text
    lines: list[str] = []
    _write(root, 0, lines, masked=masked, hidden=False)
    text = "\n".join(lines)
    return text if len(text) <= MOST else f"{text[:MOST]}\n…"


def _write(element: Element, depth: int, lines: list[str], *, masked: bool, hidden: bool) -> None:
    blank = "  " * depth
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in element.attributes.items())
    hidden = hidden or (masked and element.name in SPOKEN)
    opening = f"{blank}<{element.name}{attributes}"
    if not element.children:
        text = escape(mark(element.text) if hidden else element.text)
        lines.append(f"{opening}>{text}</{element.name}>" if text else f"{opening}/>")
        return
    lines.append(f"{opening}>")
    for piece in element.pieces:
        if isinstance(piece, Element):
            _write(piece, depth + 1, lines, masked=masked, hidden=hidden)
        elif words := " ".join(piece.split()):
            lines.append(f"{blank}  {escape(mark(words) if hidden else words)}")
    lines.append(f"{blank}</{element.name}>")
