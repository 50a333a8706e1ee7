"""Addresses of the account: it has none.

Source: Twilio, Address resource. Applications ask for them before they take a number on.
"""

from __future__ import annotations

from typing import Any

from ivr.simulator.rest.api_request import ApiRequest


def listed(request: ApiRequest) -> dict[str, Any]:
    """List no address."""
    return request.page("addresses", [])


def fetch(request: ApiRequest, sid: str) -> dict[str, Any]:  # noqa: ARG001
    """Find no address."""
    raise request.not_found()
