"""The schemas of ``prompts.LANGUAGE.yaml`` and of ``audio/pronunciation.yaml``."""

from __future__ import annotations

from typing import Final

from ivr.flow.spoken_text import RECORDING
from ivr.schema.shapes import TEXT, Schema, document, either, key, mapping, named

_PLAY: Final = key(
    "Its WAV file in the line's folder audio/.",
    {"type": "string", "pattern": f"^{RECORDING.pattern}$"},
    "boas-vindas.wav",
)


def prompts() -> Schema:
    """Return the schema of the prompts of one language."""
    recorded = mapping(
        {
            "text": key("The words of the recording.", TEXT, "Bem-vindo à TOTVS."),
            "play": _PLAY,
        },
        "text",
        "play",
    )
    announcement = mapping(
        {
            "text": key("What callers are told, in 400 characters at most.", TEXT, "Estamos com instabilidade."),
            "from": key("From when on, by the line's clock; left out: at once.", TEXT, "2026-03-10T08:00"),
            "until": key("Until when, by the line's clock; gone by itself then.", TEXT, "2026-03-10T18:00"),
            "destination": key(
                "For which destination, or beginning of names; left out: for the whole line.", TEXT, "suporte.protheus"
            ),
            "play": _PLAY,
        },
        "text",
        "until",
    )
    shape = mapping(
        {
            "prompts": key(
                "Every prompt by its name; {destino}, {abertura} and the like are filled in.",
                named(either(TEXT, recorded)),
                {"principal": "Para Software, tecle 2."},
            ),
            "destinations": key(
                "How each destination is called, with its article.", named(TEXT), {"suporte.rm": "o Suporte RM"}
            ),
            "announcements": key(
                "What callers are told between two moments, by its name.",
                named(announcement),
                {"instabilidade": {"text": "Estamos com instabilidade.", "until": "2026-03-10T18:00"}},
            ),
        },
        "prompts",
        "destinations",
    )
    return document("The prompts of a line in one language", shape)


def pronunciation() -> Schema:
    """Return the schema of the words that a studio's voice reads otherwise than they are written."""
    shape = named(key("How the word is read.", TEXT, "Tótus"))
    return document("Words that are not read as they are written", shape)
