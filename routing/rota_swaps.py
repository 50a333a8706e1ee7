"""A rota swap puts somebody in the place of a person of a rota between two moments, without an edit of the rota."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from value_class import value_class


@value_class
class RotaSwap:
    """A swap holds from ``since`` until just before ``until``, both aware (else ValueError).

    ``stand_in`` is rung in the place of ``person``: a name of the rota's people, or a telephone (E.164) that the
    line's allow-list allows.
    """

    rota: str
    person: str
    stand_in: str
    since: datetime
    until: datetime

    def __post_init__(self) -> None:
        if self.since.tzinfo is None or self.until.tzinfo is None:
            raise ValueError("a swap begins and ends at aware datetimes; give them a time zone")

    @property
    def telephone(self) -> str | None:
        """Return the telephone that stands in, or None where a person of the rota does."""
        return self.stand_in if self.stand_in.startswith("+") else None

    def holds(self, rota: str, at: datetime) -> bool:
        """Return whether the swap is of that rota and holds at ``at``."""
        return self.rota == rota and self.since <= at < self.until


def stand_ins(swaps: Iterable[RotaSwap], rota: str, at: datetime) -> dict[str, str]:
    """Return who stands in on that rota at ``at``, by the person that is replaced."""
    return {each.person: each.stand_in for each in swaps if each.holds(rota, at)}
