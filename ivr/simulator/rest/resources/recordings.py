"""Recordings: look at them, hear them, delete them.

Source: Twilio, Recording resource. The sound needs no credentials, as long as the account does not ask for them.
"""

from __future__ import annotations

import math
from typing import Any

from ivr.simulator.rest.inquiry import Inquiry, rfc2822
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.resources import calls
from ivr.simulator.transcript import Recording


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
    found = [shown(inquiry, call, recording) for call, recording in inquiry.switchboard.recordings() if call is party]
    return inquiry.page("recordings", found)


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
    carrier = party.call.line.carrier
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
