"""Announcements of a file are for destinations that exist, and not too many at once; those that are over may go."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ivr.flow.announcements import refusal_of_number, refusal_of_scope
from wording import message, phrase

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics


def check_announcements(line: Line, diagnostics: Diagnostics) -> None:
    """Tell each announcement for what the line does not have, and the first of too many that are heard together."""
    written = line.prompts.announcements
    all_of_them = [each.announcement for each in written.values()]
    for name, each in written.items():
        what = phrase("the announcement '{name}'", name=name)
        unknown = refusal_of_scope(each.announcement.scope, line.routing.marks, what)
        if unknown:
            diagnostics.error(each.destination.mark if each.destination else each.mark, unknown)
    for name, each in written.items():
        too_many = refusal_of_number(each.announcement, all_of_them, phrase("the announcement '{name}'", name=name))
        if too_many:
            diagnostics.error(each.mark, too_many)
            return  # each of them would say the same


def check_announcements_ahead(line: Line, diagnostics: Diagnostics, since: date) -> None:
    """Warn of each announcement that ended before the local date ``since``."""
    for name, each in line.prompts.announcements.items():
        until = each.announcement.until
        if until.date() < since:
            diagnostics.warning(
                each.mark,
                message(
                    "announcement-is-over",
                    "the announcement '{name}' is over since {until:%Y-%m-%d %H:%M}; delete it",
                    name=name,
                    until=until,
                ),
            )
