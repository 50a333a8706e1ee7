"""A line whose voice is recorded should have a clip of everything that it says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ivr.flow.wanted_clips import wanted_clips

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
            shown = " of " + ", ".join(f"'{text}'" for text in lacking[:SHOWN]) if len(texts) > 1 else ""
            more = f" and {len(lacking) - SHOWN} more" if len(lacking) > SHOWN else ""
            told = f"the prompt '{name}' has no clip{shown}{more}, so {line.header.voice} says each answer with it"
            diagnostics.warning(prompt.text.mark, f"{told}; ivr prompts voice {line.name} renders it")
        elif most is not None and line.clips.spoken(texts, most) is None:
            told = f"the prompt '{name}' has no clip by {most}, as most have, so {line.header.voice} says it with them"
            diagnostics.warning(prompt.text.mark, f"{told}; record it by {most}, too")


def _spoken_by(voice: str, line: Line, prompts: Iterable[tuple[str, ...]]) -> int:
    """How many of ``prompts``, each the texts of its clips, the voice has all of."""
    return sum(line.clips.spoken(texts, voice) is not None for texts in prompts if texts)
