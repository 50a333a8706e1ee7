"""Why a call went where it went: the rules that were tried, in order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule that was looked at, what it said in words, and the node of the routing book that says so.

    ``rule`` is one of closure, special-day, holiday, hours, contract, limit, rota, target, divert.
    ``key`` names the node as it stands in the file (``hours.suporte.windows[2]``), empty where no node is at work.
    """

    rule: str
    outcome: str
    key: str = ""
