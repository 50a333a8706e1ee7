"""Texts that people wrote become cells of a CSV file in which no spreadsheet sees a formula."""

from __future__ import annotations

from typing import Final

_BEGINS_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet computes a cell that begins so (OWASP, CSV Injection)."""


def text_cell(text: str | None) -> str:
    """Return ``text`` as a cell, behind an apostrophe where it would be taken for a formula; empty for None."""
    if text is None:
        return ""
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_FORMULAS) else text
