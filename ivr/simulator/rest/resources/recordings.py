"""Recordings: look at them, hear them, delete them.

Source: Twilio, Recording resource. The sound needs no credentials, as long as the account does not ask for them.
"""

from __future__ import annotations

import math
from typing import Any

from ivr.simulator.phones.base import Errand
from ivr.simulator.rest import refusals
from ivr.simulator.rest.inquiry import Inquiry, rfc2822
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.refusals import Refusal
from ivr.simulator.rest.resources import calls
from ivr.simulator.tapes import Tape
from ivr.simulator.transcript import Recording

CURRENT = "Twilio.CURRENT"
"""Stands for the recording that runs, where there is just one."""


def listed(inquiry: Inquiry) -> dict[str, Any]:
    """The recordings of all calls, filtered."""
    call_sid = inquiry.query.get("CallSid")
    created = inquiry.period("DateCreated")
    found = [
        shown(inquiry, party, recording)
        for party, recording in inquiry.switchboard.recordings()
        if call_sid in {None, party.sid} and created(recording.began)
    ]
    return inquiry.page("recordings", found)


def of_call(inquiry: Inquiry, sid: str) -> dict[str, Any]:
    """The recordings of one call."""
    party = calls.found(inquiry, sid)
    found = [shown_tape(inquiry, party, tape) for tape in reversed(party.call.interpreter.tapes.running)]
    found += [shown(inquiry, call, recording) for call, recording in inquiry.switchboard.recordings() if call is party]
    return inquiry.page("recordings", found)


def start(inquiry: Inquiry, sid: str) -> dict[str, Any]:
    """Record the call from now on."""
    party = calls.found(inquiry, sid)
    if party.status != "in-progress":
        raise Refusal(refusals.INVALID_CALL_STATE, "Call is not in-progress, so that it cannot be recorded")
    tapes = party.call.interpreter.tapes
    tape = tapes.add("", calls.recorder_of(inquiry, "StartCallRecordingAPI"))
    inquiry.switchboard.wake(party, Errand(lambda call: call.tapes.tell_begun(tape)))
    return shown_tape(inquiry, party, tape)


def update(inquiry: Inquiry, sid: str, recording: str) -> dict[str, Any]:
    """Pause, resume or stop a recording of a live call; Twilio.CURRENT is the only one that runs."""
    party = calls.found(inquiry, sid)
    tape = _running(inquiry, party, recording)
    status = inquiry.text("Status")
    now = inquiry.switchboard.clock.now()
    match status:
        case "paused":
            tape.pause(now, skips=inquiry.text("PauseBehavior") == "skip")
        case "in-progress":
            tape.resume(now)
        case "stopped":
            tape.stop(now)
            inquiry.switchboard.wake(party, Errand(lambda call: call.tapes.finish(tape)))
        case _:
            raise Refusal(refusals.INVALID_PARAMETER, f"Status must be paused, in-progress or stopped, not '{status}'")
    return shown_tape(inquiry, party, tape)


def fetch_of_call(inquiry: Inquiry, sid: str, recording: str) -> dict[str, Any]:
    """What is known of a recording of that call, which may still run."""
    party = calls.found(inquiry, sid)
    for tape in party.call.interpreter.tapes.running:
        if tape.recording.sid == recording:
            return shown_tape(inquiry, party, tape)
    return fetch(inquiry, recording)


def delete_of_call(inquiry: Inquiry, sid: str, recording: str) -> None:
    """It cannot be fetched or heard any more."""
    calls.found(inquiry, sid)
    delete(inquiry, recording)


def _running(inquiry: Inquiry, party: Party, sid: str) -> Tape:
    running = [tape for tape in party.call.interpreter.tapes.running if not tape.stopped]
    if sid == CURRENT and len(running) == 1:
        return running[0]
    for tape in running:
        if tape.recording.sid == sid:
            return tape
    raise inquiry.not_found()


def shown_tape(inquiry: Inquiry, party: Party, tape: Tape) -> dict[str, Any]:
    """A recording that still runs, as the API shows it."""
    told = shown(inquiry, party, tape.recording)
    return told | {"status": tape.status, "duration": None, "channels": tape.recorder.channels}


def fetch(inquiry: Inquiry, sid: str) -> dict[str, Any]:
    """What is known of a recording."""
    return shown(inquiry, *found(inquiry, sid))


def delete(inquiry: Inquiry, sid: str) -> None:
    """It cannot be fetched or heard any more."""
    found(inquiry, sid)
    inquiry.switchboard.delete_recording(sid)


def found(inquiry: Inquiry, sid: str) -> tuple[Party, Recording]:
    """The recording with that identifier and its call; raises Refusal."""
    for party, recording in inquiry.switchboard.recordings():
        if recording.sid == sid:
            return party, recording
    raise inquiry.not_found()


def shown(inquiry: Inquiry, party: Party, recording: Recording) -> dict[str, Any]:
    """The recording as the API shows it."""
    carrier = party.call.interpreter.carrier
    return {
        "sid": recording.sid,
        "account_sid": carrier.account_sid,
        "call_sid": party.sid,
        "conference_sid": None,
        "status": "completed",
        "source": recording.source,
        "channels": 1,
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
        "uri": f"{inquiry.account}/Recordings/{recording.sid}.json",
        "subresource_uris": {},
    }
