"""The schemas of ``prompts.LANGUAGE.yaml`` and of ``audio/pronunciation.yaml``."""

from __future__ import annotations

from ivr.flow.prompts import RECORDING
from ivr.schema.shapes import TEXT, Schema, document, either, key, mapping, named


def prompts() -> Schema:
    """Return the schema of the prompts of one language."""
    recorded = mapping(
        {
            "text": key("The words of the recording.", TEXT, "Bem-vindo à TOTVS."),
            "play": key(
                "Its WAV file in the line's folder audio/.",
                {"type": "string", "pattern": f"^{RECORDING.pattern}$"},
                "boas-vindas.wav",
            ),
        },
        "text",
        "play",
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
        },
        "prompts",
        "destinations",
    )
    return document("The prompts of a line in one language", shape)


def pronunciation() -> Schema:
    """Return the schema of the words that a studio's voice reads otherwise than they are written."""
    shape = named(key("How the word is read.", TEXT, "Tótus"))
    return document("Words that are not read as they are written", shape)
