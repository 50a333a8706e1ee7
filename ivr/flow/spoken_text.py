"""Reads the texts that a voice speaks, and the recordings that are played in their place, out of the prompts file."""

from __future__ import annotations

import re
from typing import Final

from ivr.source.diagnostics import Diagnostics
from ivr.source.fields import Fields
from ivr.source.speakable import unspeakable
from ivr.source.yaml import Mapping, Sequence, Text, Value
from wording import message, phrase

RECORDING: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}\.wav")
"""The name of a recording: no folder, and nothing that an address would have to escape."""


def read_play(fields: Fields, name: str, *, required: bool = False) -> Text | None:
    """Return the recording under ``play``, of the text that is called ``name``; one with a wrong name is a fault."""
    play = fields.text("play", required=required)
    if play and not RECORDING.fullmatch(play):
        fields.diagnostics.error(
            play.mark,
            message(
                "recording-name-malformed",
                "'play' of {owner} must name a WAV file in the line's folder audio/, like "
                "{name}.wav: small letters, digits and - . _",
                owner=fields.owner,
                name=name,
            ),
        )
        return None
    return play


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


def text_to_speak(value: Value | None, what: str, diagnostics: Diagnostics) -> Text | None:
    """Return ``value`` where it is a text that ends where its writer ended it; that there is none was told."""
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
