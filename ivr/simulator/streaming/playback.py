"""The playback buffers what an application sends, and plays it to the caller frame by frame, with the marks between.

Source: Twilio's page on the websocket messages of Media Streams: sound of any size is played in the order in which it
was sent; a mark is told when what was queued before it has played, at once where nothing is, and on a clear.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from ivr.simulator.streaming.frames import FRAME_BYTES, RATE

MOST_BUFFERED: Final = 10 * 60 * RATE
"""Bytes: ten minutes of sound; with more the carrier warns (31931)."""


class Playback:
    """Sound that waits to be played. What comes in is played from the next frame on, never in the present one."""

    def __init__(self) -> None:
        self._queue: deque[bytes | str] = deque()
        self._come: deque[bytes | str] = deque()
        self.buffered = 0

    @property
    def empty(self) -> bool:
        """Return whether no sound waits."""
        return self.buffered == 0

    @property
    def full(self) -> bool:
        """Return whether more waits than the carrier buffers."""
        return self.buffered > MOST_BUFFERED

    def add(self, sound: bytes) -> None:
        """Queue sound of any length."""
        if sound:
            self._come.append(sound)
            self.buffered += len(sound)

    def mark(self, name: str) -> bool:
        """Queue the mark behind the sound that waits; False where none does, so that it is due at once."""
        if self.empty:
            return False
        self._come.append(name)
        return True

    def clear(self) -> list[str]:
        """Drop the sound, and return the marks that stood in it."""
        names = [one for one in (*self._queue, *self._come) if isinstance(one, str)]
        self._queue.clear()
        self._come.clear()
        self.buffered = 0
        return names

    def take(self) -> tuple[bytes, list[str]]:
        """Return what is played in the present frame, which may be less than one, and the marks that are due then."""
        taken: list[bytes] = []
        marks: list[str] = []
        left = FRAME_BYTES
        while self._queue:
            first = self._queue[0]
            if isinstance(first, str):
                marks.append(first)
                self._queue.popleft()
            elif not left:
                break
            else:
                taken.append(first[:left])
                if len(first) > left:
                    self._queue[0] = first[left:]
                else:
                    self._queue.popleft()
                left -= len(taken[-1])
        self.buffered -= FRAME_BYTES - left
        self._queue += self._come
        self._come.clear()
        return b"".join(taken), marks
