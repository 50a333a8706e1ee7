"""Prompts are what callers hear, by name, one file a language: ``prompts.pt-BR.yaml``.

prompts:
  principal: Para software, tecle 2. ...
  fechado: "{destino} não atende agora. Voltamos {abertura}."
  boas-vindas: {text: Bem-vindo., play: boas-vindas.wav}   # its recording in audio/: ivr/flow/audio_folder.py
destinations:
  suporte.rm: o Suporte RM
announcements:
  instabilidade: {text: Estamos com instabilidade., until: 2026-03-10T18:00}   # ivr/flow/announcements.py
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping as MappingOf
from dataclasses import field
from datetime import tzinfo
from functools import lru_cache
from typing import Final

from ivr.flow.announcements import WrittenAnnouncement, read_announcements
from ivr.flow.spoken_text import check_spoken_name, read_play, text_to_speak
from ivr.source.diagnostics import Diagnostics
from ivr.source.fields import Fields
from ivr.source.speakable import unspeakable
from ivr.source.yaml import Mapping, Text, Value
from value_class import value_class
from wording import message, phrase

PLACEHOLDERS: Final = (
    "destino", "abertura", "documento", "protocolo", "posicao", "espera", "telefone", "preco", "previsao", "dia",
    "prazo", "chamado", "cobranca", "administrador", "idade", "ferramenta", "validade",
)  # fmt: skip
"""What a prompt may leave open: the spoken name of a destination, when it opens, the document to confirm, the call's
protocol number, in a queue the caller's place and how long callers wait, the number
that will be called back, and what an hour of a billed service costs; of a ticket its number, when an answer is
forecast, the day of that alone, the last day on which the customer may answer, and the time that will be billed; the
name of the company's administrator, and how many months old the caller's password is; of a remote access its tool, and
until when it can be answered or lasts."""

MAX_CHARACTERS: Final = 1500
"""About two minutes of speech, longer than callers listen. A channel has limits of its own (``ivr.channels.RULES``)."""

MAX_NAME: Final = 200
"""Characters of a destination's spoken name."""


@value_class
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
        return placeholders(self.text)


@value_class
class Prompts:
    """All texts of one language, how the destinations are called in it, and what is announced."""

    language: str
    texts: MappingOf[str, Prompt]
    destinations: MappingOf[str, Text]
    announcements: MappingOf[str, WrittenAnnouncement] = field(default_factory=dict)


def as_said(text: str) -> str:
    """Return a text in one line, each sentence with a capital, also where a destination's name begins it."""
    out = " ".join(text.split())
    out = out[:1].upper() + out[1:]
    for stop in (". ", "! ", "? "):
        head, *rest = out.split(stop)
        out = stop.join([head, *(part[:1].upper() + part[1:] for part in rest)])
    return out


@lru_cache(maxsize=4096)
def placeholders(text: str) -> frozenset[str]:
    """Return the names of what ``text`` leaves open. Raises ValueError for a brace without its pair."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def read_prompts(root: Mapping, language: str, zone: tzinfo, diagnostics: Diagnostics) -> Prompts:
    """Read the prompts of one file; a text that cannot be spoken is a fault. Times are local ones of ``zone``."""
    fields = Fields(root, phrase("the prompts file"), diagnostics)
    texts: dict[str, Prompt] = {}
    written = fields.mapping_of("prompts", required=True)
    for name, _, value in written.items() if written else ():
        # A faulty text leaves an empty one behind: states that name the prompt are not told that it is missing.
        spoken: Value | None = value
        play = None
        if isinstance(value, Mapping) and not value.entries.keys().isdisjoint({"text", "play"}):
            spoken, play = _with_recording(name, value, diagnostics)
        text = text_to_speak(spoken, phrase("the prompt '{name}'", name=name), diagnostics)
        good = text if text and _speakable(name, text, diagnostics) else None
        if good and play and placeholders(good):
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
        text = text_to_speak(value, what, diagnostics)
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
    announcements = read_announcements(fields, zone, diagnostics)
    fields.finish()
    return Prompts(language, texts, destinations, announcements)


def _with_recording(name: str, written: Mapping, diagnostics: Diagnostics) -> tuple[Value | None, Text | None]:
    """The text and the recording of a prompt that is written as a mapping of the two."""
    fields = Fields(written, phrase("the prompt '{name}'", name=name), diagnostics)
    text, play = fields.value("text", required=True), read_play(fields, name, required=True)
    fields.finish()
    return text, play


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
    for placeholder, spec, conversion in found:
        if placeholder is None:
            continue
        if placeholder not in PLACEHOLDERS:
            known = ", ".join(f"{{{word}}}" for word in PLACEHOLDERS)
            diagnostics.error(
                value.mark,
                message(
                    "placeholder-unknown",
                    "the prompt '{name}' leaves '{{{placeholder}}}' open, which nobody fills; take {known}",
                    name=name,
                    placeholder=placeholder,
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
                    placeholder=placeholder,
                ),
            )
            return False
    why = unspeakable("".join(f"{literal} x " if field else literal for literal, field, *_ in _parts(value)))
    if why:
        diagnostics.error(value.mark, phrase("the prompt '{name}' {fault}", name=name, fault=why))
    return not why


def _parts(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    return list(string.Formatter().parse(text))
