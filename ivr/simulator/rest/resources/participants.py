"""Participants of a conference: look at them, mute, hold, coach, remove, add somebody by calling.

Source: Twilio, Participant resource.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ivr.simulator import codes
from ivr.simulator.effects import Steps
from ivr.simulator.rest import api_errors
from ivr.simulator.rest.api_errors import ApiError
from ivr.simulator.rest.api_request import ApiRequest, rfc2822
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.resources import calls, conferences
from ivr.simulator.verbs.call_control import ApiCommand, CallControl
from ivr.simulator.verbs.conference_room import ConferenceRoom
from ivr.simulator.verbs.exits import Goto, HoldEnded
from ivr.simulator.verbs.on_hold import listen_on_hold
from ivr.simulator.verbs.participation import Participation

NO_EFFECT = ("WaitUrl", "BeepOnExit")
"""What a request to change somebody may hold that changes nothing here."""

DOCUMENT_ATTRIBUTES = {
    "Muted": "muted",
    "Label": "participantLabel",
    "StartConferenceOnEnter": "startConferenceOnEnter",
    "EndConferenceOnExit": "endConferenceOnExit",
    "Beep": "beep",
    "CallSidToCoach": "coach",
    "MaxParticipants": "maxParticipants",
    "Region": "region",
    "JitterBufferSize": "jitterBufferSize",
    "WaitUrl": "waitUrl",
    "WaitMethod": "waitMethod",
    "ConferenceRecord": "record",
    "ConferenceTrim": "trim",
    "ConferenceStatusCallback": "statusCallback",
    "ConferenceStatusCallbackMethod": "statusCallbackMethod",
    "ConferenceRecordingStatusCallback": "recordingStatusCallback",
    "ConferenceRecordingStatusCallbackMethod": "recordingStatusCallbackMethod",
}
"""What a request to add somebody says of the conference, and how a document says it."""


def listed(request: ApiRequest, sid: str) -> dict[str, Any]:
    """List the participants, filtered."""
    conference = conferences.found(request, sid)
    muted, hold = request.query.get("Muted"), request.query.get("Hold")
    found = [
        participant
        for participant in (*conference.inside.values(), *_connecting(request, conference))
        if (muted is None or (muted.lower() == "true") == participant.muted)
        and (hold is None or (hold.lower() == "true") == participant.hold)
    ]
    return request.page("participants", [shown(request, conference, one) for one in found])


def fetch(request: ApiRequest, sid: str, call_sid: str) -> dict[str, Any]:
    """One of them."""
    conference = conferences.found(request, sid)
    for place in _connecting(request, conference):
        if call_sid in {place.call_sid, place.label}:
            return shown(request, conference, place)
    return shown(request, conference, _taking_part(request, conference, call_sid))


def add(request: ApiRequest, sid: str) -> dict[str, Any]:
    """Call somebody who enters the conference by answering; ``sid`` may be the name of one that is to begin."""
    switchboard = request.switchboard
    conference = switchboard.rooms.found(sid)
    if conference is None and sid.startswith("CF") and len(sid) == len(switchboard.sids.named("CF", sid)):
        raise request.not_found()
    conference = conference or switchboard.rooms.open(
        sid, switchboard.sids, switchboard.clock.now(), request.text("Region")
    )
    request.form["Twiml"] = _document(request, conference.name)
    also = {*DOCUMENT_ATTRIBUTES, "EarlyMedia", "Coaching", "ConferenceStatusCallbackEvent"}
    created = calls.create(request, calls.HEEDED | also)
    now = switchboard.clock.now()
    place = Participation(
        created["sid"],
        now,
        now,
        muted=bool(request.flag("Muted")),
        coached=request.text("CallSidToCoach"),
        starts=request.flag("StartConferenceOnEnter") is not False,
        ends=bool(request.flag("EndConferenceOnExit")),
        label=request.text("Label"),
    )
    conference.invited[place.call_sid] = place
    return shown(request, conference, place)


def update(request: ApiRequest, sid: str, call_sid: str) -> dict[str, Any]:
    """Mute, hold, coach, and let one's leaving end the conference or not."""
    conference = conferences.found(request, sid)
    place = _taking_part(request, conference, call_sid)
    party = _party(request, place)
    coached = _coached(request, conference, place)
    muted, hold, ends = request.flag("Muted"), request.flag("Hold"), request.flag("EndConferenceOnExit")
    told: list[tuple[str, bool]] = []
    if muted is not None and muted != place.muted:
        place.muted = muted
        told.append(("mute", not muted))
    # Of a participant on hold it is answered as if it were done, and it is not (Twilio's staff, in public).
    modified = ends is not None and not place.hold and ends != place.ends
    if modified:
        place.ends = not place.ends
    if hold is not None and hold != place.hold:
        place.hold = hold
        told.append(("hold", not hold))
    if modified or coached != place.coached:
        place.coached = coached
        told.append(("modify", False))
    hold_url = request.url("HoldUrl") if place.hold else None
    music = Goto(hold_url, request.method("HoldMethod", "GET")) if hold_url else None
    _tell(request, conference, place, told, music)
    if url := request.url("AnnounceUrl"):
        conferences.announce(request, [party], Goto(url, request.method("AnnounceMethod")))
    place.changed = request.switchboard.clock.now()
    request.switchboard.tell(party, "conference", name=conference.name, muted=place.muted, hold=place.hold)
    for name in NO_EFFECT:
        if request.text(name):
            party.call.transcript.warnings.append(calls.ignored(name))
    return shown(request, conference, place)


