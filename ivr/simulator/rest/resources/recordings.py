"""Recordings: look at them, hear them, delete them.

Source: Twilio, Recording resource. The sound needs no credentials, as long as the account does not ask for them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ivr.simulator.rest import api_errors
from ivr.simulator.rest.api_errors import ApiError
from ivr.simulator.rest.api_request import ApiRequest, rfc2822
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.resources import calls
from ivr.simulator.transcript import CallRecording
from ivr.simulator.verbs.call_control import ApiCommand
from ivr.simulator.verbs.tapes import Tape

PAUSES = ("silence", "skip")
"""What a paused recording holds meanwhile: silence, or nothing. The first is the default."""

OF_THE_ACCOUNT_ONLY = ("media_url", "subresource_uris")
"""Properties that a recording has where it is asked for as the account's, and not as its call's."""

CURRENT = "Twilio.CURRENT"
"""Stands for the recording that runs, where there is just one."""


def listed(request: ApiRequest) -> dict[str, Any]:
    """The recordings of all calls, filtered; those that still run come first."""
    call_sid = request.query.get("CallSid")
    created = request.period("DateCreated")
    found = [
        shown_tape(request, party, tape)
        for party, tape in _tapes(request)
        if call_sid in {None, party.sid} and created(tape.recording.began)
    ]
    found += [
        shown(request, party, recording)
        for party, recording in request.switchboard.recordings.all()
        if call_sid in {None, party.sid} and created(recording.began)
    ]
    return request.page("recordings", found)


def of_call(request: ApiRequest, sid: str) -> dict[str, Any]:
    """The recordings of one call."""
    party = calls.found(request, sid)
    found = [_shown_of_call(request, party, tape) for tape in reversed(party.call.interpreter.tapes.running)]
    found += [
        _shown_of_call(request, call, recording)
        for call, recording in request.switchboard.recordings.all()
        if call is party
    ]
    return request.page("recordings", found)


def start(request: ApiRequest, sid: str) -> dict[str, Any]:
    """Record the call from now on."""
    party = calls.found(request, sid)
    if party.status != "in-progress":
        raise ApiError(api_errors.INVALID_CALL_STATE, "Call is not in-progress, so that it cannot be recorded")
    tapes = party.call.interpreter.tapes
    tape = tapes.add("", calls.recorder_of(request, "StartCallRecordingAPI"))
    request.switchboard.wake(party, ApiCommand(lambda call: call.tapes.tell_begun(tape)))
    return _shown_of_call(request, party, tape)


def update(request: ApiRequest, sid: str, recording: str) -> dict[str, Any]:
    """Pause, resume or stop a recording of a live call; Twilio.CURRENT is the only one that runs."""
    party = calls.found(request, sid)
    tape = _running(request, party, recording)
    status = request.text("Status")
    now = request.switchboard.clock.now()
    behavior = request.text("PauseBehavior") or PAUSES[0]
    if behavior not in PAUSES:
        raise ApiError(api_errors.INVALID_PARAMETER, f"PauseBehavior must be {' or '.join(PAUSES)}, not '{behavior}'")
    match status:
        case "paused":
            tape.pause(now, skips=behavior == "skip")
        case "in-progress":
            tape.resume(now)
        case "stopped":
            tape.stop(now)
            request.switchboard.wake(party, ApiCommand(lambda call: call.tapes.finish(tape)))
        case _:
            raise ApiError(
                api_errors.INVALID_PARAMETER, f"Status must be paused, in-progress or stopped, not '{status}'"
            )
    return _shown_of_call(request, party, tape)


def fetch_of_call(request: ApiRequest, sid: str, recording: str) -> dict[str, Any]:
    """Answer with what is known of a recording of that call, which may still run."""
    calls.found(request, sid)
    return _shown_of_call(request, *_kept_or_running(request, recording))


def delete_of_call(request: ApiRequest, sid: str, recording: str) -> None:
    """It cannot be fetched or heard any more."""
    calls.found(request, sid)
    delete(request, recording)


def _running(request: ApiRequest, party: Party, sid: str) -> Tape:
    running = [tape for tape in party.call.interpreter.tapes.running if not tape.stopped]
    if sid == CURRENT and len(running) == 1:
        return running[0]
    for tape in running:
        if tape.recording.sid == sid:
            return tape
    raise request.not_found()


def shown_tape(request: ApiRequest, party: Party, tape: Tape) -> dict[str, Any]:
    """A recording that still runs, as the API shows it."""
    return shown(request, party, tape.recording) | {"status": tape.status, "duration": None}


def _tapes(request: ApiRequest) -> Iterator[tuple[Party, Tape]]:
    """The recordings that run, with their calls, the newest first."""
    for party in request.switchboard.calls():
        for tape in reversed(party.call.interpreter.tapes.running):
            yield party, tape


def fetch(request: ApiRequest, sid: str) -> dict[str, Any]:
    """Answer with what is known of a recording, which may still run."""
    party, kept = _kept_or_running(request, sid)
    return shown_tape(request, party, kept) if isinstance(kept, Tape) else shown(request, party, kept)


def _kept_or_running(request: ApiRequest, sid: str) -> tuple[Party, Tape | CallRecording]:
    running = ((party, tape) for party, tape in _tapes(request) if tape.recording.sid == sid)
    return next(running, None) or found(request, sid)


def delete(request: ApiRequest, sid: str) -> None:
    """It cannot be fetched or heard any more."""
    found(request, sid)
    request.switchboard.recordings.delete(sid)


def found(request: ApiRequest, sid: str) -> tuple[Party, CallRecording]:
    """The recording with that identifier and its call; raises ApiError."""
    for party, recording in request.switchboard.recordings.all():
        if recording.sid == sid:
            return party, recording
    raise request.not_found()


def shown(request: ApiRequest, party: Party, recording: CallRecording) -> dict[str, Any]:
    """The recording as the API shows it."""
    carrier = party.call.interpreter.carrier
    return {
        "sid": recording.sid,
        "account_sid": carrier.account_sid,
        "call_sid": party.sid,
        "conference_sid": None,
        "status": "completed",
        "source": recording.source,
        "channels": recording.channels,
        "duration": str(math.ceil(recording.seconds)),
        "start_time": rfc2822(recording.began),
        "date_created": rfc2822(recording.began),
        "date_updated": rfc2822(recording.began),
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "encryption_details": None,
        "api_version": carrier.api_version,
        "media_url": carrier.recording_url(recording.sid),
        "uri": f"{request.account}/Recordings/{recording.sid}.json",
        "subresource_uris": {},
    }


def _shown_of_call(request: ApiRequest, party: Party, kept: Tape | CallRecording) -> dict[str, Any]:
    """The recording as the API shows it among those of its call: with its track, and without the way to its sound."""
    whole = shown_tape(request, party, kept) if isinstance(kept, Tape) else shown(request, party, kept)
    recording = kept.recording if isinstance(kept, Tape) else kept
    told = {name: value for name, value in whole.items() if name not in OF_THE_ACCOUNT_ONLY}
    return told | {
        "track": recording.track,
        "uri": f"{request.account}/Calls/{party.sid}/Recordings/{recording.sid}.json",
    }
