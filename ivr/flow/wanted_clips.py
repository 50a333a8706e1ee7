"""``wanted_clips`` tells the texts that a recorded voice must have, so that every prompt of a line can be played.

A prompt that leaves nothing open is one clip. Another is what stands between its placeholders, and the pieces of all
that may be filled in: names of destinations, digits, numbers, days and hours, prices. A document is never played: of
the addresses of its clips, one after the other, it could be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ivr.flow.nodes import say
from ivr.flow.prompts import as_said
from ivr.languages import language_of
from ivr.languages.language import Language

if TYPE_CHECKING:
    from ivr.flow.line import Line

NEVER_PLAYED: Final = frozenset({"documento", "administrador"})
"""The placeholders of what is a secret, or any name: a prompt that has one is said, with all of its answer."""

MOST_NUMBERED: Final = 60
"""The last of the numbers that have clips: minutes of a wait or of an hour, days, places in a queue."""

_OPEN = re.compile(r"(\S*?)\{(\w+)\}(\S*)")


@dataclass(slots=True)
class _Pieces:
    """The pieces of what may be filled in: of values of one piece the ``only`` one, of others the first, those within
    and the last."""

    only: set[str] = field(default_factory=set)
    first: set[str] = field(default_factory=set)
    within: set[str] = field(default_factory=set)
    last: set[str] = field(default_factory=set)

    def add(self, value: tuple[str, ...]) -> None:
        if len(value) == 1:
            self.only.add(value[0])
        else:
            self.first.add(value[0])
            self.within.update(value[1:-1])
            self.last.add(value[-1])

    def between(self, before: str, after: str) -> Iterator[str]:
        """The pieces as they stand in a text, with the signs before and after the placeholder."""
        yield from (f"{before}{piece}{after}" for piece in sorted(self.only))
        yield from (f"{before}{piece}" for piece in sorted(self.first))
        yield from sorted(self.within)
        yield from (f"{piece}{after}" for piece in sorted(self.last))


def wanted_clips(line: Line) -> dict[str, tuple[str, ...]]:
    """Each prompt of ``line`` by name, with the texts of the clips that it is put together from, in their order.

    A prompt that is never played has none: so has a term that customers read on a ticket, and no state says.
    """
    said = {each.prompt for node in line.states.values() for each in node.spoken()}
    read = set(line.routing.terms) - said
    return {
        name: () if name in read else tuple(_of_prompt(line, name, prompt.text))
        for name, prompt in line.prompts.texts.items()
    }


def announced_clips(line: Line) -> dict[str, str]:
    """Return each announcement of ``line`` by name, with the text of its one clip."""
    return {name: as_said(each.text) for name, each in line.prompts.announcements.items()}


def without_doubles(texts: Iterable[str]) -> list[str]:
    """``texts``, each once, and none that sounds as another one of them: a word within a sentence as before a comma."""
    once = {text[:1].lower() + text[1:]: text for text in reversed(list(texts))}
    return [text for key, text in reversed(once.items()) if key[-1:] in ".,;:!?" or f"{key}," not in once]


def _of_prompt(line: Line, name: str, text: str) -> Iterator[str]:
    said = as_said(text)
    end = 0
    found = list(_OPEN.finditer(said))
    if any(place[2] in NEVER_PLAYED for place in found):
        return
    for place in found:
        before = said[end : place.start()].strip()
        if before:
            yield before
        yield from _filled(line, name, place[2]).between(place[1], place[3])
        end = place.end()
    rest = said[end:].strip()
    if rest:
        yield rest


def _filled(line: Line, prompt: str, placeholder: str) -> _Pieces:
    pieces = _Pieces()
    match placeholder:
        case "destino":
            pieces.only.update(line.prompts.destinations.values())
        case "preco":
            told = {
                node.service for node in line.states.values() if isinstance(node, say.Say) and node.prompt == prompt
            }
            for service in line.routing.table.services.values():
                for price in service.prices if service.name in told else ():
                    money = language_of(line.header.language).money
                    pieces.only.add(money.spoken(price.hour, service.currency))
        case "ferramenta":
            rules = line.routing.tickets
            pieces.only.update(rules.remote_access.tools if rules else ())
        case _:
            return _of_language(line.header.language, placeholder)
    return pieces


@lru_cache(maxsize=64)
def _of_language(code: str, placeholder: str) -> _Pieces:
    """What every line of the language ``code`` may fill in."""
    language = language_of(code)
    pieces = _Pieces()
    match placeholder:
        case "protocolo" | "telefone" | "chamado":
            for digit in language.numbers.names:
                pieces.first.update((f"{digit},", f"{digit};"))
                pieces.last.add(digit)
            pieces.within.update(pieces.first)
        case "posicao":
            pieces.only.update(map(str, range(1, MOST_NUMBERED + 1)))
        case "espera":
            for minutes in range(MOST_NUMBERED + 1):
                pieces.add(language.numbers.wait_pieces(60 * minutes))
        case "abertura" | "previsao" | "validade":
            for opening in _openings(language):
                pieces.add(opening)
        case "dia":
            for told in _forecast_days(language):
                pieces.add(told)
        case "prazo":
            for day in _days(language):
                pieces.add(day)
        case "cobranca":
            for minutes in range(60 * MOST_NUMBERED):
                pieces.add(language.spans.time_pieces(minutes))
        case "idade":
            for months in range(MOST_NUMBERED + 1):
                pieces.add(language.spans.age_pieces(months))
    return pieces


def _openings(language: Language) -> Iterator[tuple[str, ...]]:
    """Openings with every piece: each hour of a day and each day of a year, since one follows the other."""
    openings = language.openings
    yield (openings.other_day,)
    first = date(2028, 1, 1)
    days = [first + timedelta(days=day) for day in range(366)]
    told: set[tuple[str, ...]] = {(openings.today,), (openings.tomorrow,)}
    told |= {openings.day(day, day.replace(day=1)) for day in days}
    told |= {openings.day(day, first - timedelta(days=40)) for day in days}
    midnight = datetime(2028, 1, 1)  # noqa: DTZ001 - a clock face, of no place
    hours = {openings.hour(midnight + timedelta(minutes=minute)) for minute in range(24 * 60)}
    noon = openings.hour(midnight + timedelta(hours=12))
    yield from ((*day, *noon) for day in told)
    yield from ((openings.today, *hour) for hour in hours)


def _forecast_days(language: Language) -> Iterator[tuple[str, ...]]:
    """Forecasts: a day alone, and each hour of today; the last minutes of a day end with tomorrow's midnight."""
    openings = language.openings
    yield (openings.other_day,)
    yield from _days(language)
    midnight = datetime(2028, 1, 1)  # noqa: DTZ001 - a clock face, of no place
    yield (openings.tomorrow, *openings.hour(midnight))
    for minute in range(0, 24 * 60, 5):
        yield (openings.today, *openings.hour(midnight + timedelta(minutes=minute)))


def _days(language: Language) -> Iterator[tuple[str, ...]]:
    """Days without an hour: today, tomorrow and each day of a year, in its month and seen from another one."""
    first = date(2028, 1, 1)
    for day in (first + timedelta(days=number) for number in range(366)):
        for today in (day, day - timedelta(days=1), day - timedelta(days=40)):
            yield language.openings.day_pieces(day, today)
        if day.day > 2:
            yield language.openings.day_pieces(day, day.replace(day=1))
