"""Reads the steps of a media stream: the sound that the caller makes, and what is heard of the application."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ivr.simulator.phones import steps
from ivr.simulator.phones.steps import Step
from ivr.simulator.streaming.caller_wav import read_caller_wav
from ivr.simulator.streaming.frames import tone
from ivr.source.fields import Fields
from ivr.source.files_beside import file_beside
from ivr.source.seconds import parse_seconds
from wording import message, phrase, reason

HERTZ: Final = 440
MOST_HERTZ: Final = 3999
"""Telephones carry no higher tone."""

LONGEST_TONE: Final = 600.0
"""Seconds; a longer one is a slip of the pen."""


def _say_wav(fields: Fields, where: str) -> Step:
    written = fields.text("say_wav") or ""
    sound = b""
    try:
        sound = read_caller_wav(file_beside(written, fields.mark.file).read_bytes())
    except OSError as error:
        told = message(
            "caller-wav-unreadable",
            "'say_wav' of {owner}: {file} cannot be read ({why}); name a WAV file, as seen from the script",
            owner=fields.owner,
            file=written,
            why=(error.strerror or str(error)).lower(),
        )
        fields.diagnostics.error(fields.mark_of("say_wav"), told)
    except ValueError as error:
        told = phrase("'say_wav' of {owner}: {file} {why}", owner=fields.owner, file=written, why=reason(error))
        fields.diagnostics.error(fields.mark_of("say_wav"), told)
    return steps.SaySound(sound, written, where=where, after=_after(fields))


def _tone(fields: Fields, where: str) -> Step:
    seconds = fields.parsed("tone", _tone_seconds) or 0.0
    hertz = fields.whole("hertz", HERTZ, least=1, most=MOST_HERTZ)
    return steps.SaySound(tone(seconds, hertz), f"{seconds:g} s", where=where, after=_after(fields))


def _hear_sound(fields: Fields, where: str) -> Step:
    return steps.HearStream(
        "sound", fields.parsed("hear_sound", parse_seconds) or 0.0, where=where, within=_within(fields)
    )


def _hear_silence(fields: Fields, where: str) -> Step:
    return steps.HearStream(
        "silence", fields.parsed("hear_silence", parse_seconds) or 0.0, where=where, within=_within(fields)
    )


def _mark(fields: Fields, where: str) -> Step:
    return steps.HearStream("mark", mark=fields.text("mark") or "", where=where, within=_within(fields))


def _cleared(fields: Fields, where: str) -> Step:
    _only_true(fields, "cleared")
    return steps.HearStream("clear", where=where, within=_within(fields))


def _stream_ends(fields: Fields, where: str) -> Step:
    _only_true(fields, "stream_ends")
    return steps.HearStream("end", where=where, within=_within(fields))


def _only_true(fields: Fields, key: str) -> None:
    if not fields.flag(key, default=False):
        told = message(
            "step-only-true",
            "'{key}' of {owner} can only be true; delete the step otherwise",
            key=key,
            owner=fields.owner,
        )
        fields.diagnostics.error(fields.mark_of(key), told)


STREAM_READERS: Final[dict[str, Callable[[Fields, str], Step]]] = {
    "say_wav": _say_wav,
    "tone": _tone,
    "hear_sound": _hear_sound,
    "hear_silence": _hear_silence,
    "mark": _mark,
    "cleared": _cleared,
    "stream_ends": _stream_ends,
}
"""What reads each of these steps, by its verb."""


def _tone_seconds(text: str) -> float:
    seconds = parse_seconds(text)
    if not re.search("[1-9]", text) or seconds > LONGEST_TONE:
        raise ValueError(
            message("tone-length", "a tone lasts up to {most:g} seconds, not '{text}'", most=LONGEST_TONE, text=text)
        )
    return seconds


def _after(fields: Fields) -> float | None:
    return fields.parsed("after", parse_seconds)


def _within(fields: Fields) -> float | None:
    return fields.parsed("within", parse_seconds)
