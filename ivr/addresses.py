"""An address means this machine, one of a private network, or one of the internet: these functions tell which."""

from __future__ import annotations

import ipaddress
from typing import Final

_TRANSLATIONS: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
"""Whatever is sent there, a gateway sends on to the address of IPv4 in the last 32 bits."""

_LOCAL_TRANSLATION: Final = ipaddress.IPv6Network("64:ff9b:1::/48")
"""Addresses of gateways of one network only."""


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """Return whether the IP address is one of the internet: no private network's, no machine's own, none of a link, and
    no such one in IPv6's clothes.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if not found.is_global or found.is_multicast:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return True
    inner = _within(found)
    return not found.is_site_local and found not in _LOCAL_TRANSLATION and (inner is None or inner.is_global)


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The address of IPv4 that is meant by one of IPv6; None where none is."""
    if any(address in each for each in _TRANSLATIONS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def is_ip(host: str) -> bool:
    """Return whether ``host`` is written as an IP address, and no name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
