"""A party's expectations compare its talks, its waiting and its rings with how the scene went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from ivr.replay.scenes.party_record import PartyRecord
from ivr.replay.text_expectations import Texts, read_texts
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.seconds import parse_seconds
from ivr.source.yaml import Text
from value_class import value_class
from wording import counted, message, phrase


@value_class
class TalkedWith:
    """``talked_with: [ana, beto]`` expects the partners of the party's talks, in this order; an empty list: none."""

    mark: Mark
    names: tuple[Text, ...]

    def unmet(self, record: PartyRecord) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if tuple(self.names) == tuple(record.talked_with):
            return None
        wanted, came = (", ".join(each) or phrase("nobody") for each in (self.names, record.talked_with))
        return phrase("expected talks with {wanted}, but there were talks with {came}", wanted=wanted, came=came)


@value_class
class Lasted:
    """``waited: {least: 5, most: 60}`` expects seconds in queues, or alone in a conference; ``talked`` of talk, and
    ``held`` on hold.
    """

    mark: Mark
    what: str
    least: float
    most: float | None

    def unmet(self, record: PartyRecord) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        seconds = getattr(record, self.what)
        if self.least <= seconds + 1e-6 and (self.most is None or seconds <= self.most + 1e-6):
            return None
        bound = phrase("{least:g} s at least", least=self.least)
        if seconds >= self.least:
            bound = phrase("{most:g} s at most", most=self.most)
        return phrase("expected {what} of {bound}, but it was {seconds:.1f} s", what=self.what, bound=bound,
                      seconds=seconds)  # fmt: skip


@value_class
class Rang:
    """``rang: 2`` expects how often the party's telephone was rung."""

    mark: Mark
    times: int

    def unmet(self, record: PartyRecord) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if record.rang == self.times:
            return None
        return counted(
            "expected the telephone to ring {number} time, but it rang {rang}",
            "expected the telephone to ring {number} times, but it rang {rang}",
            self.times,
            rang=record.rang,
        )


@value_class
class TextsReceived:
    """``texts: [{hear: protocolo}]`` expects the texts that came to the party's telephone; an empty list: none."""

    texts: Texts

    @property
    def mark(self) -> Mark:
        """Return where it is written."""
        return self.texts.mark

    def unmet(self, record: PartyRecord) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        return self.texts.unmet_by(record.texts)


PartyExpectation: TypeAlias = TalkedWith | Lasted | Rang | TextsReceived

LASTING = ("waited", "talked", "held")


def read_party_expectations(fields: Fields) -> tuple[PartyExpectation, ...]:
    """Read what is expected of the party itself; what is expected of its call is left to ``read_expectations``."""
    return tuple(_read(fields))


def _read(fields: Fields) -> Iterator[PartyExpectation]:
    names = fields.texts("talked_with")
    if fields.has("talked_with"):
        yield TalkedWith(fields.mark_of("talked_with"), names)
    for key in LASTING:
        if (bounds := fields.mapping_of(key)) is not None:
            owner = phrase("'{key}' of {owner}", key=key, owner=fields.owner)
            yield _lasted(key, Fields(bounds, owner, fields.diagnostics), fields.mark_of(key))
    if (texts := read_texts(fields)) is not None:
        yield TextsReceived(texts)
    times = fields.whole("rang", 0, most=1000)
    if fields.has("rang"):
        yield Rang(fields.mark_of("rang"), times)


def _lasted(key: str, fields: Fields, mark: Mark) -> Lasted:
    least, most = fields.parsed("least", parse_seconds), fields.parsed("most", parse_seconds)
    fields.finish()
    if not fields.mapping.entries:
        told = message("duration-without-bounds", "{owner} needs 'most' or 'least', in seconds", owner=fields.owner)
        fields.diagnostics.error(fields.mark, told)
    return Lasted(mark, key, least or 0.0, most)


def names_in(expectations: Iterable[PartyExpectation]) -> Iterator[Text]:
    """Yield each party that they name."""
    for each in expectations:
        if isinstance(each, TalkedWith):
            yield from each.names
