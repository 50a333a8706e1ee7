"""A script may name what is heard: ``hear: {prompt: boas-vindas}`` holds whatever the words of that prompt are today.

The pattern of a prompt is its words in their order, however they are punctuated and recorded; what the prompt leaves
open (``{abertura}``) is anything at all.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from ivr.flow.prompts import Prompt
from ivr.source.fields import suggest
from ivr.source.folding import fold_words
from wording import message, phrase, reason

PromptsOf: TypeAlias = Callable[[str], Mapping[str, Prompt] | None]
"""The prompts of the line of that name; None where it has faults, which are told before any script is played."""

LONGEST_FILLING: Final = 300
"""Characters that may stand where a prompt leaves something open: a document that is spelled out is the longest."""

_NEVER: Final = re.compile(r"(?!)")
"""The pattern of a prompt of a faulty line, whose scripts are not played."""


def pattern_of(prompt: Prompt) -> re.Pattern[str]:
    """Return the pattern of what is heard of ``prompt``; ValueError where it has no words of its own."""
    pattern = _pattern(prompt.text)
    if pattern is None:
        raise ValueError(
            message(
                "prompt-named-without-words",
                "has no words of its own, so that anything would do; write what is heard",
            )
        )
    return pattern


def find_prompt(name: str, line: str, prompts_of: PromptsOf | None) -> re.Pattern[str]:
    """Return the pattern of the prompt ``name`` of ``line``; ValueError with what to do where there is none."""
    if prompts_of is None:
        raise ValueError(
            message(
                "prompt-named-elsewhere", "a prompt has a name only in lines of ours; write the words that are heard"
            )
        )
    known = prompts_of(line)
    if known is None:
        return _NEVER
    if name not in known:
        raise ValueError(
            message(
                "prompt-named-unknown",
                "the line {line} has no prompt '{name}'{near}",
                line=line,
                name=name,
                near=suggest(name, known),
            )
        )
    try:
        return pattern_of(known[name])
    except ValueError as error:
        raise ValueError(phrase("the prompt '{name}' {fault}", name=name, fault=reason(error))) from None


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str] | None:
    literals = [fold_words(literal) for literal, *_ in string.Formatter().parse(text)]
    spoken = [r"[\W_]+".join(re.escape(word) for word in literal.split()) for literal in literals if literal]
    if not spoken:
        return None
    between = rf"\b.{{0,{LONGEST_FILLING}}}?\b"
    return re.compile(rf"\b{between.join(spoken)}\b", re.DOTALL)
