"""``/audio/<name>.wav`` is a recording of a line's prompts, on the webhooks' port for carriers and on the pages' own.

A name is the digest of its sound: a client that has a copy need not ask again. Every client may fetch one, for it is
what every caller hears. It is answered from memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request

from ivr.web.guard import anyone

if TYPE_CHECKING:
    from ivr.call.lines import Lines

ASKS_FOR_LESS: Final = ("Range", "If-None-Match", "If-Modified-Since")
"""What a browser sends that wants a part of a sound, or to know whether its copy still is the same."""

HEADERS: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}


def audio(lines: Callable[[], Lines]) -> Blueprint:
    """Return the blueprint of the recordings of ``lines``, in every version that a call may still be on."""
    routes = Blueprint("audio", __name__)

    @routes.get("/audio/<name>.wav")
    @anyone
    def recording(name: str) -> Response:
        clip = lines().clip(name)
        if clip is None:
            told = "There is no such recording; the line may have rendered its prompts anew.\n"
            return Response(told, 404, {"Cache-Control": "no-store"}, mimetype="text/plain")
        response = Response(clip.sound, 200, HEADERS, content_type="audio/wav")
        response.set_etag(clip.name)
        response.accept_ranges = "bytes"
        if any(name in request.headers for name in ASKS_FOR_LESS):
            response.make_conditional(request, accept_ranges=True, complete_length=len(clip.sound))
        return response

    return routes
