"""The recordings of all calls of an account: which of them can still be fetched, and what microphones said in them.

Everything here is done with the account's switchboard held.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.simulator.rest.party import Party
    from ivr.simulator.transcript import CallRecording


class AccountRecordings:
    """Finds recordings in the transcripts of ``calls``, the newest first. ``sounds`` are the voices of those whose
    callers had a microphone: whole files, by the recordings' identifiers.
    """

    def __init__(self, calls: Callable[[], list[Party]]) -> None:
        self.sounds: dict[str, bytes] = {}
        self._calls = calls
        self._deleted: set[str] = set()

    def all(self) -> list[tuple[Party, CallRecording]]:
        """Return every recording with its call, the newest first."""
        found = [(call, recording) for call in self._calls() for recording in reversed(call.call.transcript.recordings)]
        return [(call, recording) for call, recording in found if recording.sid not in self._deleted]

    def delete(self, sid: str) -> None:
        """Let a recording be fetched no more."""
        self._deleted.add(sid)

    def forget(self, party: Party) -> None:
        """Keep nothing of the recordings of a call."""
        for recording in party.call.transcript.recordings:
            self._deleted.discard(recording.sid)
            self.sounds.pop(recording.sid, None)
