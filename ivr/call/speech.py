"""Prompts by name to the sentences of the line's language."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from ivr.call import verbs
from ivr.flow.line import Line
from ivr.languages import language_of
from routing.numbers import national_digits


def sentence(line: Line, say: verbs.Say, now: datetime) -> str:
    """The text of ``say`` with what it leaves open filled in; it begins with a capital letter."""
    if say.text is not None:
        return say.text
    text = line.prompts.texts[say.prompt].text
    if "{" not in text:
        return _as_written(text)
    language = language_of(line.header.language)
    named = line.prompts.destinations.get(say.destination or "")
    filled = text.format(
        destino=named if named else "",
        abertura=language.openings.spoken(say.opens_at, now),
        protocolo=language.numbers.digits(say.protocol or ""),
        documento=language.spelling.spoken(say.document or ""),
        posicao=say.place or "",
        telefone=language.numbers.telephone(national_digits(say.telephone) if say.telephone else ""),
        preco=language.money.spoken(*say.price) if say.price else "",
        espera=language.numbers.wait(say.wait or 0),
    )
    return _sentences(" ".join(filled.split()))


@lru_cache(maxsize=4096)
def _as_written(text: str) -> str:
    """A text that leaves nothing open, which is the same for every caller."""
    return _sentences(" ".join(text.split()))


def _sentences(text: str) -> str:
    """A destination's name that begins a sentence begins it with a capital."""
    out = text[:1].upper() + text[1:]
    for stop in (". ", "! ", "? "):
        head, *rest = out.split(stop)
        out = stop.join([head, *(part[:1].upper() + part[1:] for part in rest)])
    return out
