"""Channels bring conversations in, one package a carrier, each behind the port of ``ivr.call.channel``.

A channel reads a request of its carrier as an event, has ``ivr.call.turn.Turns`` take the turn, and writes the answer
as its carrier wants it. Words of the carrier (how a dial ended, what a request may hold, how large an answer may be)
stay inside; ``routing.outcomes`` has ours. A second channel, by text, stands in ``tests/channels``.

``RULES`` is what channels ask of a line beside the menu's own checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ivr.channels.twilio.hints import check_hints
from ivr.channels.twilio.sizes import check_sizes

if TYPE_CHECKING:
    from ivr.flow.checks import Rule

__all__ = ["RULES"]

RULES: Final[tuple[Rule, ...]] = (check_sizes, check_hints)
"""One a channel and limit; ``ivr check`` and everything that answers calls passes them on."""
