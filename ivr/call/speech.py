"""Prompts by name to the sentences of the line's language."""

from __future__ import annotations

from datetime import datetime

from ivr.call import verbs
from ivr.flow.line import Line
from ivr.languages import spoken_opening
from ivr.languages.money import spoken_money
from ivr.languages.numbers import spoken_digits, spoken_telephone, spoken_wait
from ivr.languages.spelling import spelled
from routing.numbers import national_digits


def sentence(line: Line, say: verbs.Say, now: datetime) -> str:
    """The text of ``say`` with what it leaves open filled in; it begins with a capital letter."""
    if say.text is not None:
        return say.text
    text = line.prompts.texts[say.prompt].text
    if "{" not in text:
        return _sentences(" ".join(text.split()))
    named = line.prompts.destinations.get(say.destination or "")
    filled = text.format(
        destino=named if named else "",
        abertura=spoken_opening(say.opens_at, now, line.header.language),
        protocolo=spoken_digits(say.protocol or "", line.header.language),
        documento=spelled(say.document or "", line.header.language),
        posicao=say.place or "",
        telefone=spoken_telephone(national_digits(say.telephone) if say.telephone else "", line.header.language),
        preco=spoken_money(*say.price, line.header.language) if say.price else "",
        espera=spoken_wait(say.wait or 0, line.header.language),
    )
    return _sentences(" ".join(filled.split()))


def _sentences(text: str) -> str:
    """A desk's name that begins a sentence begins it with a capital."""
    out = text[:1].upper() + text[1:]
    for stop in (". ", "! ", "? "):
        head, *rest = out.split(stop)
        out = stop.join([head, *(part[:1].upper() + part[1:] for part in rest)])
    return out
