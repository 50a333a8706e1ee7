"""Calls: make one, look at them, send one elsewhere, end one.

Source: Twilio, Call resource. What is accepted and has no effect here is a warning in the transcript of the call.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

from ivr.simulator import codes
from ivr.simulator.carrier import Carrier, Fallback, StatusCallback
from ivr.simulator.effects import Steps
from ivr.simulator.outbound_call import OutboundCall
from ivr.simulator.rest import api_errors
from ivr.simulator.rest.account import ConfiguredWebhooks
from ivr.simulator.rest.api_errors import ApiError
from ivr.simulator.rest.api_request import ApiRequest, rfc2822
from ivr.simulator.rest.party import Party
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs import detection
from ivr.simulator.verbs.call_control import ApiCommand, CallControl
from ivr.simulator.verbs.detection import LONGEST, MODES, Detection
from ivr.simulator.verbs.exits import CallEnded, Goto, Moved
from ivr.simulator.verbs.recording import EVENTS as RECORDING_EVENTS
from ivr.simulator.verbs.recording import Recorder

EVENTS = ("initiated", "ringing", "answered", "completed")

TIMEOUT = 60
"""Seconds of ringing, where the request does not say."""

LEAST_TIMEOUT = 5
MOST_TIMEOUT = 600
MOST_DIGITS = 32
MOST_REASON = 50
MORE_RINGING = 5
"""Seconds that the vendor takes at least, and that it adds to what the request says."""

HEEDED = frozenset(
    {
        "To", "From", "Url", "Method", "Twiml", "FallbackUrl", "FallbackMethod", "StatusCallback",
        "StatusCallbackEvent", "StatusCallbackMethod", "Timeout", "SendDigits", "MachineDetection", "AsyncAmd",
        "AsyncAmdStatusCallback", "ApplicationSid", "AsyncAmdStatusCallbackMethod", "MachineDetectionTimeout",
        "MachineDetectionSpeechThreshold", "MachineDetectionSpeechEndThreshold", "MachineDetectionSilenceTimeout",
        "Record", "RecordingChannels", "RecordingTrack", "RecordingStatusCallback", "RecordingStatusCallbackMethod",
        "RecordingStatusCallbackEvent", "Trim", "TimeLimit", "CallerId", "CallReason",
    }
)  # fmt: skip
"""Parameters that have their effect; CallerId and CallReason are shown to the called party only, whom nobody asks."""

_ADDRESS = re.compile(r"\+[1-9][0-9]{1,14}|(client|sip|sips):\S+", re.IGNORECASE)


def create(request: ApiRequest, heeded: frozenset[str] = HEEDED) -> dict[str, Any]:
    """The application makes a call; what is not among ``heeded`` has no effect, which is told."""
    to = _party(request, "To", api_errors.NO_TO, api_errors.INVALID_TO)
    from_ = _party(request, "From", api_errors.NO_FROM, api_errors.INVALID_FROM)
    own = request.switchboard.numbers | request.switchboard.account.verified_numbers()
    if own and from_.startswith("+") and from_ not in own:
        known = ", ".join(sorted(own))
        message = f"The source phone number {from_} is no number of the account's, nor verified; it has {known}"
        raise ApiError(api_errors.FOREIGN_FROM, message)
    application = _application(request)
    goto = Goto(application.voice_url or "", application.voice_method) if application else goto_of(request)
    if goto is None:
        raise ApiError(api_errors.INVALID_URL, "Url parameter is required; give Url, Twiml, or ApplicationSid")
    party = request.switchboard.originate(
        to=to,
        from_=from_,
        url=goto.url,
        twiml=goto.twiml,
        carrier=carrier_of(request, goto.method, application),
        outbound=outbound_of(request),
    )
    _warn(request, party, heeded)
    if request.switchboard.account.number(to):
        what = f"{to} is a number of the account's: its webhook is not asked, and a callee answers in its place"
        party.call.transcript.warnings.append(TwimlNotice(codes.NOT_SIMULATED, what, failure=True))
    return shown(request, party)


def listed(request: ApiRequest) -> dict[str, Any]:
    """The calls, filtered."""
    wanted = request.query
    started, ended = request.period("StartTime"), request.period("EndTime")
    found = [
        party
        for party in request.switchboard.calls()
        if wanted.get("Status", party.status) == party.status
        and wanted.get("To", party.call.interpreter.to) == party.call.interpreter.to
        and wanted.get("From", party.call.interpreter.from_) == party.call.interpreter.from_
        and not wanted.get("ParentCallSid")
        and started(party.started)
        and ended(party.ended)
    ]
    return request.page("calls", [shown(request, party) for party in found])


def fetch(request: ApiRequest, sid: str) -> dict[str, Any]:
    """One call."""
    return shown(request, found(request, sid))


def update(request: ApiRequest, sid: str) -> dict[str, Any]:
    """Send the call elsewhere, or end it."""
    party = found(request, sid)
    goto = goto_of(request)
    status = request.text("Status")
    if status not in {None, "canceled", "completed"}:
        message = f"Status must be canceled or completed, not '{status}'"
        raise ApiError(api_errors.INVALID_PARAMETER, message)
    if not party.call.live or (goto and not status and party.status != "in-progress"):
        raise ApiError(api_errors.INVALID_CALL_STATE, "Call is not in-progress. Cannot redirect.")
    if status:
        end(request, party, status)
    elif goto:
        request.switchboard.interrupt(party, Moved(goto))
    elif (limit := _time_limit(request)) is not None:
        request.switchboard.wake(party, ApiCommand(partial(_limit, limit)))
    _warn(request, party, frozenset({"Url", "Method", "Twiml", "Status", "TimeLimit"}))
    return shown(request, party)


def _limit(seconds: float, call: CallControl) -> Steps[None]:
    yield from ()
    call.limit_to(seconds)


def end(request: ApiRequest, party: Party, status: str) -> None:
    """End the call: ``completed`` ends any, ``canceled`` only one that is not answered yet."""
    if party.status == "in-progress":
        if status == "completed":
            request.switchboard.interrupt(party, CallEnded("api"))
    else:
        request.switchboard.interrupt(party, CallEnded("api", "canceled"))


def found(request: ApiRequest, sid: str) -> Party:
    """The call with that identifier; raises ApiError."""
    party = request.switchboard.call(sid)
    if party is None:
        raise request.not_found()
    return party


def goto_of(request: ApiRequest) -> Goto | None:
    """Return where the request sends a call. Where it holds both an address and a document, the address counts."""
    method = request.method("Method")
    url = request.url("Url")
    if url:
        return Goto(url, method)
    twiml = request.text("Twiml")
    return Goto("", method, twiml=twiml) if twiml else None


def outbound_of(request: ApiRequest) -> OutboundCall:
    """Return how the call is made."""
    digits = request.text("SendDigits") or ""
    if digits.strip("0123456789ABCD*#wW") or len(digits) > MOST_DIGITS:
        message = f"SendDigits takes {MOST_DIGITS} of 0-9 A-D * # w W at the most, not '{digits}'"
        raise ApiError(api_errors.INVALID_PARAMETER, message)
    timeout = request.whole("Timeout", TIMEOUT, api_errors.INVALID_TIMEOUT)
    if timeout > MOST_TIMEOUT:
        raise ApiError(api_errors.INVALID_TIMEOUT, f"Timeout must be {MOST_TIMEOUT} at the most, not {timeout}")
    if len(request.text("CallReason") or "") > MOST_REASON:
        raise ApiError(api_errors.INVALID_PARAMETER, f"CallReason must be {MOST_REASON} characters at the most")
    if request.text("CallerId"):
        _party(request, "CallerId", api_errors.INVALID_PARAMETER, api_errors.INVALID_PARAMETER)
    return OutboundCall(
        float(max(timeout, LEAST_TIMEOUT) + MORE_RINGING),
        detection=_detection(request),
        send_digits=digits,
        recorder=recorder_of(request, "OutboundAPI") if request.flag("Record") else None,
        time_limit=_time_limit(request),
    )


def _time_limit(request: ApiRequest) -> float | None:
    limit = request.whole("TimeLimit", 0, api_errors.INVALID_PARAMETER)
    return float(limit) if limit else None


def _detection(request: ApiRequest) -> Detection | None:
    mode = request.text("MachineDetection")
    if mode is None or mode.lower() == "none":
        return None
    if mode not in MODES:
        raise ApiError(api_errors.INVALID_PARAMETER, f"MachineDetection takes {' or '.join(MODES)}, not '{mode}'")
    url = request.url("AsyncAmdStatusCallback", api_errors.INVALID_CALLBACK)
    callback = StatusCallback(url, request.method("AsyncAmdStatusCallbackMethod")) if url else None
    found = Detection(
        mode == MODES[1],
        bool(request.flag("AsyncAmd")),
        callback,
        float(_within(request, "MachineDetectionTimeout", LONGEST, detection.TIMEOUTS)),
        _within(request, "MachineDetectionSpeechThreshold", 2400, detection.SPEECH_THRESHOLDS) / 1000,
        _within(request, "MachineDetectionSpeechEndThreshold", 1200, detection.SPEECH_ENDS) / 1000,
        _within(request, "MachineDetectionSilenceTimeout", 5000, detection.SILENCES) / 1000,
    )
    return None if request.text("SendDigits") else found  # the vendor ignores it beside SendDigits


def _within(request: ApiRequest, name: str, default: int, allowed: range) -> int:
    number = request.whole(name, default, api_errors.INVALID_PARAMETER)
    if number not in allowed:
        message = f"{name} must be a whole number from {allowed[0]} to {allowed[-1]}, not '{number}'"
        raise ApiError(api_errors.INVALID_PARAMETER, message)
    return number


def recorder_of(request: ApiRequest, source: str) -> Recorder:
    """The tape of the whole call."""
    url = request.url("RecordingStatusCallback", api_errors.INVALID_CALLBACK)
    events = " ".join(request.form.getlist("RecordingStatusCallbackEvent")).replace(",", " ").split()
    chosen = tuple(event for event in RECORDING_EVENTS if event in events) or ("completed",)
    return Recorder(
        source,
        StatusCallback(url, request.method("RecordingStatusCallbackMethod"), chosen) if url else None,
        trims=_one_of(request, "Trim", ("trim-silence", "do-not-trim")) == "trim-silence",
        track=_one_of(request, "RecordingTrack", ("both", "inbound", "outbound")),
        channels=2 if _one_of(request, "RecordingChannels", ("mono", "dual")) == "dual" else 1,
    )


def _one_of(request: ApiRequest, name: str, choices: tuple[str, ...]) -> str:
    """One of ``choices``, the first where nothing is written."""
    written = request.text(name) or choices[0]
    if written not in choices:
        raise ApiError(api_errors.INVALID_PARAMETER, f"{name} must be {' or '.join(choices)}, not '{written}'")
    return written


def _application(request: ApiRequest) -> ConfiguredWebhooks | None:
    """The webhooks of the application that the request names; raises ApiError where it has none to begin with."""
    sid = request.text("ApplicationSid")
    if sid is None:
        return None
    application = request.switchboard.account.applications.get(sid)
    if application is None:
        message = f"ApplicationSid is no application of the account: {sid}; it has those that Applications lists"
        raise ApiError(api_errors.INVALID_APPLICATION, message)
    if application.webhooks.voice_url is None:
        message = f"The application {sid} has no VoiceUrl; set one, so that the call has a document to begin with"
        raise ApiError(api_errors.INVALID_APPLICATION, message)
    return application.webhooks


def carrier_of(request: ApiRequest, method: str, application: ConfiguredWebhooks | None = None) -> Carrier:
    """The account, set up for one call as the request says; an ``application`` says it in place of the request."""
    bare = replace(
        request.switchboard.carrier,
        to=None,
        fields=(),
        direction="outbound-api",
        fallback=None,
        status_callback=None,
    )
    if application:
        return application.applied_to(bare)
    fallback = request.url("FallbackUrl")
    callback = request.url("StatusCallback", api_errors.INVALID_CALLBACK)
    return replace(
        bare,
        method=method,
        fallback=Fallback(fallback, request.method("FallbackMethod")) if fallback else None,
        status_callback=StatusCallback(callback, request.method("StatusCallbackMethod"), _events(request) or EVENTS[3:])
        if callback
        else None,
    )


def _events(request: ApiRequest) -> tuple[str, ...]:
    """Those of the events asked for that exist; they come one to a field, or all in one."""
    asked = " ".join(request.form.getlist("StatusCallbackEvent")).replace(",", " ").split()
    return tuple(event for event in EVENTS if event in asked)


def _party(request: ApiRequest, name: str, missing: int, invalid: int) -> str:
    written = request.text(name)
    if written is None:
        raise ApiError(missing, f"No '{name}' number is specified; give one such as +551140030015")
    bare = re.sub(r"[\s().-]", "", written) if written.startswith("+") else written.strip()
    if not _ADDRESS.fullmatch(bare):
        message = f"Invalid '{name}' phone number; write it like +551140030015, client:name or sip:name@host"
        raise ApiError(invalid, message)
    return bare


def ignored(parameter: str) -> TwimlNotice:
    """The application asked for something that has no effect here, so that the call is not what it would be."""
    return TwimlNotice(codes.NOT_SIMULATED, f"the API's parameter {parameter} is not simulated", failure=True)


def _warn(request: ApiRequest, party: Party, heeded: frozenset[str]) -> None:
    warnings = party.call.transcript.warnings
    for name in request.form:
        if name not in heeded and request.text(name):
            warnings.append(ignored(name))
    asked = " ".join(request.form.getlist("StatusCallbackEvent")).replace(",", " ").split()
    for event in asked:
        if event not in EVENTS:
            message = f"StatusCallbackEvent takes {', '.join(EVENTS)}, not '{event}'"
            warnings.append(TwimlNotice(api_errors.INVALID_EVENTS, message))


def shown(request: ApiRequest, party: Party) -> dict[str, Any]:
    """The call as the API shows it."""
    call = party.call.interpreter
    uri = f"{request.account}/Calls/{party.sid}"
    seconds = party.seconds
    own = request.switchboard.account.number(call.to if call.carrier.direction == "inbound" else call.from_)
    return {
        "sid": party.sid,
        "date_created": rfc2822(party.created),
        "date_updated": rfc2822(party.ended or party.started or party.created),
        "parent_call_sid": None,
        "account_sid": call.carrier.account_sid,
        "to": call.to,
        "to_formatted": call.to,
        "from": call.from_,
        "from_formatted": call.from_,
        "phone_number_sid": own.sid if own else None,
        "status": party.status,
        "start_time": rfc2822(party.started),
        "end_time": rfc2822(party.ended),
        "duration": None if seconds is None else str(seconds),
        "price": None,
        "price_unit": "USD",
        "direction": call.carrier.direction,
        "answered_by": call.answered_by,
        "api_version": call.carrier.api_version,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }
