"""Serves the sounds of recordings of live calls where the carrier has them: links to messages lead there.

The path is that of Twilio's Recording resource, and as there the address is all that it takes to hear it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request
from werkzeug.wrappers import Response

from ivr.simulator.carrier import API_VERSION
from ivr.simulator.rest.app import rest_app
from ivr.web.guard import probed

if TYPE_CHECKING:
    from ivr.simulator.rest.switchboard import Switchboard


def recorded_sounds(switchboard: Switchboard) -> Blueprint:
    """Return the blueprint of the sounds; nothing else of the carrier's API is served to others."""
    sounds = Blueprint("recorded_sounds", __name__)
    carrier = rest_app(switchboard)

    @sounds.get(f"/{API_VERSION}/Accounts/<account>/Recordings/<recording>")
    @probed
    def sound(account: str, recording: str) -> Response:  # noqa: ARG001 - the carrier reads the path itself
        if recording.endswith(".json"):
            return Response("Only sounds are served here.\n", 404, mimetype="text/plain")
        return Response.from_app(carrier, request.environ)

    return sounds
