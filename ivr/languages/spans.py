"""A language tells a span of time that is billed, in hours and minutes, and how many months old something is."""

from __future__ import annotations

from value_class import value_class


@value_class
class Spans:
    """The words of one language for a span of time; ``{}`` stands for how many.

    ``joiner`` is between hours and minutes. What is younger than a month is ``below_a_month`` old.
    """

    one_hour: str
    hours: str
    one_minute: str
    minutes: str
    joiner: str
    below_a_month: str
    one_month: str
    months: str

    def time(self, minutes: int) -> str:
        """Return ``minutes`` in words: ``2 horas e 15 minutos``; none is told as zero minutes."""
        return " ".join(self.time_pieces(minutes))

    def time_pieces(self, minutes: int) -> tuple[str, ...]:
        """Return the same in the pieces of which a recorded voice has clips: ``2``, ``horas``, ``e``, ``15``."""
        hours, rest = divmod(minutes, 60)
        told_hours = _counted(hours, self.one_hour, self.hours) if hours else ()
        told_rest = _counted(rest, self.one_minute, self.minutes) if rest or not hours else ()
        return (*told_hours, *((self.joiner,) if told_hours and told_rest else ()), *told_rest)

    def age(self, months: int) -> str:
        """Return an age of whole months in words: ``menos de um mês``, ``7 meses``."""
        return " ".join(self.age_pieces(months))

    def age_pieces(self, months: int) -> tuple[str, ...]:
        """Return the same in the pieces of which a recorded voice has clips."""
        return (self.below_a_month,) if months < 1 else _counted(months, self.one_month, self.months)


def _counted(number: int, one: str, several: str) -> tuple[str, ...]:
    if number == 1:
        return (one,)
    before, _, after = several.partition("{}")
    return tuple(filter(None, (before.strip(), str(number), after.strip())))
