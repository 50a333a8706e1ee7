"""``field`` reads one field of a form of the portal, within what may be typed."""

from __future__ import annotations

from typing import Final

from flask import request

MOST: Final = 1024
"""Signs of a field that are read: none that is right has more."""


def field(name: str, *, strip: bool = True) -> str:
    """Return what was typed into the field ``name``, empty where it is missing. ``strip`` is False for passwords."""
    # No key types a NUL, and PostgreSQL takes none in a text: with one the answer would be another.
    text = request.form.get(name, "")[:MOST].replace("\0", "")
    return text.strip() if strip else text
