"""The sounds of one call: what a microphone said into recordings, and what was played, as pages fetch them.

Everything here is done with the call's switchboard held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ivr.simulator.voice import is_sound
from ivr.web.phone.voices import VoiceTape

if TYPE_CHECKING:
    from ivr.simulator.transcript import Transcript

OWN_SOUNDS: Final = "/audio/"
"""Where the recorded prompts of this server's lines are, on the webhooks' port and on the pages'."""


class CallSounds:
    """Keeps the sounds of the call ``identity``. ``ours`` says that it calls a line of this server, and ``kept`` is
    where its carrier keeps recordings, by their identifiers.
    """

    def __init__(self, identity: str, *, ours: bool) -> None:
        self.transcript: Transcript | None = None
        self.kept: dict[str, bytes] | None = None
        self._call = identity
        self._ours = ours
        self._tape: VoiceTape | None = None
        self._voices: dict[str, bytes] = {}

    @property
    def is_recorded(self) -> bool:
        """Return whether a recording runs now."""
        return self._tape is not None

    def begin(self, sid: str) -> None:
        """Record what a microphone says from now on, as the recording ``sid``."""
        self._tape = VoiceTape(sid)

    def add(self, frames: bytes) -> None:
        """Take what a microphone heard into the recording that runs."""
        if self._tape is not None:
            self._tape.add(frames)

    def end(self, sid: str | None = None) -> None:
        """Keep what was recorded; where ``sid`` is given, of that recording only."""
        tape = self._tape
        if tape is None or sid not in (None, tape.sid):
            return
        self._tape = None
        if (sound := tape.wav()) is not None:
            self._voices[tape.sid] = sound
            if self.kept is not None:
                self.kept[tape.sid] = sound

    def voice(self, sid: str) -> bytes | None:
        """Return the sound of a recording that a microphone made, as a WAV file."""
        return self._voices.get(sid)

    def played(self, number: int) -> tuple[str, bytes] | None:
        """Return the media type and the bytes of the sound that was fetched as the call's ``number``-th request."""
        exchanges = self.transcript.exchanges if self.transcript else []
        response = exchanges[number].response if 0 <= number < len(exchanges) else None
        if response is None or not 200 <= response.status < 300:
            return None
        kind = (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        return (kind, response.body) if is_sound(kind) else None

    def address(self, url: str) -> str | None:
        """Return where a page fetches what was played: a clip of this server's, or what this call has fetched."""
        path = url.partition("?")[0].partition("://")[2].partition("/")[2]
        if self._ours and f"/{path}".startswith(OWN_SOUNDS):
            return f"/{path}"
        for number, exchange in enumerate(self.transcript.exchanges if self.transcript else []):
            if exchange.request.url == url and self.played(number) is not None:
                return f"/phone/api/calls/{self._call}/sounds/{number}"
        return None
