"""A remote access is asked for with enough words, waits, lasts and is over as its rules say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from ivr.tickets.remote_access import (
    MOST_PREPARATION,
    MOST_PURPOSE,
    USUAL_ACCESS,
    AccessState,
    access_state,
    preparation_told,
    require_answerable,
    require_request,
)
from tests.tickets.desks import local

NOW = local("2026-03-10T10:00")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Access:
    """A remote access that is stored."""

    tool: str = "TRA"
    approved: bool = True
    preparation_minutes: int = 0
    answer: str | None = None
    expires_at: datetime = NOW + HOUR
    ended_at: datetime | None = None


@pytest.mark.parametrize(
    ("access", "state"),
    [
        (Access(), AccessState.WAITING),
        (Access(expires_at=NOW), AccessState.EXPIRED),
        (Access(answer="allowed"), AccessState.ALLOWED),
        (Access(answer="allowed", expires_at=NOW), AccessState.EXPIRED),
        (Access(answer="allowed", ended_at=NOW), AccessState.ENDED),
        (Access(answer="refused"), AccessState.REFUSED),
        (Access(answer="refused", expires_at=NOW), AccessState.REFUSED),
        (Access(ended_at=NOW), AccessState.ENDED),
    ],
)
def test_an_access_stands_where_its_answer_and_the_time_say(access: Access, state: AccessState) -> None:
    assert access_state(access, NOW) is state


def test_only_a_request_that_waits_is_answered() -> None:
    require_answerable(AccessState.WAITING)
    for state in set(AccessState) - {AccessState.WAITING}:
        with pytest.raises(ValueError, match="waits for no answer"):
            require_answerable(state)


@pytest.mark.parametrize("written", ["teamviewer", " Team Viewer ", "TEAMVIEWER"])
def test_an_approved_tool_is_named_as_ops_write_it_and_costs_nothing(written: str) -> None:
    assert require_request(USUAL_ACCESS, written, "ver o erro", 90) == ("TeamViewer", 0)


def test_another_tool_needs_the_minutes_that_the_customer_is_told() -> None:
    assert require_request(USUAL_ACCESS, "AnyDesk", "ver o erro", 45) == ("AnyDesk", 45)
    for minutes in (None, 0, -5, MOST_PREPARATION + 1):
        with pytest.raises(ValueError, match="how many minutes of preparation are billed"):
            require_request(USUAL_ACCESS, "AnyDesk", "ver o erro", minutes)
    told = preparation_told(Access("AnyDesk", approved=False, preparation_minutes=45))
    assert told == "AnyDesk is not one of the approved tools: 45 minutes of preparation are billed if it is allowed"
    assert preparation_told(Access()) is None


@pytest.mark.parametrize("purpose", ["", "  ", "x" * (MOST_PURPOSE + 1)])
def test_a_request_says_what_the_access_is_for(purpose: str) -> None:
    with pytest.raises(ValueError, match="what the access is for"):
        require_request(USUAL_ACCESS, "TRA", purpose, None)


@pytest.mark.parametrize("tool", ["", " ", "x" * 41, "a\x00b"])
def test_a_tool_has_a_name_that_can_be_read(tool: str) -> None:
    with pytest.raises(ValueError, match="name the tool"):
        require_request(USUAL_ACCESS, tool, "ver o erro", 10)
