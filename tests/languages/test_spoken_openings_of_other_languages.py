"""When a destination opens, as a person would say it in Mexico and in English."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.languages.english import ENGLISH
from ivr.languages.spanish import SPANISH

MEXICO = ZoneInfo("America/Mexico_City")
TUESDAY = datetime(2026, 3, 10, 0, 0, tzinfo=MEXICO)


@pytest.mark.parametrize(
    ("hour", "minute", "spanish", "english"),
    [
        (0, 0, "a la medianoche", "at midnight"),
        (0, 30, "a las doce y media de la noche", "at 12:30 a.m."),
        (1, 0, "a la una de la madrugada", "at 1 a.m."),
        (8, 0, "a las ocho de la mañana", "at 8 a.m."),
        (8, 1, "a las ocho y 1 minuto de la mañana", "at 8:01 a.m."),
        (9, 15, "a las nueve y cuarto de la mañana", "at 9:15 a.m."),
        (11, 45, "a las once y cuarenta y cinco de la mañana", "at 11:45 a.m."),
        (12, 0, "al mediodía", "at noon"),
        (12, 30, "a las doce y media de la tarde", "at 12:30 p.m."),
        (13, 7, "a la una y 7 minutos de la tarde", "at 1:07 p.m."),
        (18, 0, "a las seis de la tarde", "at 6 p.m."),
        (20, 20, "a las ocho y veinte de la noche", "at 8:20 p.m."),
    ],
)
def test_hours_are_said_as_people_say_them(hour: int, minute: int, spanish: str, english: str) -> None:
    opens_at = TUESDAY.replace(hour=hour, minute=minute)
    assert SPANISH.openings.spoken(opens_at, TUESDAY) == f"hoy {spanish}"
    assert ENGLISH.openings.spoken(opens_at, TUESDAY) == f"today {english}"


@pytest.mark.parametrize(
    ("days", "spanish", "english"),
    [
        (1, "mañana", "tomorrow"),
        (2, "el jueves 12,", "on Thursday the 12th"),
        (11, "el sábado 21,", "on Saturday the 21st"),
        (22, "el miércoles primero de abril,", "on Wednesday, April 1st,"),
        (300, "el lunes 4 de enero,", "on Monday, January 4th,"),
    ],
)
def test_days_are_named_near_and_dated_far(days: int, spanish: str, english: str) -> None:
    opens_at = TUESDAY.replace(hour=8) + timedelta(days=days)
    assert SPANISH.openings.spoken(opens_at, TUESDAY) == f"{spanish} a las ocho de la mañana"
    assert ENGLISH.openings.spoken(opens_at, TUESDAY) == f"{english} at 8 a.m."


def test_without_an_opening_there_is_another_date() -> None:
    assert SPANISH.openings.spoken(None, TUESDAY) == "en otra fecha"
    assert ENGLISH.openings.spoken(None, TUESDAY) == "on another day"
