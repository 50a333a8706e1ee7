"""One kind of state a file, named as its YAML key.

To add a kind: a file here, a line below, and its performer in ivr/call/states.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Final

from ivr.flow.nodes.access import AnswerAccess
from ivr.flow.nodes.act import ActOnTicket
from ivr.flow.nodes.administrator import TellAdministrator
from ivr.flow.nodes.base import Defaults, Edge, Node
from ivr.flow.nodes.branch import Branch
from ivr.flow.nodes.callback import Callback
from ivr.flow.nodes.check import Check
from ivr.flow.nodes.closure import Closure
from ivr.flow.nodes.collect import Collect
from ivr.flow.nodes.hangup import Hangup
from ivr.flow.nodes.menu import Menu
from ivr.flow.nodes.record import Record
from ivr.flow.nodes.route import Route
from ivr.flow.nodes.say import Say
from ivr.flow.nodes.survey import SurveyByTelephone
from ivr.flow.nodes.text import TextOffer
from ivr.flow.nodes.ticket import AboutTicket
from ivr.flow.nodes.transfer import Transfer
from ivr.source.fields import Fields

__all__ = ["KINDS", "READERS", "Defaults", "Edge", "Node"]


def _whole(*kinds: type[Node]) -> tuple[type[Node], ...]:
    """``kinds``, none of which leaves a question of ``Node`` without an answer; mypy says so as well."""
    for kind in kinds:
        if inspect.isabstract(kind):
            lacks = ", ".join(sorted(kind.__abstractmethods__))
            raise TypeError(f"the kind {kind.__name__} ({kind.__module__}) does not say: {lacks}")
    return kinds


KINDS: Final = _whole(
    Menu, Collect, Check, Branch, Say, Route, Transfer, Record, Closure, Callback, TextOffer, AboutTicket, ActOnTicket,
    AnswerAccess, TellAdministrator, SurveyByTelephone, Hangup,
)  # fmt: skip
"""Every kind of state, in the order in which they are told."""

READERS: Final[dict[str, Callable[[str, Fields, Defaults], Node | None]]] = {each.kind: each.read for each in KINDS}
"""Kind (the YAML key) → how its keys are read."""
