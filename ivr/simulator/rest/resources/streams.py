"""Media streams of a live call: begin one that goes one way, stop one.

Source: Twilio, Stream resource of a call. One that a document began with <Start> is stopped here as well, by its
identifier or its name; a <Connect> is not.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from ivr.simulator.carrier import StatusCallback
from ivr.simulator.rest import api_errors
from ivr.simulator.rest.api_errors import ApiError
from ivr.simulator.rest.api_request import ApiRequest, rfc2822
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.resources import calls
from ivr.simulator.verbs.call_control import ApiCommand
from ivr.simulator.verbs.stream import MOST_OF_A_PARAMETER, TRACKS, websocket_address
from ivr.simulator.verbs.streams import OrderedStream, StreamOrder

PARAMETERS: Final = range(1, 100)
"""Numbers that a parameter of a stream may have."""


def create(request: ApiRequest, sid: str) -> dict[str, Any]:
    """Begin a stream of the call; it goes on whatever the call is at."""
    party = calls.found(request, sid)
    if party.status != "in-progress":
        raise ApiError(api_errors.INVALID_CALL_STATE, "Call is not in-progress, so that it cannot be streamed")
    streams = party.call.interpreter.streams
    order = _order(request, party)
    if order.name and (found := streams.find(order.name)) and found.status == "in-progress":
        raise ApiError(api_errors.INVALID_PARAMETER, f"A stream called '{order.name}' runs already")
    ordered = streams.order(order)
    request.switchboard.wake(party, ApiCommand(lambda call: call.streams.begin_ordered(ordered)))
    return _shown(request, party, ordered)


def update(request: ApiRequest, sid: str, stream: str) -> dict[str, Any]:
    """Stop the stream of that identifier or name."""
    party = calls.found(request, sid)
    found = party.call.interpreter.streams.find(stream)
    if found is None:
        raise request.not_found()
    status = request.text("Status")
    if status != "stopped":
        raise ApiError(api_errors.INVALID_PARAMETER, f"Status must be stopped, not '{status}'")
    if found.order.two_way:
        raise ApiError(
            api_errors.INVALID_PARAMETER, "A stream of a <Connect> is not stopped so; end or redirect its call"
        )
    found.stopped = True
    request.switchboard.wake(party, ApiCommand(lambda call: call.streams.stop(found.sid)))
    return _shown(request, party, found)


def _order(request: ApiRequest, party: Party) -> StreamOrder:
    written = request.text("Url")
    url = written and websocket_address(urljoin(party.call.setup.url, written), relative=not urlsplit(written).scheme)
    if not url or urlsplit(url).scheme not in {"wss", "ws"} or not urlsplit(url).hostname or urlsplit(url).query:
        told = "Url must be a wss:// address without a query, or a path on the call's own server"
        raise ApiError(api_errors.INVALID_URL, told)
    track = request.text("Track") or "inbound_track"
    if track not in TRACKS:
        raise ApiError(api_errors.INVALID_PARAMETER, f"Track must be {' or '.join(TRACKS)}, not '{track}'")
    callback = request.url("StatusCallback", api_errors.INVALID_CALLBACK)
    return StreamOrder(
        url,
        request.text("Name") or "",
        TRACKS[track],
        StatusCallback(callback, request.method("StatusCallbackMethod")) if callback else None,
        _parameters(request),
    )


def _parameters(request: ApiRequest) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for number in PARAMETERS:
        name, value = request.text(f"Parameter{number}.Name"), request.text(f"Parameter{number}.Value") or ""
        if name and len(name) + len(value) > MOST_OF_A_PARAMETER:
            told = f"Parameter{number} has more than {MOST_OF_A_PARAMETER} characters in name and value"
            raise ApiError(api_errors.INVALID_PARAMETER, told)
        if name:
            found.append((name, value))
    if unknown := next((one for one in request.form if re.fullmatch(r"Parameter\d{3,}\.Name", one)), None):
        raise ApiError(api_errors.INVALID_PARAMETER, f"{unknown}: a stream has 99 parameters at the most")
    return tuple(found)


def _shown(request: ApiRequest, party: Party, one: OrderedStream) -> dict[str, Any]:
    return {
        "sid": one.sid,
        "account_sid": request.switchboard.carrier.account_sid,
        "call_sid": party.sid,
        "name": one.order.name or None,
        "status": one.status,
        "date_updated": rfc2822(request.switchboard.clock.now()),
        "uri": f"{request.account}/Calls/{party.sid}/Streams/{one.sid}.json",
    }
