"""Lines with a recorded voice, whose clips are silences: what is asked of them is which are played, and how long."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from ivr.flow.clips import Clip, Clips
from ivr.flow.line import Line
from ivr.flow.wanted_clips import wanted_clips, without_doubles
from ivr.wav import mu_law


def clip(text: str, voice: str = "dora", seconds: float = 1.0) -> Clip:
    """Silence in place of ``text``."""
    sound = mu_law(b"\xff" * int(8000 * seconds)).written()
    name = hashlib.sha256(f"{voice} {text}".encode()).hexdigest()[:32]
    return Clip(text, voice, name, seconds, sound)


def texts_of(line: Line) -> list[str]:
    """The text of each clip that the line should have."""
    return without_doubles(text for texts in wanted_clips(line).values() for text in texts)


def recorded(line: Line, texts: Iterable[str] | None = None) -> Line:
    """``line`` with a recorded voice that has ``texts`` (default: all that it should have)."""
    clips = Clips(clip(text) for text in (texts_of(line) if texts is None else texts))
    return replace(line, version=f"r{line.version[1:]}", header=replace(line.header, recorded=True), clips=clips)
