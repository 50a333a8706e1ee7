"""``read_text_fates`` reads a script's ``texts``: what becomes of the texts that the application sends to a number."""

from __future__ import annotations

import re

from ivr.simulator.texts.account_texts import TextFate
from ivr.source.fields import Fields
from ivr.source.yaml import Mapping
from wording import message, phrase

TEXT_ENDINGS = ("delivered", "sent", "undelivered", "failed")
"""How a text can end, in Twilio's words for MessageStatus."""

_FAILED = ("undelivered", "failed")
_BEGINNING = re.compile(r"\+[1-9][0-9]{0,14}")


def read_text_fates(fields: Fields) -> dict[str, TextFate]:
    """Read for each number, or beginning of numbers, ``undelivered``, ``{ended: failed, error: 30007}`` or
    ``{refused: 21610}``.
    """
    mapping = fields.mapping_of("texts")
    if mapping is None:
        return {}
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="texts", owner=fields.owner), fields.diagnostics)
    found = {}
    for number in mapping.entries:
        value = inner.value(number)
        if not _BEGINNING.fullmatch(number):
            told = message(
                "text-number-malformed",
                '{owner}: write a number, or the beginning of numbers, such as "+5511900000001" or "+44",'
                " not '{number}'",
                owner=inner.owner,
                number=number,
            )
            fields.diagnostics.error(inner.mark_of(number), told)
        if isinstance(value, Mapping):
            owner = phrase("'{key}' of {owner}", key=number, owner="'texts'")
            found[number] = _fate(Fields(value, owner, fields.diagnostics))
        elif ended := inner.choice(number, TEXT_ENDINGS):
            found[number] = TextFate(ended)
    return found


def _fate(fields: Fields) -> TextFate:
    ended = fields.choice("ended", TEXT_ENDINGS, default="delivered") or "delivered"
    error, refused = fields.parsed("error", parse_text_error), fields.parsed("refused", parse_text_error)
    if error is not None and ended not in _FAILED:
        told = message(
            "text-error-of-none", "'error' of {owner} belongs to 'ended: undelivered' or 'failed'", owner=fields.owner
        )
        fields.diagnostics.error(fields.mark_of("error"), told)
    fields.finish()
    return TextFate(ended, error, refused)


def parse_named_text(written: str) -> tuple[str, TextFate]:
    """Read ``+5511900000001=undelivered``, ``+44=failed:30007`` or ``+1=refused:21610``; raises ValueError."""
    number, _, fate = written.partition("=")
    word, parted, error = fate.partition(":")
    if _BEGINNING.fullmatch(number):
        if word == "refused" and parted:
            return number, TextFate(refused=parse_text_error(error))
        if word in _FAILED and parted:
            return number, TextFate(word, parse_text_error(error))
        if word in TEXT_ENDINGS and not parted:
            return number, TextFate(word)
    raise ValueError(
        message(
            "text-fate-malformed",
            "write a number or the beginning of numbers, = and what becomes of texts there ({endings}, failed:30007,"
            " refused:21610), not '{text}'",
            endings=", ".join(TEXT_ENDINGS),
            text=written,
        )
    )


def parse_text_error(text: str) -> int:
    """Read the vendor's five-digit number of an error."""
    if re.fullmatch(r"[1-9][0-9]{4}", text):
        return int(text)
    raise ValueError(
        message("text-error-malformed", "write the vendor's five-digit number, such as 30003, not '{text}'", text=text)
    )
