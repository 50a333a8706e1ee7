"""The choice of a desk."""

from __future__ import annotations

from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.route import Route


def arrive(walk: Walk, node: Route) -> str | None:
    """By name, by the area code of the company (or else of the caller), or by the longest known access code."""
    if node.to:
        walk.destination = node.to.text
        return triggers.ROUTED
    if node.region:
        regions = walk.line.routing.book.regions[node.region.text]
        company = walk.customer.area_code if walk.customer else None
        walk.destination, area = regions.at(company) if company else regions.of(walk.facts.caller)
        walk.reason = f"area code {area}" if area else f"no area code of {node.region.text}"
        return triggers.ROUTED
    codes = walk.line.routing.book.codes
    match = codes.match(walk.codes.get(node.code or "", "")) if codes else None
    if match is None or node.under is None:
        walk.reason = "unknown access code"
        return triggers.STRUCK_OUT if walk.strike(node.strikes) else triggers.UNKNOWN_CODE
    walk.forgive(node.strikes)
    walk.destination = f"{node.under.text}.{match.destination}"
    walk.reason = f"access code {match.code_prefix}"
    return triggers.ROUTED
