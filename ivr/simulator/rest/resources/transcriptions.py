"""Real-time transcriptions of a live call: begin one, end one.

Source: Twilio, RealtimeTranscription resource: its parameters are the attributes of <Transcription>, and it is ended by
its identifier or its name.
"""

from __future__ import annotations

from typing import Any

from ivr.simulator.rest import api_errors
from ivr.simulator.rest.api_errors import ApiError
from ivr.simulator.rest.api_request import ApiRequest, rfc2822
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.resources import calls
from ivr.simulator.verbs.call_control import ApiCommand
from ivr.simulator.verbs.transcription import StartedTranscription, fault_of, transcriber_of
from ivr.simulator.verbs.transcriptions import Transcription


def create(request: ApiRequest, sid: str) -> dict[str, Any]:
    """Transcribe the call from now on."""
    party = calls.found(request, sid)
    if party.status != "in-progress":
        raise ApiError(api_errors.INVALID_CALL_STATE, "Call is not in-progress, so that it cannot be transcribed")
    written = {
        name: value for name in StartedTranscription.ATTRIBUTES if (value := request.text(name[0].upper() + name[1:]))
    }
    if fault := fault_of(written):
        raise ApiError(api_errors.INVALID_PARAMETER, f"A transcription {fault}")
    transcriptions = party.call.interpreter.transcriptions
    name = written.get("name")
    if name and transcriptions.find(name):
        raise ApiError(api_errors.INVALID_PARAMETER, f"A transcription called '{name}' runs already")
    begun = transcriptions.add(transcriber_of(written, request.method("StatusCallbackMethod")))
    request.switchboard.wake(party, ApiCommand(lambda call: call.transcriptions.tell_begun(begun)))
    return _shown(request, party, begun)


def update(request: ApiRequest, sid: str, transcription: str) -> dict[str, Any]:
    """End the transcription of that identifier or name."""
    party = calls.found(request, sid)
    found = party.call.interpreter.transcriptions.find(transcription)
    if found is None:
        raise request.not_found()
    status = request.text("Status")
    if status != "stopped":
        raise ApiError(api_errors.INVALID_PARAMETER, f"Status must be stopped, not '{status}'")
    found.ends = True
    request.switchboard.wake(party, ApiCommand(lambda call: call.transcriptions.finish(found)))
    return _shown(request, party, found)


def _shown(request: ApiRequest, party: Party, one: Transcription) -> dict[str, Any]:
    return {
        "sid": one.sid,
        "account_sid": request.switchboard.carrier.account_sid,
        "call_sid": party.sid,
        "name": one.transcriber.name or None,
        "status": one.status,
        "date_updated": rfc2822(request.switchboard.clock.now()),
        "uri": f"{request.account}/Calls/{party.sid}/Transcriptions/{one.sid}.json",
    }
