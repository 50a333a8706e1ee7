"""API keys of the account, without their secrets.

Source: Twilio, Key resource.
"""

from __future__ import annotations

from typing import Any

from ivr.simulator.rest.account import ApiKey
from ivr.simulator.rest.api_request import ApiRequest, rfc2822


def listed(request: ApiRequest) -> dict[str, Any]:
    """List the keys."""
    return request.page("keys", [shown(request, key) for key in request.switchboard.account.keys.values()])


def fetch(request: ApiRequest, sid: str) -> dict[str, Any]:
    """One of them."""
    key = request.switchboard.account.keys.get(sid)
    if key is None:
        raise request.not_found()
    return shown(request, key)


def shown(request: ApiRequest, key: ApiKey) -> dict[str, Any]:
    """The key as the API shows it."""
    made = rfc2822(request.switchboard.account.created)
    return {"sid": key.sid, "friendly_name": key.name, "date_created": made, "date_updated": made}
