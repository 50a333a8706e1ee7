"""Alarm rules say which conditions people must know of, and how long each lasts before they are told, and told again.

A condition is *raised* when it has been found at every look for as long as ``holds``, and *cleared* when it has not
been found for as long as ``quiet``. What comes and goes in between changes nothing, so that nobody is told the same
thing twice in a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from value_class import value_class
from wording import Message, phrase


@value_class
class AlarmRule:
    """A condition is raised after ``holds`` and cleared after ``quiet``."""

    holds: timedelta
    quiet: timedelta


NOBODY_ON_CALL: Final = "nobody-on-call"
SERVICE_LEVEL: Final = "service-level"
NO_AGENTS: Final = "no-agents"
PASSWORDS: Final = "passwords"
CARRIER_AWAY: Final = "carrier-away"
DATA_TOO_OLD: Final = "data-too-old"

ALARM_RULES: Final[Mapping[str, AlarmRule]] = MappingProxyType(
    {
        NOBODY_ON_CALL: AlarmRule(timedelta(0), timedelta(minutes=1)),
        SERVICE_LEVEL: AlarmRule(timedelta(minutes=15), timedelta(minutes=5)),
        NO_AGENTS: AlarmRule(timedelta(minutes=2), timedelta(minutes=1)),
        PASSWORDS: AlarmRule(timedelta(0), timedelta(minutes=10)),
        CARRIER_AWAY: AlarmRule(timedelta(0), timedelta(minutes=2)),
        DATA_TOO_OLD: AlarmRule(timedelta(0), timedelta(0)),
    }
)
"""The kinds stand in rows, metrics and webhooks, so that they are read by every release after this one."""


UNKNOWN: Final = "–"
"""How a figure is shown that an alarm does not have."""


@value_class
class AlarmFinding:
    """A look found the condition of ``kind`` about ``subject`` of ``line`` (empty: of none, or of all), with the
    figures that show it.
    """

    kind: str
    line: str
    subject: str
    figures: Mapping[str, int | float | str]

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what tells it from all others."""
        return self.kind, self.line, self.subject


def alarm_in_words(kind: str, figures: Mapping[str, int | float | str]) -> Message:
    """Return what an alarm says; of a kind that a newer release made, its name."""

    def of(name: str) -> int | float | str:
        return figures.get(name, UNKNOWN)

    match kind:
        case "nobody-on-call":
            return phrase(
                "nobody on call took {calls} calls in the last {minutes} minutes",
                calls=of("calls"),
                minutes=of("minutes"),
            )
        case "service-level":
            return phrase(
                "{within} of {needed} calls of the last {minutes} minutes were answered within {seconds} s; the target"
                " is {percent} %",
                within=of("within"),
                needed=of("needed"),
                seconds=of("seconds"),
                minutes=of("minutes"),
                percent=of("percent"),
            )
        case "no-agents":
            return phrase(
                "none of {agents} agents is on duty; {waiting} calls wait", agents=of("agents"), waiting=of("waiting")
            )
        case "passwords":
            return phrase("{hour} wrong passwords in an hour, {day} in a day", hour=of("hour"), day=of("day"))
        case "carrier-away":
            return phrase("the carrier took none of {rows} requests that were made again and again", rows=of("rows"))
        case "data-too-old":
            return phrase(
                "what was imported of this system is {hours} hours old; it may be {most}",
                hours=of("hours"),
                most=of("most"),
            )
        case _:
            return phrase("{kind}", kind=kind)
