"""Changes of recordings: which of them callers hear another sound of, by the digests of their files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ivr.flow.diff.change import Change
from wording import Message, counted, phrase

SHOWN = 3
"""Files that are named; of the others their number is told."""


def recording_changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Yield what differs between the recordings of two lines, each the digest of a sound by the name of its file."""
    new = [name for name in after if name not in before]
    gone = [name for name in before if name not in after]
    other = [name for name in after if name in before and after[name] != before[name]]
    for names, told in (
        (other, counted("{number} recording is another", "{number} recordings are others", len(other))),
        (new, counted("{number} recording is new", "{number} recordings are new", len(new))),
        (gone, counted("{number} recording is gone", "{number} recordings are gone", len(gone))),
    ):
        if names:
            yield Change("line", sorted(names)[0], _naming(told, sorted(names)))


def _naming(told: Message, names: Sequence[str]) -> Message:
    shown = ", ".join(names[:SHOWN])
    if len(names) > SHOWN:
        return phrase("{told}: {names} and {count} more", told=told, names=shown, count=len(names) - SHOWN)
    return phrase("{told}: {names}", told=told, names=shown)
