"""Prompts by name to the sentences of the line's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from ivr.call import verbs
from ivr.flow.clips import SpokenClip
from ivr.flow.line import Line
from ivr.flow.prompts import as_said, placeholders
from ivr.languages import language_of
from ivr.languages.language import Language
from ivr.languages.openings import Openings
from routing.numbers import national_digits

FORECAST_STEP: Final = 5
"""Minutes in which a forecast is told, and the end of a remote access."""


def sentence(line: Line, say: verbs.Say, now: datetime) -> str:
    """The text of ``say`` with what it leaves open filled in; it begins with a capital letter."""
    if say.text is not None:
        return say.text
    if say.announced is not None:
        return as_said(say.announced)
    text = line.prompts.texts[say.prompt].text
    if "{" not in text:
        return _as_written(text)
    language = language_of(line.header.language)
    return as_said(text.format_map({name: _FILLED[name](line, language, say, now) for name in placeholders(text)}))


def forecast_day(openings: Openings, at: datetime | None, now: datetime) -> str:
    """Return the day of a forecast (aware) in words, and the hour only of one that is today: ``na quinta-feira, dia
    12``, ``hoje às quatorze e meia``. None is a forecast that is not known.

    Seed 003 p. 7 has callers told the date; the hour of another day is more than callers write down while they wait.
    """
    if at is None:
        return openings.other_day
    today = now.astimezone(at.tzinfo).date()
    return openings.spoken(told_forecast(at), now) if at.date() == today else openings.spoken_day(at.date(), today)


def told_forecast(at: datetime) -> datetime:
    """Return the moment at which ``at`` (aware) is told to be due: the next five minutes, short to hear and never
    earlier than it is.
    """
    whole = at.replace(minute=at.minute - at.minute % FORECAST_STEP, second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=FORECAST_STEP)


def told_end(at: datetime, now: datetime) -> datetime:
    """Return the moment at which ``at`` (aware) is told to be over: the five minutes before, short to hear and never
    later than it is; the minute itself where those five minutes have begun at ``now``.
    """
    minute = at.replace(second=0, microsecond=0)
    whole = minute - timedelta(minutes=minute.minute % FORECAST_STEP)
    return whole if whole > now else minute


_FILLED: Final[Mapping[str, Callable[[Line, Language, verbs.Say, datetime], object]]] = {
    "destino": lambda line, _, say, __: line.prompts.destinations.get(say.destination or "") or "",
    "abertura": lambda _, language, say, now: language.openings.spoken(say.opens_at, now),
    "protocolo": lambda _, language, say, __: language.numbers.digits(say.protocol or ""),
    "documento": lambda _, language, say, __: language.spelling.spoken(say.document or ""),
    "posicao": lambda _, __, say, ___: say.place or "",
    "telefone": lambda _, language, say, __: language.numbers.telephone(
        national_digits(say.telephone) if say.telephone else ""
    ),
    "preco": lambda _, language, say, __: language.money.spoken(*say.price) if say.price else "",
    "espera": lambda _, language, say, __: language.numbers.wait(say.wait or 0),
    "chamado": lambda _, language, say, __: language.numbers.digits(say.ticket or ""),
    "previsao": lambda _, language, say, now: language.openings.spoken(
        told_forecast(say.forecast) if say.forecast else None, now
    ),
    "dia": lambda _, language, say, now: forecast_day(language.openings, say.forecast, now),
    "prazo": lambda _, language, say, now: (
        language.openings.spoken_day(say.last_day, now.date()) if say.last_day else ""
    ),
    "cobranca": lambda _, language, say, __: language.spans.time(say.billed or 0),
    "administrador": lambda _, __, say, ___: say.administrator or "",
    "idade": lambda _, language, say, __: language.spans.age(say.months or 0),
    "ferramenta": lambda _, __, say, ___: say.tool or "",
    "validade": lambda _, language, say, now: language.openings.spoken(
        told_end(say.valid_until, now) if say.valid_until else None, now
    ),
}
"""By placeholder, what fills it; a sentence asks for those that it has."""


@lru_cache(maxsize=4096)
def _as_written(text: str) -> str:
    """A text that leaves nothing open, which is the same for every caller; of others some are secret."""
    return as_said(text)


def in_clips(line: Line, says: Sequence[verbs.Say], now: datetime) -> tuple[tuple[SpokenClip, ...], ...] | None:
    """Each sentence of an answer in recordings of one voice; None where the answer is said: by a line that has no
    recorded voice, where one sentence cannot be put together (never two voices in one answer), and where one of them
    has a document, since it could be read from the addresses of its clips.
    """
    if not (line.header.recorded and says) or any(say.document is not None for say in says):
        return None
    return line.clips.spoken([sentence(line, say, now) for say in says])
