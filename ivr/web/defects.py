"""A page that breaks answers with one line, and the log gets another, by kind and place.

Flask's own way writes the whole traceback, and an error's text may hold what is stored.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from ivr.logs import place_of

log = logging.getLogger(__name__)


def _told_to_staff() -> str:
    return "This page is broken; the log of the line says where."


def tell_defects(app: Flask, told: Callable[[], str] = _told_to_staff) -> None:
    """Answer with the line ``told`` for every page of ``app`` that raises, and whose blueprint has no answer of its
    own.
    """

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException):
            return error
        log.error("broken", extra={"path": request.path, "error": type(error).__name__, "at": place_of(error)})
        return Response(f"{told()}\n", 500, mimetype="text/plain")
