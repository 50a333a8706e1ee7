"""The ``announcements`` of a line's prompts file: what callers are told between two moments.

announcements:
  instabilidade:
    text: Estamos com instabilidade no Protheus. Nossa equipe já trabalha na solução.
    from: 2026-03-10T08:00            # local time of the line; left out: as soon as it is published
    until: 2026-03-10T18:00           # gone by itself then
    destination: suporte.protheus     # or a beginning of names; left out: the whole line
    play: instabilidade.wav           # its recording in audio/, where it has one of its own

Staff make others by ``ivr announce`` and on the page, which are kept in the database; the same rules hold for them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Final

from ivr.flow.spoken_text import read_play, text_to_speak
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.fields import Fields, suggest
from ivr.source.speakable import unspeakable
from ivr.source.yaml import Text
from routing.announcements import MOST_AT_ONCE, Announcement, most_at_once
from routing.closures import EVERYTHING, scopes_of
from value_class import value_class
from wording import message, phrase

MAX_CHARACTERS: Final = 400
"""Half a minute of speech, before what callers called for."""

LATEST: Final = timedelta(days=366)
"""Until when staff may announce something; what is longer is no announcement, but a prompt."""

_NAME: Final = re.compile(r"[a-z0-9]+(?:[-._][a-z0-9]+)*")
_LONGEST_NAME: Final = 60


@value_class
class WrittenAnnouncement:
    """An announcement of a file, with the places of it and of its text, and the recording of its own."""

    announcement: Announcement
    mark: Mark
    text: Text
    destination: Text | None = None
    play: Text | None = None


def read_announcements(root: Fields, zone: tzinfo, diagnostics: Diagnostics) -> dict[str, WrittenAnnouncement]:
    """Read the section; what is faulty is told at its place, and left out."""
    found: dict[str, WrittenAnnouncement] = {}
    written = root.mapping_of("announcements")
    for name, mark, value in written.items() if written else ():
        what = phrase("the announcement '{name}'", name=name)
        fields = Fields.of(value, what, diagnostics, mark)
        text = text_to_speak(fields.value("text", required=True), what, diagnostics)
        play = read_play(fields, name)
        since = fields.parsed("from", lambda written: read_moment(written, zone))
        until = fields.parsed("until", lambda written: read_moment(written, zone), required=True)
        destination = fields.text("destination")
        fields.finish()
        if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
            diagnostics.error(
                mark,
                message(
                    "announcement-name-malformed",
                    "'{name}' is no name of an announcement; use small letters, digits and - . _ between them, "
                    "{most} at most",
                    name=name[:_LONGEST_NAME],
                    most=_LONGEST_NAME,
                ),
            )
        if text and (why := refusal_of_text(text, what)):
            diagnostics.error(text.mark, why)
        elif since and until and (why := refusal_of_times(since, until, what)):
            diagnostics.error(fields.mark_of("until"), why)
        elif text and until and (since or not fields.has("from")):
            made = Announcement(name, destination or EVERYTHING, text, since, until)
            found[name] = WrittenAnnouncement(made, mark, text, destination, play)
    return found


def refusal_of_text(text: str, what: str) -> str | None:
    """Return why callers cannot hear ``text`` as ``what``, and what to do, or None."""
    if len(text) > MAX_CHARACTERS:
        return message(
            "announcement-too-long",
            "{what} has {length} characters; {most} are the most, half a minute of speech",
            what=what,
            length=len(text),
            most=MAX_CHARACTERS,
        )
    if "{" in text or "}" in text:
        return message(
            "announcement-with-a-brace",
            "{what} has a brace, and nothing is filled in there; write the words",
            what=what,
        )
    why = unspeakable(text)
    return phrase("{what} {fault}", what=what, fault=why) if why else None


def refusal_of_times(since: datetime, until: datetime, what: str) -> str | None:
    """Return what is wrong with the two moments of ``what``, or None."""
    if since < until:
        return None
    return message(
        "announcement-ends-first",
        "{what} would end at {until:%Y-%m-%d %H:%M}, and begin at {since:%Y-%m-%d %H:%M}; write a later end",
        what=what,
        until=until,
        since=since,
    )


def refusal_of_scope(scope: str, destinations: Collection[str], what: str) -> str | None:
    """Return why ``what`` cannot be for ``scope`` on a line with these ``destinations``, or None."""
    scopes = scopes_of(destinations)
    if scope == EVERYTHING or scope in scopes:
        return None
    return message(
        "announcement-of-unknown-destination",
        "{what} is for '{destination}', which the line does not have{near} (without a destination it is for all)",
        what=what,
        destination=scope,
        near=suggest(scope, sorted(scopes)),
    )


def refusal_of_number(announcement: Announcement, others: Iterable[Announcement], what: str) -> str | None:
    """Return that a caller would hear too many one after the other, ``announcement`` among them, or None."""
    number = most_at_once(announcement, others)
    if number <= MOST_AT_ONCE:
        return None
    return message(
        "too-many-announcements",
        "{what} would be one of {number} that a caller hears one after the other; {most} are the most, so end "
        "another one first",
        what=what,
        number=number,
        most=MOST_AT_ONCE,
    )


def refusal_of_late(at: datetime, now: datetime, what: str) -> str | None:
    """Return that ``what`` begins or ends too late, ``at`` a moment that may be a slip of the finger, or None."""
    if at <= now + LATEST:
        return None
    return message(
        "announcement-too-late",
        "{what} would begin or end more than a year from now, at {at:%Y-%m-%d %H:%M}; write an earlier moment",
        what=what,
        at=at,
    )


def refusal_of_new(
    new: Announcement, others: Iterable[Announcement], destinations: Collection[str], now: datetime
) -> str | None:
    """Return why staff may not announce ``new`` at ``now``, local time of a line with these ``destinations`` and
    ``others`` to be heard, or None.
    """
    what = phrase("the announcement")
    if new.until <= now:
        return message(
            "announcement-over-already",
            "{what} would end at {until:%Y-%m-%d %H:%M}, and it is {now:%Y-%m-%d %H:%M} there; write a later end",
            what=what,
            until=new.until.astimezone(now.tzinfo),
            now=now,
        )
    return (
        refusal_of_late(new.until, now, what)
        or refusal_of_text(new.text, what)
        or refusal_of_scope(new.scope, destinations, what)
        or refusal_of_number(new, others, what)
    )


def read_moment(written: str, zone: tzinfo) -> datetime:
    """Read a day and an hour as the clocks of ``zone`` show them. Raises ValueError, whose message says how."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo or not re.search("[T ][0-9]", written):
        raise ValueError(
            message(
                "announcement-moment-malformed",
                "'{text}' is no moment; write one like 2026-03-10T18:00, local time of the line",
                text=written,
            )
        )
    return moment.replace(tzinfo=zone)
