"""Prompts are what callers hear, by name, one file a language: ``prompts.pt-BR.yaml``.

prompts:
  principal: Para software, tecle 2. ...
  fechado: "{destino} não atende agora. Voltamos {abertura}."
  boas-vindas: {text: Bem-vindo., play: boas-vindas.wav}   # its recording in audio/: ivr/flow/audio_folder.py
destinations:
  suporte.rm: o Suporte RM
"""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ivr.source.diagnostics import Diagnostics
from ivr.source.fields import Fields
from ivr.source.speakable import unspeakable
from ivr.source.yaml import Mapping, Sequence, Text, Value
from wording import message, phrase

PLACEHOLDERS: Final = ("destino", "abertura", "documento", "protocolo", "posicao", "espera", "telefone", "preco")
"""What a prompt may leave open: the spoken name of a destination, when it opens, the document to confirm, the call's
protocol number, in a queue the caller's place and how long callers wait, the number
that will be called back, and what an hour of a billed service costs."""

MAX_CHARACTERS: Final = 1500
"""About two minutes of speech, longer than callers listen. A channel has limits of its own (``ivr.channels.RULES``)."""


RECORDING: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}\.wav")
"""The name of a recording: no folder, and nothing that an address would have to escape."""

MAX_NAME: Final = 200
"""Characters of a destination's spoken name."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text with its place, and the name of its recording where it has one of its own."""

    text: Text
    play: Text | None = None

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


def as_said(text: str) -> str:
    """Return a text in one line, each sentence with a capital, also where a destination's name begins it."""
    out = " ".join(text.split())
    out = out[:1].upper() + out[1:]
    for stop in (". ", "! ", "? "):
        head, *rest = out.split(stop)
        out = stop.join([head, *(part[:1].upper() + part[1:] for part in rest)])
    return out


@lru_cache(maxsize=4096)
def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def read_prompts(root: Mapping, language: str, diagnostics: Diagnostics) -> Prompts:
    """Read the prompts of one file; a text that cannot be spoken is a fault."""
    fields = Fields(root, phrase("the prompts file"), diagnostics)
    texts: dict[str, Prompt] = {}
    written = fields.mapping_of("prompts", required=True)
    for name, _, value in written.items() if written else ():
        # A faulty text leaves an empty one behind: states that name the prompt are not told that it is missing.
        spoken: Value | None = value
        play = None
        if isinstance(value, Mapping) and not value.entries.keys().isdisjoint({"text", "play"}):
            spoken, play = _with_recording(name, value, diagnostics)
        text = _text(spoken, phrase("the prompt '{name}'", name=name), diagnostics)
        good = text if text and _speakable(name, text, diagnostics) else None
        if good and play and _placeholders(good):
            diagnostics.error(
                play.mark,
                message(
                    "recording-with-a-placeholder",
                    "the prompt '{name}' leaves something open, which no recording can fill; take "
                    "out 'play', and it is put together from clips",
                    name=name,
                ),
            )
        texts[name] = Prompt(good or Text("", value.mark), play)
    destinations: dict[str, Text] = {}
    named = fields.mapping_of("destinations", required=True)
    for name, _, value in named.items() if named else ():
        what = phrase("the spoken name of '{name}'", name=name)
        text = _text(value, what, diagnostics)
        if text and len(text) > MAX_NAME:
            diagnostics.error(
                value.mark,
                message(
                    "spoken-name-too-long",
                    "{what} has {length} characters; {most} are the most",
                    what=what,
                    length=len(text),
                    most=MAX_NAME,
                ),
            )
        elif text:
            check_spoken_name(text, what, diagnostics)
        destinations[name] = text or Text("", value.mark)
    fields.finish()
    return Prompts(language, texts, destinations)


def _with_recording(name: str, written: Mapping, diagnostics: Diagnostics) -> tuple[Value | None, Text | None]:
    """The text and the recording of a prompt that is written as a mapping of the two."""
    fields = Fields(written, phrase("the prompt '{name}'", name=name), diagnostics)
    text, play = fields.value("text", required=True), fields.text("play", required=True)
    fields.finish()
    if play and not RECORDING.fullmatch(play):
        diagnostics.error(
            play.mark,
            message(
                "recording-name-malformed",
                "'play' of {owner} must name a WAV file in the line's folder audio/, like "
                "{name}.wav: small letters, digits and - . _",
                owner=fields.owner,
                name=name,
            ),
        )
        play = None
    return text, play


def check_spoken_name(text: Text, what: str, diagnostics: Diagnostics) -> None:
    """Tell what of ``text``, a name that prompts are filled with, cannot be spoken; ``what`` names it."""
    if "{" in text or "}" in text:
        diagnostics.error(
            text.mark,
            message(
                "spoken-name-with-a-brace",
                "{what} has a brace, which would be read: nothing is filled in there; write the words",
                what=what,
            ),
        )
        return
    why = unspeakable(text)
    if why:
        diagnostics.error(text.mark, phrase("{what} {fault}", what=what, fault=why))


def _text(value: Value | None, what: str, diagnostics: Diagnostics) -> Text | None:
    """``value`` where it is a text that ends where its writer ended it; that there is none was told."""
    if value is None:
        return None
    if isinstance(value, Text) and value.commented:
        diagnostics.error(
            value.mark,
            message(
                "text-cut-by-a-comment",
                "behind {what} stands a #, which begins a comment and cuts the text off; put the "
                "text in quotes, or the comment on a line of its own",
                what=what,
            ),
        )
        return None
    if isinstance(value, Text) and value.strip() and not value.is_null:
        return value
    opening = {Mapping: "{", Sequence: "["}.get(type(value))
    why = phrase("; a text that begins with {opening} must be in quotes", opening=opening) if opening else ""
    diagnostics.error(
        value.mark, message("not-a-text-to-speak", "{what} must be a text to speak{why}", what=what, why=why)
    )
    return None


def _speakable(name: str, value: Text, diagnostics: Diagnostics) -> bool:
    if len(value) > MAX_CHARACTERS:
        diagnostics.error(
            value.mark,
            message(
                "prompt-too-long",
                "the prompt '{name}' has {length} characters; {most} are the most",
                name=name,
                length=len(value),
                most=MAX_CHARACTERS,
            ),
        )
        return False
    try:
        found = [(field, spec, conversion) for _, field, spec, conversion in _parts(value)]
    except ValueError:
        diagnostics.error(
            value.mark,
            message(
                "brace-without-its-pair",
                "the prompt '{name}' has a brace without its pair; write the words, or {{destino}}",
                name=name,
            ),
        )
        return False
    for field, spec, conversion in found:
        if field is None:
            continue
        if field not in PLACEHOLDERS:
            known = ", ".join(f"{{{word}}}" for word in PLACEHOLDERS)
            diagnostics.error(
                value.mark,
                message(
                    "placeholder-unknown",
                    "the prompt '{name}' leaves '{{{placeholder}}}' open, which nobody fills; take {known}",
                    name=name,
                    placeholder=field,
                    known=known,
                ),
            )
            return False
        if spec or conversion:
            diagnostics.error(
                value.mark,
                message(
                    "placeholder-with-a-format",
                    "the prompt '{name}' may only hold '{{{placeholder}}}' as it is, without ':' or '!'",
                    name=name,
                    placeholder=field,
                ),
            )
            return False
    why = unspeakable("".join(f"{literal} x " if field else literal for literal, field, *_ in _parts(value)))
    if why:
        diagnostics.error(value.mark, phrase("the prompt '{name}' {fault}", name=name, fault=why))
    return not why


def _parts(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    return list(string.Formatter().parse(text))