def _coached(request: ApiRequest, conference: ConferenceRoom, place: Participation) -> str | None:
    """The call that the participant is to whisper to from now on; raises ApiError where it cannot."""
    wanted, coached = request.flag("Coaching"), request.text("CallSidToCoach")
    if wanted is None and coached is None:
        return place.coached
    if wanted is False:
        return None
    if coached is None:
        raise ApiError(api_errors.INVALID_PARAMETER, "CallSidToCoach is required where Coaching is true")
    if refusal := conference.coaching_refusal(coached):
        raise ApiError(refusal, codes.NAMES[refusal])
    return coached


def _tell(
    request: ApiRequest, room: ConferenceRoom, place: Participation, told: list[tuple[str, bool]], music: Goto | None
) -> None:
    """Let the conference's status callback hear of what has changed, and one on hold the document at ``music``."""

    def run(call: CallControl) -> Steps[None]:
        for kind, opposite in told:
            yield from room.tell(call, kind, opposite=opposite)
        if place.hearing and (music or not place.hold):
            raise HoldEnded(music)
        if music and place.hold:
            yield from listen_on_hold(call, room, place, music)

    if told or music:
        request.switchboard.wake(_party(request, place), ApiCommand(run))


def remove(request: ApiRequest, sid: str, call_sid: str) -> None:
    """Take somebody out, or call somebody off who still rings."""
    conference = conferences.found(request, sid)
    for place in _connecting(request, conference):
        if call_sid in {place.call_sid, place.label}:
            calls.end(request, _party(request, place), "completed")
            return
    place = _taking_part(request, conference, call_sid)
    place.removed = True
    request.switchboard.bridges.take_out(_party(request, place))


def _document(request: ApiRequest, name: str) -> str:
    written = "".join(
        f" {attribute}={quoteattr(value)}"
        for parameter, attribute in DOCUMENT_ATTRIBUTES.items()
        if (value := request.text(parameter))
    )
    events = " ".join(request.form.getlist("ConferenceStatusCallbackEvent"))
    written += f" statusCallbackEvent={quoteattr(events)}" if events else ""
    return f"<Response><Dial><Conference{written}>{escape(name)}</Conference></Dial></Response>"


def _taking_part(request: ApiRequest, conference: ConferenceRoom, call_sid: str) -> Participation:
    """The participant with that identifier of its call, or with that label."""
    for place in conference.inside.values():
        if call_sid in {place.call_sid, place.label}:
            return place
    raise request.not_found()


def _connecting(request: ApiRequest, conference: ConferenceRoom) -> list[Participation]:
    """Those whom the API has called and who have not entered yet."""
    return [place for place in conference.invited.values() if _party(request, place).call.live]


def _status(request: ApiRequest, place: Participation) -> str:
    """How far somebody is who does not take part yet, in the vendor's words."""
    status = _party(request, place).status
    return "connecting" if status == "in-progress" else status


def _party(request: ApiRequest, place: Participation) -> Party:
    return calls.found(request, place.call_sid)


def _account_of(request: ApiRequest, conference: ConferenceRoom, call_sid: str) -> dict[str, Any]:
    return {
        "account_sid": request.switchboard.carrier.account_sid,
        "conference_sid": conference.sid,
        "uri": f"{request.account}/Conferences/{conference.sid}/Participants/{call_sid}.json",
        "queue_time": "0",
    }


def shown(request: ApiRequest, conference: ConferenceRoom, participant: Participation) -> dict[str, Any]:
    return {
        **_account_of(request, conference, participant.call_sid),
        "call_sid": participant.call_sid,
        "label": participant.label,
        "muted": participant.muted,
        "hold": participant.hold,
        "coaching": participant.coaching,
        "call_sid_to_coach": participant.coached,
        "start_conference_on_enter": participant.starts,
        "end_conference_on_exit": participant.ends,
        "status": "connected" if participant.call_sid in conference.inside else _status(request, participant),
        "date_created": rfc2822(participant.joined),
        "date_updated": rfc2822(participant.changed),
    }
