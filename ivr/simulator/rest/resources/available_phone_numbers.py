"""Phone numbers that the account may take on: those that its seed says are available.

Source: Twilio, AvailablePhoneNumber resource. They are filtered by AreaCode and Contains; what else a request says of
them, a simulated number does not have.
"""

from __future__ import annotations

import re
from typing import Any

from ivr.simulator.rest.account import AvailableNumber
from ivr.simulator.rest.api_request import ApiRequest
from ivr.simulator.rest.resources.incoming_phone_numbers import CAPABILITIES


def local(request: ApiRequest, country: str) -> dict[str, Any]:
    """List the available numbers of a place."""
    return _listed(request, country, "local")


def mobile(request: ApiRequest, country: str) -> dict[str, Any]:
    """List the mobile ones."""
    return _listed(request, country, "mobile")


def toll_free(request: ApiRequest, country: str) -> dict[str, Any]:
    """List those that cost the caller nothing."""
    return _listed(request, country, "toll-free")


def _listed(request: ApiRequest, country: str, kind: str) -> dict[str, Any]:
    area = request.query.get("AreaCode")
    digits = re.escape(request.query.get("Contains", "")).replace(r"\*", "[0-9]")
    found = [
        one
        for one in request.switchboard.account.available.values()
        if one.country == country.upper()
        and one.kind == kind
        and (area is None or one.number.startswith(f"+1{area}"))
        and re.search(digits, one.number)
    ]
    return request.page("available_phone_numbers", [shown(one) for one in found])


def shown(number: AvailableNumber) -> dict[str, Any]:
    """The number as the API shows it."""
    return {
        "phone_number": number.number,
        "friendly_name": number.number,
        "iso_country": number.country,
        "address_requirements": "none",
        "beta": False,
        "capabilities": dict(CAPABILITIES),
        "lata": None,
        "latitude": None,
        "locality": None,
        "longitude": None,
        "postal_code": None,
        "rate_center": None,
        "region": None,
    }
