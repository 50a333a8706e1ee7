"""The recordings of a line, read from its folder ``audio/``: what was rendered, and what prompts play of their own.

``clips.jsonl`` tells the rendered ones, one JSON object a line:

    {"key": "3f9c…", "text": "Bem-vindo.", "voice": "pf_dora", "engine": "kokoro-82m-int8-1", "file": "bem-vindo.wav"}

``key`` is a digest of text, voice and engine, by which ``ivr prompts voice`` finds what is missing or changed. A studio
may put lines of its own in. A prompt names a file itself (``play: boas-vindas.wav``) where its text alone is recorded.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ivr.flow.announcements import WrittenAnnouncement
from ivr.flow.clips import Clip, Clips
from ivr.flow.prompts import Prompt, Prompts, as_said
from ivr.flow.spoken_text import RECORDING
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.yaml import contents
from ivr.wav import A_LAW, MU_LAW, PCM, Wav, WavError, read_wav
from value_class import value_class
from wording import message, phrase, reason

FOLDER: Final = "audio"
CLIPS: Final = "clips.jsonl"

STUDIO: Final = "studio"
"""The voice of recordings that prompts name themselves."""

MAX_SECONDS: Final = 150
"""A prompt of 1,500 characters, the longest, takes about 100."""

MAX_BYTES: Final = 16 * 1024 * 1024
"""150 s of one channel at 48 kHz, 16 bits; Twilio takes 40 MB of a sound."""

_RATES: Final = range(8000, 48001)
_SHORT: Final = 40
"""Characters of a text that may take any time to say."""

_FASTEST: Final = 30.0
_SLOWEST: Final = 4.0
"""Characters a second that no person speaks; a recording beyond is hardly one of its text."""

_HALF_A_SIGN: Final = re.compile("[\ud800-\udfff]")
"""What JSON can write and UTF-8 cannot."""

_FIELDS: Final = ("key", "text", "voice", "engine", "file")


@value_class
class RenderedClip:
    """A line of ``clips.jsonl``, with its number and, for messages, the column of its file's name."""

    key: str
    text: str
    voice: str
    engine: str
    file: str
    line: int = 0
    column: int = 1

    def written(self) -> str:
        """Return the line as it stands in the file."""
        told = {name: getattr(self, name) for name in _FIELDS}
        return json.dumps(told, ensure_ascii=False)


@lru_cache(maxsize=1 << 14)
def clip_key(text: str, voice: str, engine: str) -> str:
    """Return the digest of a clip's text, voice and engine: 16 hex digits."""
    return hashlib.sha256("\n".join((engine, voice, text)).encode()).hexdigest()[:16]


def read_audio(folder: Path, prompts: Prompts, diagnostics: Diagnostics, shown: Path | None = None) -> Clips:
    """Return the recordings of the line in ``folder``. Every file that is named and missing, broken, too long or in a
    format that Twilio does not play is a fault, told where it is named; one that is not named is warned of.
    ``shown`` is where people know the folder, of which a copy may be read.
    """
    audio = folder / FOLDER
    files = f"{audio}{os.sep}"  # hundreds of recordings: joining paths takes longer than reading them
    known = (shown or folder) / FOLDER
    clips: list[Clip] = []
    named: set[str] = set()
    own: list[Prompt | WrittenAnnouncement] = [*prompts.texts.values(), *prompts.announcements.values()]
    for prompt in own:
        if prompt.play and prompt.text:
            named.add(prompt.play)
            text = as_said(prompt.text)
            clips += _clip(
                files,
                prompt.play,
                text,
                STUDIO,
                prompt.play.mark,
                diagnostics,
                phrase("record it, or take 'play' out"),
            )
    again = phrase("ivr prompts voice {line} renders it", line=known.parent.name)
    manifest = str(known / CLIPS)
    for each in read_clips_file(audio / CLIPS, diagnostics, known / CLIPS):
        named.add(each.file)
        mark = Mark(manifest, each.line, each.column)
        clips += _clip(files, each.file, each.text, each.voice, mark, diagnostics, again)
    _tell_unnamed(audio, named, diagnostics, known)
    return Clips(clips)


def digest_of(clips: Clips) -> bytes:
    """Return what tells the recordings of one version of a line from those of another; of none it is nothing."""
    told = sorted(f"{clip.name} {clip.voice} {clip.text}\n" for clip in clips)
    return hashlib.sha256("".join(told).encode()).digest() if told else b""


def read_clips_file(path: Path, diagnostics: Diagnostics, shown: Path | None = None) -> list[RenderedClip]:
    """Return what ``clips.jsonl`` at ``path`` tells, where there is one; a line that is wrong is a fault, told at
    ``shown`` (default: ``path``).
    """
    named = str(shown or path)
    written = contents(path, diagnostics, named) if path.exists() else None
    found: dict[tuple[str, str], RenderedClip] = {}
    # Bytes that are no UTF-8 are no JSON either.
    for number, line in enumerate((written or b"").decode("utf-8", "replace").split("\n"), 1):
        if not line.strip():
            continue
        column = 1
        try:
            clip = _read_line(line, number)
            other = found.setdefault((clip.text, clip.voice), clip)
            if other is clip:
                continue
            why: str = message(
                "clip-twice",
                "'{text}' by {voice} stands in line {line}, too; delete one",
                text=clip.text,
                voice=clip.voice,
                line=other.line,
            )
        except json.JSONDecodeError as error:
            why, column = (
                message(
                    "clip-line-is-no-json", "this is no JSON object in one line; ivr prompts voice writes such lines"
                ),
                error.colno,
            )
        except RecursionError:
            why = message(
                "clip-line-nested-too-deep", "this nests deeper than any clip does; ivr prompts voice writes such lines"
            )
        except ValueError as error:
            why = reason(error)
        diagnostics.error(Mark(named, number, column), why)
    return list(found.values())


