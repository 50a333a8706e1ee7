"""Measures how long the sound files of a call last, where they can be fetched; else assumes a usual length."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from ivr.simulator import codes, voice
from ivr.simulator.effects import Steps
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import Response
from ivr.simulator.twiml_notice import TwimlNotice, WebhookError
from ivr.simulator.webhooks import Webhooks


class Sounds:
    """Fetches each file once a call, as the vendor's cache does.

    Only files of the server at ``home`` are fetched: a call reaches nobody who was not named to it.
    """

    def __init__(self, home: str, webhooks: Webhooks, transcript: Transcript) -> None:
        self._home = _server(home)
        self._webhooks = webhooks
        self._transcript = transcript
        self._lengths: dict[str, float] = {}

    def remember(self, response: Response) -> None:
        """``response`` was asked for as a document; where it is a sound, it need not be fetched again."""
        if voice.is_sound(response.headers.get("Content-Type") or ""):
            self._lengths[response.url] = _length(response)

    def length(self, url: str) -> Steps[float]:
        """Seconds that the file at ``url`` lasts; nothing where it cannot be played, which is a warning."""
        if _server(url) != self._home:
            return voice.RECORDING_SECONDS
        length = self._lengths.get(url)
        if length is None:
            try:
                length = self._measured((yield from self._webhooks.fetch(url)), url)
            except WebhookError as error:
                self._warn(error.notice.code, f"no sound: {error}", url)
                length = 0.0
            self._lengths[url] = length
        return length

    def _measured(self, response: Response, url: str) -> float:
        kind = response.headers.get("Content-Type") or ""
        if not voice.is_sound(kind):
            self._warn(codes.PLAY_CONTENT_TYPE, f"{kind or 'a file without a Content-Type'} is no sound", url)
            return 0.0
        return _length(response)

    def _warn(self, code: int, what: str, url: str) -> None:
        self._transcript.warnings.append(TwimlNotice.of(code, what, url, failure=True))


@lru_cache(maxsize=1024)
def _server(url: str) -> tuple[str, str]:
    """The scheme and the host of ``url``; of what is no address it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


def _length(response: Response) -> float:
    measured = voice.length(response.body)
    return voice.RECORDING_SECONDS if measured is None else measured
