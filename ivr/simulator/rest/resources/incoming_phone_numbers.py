"""Phone numbers of the account: look at them, take one on, change their webhooks, give one back.

Source: Twilio, IncomingPhoneNumber resource. A number is taken on from those that the seed says are available.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ivr.simulator.rest import api_errors
from ivr.simulator.rest.account import AvailableNumber, OwnNumber
from ivr.simulator.rest.api_errors import ApiError
from ivr.simulator.rest.api_request import ApiRequest, rfc2822
from ivr.simulator.rest.resources import configured_webhooks

HEEDED = configured_webhooks.PARAMETERS | {
    "PhoneNumber", "AreaCode", "FriendlyName", "ApiVersion", "VoiceApplicationSid", "SmsApplicationSid",
    "VoiceCallerIdLookup",
}  # fmt: skip

CAPABILITIES = {"voice": True, "sms": True, "mms": False, "fax": False}

_E164 = re.compile(r"\+[1-9][0-9]{1,14}")


def create(request: ApiRequest) -> dict[str, Any]:
    """Take a number on: the one that is named, or the first of an area code."""
    account = request.switchboard.account
    available = _wanted(request)
    now = request.switchboard.clock.now()
    new = OwnNumber(account.new_sid("PN"), available.number, available.number, kind=available.kind, created=now)
    made = _changed(request, new)
    del account.available[available.number]
    account.numbers[made.sid] = made
    request.switchboard.numbers.add(made.number)
    return shown(request, made)


def listed(request: ApiRequest) -> dict[str, Any]:
    """List the numbers, the newest first, filtered by a part of the number (``*`` is any digit) and by name."""
    return _listed(request, None)


def listed_local(request: ApiRequest) -> dict[str, Any]:
    """List those of a place."""
    return _listed(request, "local")


def listed_mobile(request: ApiRequest) -> dict[str, Any]:
    """List the mobile ones."""
    return _listed(request, "mobile")


def listed_toll_free(request: ApiRequest) -> dict[str, Any]:
    """List those that cost the caller nothing."""
    return _listed(request, "toll-free")


def fetch(request: ApiRequest, sid: str) -> dict[str, Any]:
    """One number."""
    return shown(request, _found(request, sid))


def update(request: ApiRequest, sid: str) -> dict[str, Any]:
    """Change it; calls that come in from now on go by what it says then."""
    changed = _changed(request, _found(request, sid))
    request.switchboard.account.numbers[sid] = changed
    return shown(request, changed)


def delete(request: ApiRequest, sid: str) -> None:
    """Give the number back."""
    request.switchboard.numbers.discard(_found(request, sid).number)
    del request.switchboard.account.numbers[sid]


def _listed(request: ApiRequest, kind: str | None) -> dict[str, Any]:
    written = request.query.get("PhoneNumber", "")
    pattern = re.compile("".join("[0-9]" if letter == "*" else re.escape(letter) for letter in written))
    wanted = request.query.get("FriendlyName")
    found = [
        one
        for one in reversed(request.switchboard.account.numbers.values())
        if kind in {None, one.kind} and pattern.search(one.number) and wanted in {None, one.name}
    ]
    told = [shown(request, one) for one in found]
    if kind:  # in these lists it goes without saying
        for one in told:
            del one["type"]
    return request.page("incoming_phone_numbers", told)


def _found(request: ApiRequest, sid: str) -> OwnNumber:
    found = request.switchboard.account.numbers.get(sid)
    if found is None:
        raise request.not_found()
    return found


def _wanted(request: ApiRequest) -> AvailableNumber:
    number, area = request.text("PhoneNumber"), request.text("AreaCode")
    available = request.switchboard.account.available
    if number is None and area is None:
        raise ApiError(api_errors.NO_NUMBER, "PhoneNumber or AreaCode is required: which number is to be taken on")
    if number is not None:
        if not _E164.fullmatch(number):
            raise ApiError(api_errors.NO_NUMBER, f"PhoneNumber must be one such as +551140030015, not '{number}'")
        if number not in available:
            message = f"{number} is not available; the seed says which are, under available_numbers"
            raise ApiError(api_errors.NUMBER_NOT_AVAILABLE, message)
        return available[number]
    found = next((one for one in available.values() if one.number.startswith(f"+1{area}")), None)
    if found is None:
        message = f"No number of the area code {area} is available; the seed says which are, under available_numbers"
        raise ApiError(api_errors.NO_NUMBER_IN_AREA, message)
    return found


def _changed(request: ApiRequest, before: OwnNumber) -> OwnNumber:
    configured_webhooks.refuse_unknown(request, HEEDED)
    return replace(
        before,
        name=configured_webhooks.name_of(request, before.name),
        webhooks=configured_webhooks.read(request, before.webhooks),
        voice_application_sid=_application(request, "VoiceApplicationSid", before.voice_application_sid),
        sms_application_sid=_application(request, "SmsApplicationSid", before.sms_application_sid),
        voice_caller_id_lookup=configured_webhooks.flag(request, "VoiceCallerIdLookup", before.voice_caller_id_lookup),
        changed=request.switchboard.clock.now(),
    )


def _application(request: ApiRequest, parameter: str, before: str | None) -> str | None:
    if parameter not in request.form:
        return before
    sid = request.text(parameter)
    if sid is not None and sid not in request.switchboard.account.applications:
        message = f"{parameter} is no application of the account: {sid}; it has those that Applications lists"
        raise ApiError(api_errors.INVALID_APPLICATION, message)
    return sid


def shown(request: ApiRequest, number: OwnNumber) -> dict[str, Any]:
    """The number as the API shows it."""
    carrier = request.switchboard.carrier
    return {
        "sid": number.sid,
        "account_sid": carrier.account_sid,
        "phone_number": number.number,
        "friendly_name": number.name or number.number,
        "type": number.kind,
        "status": "in-use",
        "origin": "twilio",
        "beta": False,
        "capabilities": dict(CAPABILITIES),
        "api_version": carrier.api_version,
        "date_created": rfc2822(number.created),
        "date_updated": rfc2822(number.changed),
        **configured_webhooks.shown(number.webhooks),
        "voice_application_sid": number.voice_application_sid,
        "voice_caller_id_lookup": number.voice_caller_id_lookup,
        "voice_receive_mode": "voice",
        "sms_application_sid": number.sms_application_sid,
        "trunk_sid": None,
        "address_requirements": "none",
        "address_sid": None,
        "bundle_sid": None,
        "identity_sid": None,
        "emergency_status": "Inactive",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "uri": f"{request.account}/IncomingPhoneNumbers/{number.sid}.json",
    }
