"""A page of one line, asked for without a line's name, leads to that of the first."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import redirect
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from ivr.call.lines import Lines


def to_first_line(page: str, lines: Lines) -> Response:
    """Lead from ``page`` (``/map``) to the one of the first of ``lines``."""
    return redirect(f"{page}/{quote(next(engine.line.name for engine in lines))}", 303)
