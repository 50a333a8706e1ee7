"""Prompts by name to the sentences of the line's language."""

from __future__ import annotations

from datetime import datetime

from ivr.call.spoken_time import spoken_opening
from ivr.call.verbs import Say
from ivr.flow.line import Line


def sentence(line: Line, say: Say, now: datetime) -> str:
    """The text of ``say`` with its desk and its opening filled in; it begins with a capital letter."""
    named = line.prompts.destinations.get(say.destination or "")
    text = line.prompts.texts[say.prompt].text.text
    filled = text.format(
        destino=named.text if named else "",
        abertura=spoken_opening(say.opens_at, now),
    )
    return _sentences(" ".join(filled.split()))


def _sentences(text: str) -> str:
    """A desk's name that begins a sentence begins it with a capital."""
    out = text[:1].upper() + text[1:]
    for stop in (". ", "! ", "? "):
        head, *rest = out.split(stop)
        out = stop.join([head, *(part[:1].upper() + part[1:] for part in rest)])
    return out
