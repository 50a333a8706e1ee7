"""Prompts are what callers hear, by name, one file a language: ``prompts.pt-BR.yaml``.

prompts:
  principal: Para software, tecle 2. ...
  fechado: "{destino} não atende agora. Voltamos {abertura}."
destinations:
  suporte.rm: o Suporte RM
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ivr.source.diagnostics import Diagnostics
from ivr.source.fields import Fields
from ivr.source.speakable import unspeakable
from ivr.source.yaml import Mapping, Sequence, Text, Value

PLACEHOLDERS: Final = ("destino", "abertura", "documento", "protocolo", "posicao", "espera", "telefone", "preco")
"""What a prompt may leave open: the spoken name of a destination, when it opens, the document to confirm, the call's
protocol number, in a queue the caller's place and how long callers wait, the number
that will be called back, and what an hour of a billed service costs."""

MAX_CHARACTERS: Final = 1500
"""About two minutes of speech, longer than callers listen. A channel has limits of its own (``ivr.channels.RULES``)."""


MAX_NAME: Final = 200
"""Characters of a destination's spoken name."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text with its place."""

    text: Text

    @property
    def version(self) -> str:
        """A digest of the text, 64 hex digits: tells one wording from another, whatever else changed."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def needs(self) -> frozenset[str]:
        """The placeholders of the text."""
        return _placeholders(self.text)


@dataclass(frozen=True, slots=True)
class Prompts:
    """All texts of one language, and how the destinations are called in it."""

    language: str
    texts: MappingOf[str, Prompt]
    destinations: MappingOf[str, Text]


@lru_cache(maxsize=4096)
def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def read_prompts(root: Mapping, language: str, diagnostics: Diagnostics) -> Prompts:
    """Read the prompts of one file; a text that cannot be spoken is a fault."""
    fields = Fields(root, "the prompts file", diagnostics)
    texts: dict[str, Prompt] = {}
    written = fields.mapping_of("prompts", required=True)
    for name, _, value in written.items() if written else ():
        # A faulty text leaves an empty one behind: states that name the prompt are not told that it is missing.
        text = _text(value, f"the prompt '{name}'", "must be a text to speak", diagnostics)
        texts[name] = Prompt(text if text and _speakable(name, text, diagnostics) else Text("", value.mark))
    destinations: dict[str, Text] = {}
    named = fields.mapping_of("destinations", required=True)
    for name, _, value in named.items() if named else ():
        what = f"the spoken name of '{name}'"
        text = _text(value, what, "must be a text to speak", diagnostics)
        if text and len(text) > MAX_NAME:
            diagnostics.error(value.mark, f"{what} has {len(text)} characters; {MAX_NAME} are the most")
        elif text:
            check_spoken_name(text, what, diagnostics)
        destinations[name] = text or Text("", value.mark)
    fields.finish()
    return Prompts(language, texts, destinations)


def check_spoken_name(text: Text, what: str, diagnostics: Diagnostics) -> None:
    """Tell what of ``text``, a name that prompts are filled with, cannot be spoken; ``what`` names it."""
    if "{" in text or "}" in text:
        diagnostics.error(
            text.mark, f"{what} has a brace, which would be read: nothing is filled in there; write the words"
        )
        return
    why = unspeakable(text)
    if why:
        diagnostics.error(text.mark, f"{what} {why}")


def _text(value: Value, what: str, must: str, diagnostics: Diagnostics) -> Text | None:
    """``value`` where it is a text that ends where its writer ended it."""
    if isinstance(value, Text) and value.commented:
        told = f"behind {what} stands a #, which begins a comment and cuts the text off"
        diagnostics.error(value.mark, f"{told}; put the text in quotes, or the comment on a line of its own")
        return None
    if isinstance(value, Text) and value.strip() and not value.is_null:
        return value
    opening = {Mapping: "{", Sequence: "["}.get(type(value))
    why = f"; a text that begins with {opening} must be in quotes" if opening else ""
    diagnostics.error(value.mark, f"{what} {must}{why}")
    return None


def _speakable(name: str, value: Text, diagnostics: Diagnostics) -> bool:
    if len(value) > MAX_CHARACTERS:
        diagnostics.error(value.mark, f"the prompt '{name}' has {len(value)} characters; {MAX_CHARACTERS} are the most")
        return False
    try:
        found = [(field, spec, conversion) for _, field, spec, conversion in _parts(value)]
    except ValueError:
        diagnostics.error(
            value.mark, f"the prompt '{name}' has a brace without its pair; write the words, or {{destino}}"
        )
        return False
    for field, spec, conversion in found:
        if field is None:
            continue
        if field not in PLACEHOLDERS:
            known = ", ".join(f"{{{word}}}" for word in PLACEHOLDERS)
            diagnostics.error(
                value.mark, f"the prompt '{name}' leaves '{{{field}}}' open, which nobody fills; take {known}"
            )
            return False
        if spec or conversion:
            diagnostics.error(
                value.mark, f"the prompt '{name}' may only hold '{{{field}}}' as it is, without ':' or '!'"
            )
            return False
    why = unspeakable("".join(f"{literal} x " if field else literal for literal, field, *_ in _parts(value)))
    if why:
        diagnostics.error(value.mark, f"the prompt '{name}' {why}")
    return not why


def _parts(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    return list(string.Formatter().parse(text))
