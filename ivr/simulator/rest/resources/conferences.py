"""Conferences and their participants: look at them, mute, hold, remove, add somebody, end it.

Source: Twilio, Conference resource and Participant resource.
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
from ivr.simulator.rest.resources import calls
from ivr.simulator.twiml_notice import WebhookError
from ivr.simulator.verbs import pause, play, say
from ivr.simulator.verbs.call_control import ApiCommand, CallControl
from ivr.simulator.verbs.conference_room import DEFAULT_REGION, ENDED_BY_API, ConferenceRoom
from ivr.simulator.verbs.exits import Goto, HoldEnded
from ivr.simulator.verbs.on_hold import listen_on_hold
from ivr.simulator.verbs.participation import Participation

NO_EFFECT = ("WaitUrl", "BeepOnExit")

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
    return shown(request, _found(request, sid))


def update(request: ApiRequest, sid: str) -> dict[str, Any]:
    """End the conference."""
    conference = _found(request, sid)
    status = request.text("Status")
    if url := request.url("AnnounceUrl"):
        announced = [party for one in conference.inside if (party := request.switchboard.call(one))]
        if announced:
            _announce(request, announced, Goto(url, request.method("AnnounceMethod")))
    if status not in {None, "completed"}:
        raise ApiError(api_errors.INVALID_PARAMETER, f"Status must be completed, not '{status}'")
    if status and not conference.over:
        conference.end(ENDED_BY_API, request.switchboard.clock.now())
        request.switchboard.bridges.close(conference)
    return shown(request, conference)


def participants(request: ApiRequest, sid: str) -> dict[str, Any]:
    """List the participants, filtered."""
    conference = _found(request, sid)
    muted, hold = request.query.get("Muted"), request.query.get("Hold")
    found = [
        participant
        for participant in (*conference.inside.values(), *_connecting(request, conference))
        if (muted is None or (muted.lower() == "true") == participant.muted)
        and (hold is None or (hold.lower() == "true") == participant.hold)
    ]
    return request.page("participants", [_shown_participant(request, conference, one) for one in found])


def participant(request: ApiRequest, sid: str, call_sid: str) -> dict[str, Any]:
    """One of them."""
    conference = _found(request, sid)
    for place in _connecting(request, conference):
        if call_sid in {place.call_sid, place.label}:
            return _shown_participant(request, conference, place)
    return _shown_participant(request, conference, _taking_part(request, conference, call_sid))


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
    return _shown_participant(request, conference, place)


def change(request: ApiRequest, sid: str, call_sid: str) -> dict[str, Any]:
    """Mute, hold, coach, and let one's leaving end the conference or not."""
    conference = _found(request, sid)
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
        _announce(request, [party], Goto(url, request.method("AnnounceMethod")))
    place.changed = request.switchboard.clock.now()
    request.switchboard.tell(party, "conference", name=conference.name, muted=place.muted, hold=place.hold)
    for name in NO_EFFECT:
        if request.text(name):
            party.call.transcript.warnings.append(calls.ignored(name))
    return _shown_participant(request, conference, place)


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


def _announce(request: ApiRequest, parties: list[Party], goto: Goto) -> None:
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


def remove(request: ApiRequest, sid: str, call_sid: str) -> None:
    """Take somebody out, or call somebody off who still rings."""
    conference = _found(request, sid)
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


def _found(request: ApiRequest, sid: str) -> ConferenceRoom:
    conference = request.switchboard.rooms.found(sid)
    if conference is None:
        raise request.not_found()
    return conference


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


def _account_of(request: ApiRequest, conference: ConferenceRoom, call_sid: str) -> dict[str, Any]:
    return {
        "account_sid": request.switchboard.carrier.account_sid,
        "conference_sid": conference.sid,
        "uri": f"{request.account}/Conferences/{conference.sid}/Participants/{call_sid}.json",
        "queue_time": "0",
    }


def _shown_participant(request: ApiRequest, conference: ConferenceRoom, participant: Participation) -> dict[str, Any]:
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
