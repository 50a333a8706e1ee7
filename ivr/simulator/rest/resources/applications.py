"""Applications: webhooks that several numbers, and calls that the account makes, may share.

Source: Twilio, Application resource.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ivr.simulator.rest.account import TwimlApplication
from ivr.simulator.rest.api_request import ApiRequest, rfc2822
from ivr.simulator.rest.resources import configured_webhooks

CALLBACKS = ("sms_status_callback", "message_status_callback")
FLAGS = ("voice_caller_id_lookup", "public_application_connect_enabled")
HEEDED = configured_webhooks.PARAMETERS | {
    "FriendlyName",
    "ApiVersion",
    *(configured_webhooks.parameter(name) for name in (*CALLBACKS, *FLAGS)),
}


def create(request: ApiRequest) -> dict[str, Any]:
    """Make an application."""
    account = request.switchboard.account
    now = request.switchboard.clock.now()
    made = _changed(request, TwimlApplication(account.new_sid("AP"), "", created=now))
    account.applications[made.sid] = made
    return shown(request, made)


def listed(request: ApiRequest) -> dict[str, Any]:
    """List the applications, the newest first; of one name where that is asked for."""
    wanted = request.query.get("FriendlyName")
    found = [one for one in reversed(request.switchboard.account.applications.values()) if wanted in {None, one.name}]
    return request.page("applications", [shown(request, one) for one in found])


def fetch(request: ApiRequest, sid: str) -> dict[str, Any]:
    """One application."""
    return shown(request, _found(request, sid))


def update(request: ApiRequest, sid: str) -> dict[str, Any]:
    """Change it; numbers and calls that begin from now on go by what it says then."""
    changed = _changed(request, _found(request, sid))
    request.switchboard.account.applications[sid] = changed
    return shown(request, changed)


def delete(request: ApiRequest, sid: str) -> None:
    """Delete it; a number that it was assigned to asks its own webhooks again."""
    _found(request, sid)
    del request.switchboard.account.applications[sid]


def _found(request: ApiRequest, sid: str) -> TwimlApplication:
    found = request.switchboard.account.applications.get(sid)
    if found is None:
        raise request.not_found()
    return found


def _changed(request: ApiRequest, before: TwimlApplication) -> TwimlApplication:
    configured_webhooks.refuse_unknown(request, HEEDED)
    said: dict[str, Any] = {
        name: configured_webhooks.address(request, configured_webhooks.parameter(name), getattr(before, name))
        for name in CALLBACKS
    }
    for name in FLAGS:
        said[name] = configured_webhooks.flag(request, configured_webhooks.parameter(name), getattr(before, name))
    return replace(
        before,
        name=configured_webhooks.name_of(request, before.name),
        webhooks=configured_webhooks.read(request, before.webhooks),
        changed=request.switchboard.clock.now(),
        **said,
    )


def shown(request: ApiRequest, application: TwimlApplication) -> dict[str, Any]:
    """The application as the API shows it."""
    carrier = request.switchboard.carrier
    return {
        "sid": application.sid,
        "account_sid": carrier.account_sid,
        "friendly_name": application.name,
        "api_version": carrier.api_version,
        "date_created": rfc2822(application.created),
        "date_updated": rfc2822(application.changed),
        **configured_webhooks.shown(application.webhooks),
        **{name: getattr(application, name) for name in (*CALLBACKS, *FLAGS)},
        "uri": f"{request.account}/Applications/{application.sid}.json",
    }