def _read_line(line: str, number: int) -> RenderedClip:
    """The clip that a line tells. Raises ValueError, whose text says what is wrong."""
    told: Any = json.loads(line)
    if not isinstance(told, dict) or sorted(told) != sorted(_FIELDS):
        raise ValueError(
            message("clip-with-other-fields", "a clip has exactly the fields {fields}", fields=", ".join(_FIELDS))
        )
    if not all(isinstance(value, str) and value.strip() for value in told.values()):
        raise ValueError(message("clip-field-is-no-text", "each field of a clip is a text, and none is empty"))
    clip = RenderedClip(**told, line=number, column=max(1, line.find(f'"{told["file"]}"') + 2))
    if not RECORDING.fullmatch(clip.file):
        raise ValueError(
            message(
                "clip-file-malformed",
                "'{file}' is no name of a WAV file in {folder}/: small letters, digits and - . _",
                file=clip.file,
                folder=FOLDER,
            )
        )
    if clip.text != " ".join(clip.text.split()):
        raise ValueError(
            message("clip-text-with-blanks", "the text of a clip has one blank between two words, and none around them")
        )
    if any(_HALF_A_SIGN.search(value) for value in told.values()):
        raise ValueError(
            message(
                "clip-field-with-half-a-sign",
                "a field of a clip has half a sign (\\ud800 to \\udfff), which no file holds; write the sign",
            )
        )
    return clip


def _clip(
    files: str, file: str, text: str, voice: str, mark: Mark, diagnostics: Diagnostics, remedy: str
) -> Iterable[Clip]:
    """The clip of one of the ``files``, where it can be played."""
    shown = f"{FOLDER}/{file}"
    path = files + file
    try:
        there = os.stat(path)  # noqa: PTH116 - hundreds of paths
        if not (stat.S_ISREG(there.st_mode) or stat.S_ISDIR(there.st_mode)):
            raise WavError(phrase("is a pipe or a device"))  # it may have no end
        name, seconds, sound = _sound(_File(path, there.st_dev, there.st_ino, there.st_mtime_ns, there.st_size))
    except FileNotFoundError:
        why = message("recording-missing", "does not exist; {remedy}", remedy=remedy)
    except OSError as error:
        why = message(
            "recording-unreadable", "cannot be read: {reason}; {remedy}", reason=error.strerror, remedy=remedy
        )
    except WavError as error:
        why = message(
            "recording-unplayable",
            "{fault}; write a WAV file of one channel, 8 kHz, 16 bits or µ-law",
            fault=reason(error),
        )
    else:
        if len(text) > _SHORT and not _SLOWEST < len(text) / seconds < _FASTEST:
            told = message(
                "recording-of-another-text",
                "{shown} lasts {seconds:.1f} s, and its text has {length} characters; is it the recording of it?",
                shown=shown,
                seconds=seconds,
                length=len(text),
            )
            diagnostics.warning(mark, told)
        return (Clip(text, voice, name, seconds, sound),)
    diagnostics.error(mark, phrase("{shown} {fault}", shown=shown, fault=why))
    return ()


@value_class
class _File:
    """A file as the disk has it, whatever links lead to it: versions of a line share their recordings."""

    path: str = field(compare=False)
    device: int
    inode: int
    changed: int
    size: int


@lru_cache(maxsize=1 << 13)
def _sound(there: _File) -> tuple[str, float, bytes]:
    """Name, seconds and sound of a file, read once as long as it is the same: a menu is edited more often than its
    recordings, and each of its versions holds them. Raises WavError, OSError.
    """
    if there.size > MAX_BYTES:
        raise WavError(phrase("is larger than {most} MB", most=MAX_BYTES >> 20))
    with open(there.path, "rb", buffering=0) as file:  # noqa: PTH123 - hundreds of paths
        wav = read_wav(file.read())
    why = _unplayable(wav)
    if why:
        raise WavError(why)
    sound = wav.written()
    return hashlib.sha256(sound).hexdigest()[:32], wav.seconds, sound


def _unplayable(wav: Wav) -> str | None:
    """Why Twilio, or a browser, would not play the sound."""
    bits = {PCM: (8, 16), A_LAW: (8,), MU_LAW: (8,)}.get(wav.encoding)
    if bits is None:
        return phrase("is in the format {encoding} of WAV, which Twilio does not play", encoding=wav.encoding)
    if wav.bits not in bits:
        return phrase("has {bits} bits a sample", bits=wav.bits)
    if wav.channels != 1:
        return phrase("has {channels} channels", channels=wav.channels)
    if wav.rate not in _RATES:
        return phrase("has {rate} samples a second; a telephone has 8000", rate=wav.rate)
    if wav.bytes_a_second != wav.rate * wav.bits // 8:
        return phrase("is broken: its head tells another speed than its format")
    if wav.declared != len(wav.samples):
        return phrase("is cut off before its end")
    if not 0 < wav.seconds <= MAX_SECONDS:
        return phrase(
            "lasts {seconds:.0f} s; a prompt lasts longer than nothing and {most} s at most",
            seconds=wav.seconds,
            most=MAX_SECONDS,
        )
    return None


def _tell_unnamed(audio: Path, named: set[str], diagnostics: Diagnostics, known: Path) -> None:
    try:
        there = sorted(path.name for path in audio.iterdir() if path.suffix == ".wav")
    except OSError:
        return
    for name in there:
        if name not in named:
            told = message(
                "recording-unused",
                "nothing plays this recording; name it in a prompt ('play: {name}'), or delete it",
                name=name,
            )
            diagnostics.warning(Mark(str(known / name), 1, 1), told)
