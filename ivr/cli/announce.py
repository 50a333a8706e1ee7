"""``ivr announce`` tells callers something until a moment, lists what they are told, and ends it before its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli.closing import by_option
from ivr.cli.console import record_here
from ivr.cli.language import tell
from ivr.cli.stored import EVERY_DESTINATION, answering_line, named_scope, open_database, settings_here
from ivr.errors import TargetError
from wording import Message, message, phrase

if TYPE_CHECKING:
    from datetime import tzinfo

    from data.announcements import AnnouncementRecord
    from ivr.flow.announcements import WrittenAnnouncement
    from ivr.flow.line import Line


@click.command(short_help="Tell callers something, from when and until when.")
@click.argument("line_name", metavar="LINE")
@click.argument("text", required=False, metavar="[TEXT]")
@click.option(
    "--until", "until_text", metavar="TIME", help="2h, 30min, 18:00 or 2026-03-10T18:00; gone by itself then."
)
@click.option("--from", "from_text", metavar="TIME", help="When callers hear it first (default: now).")
@click.option(
    "--destination",
    metavar="DEST",
    help="Only on the way to this desk or family of desks (default: all, on arrival).",
)
@click.option("--end", "ended", type=click.IntRange(1), metavar="NUMBER", help="End announcement NUMBER now.")
@by_option
def announce(
    line_name: str,
    text: str | None,
    until_text: str | None,
    from_text: str | None,
    destination: str | None,
    ended: int | None,
    by: str,
) -> None:
    """Tell the callers of LINE TEXT, within a second: after the welcome and before the first menu, or, with
    --destination, before that desk is rung or told to be closed; once in a call.

    Without TEXT: what is announced now and later, with the announcements of the line's files.
    """
    if ended is not None:
        if text or until_text or from_text or destination:
            raise click.UsageError(
                message("announce-end-alone", "--end NUMBER stands alone: ivr announce LINE --end 3")
            )
        _end(answering_line(line_name), ended, by)
    elif text is None:
        if until_text or from_text or destination:
            raise click.UsageError(
                message("announce-without-a-text", 'say what callers hear: ivr announce LINE "TEXT" --until TIME')
            )
        _list(answering_line(line_name))
    elif until_text is None:
        raise click.UsageError(
            message(
                "announce-without-an-end",
                "an announcement needs its --until, like 2h or 18:00: one that nobody ends is heard for weeks",
            )
        )
    else:
        _make(answering_line(line_name), text, from_text, until_text, destination, by)


def _make(line: Line, text: str, from_text: str | None, until_text: str, destination: str | None, by: str) -> None:
    from data.announcements import NewAnnouncement, lasting_announcements, make_announcement
    from ivr.call.announcements import known_announcements
    from ivr.cli import clock
    from ivr.cli.clock import end_of, lasts
    from ivr.flow.announcements import refusal_of_late, refusal_of_new, refusal_of_times
    from routing.announcements import Announcement

    now, zone = clock.now(), line.header.zone
    scope = named_scope(line, destination or EVERY_DESTINATION)
    since = end_of("--from", from_text, now, zone) if from_text else now
    too_late = refusal_of_late(since, now, phrase("the announcement"))
    if too_late:
        raise TargetError(too_late)
    until = end_of("--until", until_text, since if lasts(until_text) else now, zone)
    words = " ".join(text.split())
    local = since.astimezone(zone), until.astimezone(zone)
    with open_database(settings_here()) as database, database.transaction() as connection:
        others = known_announcements(line, lasting_announcements(connection, now))
        why = refusal_of_times(*local, phrase("the announcement")) or refusal_of_new(
            Announcement("", scope, words, *local), others, line.routing.table.destinations, now.astimezone(zone)
        )
        if why:
            raise TargetError(why)
        number = make_announcement(connection, NewAnnouncement(line.name, scope, words, since, until, by))
        record_here(connection, "announce", f"{line.name} {scope} #{number}", by)
    tell(
        phrase(
            "callers of {line} hear it as number {number}, from {since:%Y-%m-%d %H:%M} until {until:%Y-%m-%d %H:%M}",
            line=line.name,
            number=number,
            since=local[0],
            until=local[1],
        )
    )


def _list(line: Line) -> None:
    from data.announcements import lasting_announcements
    from ivr.cli import clock

    now, zone = clock.now(), line.header.zone
    with open_database(settings_here()) as database, database.reading() as connection:
        made = [each for each in lasting_announcements(connection, now) if each.line == line.name]
    written = [each for each in line.prompts.announcements.values() if each.announcement.until > now]
    for told in (*(_told(each, zone) for each in made), *(_of_file(each, zone) for each in written)):
        tell(told)
    if not (made or written):
        tell(phrase("nothing is announced on {line}", line=line.name))


def _end(line: Line, number: int, by: str) -> None:
    from data.announcements import end_announcement, find_announcement
    from ivr.cli import clock

    now = clock.now()
    with open_database(settings_here()) as database, database.transaction() as connection:
        found = find_announcement(connection, number)
        if found is None or found.line != line.name:
            raise TargetError(
                message(
                    "no-such-announcement",
                    "the line {line} has no announcement {number}; ivr announce {line} lists those that there are",
                    line=line.name,
                    number=number,
                )
            )
        if not end_announcement(connection, number, now, by):
            raise TargetError(
                message("announcement-ended-before", "the announcement {number} is over already", number=number)
            )
        record_here(connection, "announce", f"{line.name} {found.scope} #{number} ended", by)
    tell(phrase("ended: {announcement}", announcement=_told(found, line.header.zone)))


def _told(each: AnnouncementRecord, zone: tzinfo) -> Message:
    return phrase(
        "{number}  {scope}  from {since:%Y-%m-%d %H:%M} until {until:%Y-%m-%d %H:%M}, by {who}: {text}",
        number=each.id,
        scope=_scope(each.scope),
        since=each.since.astimezone(zone),
        until=each.until.astimezone(zone),
        who=each.made_by,
        text=each.text,
    )


def _of_file(each: WrittenAnnouncement, zone: tzinfo) -> Message:
    announcement = each.announcement
    since = announcement.since
    return phrase(
        "{name}  {scope}  from {since} until {until:%Y-%m-%d %H:%M}, in {place}: {text}",
        name=announcement.name,
        scope=_scope(announcement.scope),
        since=f"{since.astimezone(zone):%Y-%m-%d %H:%M}" if since else phrase("its publication on"),
        until=announcement.until.astimezone(zone),
        place=f"{each.mark.file}:{each.mark.line}",
        text=" ".join(announcement.text.split()),
    )


def _scope(scope: str) -> str:
    from routing.closures import EVERYTHING

    return phrase("the whole line") if scope == EVERYTHING else scope
