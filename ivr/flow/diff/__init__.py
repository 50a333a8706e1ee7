"""Compares two read lines and tells in a menu's words what an edit changes: what callers press, hear and reach."""

from __future__ import annotations

from ivr.flow.diff.announcements import announcement_changes
from ivr.flow.diff.calendars import calendar_changes
from ivr.flow.diff.change import Change
from ivr.flow.diff.header import header_changes
from ivr.flow.diff.hours import hours_changes
from ivr.flow.diff.prompts import prompt_changes
from ivr.flow.diff.reach import reach_changes
from ivr.flow.diff.routing import routing_changes
from ivr.flow.diff.states import state_changes
from ivr.flow.diff.work_calendars import work_calendar_changes
from ivr.flow.line import Line

__all__ = ["Change", "changes"]


def changes(before: Line, after: Line) -> list[Change]:
    """Return what differs between two lines: the menu first, then its words, its desks and hours, and what follows.

    Comments, the order of keys and how a value is written are no change. The lines may be of different names.
    """
    return [
        *header_changes(before.header, after.header),
        *state_changes(before, after),
        *prompt_changes(before.prompts, after.prompts),
        *announcement_changes(before.prompts, after.prompts),
        *hours_changes(before.routing, after.routing),
        *calendar_changes(before.routing, after.routing),
        *routing_changes(before.routing, after.routing),
        *work_calendar_changes(before.routing, after.routing),
        *reach_changes(before, after),
    ]
