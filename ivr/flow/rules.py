"""A ``check`` state may ask one of these rules, and gets one of the rule's answers. The list is closed: YAML names a
rule, it never writes one.

``needs`` tells what must be known before the call moves: the caller's identity (document and password, verified in
the very turn in which the password is keyed), the customer's record, or the closures in force.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from value_class import value_class

Fact = Literal[
    "identity", "customer", "contract", "context", "protocol", "number", "ticket", "administrator", "password-age",
    "survey",
]  # fmt: skip
"""What may be asked before a call moves: who document and password belong to, the customer's record
(``contract``: where any destination serves special contracts), what the router is told besides, the call's protocol
number, the document that is read back, the ticket that was keyed, the administrator of the caller's company, how old
the caller's password is, and whether the caller wants no survey."""


@value_class
class Rule:
    """One question: its name in YAML, its possible answers, and the fact that it needs."""

    name: str
    outcomes: tuple[str, ...]
    needs: Fact
    stranger: str = ""
    """The answer about a caller who is not identified; none where the rule asks about destinations, or identifies."""

    def __reduce__(self) -> tuple[Callable[[str], Rule], tuple[str]]:
        """Return what a line that is handed to another process finds the rule by: rules are told apart by identity."""
        return _named, (self.name,)

    def proves(self, outcome: str) -> frozenset[str]:
        """Return what is true of a call that got the answer ``outcome``: nothing of one that was refused, but that what
        it asked for is closed.
        """
        if refuses(outcome):
            return frozenset({CLOSED} if self is OPEN else ())
        return frozenset({self.name, "identity"} if self.name == "identified" else {self.name})


CLOSED: Final = "closed"

OPEN: Final = Rule("open", ("open", CLOSED), needs="context")
"""Whether any of the check's ``destinations`` answers now: a question about the destinations, not about the customer.
"""

RULES: Final = {
    rule.name: rule
    for rule in (
        Rule("identity", ("matched", "refused"), needs="identity"),
        Rule("identified", ("yes", "no"), needs="customer", stranger="no"),
        Rule("contact", ("active", "blocked"), needs="customer", stranger="blocked"),
        Rule("contract", ("valid", "expired"), needs="customer", stranger="expired"),
        Rule("support", ("allowed", "denied"), needs="customer", stranger="denied"),
        Rule("consultancy", ("authorised", "unauthorised"), needs="customer", stranger="unauthorised"),
        Rule("finance", ("clear", "within-grace", "overdue"), needs="customer", stranger="clear"),
        Rule("datacenter", ("contracted", "missing"), needs="customer", stranger="missing"),
        Rule("special", ("contracted", "missing"), needs="customer", stranger="missing"),
    )
}

REFUSALS: Final = frozenset(
    {"refused", "no", "blocked", "expired", "denied", "unauthorised", "overdue", "missing", "closed"}
)
"""Answers with which a caller has not passed; every other one lets the caller through."""


def _named(name: str) -> Rule:
    return OPEN if name == OPEN.name else RULES[name]


def refuses(outcome: str) -> bool:
    """True for an answer that does not let the caller through."""
    return outcome in REFUSALS
