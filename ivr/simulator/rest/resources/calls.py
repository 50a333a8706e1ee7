"""Calls: make one, look at them, send one elsewhere, end one.

Source: Twilio, Call resource. What is accepted and has no effect here is a warning in the transcript of the call.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ivr.simulator import problems
from ivr.simulator.carrier import Carrier, Fallback, StatusCallback
from ivr.simulator.detection import LONGEST, MODES, Detection
from ivr.simulator.outgoing import Outgoing
from ivr.simulator.rest import refusals
from ivr.simulator.rest.inquiry import Inquiry, rfc2822
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.refusals import Refusal
from ivr.simulator.transcript import Notice
from ivr.simulator.verbs.base import CallEnded, Goto, Moved
from ivr.simulator.verbs.recording import EVENTS as RECORDING_EVENTS
from ivr.simulator.verbs.recording import Recorder

EVENTS = ("initiated", "ringing", "answered", "completed")

TIMEOUT = 60
"""Seconds of ringing, where the request does not say."""

HEEDED = frozenset(
    {
        "To", "From", "Url", "Method", "Twiml", "FallbackUrl", "FallbackMethod", "StatusCallback",
        "StatusCallbackEvent", "StatusCallbackMethod", "Timeout", "SendDigits", "MachineDetection", "AsyncAmd",
        "AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod", "MachineDetectionTimeout",
        "MachineDetectionSpeechThreshold", "MachineDetectionSpeechEndThreshold", "MachineDetectionSilenceTimeout",
        "Record", "RecordingChannels", "RecordingTrack", "RecordingStatusCallback", "RecordingStatusCallbackMethod",
        "RecordingStatusCallbackEvent", "Trim",
    }
)  # fmt: skip
"""Parameters that have their effect; the three thresholds tune a detector that needs no tuning here."""

_ADDRESS = re.compile(r"\+[1-9][0-9]{1,14}|(client|sip|sips):\S+", re.IGNORECASE)


def create(inquiry: Inquiry, heeded: frozenset[str] = HEEDED) -> dict[str, Any]:
    """The application makes a call; what is not among ``heeded`` has no effect, which is told."""
    to = _party(inquiry, "To", refusals.NO_TO, refusals.INVALID_TO)
    from_ = _party(inquiry, "From", refusals.NO_FROM, refusals.INVALID_FROM)
    own = inquiry.switchboard.numbers
    if own and from_.startswith("+") and from_ not in own:
        message = (
            f"The source phone number {from_} is no number of the account's, nor verified; it has {', '.join(own)}"
        )
        raise Refusal(refusals.FOREIGN_FROM, message)
    if inquiry.text("ApplicationSid"):
        message = "ApplicationSid is not simulated; give Url or Twiml instead"
        raise Refusal(refusals.INVALID_APPLICATION, message)
    goto = goto_of(inquiry)
    if goto is None:
        raise Refusal(refusals.INVALID_URL, "Url parameter is required; give Url, or Twiml")
    party = inquiry.switchboard.originate(
        to=to,
        from_=from_,
        url=goto.url,
        twiml=goto.twiml,
        carrier=carrier_of(inquiry, goto.method),
        outgoing=outgoing_of(inquiry),
    )
    _warn(inquiry, party, heeded)
    return shown(inquiry, party)


def listed(inquiry: Inquiry) -> dict[str, Any]:
    """The calls, filtered."""
    wanted = inquiry.query
    started, ended = inquiry.period("StartTime"), inquiry.period("EndTime")
    found = [
        party
        for party in inquiry.switchboard.calls()
        if wanted.get("Status", party.status) == party.status
        and wanted.get("To", party.call.interpreter.to) == party.call.interpreter.to
        and wanted.get("From", party.call.interpreter.from_) == party.call.interpreter.from_
        and not wanted.get("ParentCallSid")
        and started(party.started)
        and ended(party.ended)
    ]
    return inquiry.page("calls", [shown(inquiry, party) for party in found])


def fetch(inquiry: Inquiry, sid: str) -> dict[str, Any]:
    """One call."""
    return shown(inquiry, found(inquiry, sid))


def update(inquiry: Inquiry, sid: str) -> dict[str, Any]:
    """Send the call elsewhere, or end it."""
    party = found(inquiry, sid)
    goto = goto_of(inquiry)
    status = inquiry.text("Status")
    if status not in {None, "canceled", "completed"}:
        message = f"Status must be canceled or completed, not '{status}'"
        raise Refusal(refusals.INVALID_PARAMETER, message)
    if not party.call.live or (goto and not status and party.status != "in-progress"):
        raise Refusal(refusals.INVALID_CALL_STATE, "Call is not in-progress. Cannot redirect.")
    if status:
        _end(inquiry, party, status)
    elif goto:
        inquiry.switchboard.interrupt(party, Moved(goto))
    _warn(inquiry, party, frozenset({"Url", "Method", "Twiml", "Status"}))
    return shown(inquiry, party)


def _end(inquiry: Inquiry, party: Party, status: str) -> None:
    """``completed`` ends any call; ``canceled`` only one that nobody has answered yet."""
    if party.status == "in-progress":
        if status == "completed":
            inquiry.switchboard.interrupt(party, CallEnded("api"))
    else:
        inquiry.switchboard.interrupt(party, CallEnded("api", "canceled"))


def found(inquiry: Inquiry, sid: str) -> Party:
    """The call with that identifier; raises Refusal."""
    party = inquiry.switchboard.call(sid)
    if party is None:
        raise inquiry.not_found()
    return party


def goto_of(inquiry: Inquiry) -> Goto | None:
    """Where the request sends a call. Where it holds both an address and a document, the address counts."""
    method = inquiry.method("Method")
    url = inquiry.url("Url")
    if url:
        return Goto(url, method)
    twiml = inquiry.text("Twiml")
    return Goto("", method, twiml=twiml) if twiml else None


def outgoing_of(inquiry: Inquiry) -> Outgoing:
    """How the call is made."""
    digits = inquiry.text("SendDigits") or ""
    if digits.strip("0123456789*#wW"):
        raise Refusal(refusals.INVALID_PARAMETER, f"SendDigits takes 0-9 * # w W, not '{digits}'")
    return Outgoing(
        float(inquiry.whole("Timeout", TIMEOUT, refusals.INVALID_TIMEOUT)),
        detection=_detection(inquiry),
        send_digits=digits,
        recorder=recorder_of(inquiry, "OutboundAPI") if inquiry.flag("Record") else None,
    )


def _detection(inquiry: Inquiry) -> Detection | None:
    mode = inquiry.text("MachineDetection")
    if mode is None or mode.lower() == "none":
        return None
    if mode not in MODES:
        raise Refusal(refusals.INVALID_PARAMETER, f"MachineDetection takes {' or '.join(MODES)}, not '{mode}'")
    url = inquiry.url("AsyncAmdStatusCallback", refusals.INVALID_CALLBACK)
    callback = StatusCallback(url, inquiry.method("AsyncAmdStatusCallbackMethod")) if url else None
    timeout = float(inquiry.whole("MachineDetectionTimeout", LONGEST, refusals.INVALID_PARAMETER, least=3))
    return Detection(mode == MODES[1], bool(inquiry.flag("AsyncAmd")), callback, timeout)


def recorder_of(inquiry: Inquiry, source: str) -> Recorder:
    """The tape of the whole call."""
    url = inquiry.url("RecordingStatusCallback", refusals.INVALID_CALLBACK)
    events = " ".join(inquiry.form.getlist("RecordingStatusCallbackEvent")).replace(",", " ").split()
    chosen = tuple(event for event in RECORDING_EVENTS if event in events) or ("completed",)
    return Recorder(
        source,
        StatusCallback(url, inquiry.method("RecordingStatusCallbackMethod"), chosen) if url else None,
        trims=inquiry.text("Trim") != "do-not-trim",
        track=inquiry.text("RecordingTrack") or "both",
        channels=2 if inquiry.text("RecordingChannels") == "dual" else 1,
    )


def carrier_of(inquiry: Inquiry, method: str) -> Carrier:
    """The account, set up for one call as the request says."""
    fallback = inquiry.url("FallbackUrl")
    callback = inquiry.url("StatusCallback", refusals.INVALID_CALLBACK)
    return replace(
        inquiry.switchboard.carrier,
        to=None,
        fields=(),
        direction="outbound-api",
        method=method,
        fallback=Fallback(fallback, inquiry.method("FallbackMethod")) if fallback else None,
        status_callback=StatusCallback(callback, inquiry.method("StatusCallbackMethod"), _events(inquiry) or EVENTS[3:])
        if callback
        else None,
    )


def _events(inquiry: Inquiry) -> tuple[str, ...]:
    """Those of the events asked for that exist; they come one to a field, or all in one."""
    asked = " ".join(inquiry.form.getlist("StatusCallbackEvent")).replace(",", " ").split()
    return tuple(event for event in EVENTS if event in asked)


def _party(inquiry: Inquiry, name: str, missing: int, invalid: int) -> str:
    written = inquiry.text(name)
    if written is None:
        raise Refusal(missing, f"No '{name}' number is specified; give one such as +551140030015")
    bare = re.sub(r"[\s().-]", "", written) if written.startswith("+") else written.strip()
    if not _ADDRESS.fullmatch(bare):
        message = f"Invalid '{name}' phone number; write it like +551140030015, client:name or sip:name@host"
        raise Refusal(invalid, message)
    return bare


def ignored(parameter: str) -> Notice:
    """The application asked for something that has no effect here, so that the call is not what it would be."""
    return Notice(problems.NOT_SIMULATED, f"the API's parameter {parameter} is not simulated", failure=True)


def _warn(inquiry: Inquiry, party: Party, heeded: frozenset[str]) -> None:
    warnings = party.call.transcript.warnings
    for name in inquiry.form:
        if name not in heeded and inquiry.text(name):
            warnings.append(ignored(name))
    asked = " ".join(inquiry.form.getlist("StatusCallbackEvent")).replace(",", " ").split()
    for event in asked:
        if event not in EVENTS:
            message = f"StatusCallbackEvent takes {', '.join(EVENTS)}, not '{event}'"
            warnings.append(Notice(refusals.INVALID_EVENTS, message))


def shown(inquiry: Inquiry, party: Party) -> dict[str, Any]:
    """The call as the API shows it."""
    call = party.call.interpreter
    uri = f"{inquiry.account}/Calls/{party.sid}"
    seconds = party.seconds
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
        "phone_number_sid": None,
        "status": party.status,
        "start_time": rfc2822(party.started),
        "end_time": rfc2822(party.ended),
        "duration": None if seconds is None else str(seconds),
        "price": None,
        "price_unit": "USD",
        "direction": call.carrier.direction,
        "answered_by": call.answered_by,
        "annotation": None,
        "api_version": call.carrier.api_version,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }
