"""Reads and shows the addresses that a number and an application are configured with.

Source: Twilio, IncomingPhoneNumber resource and Application resource. A field that is not sent stays as it is; one that
is sent empty takes the address away.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from ivr.simulator.rest import api_errors
from ivr.simulator.rest.account import ConfiguredWebhooks
from ivr.simulator.rest.api_request import ApiRequest
from ivr.simulator.rest.resources.calls import ignored

LONGEST_NAME = 64
"""Characters of a friendly name."""

PROPERTIES = tuple(field.name for field in fields(ConfiguredWebhooks))


def parameter(name: str) -> str:
    """Return what a request calls the property ``name``: ``VoiceUrl`` of ``voice_url``."""
    return name.title().replace("_", "")


PARAMETERS = frozenset(parameter(name) for name in PROPERTIES)


def read(request: ApiRequest, before: ConfiguredWebhooks) -> ConfiguredWebhooks:
    """Return ``before`` with what the request says; raises ApiError."""
    said: dict[str, Any] = {}
    for name in PROPERTIES:
        written = parameter(name)
        if name.endswith("_method"):
            said[name] = request.method(written, getattr(before, name), api_errors.INVALID_NUMBER_METHOD)
        else:
            said[name] = address(request, written, getattr(before, name))
    return replace(before, **said)


def address(request: ApiRequest, written: str, before: str | None) -> str | None:
    """Return the address that the request gives for the parameter ``written``, else the one ``before``."""
    return request.url(written, api_errors.INVALID_NUMBER_URL) if written in request.form else before


def flag(request: ApiRequest, written: str, before: bool) -> bool:
    """Return what the request says of the parameter ``written``, else what was said ``before``."""
    said = request.flag(written)
    return before if said is None else said


def name_of(request: ApiRequest, before: str) -> str:
    """Return the friendly name that the request gives, else the one ``before``; raises ApiError for one too long."""
    name = request.text("FriendlyName") or before
    if len(name) > LONGEST_NAME:
        message = f"FriendlyName takes {LONGEST_NAME} characters at most, not {len(name)}"
        raise api_errors.ApiError(api_errors.INVALID_PARAMETER, message)
    return name


def refuse_unknown(request: ApiRequest, heeded: frozenset[str]) -> None:
    """Note the parameters that are not among those ``heeded``: they are taken, and have no effect."""
    for name in request.form:
        if name not in heeded and request.text(name):
            request.switchboard.refused(ignored(name))


def shown(webhooks: ConfiguredWebhooks) -> dict[str, Any]:
    """Return the properties as the API shows them."""
    return {name: getattr(webhooks, name) for name in PROPERTIES}
