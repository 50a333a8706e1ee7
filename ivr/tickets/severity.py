"""A severity is proposed from what a customer answered, and gives a ticket its working hours (seed 003 p. 14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from ivr.tickets.events import Severity

SEVERITY_HOURS: Final[Mapping[Severity, timedelta]] = MappingProxyType(
    {
        Severity.CRITICAL: timedelta(hours=10),
        Severity.HIGH: timedelta(hours=20),
        Severity.MEDIUM: timedelta(hours=30),
        Severity.LOW: timedelta(hours=40),
    }
)
"""Working hours to the forecast of each severity, where a line writes no others."""


def proposed(
    usable: bool | None,
    way_round: bool | None,
    corrupts: bool | None,
    otherwise: Severity = Severity.MEDIUM,
) -> Severity:
    """Return the severity that follows from three answers; None is a question that was not asked or not answered.

    Data are being corrupted: critical. The function cannot be used: critical, or high where there is a way round. It
    can be used: high where its restriction has no way round, else medium. Low (spelling, navigation, looks) follows
    from no answer; people choose it. Without an answer about use it is ``otherwise``.
    """
    if corrupts:
        return Severity.CRITICAL
    if usable is None:
        return otherwise
    if not usable:
        return Severity.HIGH if way_round else Severity.CRITICAL
    return Severity.HIGH if way_round is False else Severity.MEDIUM
