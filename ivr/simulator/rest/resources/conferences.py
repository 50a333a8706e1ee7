"""Conferences: look at them, announce something to all, end one.

Source: Twilio, Conference resource.
"""

from __future__ import annotations

from typing import Any

from ivr.simulator.effects import Steps
from ivr.simulator.rest import api_errors
from ivr.simulator.rest.api_errors import ApiError
from ivr.simulator.rest.api_request import ApiRequest, rfc2822
from ivr.simulator.rest.party import Party
from ivr.simulator.twiml_notice import WebhookError
from ivr.simulator.verbs import pause, play, say
from ivr.simulator.verbs.call_control import ApiCommand, CallControl
from ivr.simulator.verbs.conference_room import DEFAULT_REGION, ENDED_BY_API, ConferenceRoom
from ivr.simulator.verbs.exits import Goto


def listed(request: ApiRequest) -> dict[str, Any]:
    """The conferences, filtered."""
    wanted = request.query
    created, changed = request.period("DateCreated"), request.period("DateUpdated")
    found = [
        conference
        for conference in request.switchboard.rooms.all()
        if wanted.get("Status", conference.status) == conference.status
        and wanted.get("FriendlyName", conference.name) == conference.name
        and created(conference.created)
        and changed(conference.changed)
    ]
    return request.page("conferences", [shown(request, conference) for conference in found])


def fetch(request: ApiRequest, sid: str) -> dict[str, Any]:
    """One conference."""
    return shown(request, found(request, sid))


def update(request: ApiRequest, sid: str) -> dict[str, Any]:
    """End the conference."""
    conference = found(request, sid)
    status = request.text("Status")
    if url := request.url("AnnounceUrl"):
        announced = [party for one in conference.inside if (party := request.switchboard.call(one))]
        if announced:
            announce(request, announced, Goto(url, request.method("AnnounceMethod")))
    if status not in {None, "completed"}:
        raise ApiError(api_errors.INVALID_PARAMETER, f"Status must be completed, not '{status}'")
    if status and not conference.over:
        conference.end(ENDED_BY_API, request.switchboard.clock.now())
        request.switchboard.bridges.close(conference)
    return shown(request, conference)


def announce(request: ApiRequest, parties: list[Party], goto: Goto) -> None:
    """Let the ``parties`` hear the document at ``goto``, which the first of them asks for. It takes no time here."""
    switchboard = request.switchboard
    extra = (("AnnounceUrl", goto.url),)

    def run(call: CallControl) -> Steps[None]:
        room = switchboard.rooms.holding(call.call_sid)
        try:
            document = yield from call.document_at(goto)
        except WebhookError as error:
            call.transcript.warnings.append(error.notice)
            if room:
                reason = (("ReasonAnnouncementFailed", str(error)),)
                yield from room.tell(call, "announcement", opposite=True, extra=extra + reason)
            return
        for verb in document.verbs:
            if isinstance(verb, say.Say | play.Play | pause.Pause):
                playing = verb.playing()
                yield from call.tell(playing.kind, **playing.details)
                for other in parties[1:]:
                    switchboard.tell(other, playing.kind, **playing.details)
        if room:
            yield from room.tell(call, "announcement", extra=extra)

    switchboard.wake(parties[0], ApiCommand(run))


def found(request: ApiRequest, sid: str) -> ConferenceRoom:
    conference = request.switchboard.rooms.found(sid)
    if conference is None:
        raise request.not_found()
    return conference


def shown(request: ApiRequest, conference: ConferenceRoom) -> dict[str, Any]:
    """The conference as the API shows it."""
    uri = f"{request.account}/Conferences/{conference.sid}"
    carrier = request.switchboard.carrier
    return {
        "sid": conference.sid,
        "account_sid": carrier.account_sid,
        "friendly_name": conference.name,
        "status": conference.status,
        "region": conference.region or DEFAULT_REGION,
        "api_version": carrier.api_version,
        "date_created": rfc2822(conference.created),
        "date_updated": rfc2822(conference.changed),
        "reason_conference_ended": conference.reason,
        "call_sid_ending_conference": conference.ended_by,
        "uri": f"{uri}.json",
        "subresource_uris": {"participants": f"{uri}/Participants.json"},
    }
