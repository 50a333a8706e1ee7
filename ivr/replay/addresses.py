"""``parse_address`` checks who calls or is called, as a script or an option of the command line writes it."""

from __future__ import annotations

import re

from wording import message

_ADDRESS = re.compile(r"\+?[0-9]{3,15}|anonymous|client:[\w.+-]{1,121}|sips?:[^\s@]{1,128}@[^\s@]{1,128}")


def parse_address(text: str) -> str:
    """Return ``text`` where a call can come from it or go to it; ValueError otherwise."""
    if _ADDRESS.fullmatch(text):
        return text
    raise ValueError(
        message(
            "address-of-a-call-malformed",
            "write a number such as +5511987654321, client:name or sip:name@host, not '{text}'",
            text=text,
        )
    )
