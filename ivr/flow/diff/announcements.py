"""Changes of what is announced: announcements that are new, gone, reworded, for others or at another time."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.announcements import WrittenAnnouncement
from ivr.flow.diff.change import Change
from ivr.flow.prompts import Prompts
from wording import phrase


def announcement_changes(before: Prompts, after: Prompts) -> Iterator[Change]:
    """Yield what differs between the announcements of two lines."""
    for name, each in after.announcements.items():
        former = before.announcements.get(name)
        if former is None:
            told = phrase("announcement {name} is new: {when}", name=name, when=_when(each))
            yield Change("prompt", name, told, each.mark, after=each.text)
            continue
        if former.text != each.text:
            told = phrase("announcement {name} reworded", name=name)
            yield Change("prompt", name, told, each.mark, former.text, each.text)
        if _when(former) != _when(each):
            told = phrase(
                "announcement {name} is {when} (was {before})", name=name, when=_when(each), before=_when(former)
            )
            yield Change("prompt", name, told, each.mark)
        if former.play != each.play:
            plays, played = each.play or phrase("the clip of its text"), former.play or phrase("the clip of its text")
            told = phrase("announcement {name} plays {plays} (was {before})", name=name, plays=plays, before=played)
            yield Change("prompt", name, told, each.mark)
    for name, each in before.announcements.items():
        if name not in after.announcements:
            told = phrase("announcement {name} is gone", name=name)
            yield Change("prompt", name, told, each.mark, before=each.text)


def _when(each: WrittenAnnouncement) -> str:
    announcement = each.announcement
    scope = phrase("for the whole line") if announcement.is_of_line else phrase("for {scope}", scope=announcement.scope)
    if announcement.since is None:
        return phrase("{scope}, until {until:%Y-%m-%d %H:%M}", scope=scope, until=announcement.until)
    return phrase(
        "{scope}, from {since:%Y-%m-%d %H:%M} until {until:%Y-%m-%d %H:%M}",
        scope=scope,
        since=announcement.since,
        until=announcement.until,
    )
