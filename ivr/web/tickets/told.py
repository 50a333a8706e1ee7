"""Words and moments of tickets as their pages tell them, in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Final

from ivr.tickets.events import Area, Severity, TicketState
from ivr.tickets.words import AREA_WORDS, SEVERITY_WORDS, STATE_WORDS
from ivr.web.shell.languages import language
from ivr.web.tickets.ticket_view import moment_told
from wording import phrase, reason
from wording.catalogues import put

STATES: Final[Mapping[str, str]] = {state.value: STATE_WORDS[state] for state in TicketState}
AREAS: Final[Mapping[str, str]] = {area.value: AREA_WORDS[area] for area in Area}
SEVERITIES: Final[Mapping[int, str]] = {severity.value: SEVERITY_WORDS[severity] for severity in Severity}
CHANNELS: Final[Mapping[str, str]] = {
    "telephone": phrase("by telephone"),
    "portal": phrase("by the portal"),
    "chat": phrase("by chat"),
    "agent": phrase("by the staff"),
    "import": phrase("taken over"),
}
"""How a ticket came."""


def words(told: str | None) -> str:
    """Return a message in the language of the request."""
    return put(told or "", language())


def sentence(error: Exception) -> str:
    """Return what an error says, in the language of the request, as a sentence."""
    told = words(reason(error))
    return f"{told[:1].upper()}{told[1:]}."


def local(moment: datetime, zone: tzinfo) -> str:
    """Return an instant by the clocks of ``zone``, as readers of the request's language write it."""
    return moment_told(moment.astimezone(zone), language() == "pt-BR")
