"""When a desk opens, as a person would say it in Portuguese."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

_HOURS: Final = (
    "meia-noite", "uma", "duas", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "meio-dia",
    "treze", "quatorze", "quinze", "dezesseis", "dezessete", "dezoito", "dezenove", "vinte", "vinte e uma",
    "vinte e duas", "vinte e três",
)  # fmt: skip
_MINUTES: Final = {
    5: "cinco", 10: "dez", 15: "quinze", 20: "vinte", 25: "vinte e cinco", 30: "meia", 35: "trinta e cinco",
    40: "quarenta", 45: "quarenta e cinco", 50: "cinquenta", 55: "cinquenta e cinco",
}  # fmt: skip
_DAYS: Final = ("na segunda-feira", "na terça-feira", "na quarta-feira", "na quinta-feira", "na sexta-feira",
                "no sábado", "no domingo")  # fmt: skip
_MONTHS: Final = ("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
                  "novembro", "dezembro")  # fmt: skip


def spoken_opening(opens_at: datetime | None, now: datetime) -> str:
    """``hoje às treze e meia``, ``amanhã às oito horas``, ``na segunda-feira, dia 23, às sete horas``.

    Both are aware; days are counted in the zone of ``opens_at``. Without an opening within a year: ``em outra data``.
    """
    if opens_at is None:
        return "em outra data"
    today = now.astimezone(opens_at.tzinfo).date()
    day = opens_at.date()
    hour = _spoken_hour(opens_at)
    if day == today:
        return f"hoje {hour}"
    if day == today + timedelta(days=1):
        return f"amanhã {hour}"
    month = "" if (day.year, day.month) == (today.year, today.month) else f" de {_MONTHS[day.month - 1]}"
    number = "primeiro" if day.day == 1 else str(day.day)
    return f"{_DAYS[day.weekday()]}, dia {number}{month}, {hour}"


def _spoken_hour(moment: datetime) -> str:
    hour, minute = moment.hour, moment.minute
    before = {0: "à", 1: "à", 12: "ao"}.get(hour, "às")
    if minute == 0:
        after = "" if hour in {0, 12} else " hora" if hour == 1 else " horas"
        return f"{before} {_HOURS[hour]}{after}"
    minutes = "1 minuto" if minute == 1 else f"{minute} minutos"
    return f"{before} {_HOURS[hour]} e {_MINUTES.get(minute, minutes)}"
