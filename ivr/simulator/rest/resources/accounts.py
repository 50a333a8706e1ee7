"""Accounts: the one that is simulated.

Source: Twilio, Account resource. The token is never told, though the vendor tells it to whoever has it already.
"""

from __future__ import annotations

from typing import Any

from ivr.simulator.rest.api_request import ApiRequest, rfc2822

SUBRESOURCES = (
    "applications", "calls", "conferences", "incoming_phone_numbers", "outgoing_caller_ids", "queues", "recordings",
)  # fmt: skip
"""Resources of the account that an answer names the way to."""


def listed(request: ApiRequest) -> dict[str, Any]:
    """List the account, where neither its name nor its status is asked for otherwise."""
    account = shown(request)
    wanted = request.query
    fits = (
        wanted.get("FriendlyName", account["friendly_name"]) == account["friendly_name"]
        and wanted.get("Status", account["status"]) == account["status"]
    )
    return request.page("accounts", [account] if fits else [])


def fetch(request: ApiRequest) -> dict[str, Any]:
    """Answer with what is known of the account."""
    return shown(request)


def shown(request: ApiRequest) -> dict[str, Any]:
    """The account as the API shows it."""
    switchboard = request.switchboard
    made = rfc2822(switchboard.account.created)
    return {
        "sid": switchboard.carrier.account_sid,
        "friendly_name": switchboard.account.name,
        "status": "active",
        "type": "Full",
        "auth_token": "",
        "owner_account_sid": switchboard.carrier.account_sid,
        "date_created": made,
        "date_updated": made,
        "uri": f"{request.account}.json",
        "subresource_uris": {name: f"{request.account}/{name.title().replace('_', '')}.json" for name in SUBRESOURCES},
    }
