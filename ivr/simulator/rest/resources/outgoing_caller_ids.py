"""Verified callers: numbers of others that the account may show as the caller's.

Source: Twilio, OutgoingCallerIds resource. To verify another one takes a call with a code, which is not simulated.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ivr.simulator.rest.account import VerifiedCaller
from ivr.simulator.rest.api_request import ApiRequest, rfc2822
from ivr.simulator.rest.resources.configured_webhooks import name_of


def listed(request: ApiRequest) -> dict[str, Any]:
    """List the verified callers, filtered."""
    number, name = request.query.get("PhoneNumber"), request.query.get("FriendlyName")
    found = [
        one
        for one in reversed(request.switchboard.account.verified.values())
        if number in {None, one.number} and name in {None, one.name}
    ]
    return request.page("outgoing_caller_ids", [shown(request, one) for one in found])


def fetch(request: ApiRequest, sid: str) -> dict[str, Any]:
    """One of them."""
    return shown(request, _found(request, sid))


def update(request: ApiRequest, sid: str) -> dict[str, Any]:
    """Give it another name."""
    found = _found(request, sid)
    changed = replace(found, name=name_of(request, found.name))
    request.switchboard.account.verified[sid] = changed
    return shown(request, changed)


def delete(request: ApiRequest, sid: str) -> None:
    """Let the number be shown as the caller's no more."""
    _found(request, sid)
    del request.switchboard.account.verified[sid]


def _found(request: ApiRequest, sid: str) -> VerifiedCaller:
    found = request.switchboard.account.verified.get(sid)
    if found is None:
        raise request.not_found()
    return found


def shown(request: ApiRequest, caller: VerifiedCaller) -> dict[str, Any]:
    """The verified caller as the API shows it."""
    made = rfc2822(request.switchboard.account.created)
    return {
        "sid": caller.sid,
        "account_sid": request.switchboard.carrier.account_sid,
        "phone_number": caller.number,
        "friendly_name": caller.name or caller.number,
        "date_created": made,
        "date_updated": made,
        "uri": f"{request.account}/OutgoingCallerIds/{caller.sid}.json",
    }
