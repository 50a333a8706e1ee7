"""``AnnouncementForm`` is what a person fills in: it is read as an announcement, or says why it is none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from ivr.flow.announcements import read_moment, refusal_of_late, refusal_of_new, refusal_of_times
from routing.announcements import Announcement
from routing.closures import EVERYTHING
from value_class import value_class
from wording import phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ivr.flow.line import Line

AT_FIRST: Final = timedelta(hours=2)
"""How long an announcement lasts where nothing else is filled in."""

MOST: Final = 2000
"""Signs of a field that are read: what is longer is refused by its length all the same."""

_PICKED: Final = "%Y-%m-%dT%H:%M"
"""How a browser writes a moment that is picked."""


@value_class
class AnnouncementForm:
    """The fields as they stand on the page; ``since`` is empty for now, ``scope`` for the whole line."""

    text: str = ""
    scope: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def empty(cls, now: datetime) -> AnnouncementForm:
        """Return the form at first, at ``now`` in the zone of the line."""
        return cls(until=f"{now + AT_FIRST:{_PICKED}}")

    @classmethod
    def sent(cls, fields: Mapping[str, str]) -> AnnouncementForm:
        """Return what a browser sent, in one line each."""
        return cls(*(" ".join(fields.get(name, "")[:MOST].split()) for name in ("text", "scope", "since", "until")))

    def read(
        self, line: Line, now: datetime, others: Iterable[Announcement], destinations: Collection[str]
    ) -> Announcement:
        """Return the announcement, of no name yet. ``now`` is local time of ``line``. Raises ValueError, whose message
        says what to write instead.
        """
        what = phrase("the announcement")
        since = read_moment(self.since, line.header.zone) if self.since else now
        until = read_moment(self.until, line.header.zone)
        if since < now:
            since = now
        why = refusal_of_late(since, now, what) or refusal_of_times(since, until, what)
        if why:
            raise ValueError(why)
        made = Announcement("", self.scope or EVERYTHING, self.text, since, until)
        refused = refusal_of_new(made, others, destinations, now)
        if refused:
            raise ValueError(refused)
        return made
