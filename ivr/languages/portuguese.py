"""Portuguese, as it is spoken in Brazil."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from ivr.languages.language import Language, same_month

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


def _day(day: date, today: date) -> str:
    """``na segunda-feira, dia 23,``; the month where it is another one."""
    month = "" if same_month(day, today) else f" de {_MONTHS[day.month - 1]}"
    number = "primeiro" if day.day == 1 else str(day.day)
    return f"{_DAYS[day.weekday()]}, dia {number}{month},"


def _hour(moment: datetime) -> str:
    """``às oito horas``, ``às treze e meia``, ``ao meio-dia``."""
    hour, minute = moment.hour, moment.minute
    before = {0: "à", 1: "à", 12: "ao"}.get(hour, "às")
    if minute == 0:
        after = "" if hour in {0, 12} else " hora" if hour == 1 else " horas"
        return f"{before} {_HOURS[hour]}{after}"
    minutes = "1 minuto" if minute == 1 else f"{minute} minutos"
    return f"{before} {_HOURS[hour]} e {_MINUTES.get(minute, minutes)}"


PORTUGUESE: Final = Language(
    today="hoje",
    tomorrow="amanhã",
    other_day="em outra data",
    day=_day,
    hour=_hour,
    digits={
        "zero": "0", "um": "1", "uma": "1", "dois": "2", "duas": "2", "tres": "3", "quatro": "4", "cinco": "5",
        "seis": "6", "meia": "6", "sete": "7", "oito": "8", "nove": "9",
    },
    letters={
        "be": "B", "ce": "C", "de": "D", "efe": "F", "ge": "G", "aga": "H", "jota": "J", "ka": "K", "ca": "K",
        "ele": "L", "eme": "M", "ene": "N", "pe": "P", "que": "Q", "erre": "R", "esse": "S", "te": "T", "ve": "V",
        "dablio": "W", "xis": "X", "ipsilon": "Y", "ze": "Z",
    },
    phrases={"dê": "d"},
    spelling="de",
    joiner="e",
    punctuation=frozenset({"ponto", "barra", "traco", "hifen"}),
    last_resort="Desculpe, estamos com um problema técnico. Ligue de novo em alguns minutos.",
)  # fmt: skip
