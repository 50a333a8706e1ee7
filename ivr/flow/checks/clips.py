"""A line whose voice is recorded should have a clip of everything that it says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ivr.flow.wanted_clips import announced_clips, wanted_clips
from wording import message, phrase

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics

SHOWN = 3
"""Missing clips of one prompt that a warning names."""


def check_clips(line: Line, diagnostics: Diagnostics) -> None:
    """Warn of each prompt that cannot be played, or not beside most others: an answer with it is said, all of it, by
    another voice.
    """
    if not line.header.recorded:
        return
    wanted = wanted_clips(line)
    most = max(line.clips.voices, key=lambda voice: _spoken_by(voice, line, wanted.values()), default=None)
    for name, texts in wanted.items():
        prompt = line.prompts.texts[name]
        lacking = [text for text in texts if prompt.text and line.clips.spoken([text]) is None]
        if lacking:
            shown: str = ", ".join(f"'{text}'" for text in lacking[:SHOWN])
            if len(lacking) > SHOWN:
                shown = phrase("{shown} and {more} more", shown=shown, more=len(lacking) - SHOWN)
            told = {"prompt": name, "voice": line.header.voice, "line": line.name}
            whole = message(
                "prompt-without-a-clip",
                "the prompt '{prompt}' has no clip, so {voice} says each answer with it; ivr prompts voice {line} "
                "renders it",
                **told,
            )
            parts = message(
                "prompt-without-clips-of-its-parts",
                "the prompt '{prompt}' has no clip of {parts}, so {voice} says each answer with it; ivr prompts voice "
                "{line} renders it",
                parts=shown,
                **told,
            )
            diagnostics.warning(prompt.text.mark, parts if len(texts) > 1 else whole)
        elif most is not None and line.clips.spoken(texts, most) is None:
            diagnostics.warning(
                prompt.text.mark,
                message(
                    "prompt-without-a-clip-of-that-voice",
                    "the prompt '{prompt}' has no clip by {most}, as most have, so {voice} says it with them; "
                    "record it by {most}, too",
                    prompt=name,
                    most=most,
                    voice=line.header.voice,
                ),
            )
    _check_announced(line, diagnostics, most)


def _check_announced(line: Line, diagnostics: Diagnostics, most: str | None) -> None:
    """Warn of each announcement that is not spoken by ``most``, the voice of most prompts, which it stands among."""
    for name, text in announced_clips(line).items():
        if most is None or line.clips.spoken([text], most) is None:
            diagnostics.warning(
                line.prompts.announcements[name].text.mark,
                message(
                    "announcement-without-a-clip",
                    "the announcement '{name}' has no clip by the voice of the prompts, so {voice} says each answer "
                    "with it; ivr prompts voice {line} renders it",
                    name=name,
                    voice=line.header.voice,
                    line=line.name,
                ),
            )


def _spoken_by(voice: str, line: Line, prompts: Iterable[tuple[str, ...]]) -> int:
    """How many of ``prompts``, each the texts of its clips, the voice has all of."""
    return sum(line.clips.spoken(texts, voice) is not None for texts in prompts if texts)
