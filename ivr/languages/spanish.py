"""Spanish, as it is spoken in Mexico."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from ivr.languages.language import Language, same_month

_HOURS: Final = ("doce", "una", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once")
_MINUTES: Final = {
    5: "cinco", 10: "diez", 15: "cuarto", 20: "veinte", 25: "veinticinco", 30: "media", 35: "treinta y cinco",
    40: "cuarenta", 45: "cuarenta y cinco", 50: "cincuenta", 55: "cincuenta y cinco",
}  # fmt: skip
_DAYS: Final = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_MONTHS: Final = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
                  "noviembre", "diciembre")  # fmt: skip


def _day(day: date, today: date) -> str:
    """``el lunes 23``; the month where it is another one."""
    month = "" if same_month(day, today) else f" de {_MONTHS[day.month - 1]}"
    number = "primero" if day.day == 1 else str(day.day)
    return f"el {_DAYS[day.weekday()]} {number}{month},"


def _hour(moment: datetime) -> str:
    """``a las ocho de la mañana``, ``a la una y media de la tarde``, ``al mediodía``."""
    hour, minute = moment.hour, moment.minute
    if minute == 0 and hour in {0, 12}:
        return "al mediodía" if hour else "a la medianoche"
    minutes = "1 minuto" if minute == 1 else f"{minute} minutos"
    after = f" y {_MINUTES.get(minute, minutes)}" if minute else ""
    return f"{'a la' if hour % 12 == 1 else 'a las'} {_HOURS[hour % 12]}{after} {_part_of_day(hour)}"


def _part_of_day(hour: int) -> str:
    if hour == 0 or hour >= 19:
        return "de la noche"
    return "de la madrugada" if hour < 5 else "de la mañana" if hour < 12 else "de la tarde"


SPANISH: Final = Language(
    today="hoy",
    tomorrow="mañana",
    other_day="en otra fecha",
    day=_day,
    hour=_hour,
    digits={
        "cero": "0", "uno": "1", "un": "1", "una": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5",
        "seis": "6", "siete": "7", "ocho": "8", "nueve": "9",
    },
    letters={
        "be": "B", "ce": "C", "de": "D", "efe": "F", "ge": "G", "hache": "H", "jota": "J", "ka": "K", "ele": "L",
        "eme": "M", "ene": "N", "pe": "P", "cu": "Q", "erre": "R", "ere": "R", "ese": "S", "te": "T", "ve": "V",
        "uve": "V", "equis": "X", "ye": "Y", "zeta": "Z",
    },
    phrases={"doble u": "w", "doble ve": "w", "doble v": "w", "uve doble": "w", "ve doble": "w", "i griega": "ye"},
    spelling="de",
    joiner="y",
    punctuation=frozenset({"punto", "diagonal", "barra", "guion"}),
    last_resort="Disculpe, tenemos un problema técnico. Llame de nuevo en unos minutos.",
)  # fmt: skip
