"""Renders the clips of a line that are missing or changed, and takes away those that nothing plays any more."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.errors import FlowError
from ivr.flow.audio_folder import CLIPS, FOLDER, RenderedClip, clip_key, read_clips_file
from ivr.flow.line import Line
from ivr.flow.wanted_clips import announced_clips, wanted_clips, without_doubles
from ivr.source.diagnostics import Diagnostics
from ivr.source.fields import Fields
from ivr.source.yaml import load
from ivr.studio.speech_engine import NAME, VOICES, StudioError, StudioVoice

PRONUNCIATION: Final = "pronunciation.yaml"
"""Words of a line that are not read as they are written, alone or several in a row, with how they are:
``TOTVS: Tótus``, ``once y: once, y``.
"""

Speak = Callable[[str, StudioVoice], bytes]
"""Makes a WAV file of a text; ``SpeechEngine.speak``."""


@dataclass(slots=True)
class Rendered:
    """Rendering a line leaves it with so many ``clips``; so many were ``rendered`` now, and files ``deleted``."""

    clips: int = 0
    rendered: int = 0
    deleted: int = 0


def render_line(
    folder: Path, line: Line, speak: Speak, each: Callable[[list[str]], Iterable[str]] = iter, *, again: bool = False
) -> Rendered:
    """Render what the line in ``folder`` lacks, all of it with ``again``; ``each`` hands out the texts one by one, and
    sees how far it has come.

    What was rendered stays where the rendering is cut short. Clips of other voices are left as they are. Raises
    StudioError for a language without a voice, FlowError for files that cannot be read.
    """
    voice = VOICES.get(line.header.language.partition("-")[0])
    if voice is None:
        spoken = ", ".join(sorted(VOICES))
        raise StudioError(f"the studio has no voice for {line.header.language}; it speaks {spoken}")
    diagnostics = Diagnostics()
    there = read_clips_file(folder / FOLDER / CLIPS, diagnostics)
    respelt = _pronunciation(folder / FOLDER / PRONUNCIATION, diagnostics)
    if diagnostics.errors:
        raise FlowError(sorted(diagnostics.errors))
    studio = _Studio(folder / FOLDER, voice, speak, respelt)
    return studio.render(_texts(line), there, each, again=again)


class _Studio:
    def __init__(self, audio: Path, voice: StudioVoice, speak: Speak, respelt: Mapping[str, str]) -> None:
        self._audio = audio
        self._voice = voice
        self._speak = speak
        self._respelt = respelt
        # Of two that begin alike the longer one is meant: "meio-dia e" before "meio-dia".
        longest = sorted(respelt, key=len, reverse=True)
        self._words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)") if longest else None

    def render(
        self, texts: list[str], there: list[RenderedClip], each: Callable[[list[str]], Iterable[str]], *, again: bool
    ) -> Rendered:
        ours = {clip.text: clip for clip in there if clip.voice == self._voice.name}
        others = [clip for clip in there if clip.voice != self._voice.name]
        # By text: two that sound alike, as one is read and as it is written, have one key.
        wanted = {text: self._key(text) for text in texts}
        kept = (
            {}
            if again
            else {text: clip for text, clip in ours.items() if wanted.get(text) == clip.key and self._is_there(clip)}
        )
        done = Rendered(len(wanted) + len(others))
        self._audio.mkdir(parents=True, exist_ok=True)
        for text in each([text for text in wanted if text not in kept]):
            key = wanted[text]
            clip = RenderedClip(key, text, self._voice.name, NAME, f"{_slug(text)}-{key[:8]}.wav")
            _put(self._audio / clip.file, self._speak(self._pronounced(text), self._voice))
            kept[text] = clip
            done.rendered += 1
            self._write([kept[said] for said in wanted if said in kept] + others)
        self._write([kept[said] for said in wanted] + others)
        named = {clip.file for clip in (*kept.values(), *others)}
        for clip in ours.values():
            if clip.file not in named and self._is_there(clip):
                (self._audio / clip.file).unlink()
                done.deleted += 1
        return done

    def _key(self, text: str) -> str:
        return clip_key(self._pronounced(text), self._voice.name, NAME)

    def _pronounced(self, text: str) -> str:
        return self._words.sub(lambda found: self._respelt[found[0]], text) if self._words else text

    def _is_there(self, clip: RenderedClip) -> bool:
        return (self._audio / clip.file).is_file()

    def _write(self, clips: list[RenderedClip]) -> None:
        _put(self._audio / CLIPS, "".join(f"{clip.written()}\n" for clip in clips).encode())


def _texts(line: Line) -> list[str]:
    """What callers may hear, the longest first where a rendering may be cut short: prompts before their pieces."""
    by_prompt = wanted_clips(line).values()
    whole = [*announced_clips(line).values(), *(texts[0] for texts in by_prompt if len(texts) == 1)]
    pieces = [text for texts in by_prompt if len(texts) != 1 for text in texts]
    return without_doubles((*whole, *pieces))


def _pronunciation(path: Path, diagnostics: Diagnostics) -> dict[str, str]:
    if not path.is_file():
        return {}
    respelt: dict[str, str] = {}
    for root in load(path, diagnostics):
        fields = Fields.of(root, "the file of pronunciations", diagnostics, root.mark)
        for word, _, _ in fields.mapping.items():
            read = fields.text(word, required=True)
            if read:
                respelt[word] = read
    return respelt


def _slug(text: str) -> str:
    """The first words of a text as the name of a file."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "clip"


def _put(path: Path, written: bytes) -> None:
    """Write a file whole or not at all."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_bytes(written)
    aside.replace(path)
