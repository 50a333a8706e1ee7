"""A capture is a file of JSON Lines: a header, what passed in its order, and an end that tells what was replaced.

Lines are written as they come beside the file's name, which the finished file takes: one that was there is never
half gone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from wording import Message, phrase

VERSION: Final = 1

MOST_BYTES: Final = 50 * 1024 * 1024
"""Bytes of a capture where nobody says otherwise: some hundred thousand requests."""

END_BYTES: Final = 16 * 1024
"""Bytes that are kept free for the end."""

BODY_BYTES: Final = 64 * 1024
"""Bytes of one body that are kept; the carrier performs no larger document. Of more the length is told."""


class CaptureLog:
    """Writes the lines of one capture to ``unfinished``, ``most`` bytes of them; ``elapsed`` are the seconds since it
    began. What comes when it is full is counted and not written.
    """

    def __init__(self, unfinished: Path, elapsed: Callable[[], float], most: int = MOST_BYTES) -> None:
        # Whoever could open it before it is its owner's alone could read on.
        self._file: IO[bytes] = open(unfinished, "wb", opener=_for_its_owner)  # noqa: SIM115
        unfinished.chmod(0o600)
        self._elapsed = elapsed
        self._left = most - END_BYTES
        self.path = unfinished
        self.left_out = 0

    @property
    def full(self) -> bool:
        """Return whether nothing more is written but the end."""
        return self.left_out > 0

    def head(self, at: datetime, tool: str, public_url: str | None, **more: Any) -> None:
        """Write the first line."""
        moment = at.astimezone(UTC).isoformat(timespec="seconds")
        self._write({"capture": VERSION, "tool": tool, "at": moment, "public_url": public_url, **more})

    def now(self) -> float:
        """Return how many seconds the capture has lasted."""
        return self._elapsed()

    def add(self, kind: str, number: int, at: float | None = None, **details: Any) -> None:
        """Write what happened ``at`` so many seconds (None: now): a request, an answer, a message over a socket."""
        line = _line({"kind": kind, "n": number, "t": round(self._elapsed() if at is None else at, 3), **details})
        if self.full or len(line) > self._left:
            self.left_out += 1
            return
        try:
            self._file.write(line)
            self._file.flush()
            self._left -= len(line)
        except OSError:  # a full disk is no reason to fail a call
            self.left_out += 1

    def end(self, **details: Any) -> None:
        """Write the last line, and close the file."""
        self._write({"kind": "end", "t": round(self._elapsed(), 3), "left_out": self.left_out, **details})
        self._file.close()

    def _write(self, record: dict[str, Any]) -> None:
        self._file.write(_line(record))
        self._file.flush()


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def told(counts: dict[str, int], unknown: set[str], left_out: int) -> list[Message]:
    """Return for a person what was replaced, and what a person has to look at."""
    lines: list[Message] = []
    if counts:
        each = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        lines.append(phrase("replaced before it was written: {each}", each=each))
    if unknown:
        names = ", ".join(sorted(unknown)[:20])
        lines.append(phrase("replaced, since nothing is known of these fields: {names}", names=names))
    if left_out:
        lines.append(
            phrase(
                "{count} lines were left out: the file was as large as --most allows, or the disk full", count=left_out
            )
        )
    return lines
