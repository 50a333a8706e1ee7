"""Agent rules say how the agents of a destination take its calls: in what order, for how long, and with what result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Final

from value_class import value_class
from wording import message

CONTRACT_ORDER: Final = ("PRIME", "SLA", "BSO")
"""Whose calls come first, with nothing written."""

MAX_DISPOSITION: Final = 40
MAX_DISPOSITIONS: Final = 30

_TARGET = re.compile(r"([0-9]{1,3})/([0-9]{1,4})")


@value_class
class ServiceTarget:
    """A service target is kept where ``percent`` of the calls are answered within ``seconds``."""

    percent: int = 80
    seconds: int = 20

    def __post_init__(self) -> None:
        if not (1 <= self.percent <= 100 and 1 <= self.seconds <= 3600):
            raise ValueError(
                message(
                    "service-target-out-of-bounds",
                    "a service target is 1 to 100 % within 1 to 3600 seconds, not {percent}/{seconds}",
                    percent=self.percent,
                    seconds=self.seconds,
                )
            )

    def __str__(self) -> str:
        return f"{self.percent}/{self.seconds}"


def parse_service_target(text: str) -> ServiceTarget:
    """Return the target that is written like ``80/20``; ValueError for any other text."""
    found = _TARGET.fullmatch(text)
    if not found:
        raise ValueError(
            message(
                "service-target-malformed",
                "'{text}' is no service target; write percent and seconds like 80/20: 80 % within 20 seconds",
                text=text,
            )
        )
    return ServiceTarget(int(found[1]), int(found[2]))


@value_class
class AgentRules:
    """The rules of one destination; all times are in seconds.

    ``ring`` is how long an agent is rung, ``wrap_up`` how long one may note down how a talk went, ``again`` how long
    one who refused or missed a call is left alone with it where nobody else serves it. ``preferred`` is how long a call
    is kept for the agent it asks for. ``contracts`` names special contracts, or kinds of them, in the order in which
    their calls come; a call rises by one rank each ``rise`` seconds. ``levels`` has for how long a call is kept from
    agents of that level while better ones are on duty. ``dispositions`` are the results to choose from after a talk.
    ``supervised_say`` is the prompt that a caller hears when a supervisor comes into the talk; None: nothing is said.
    """

    ring: int = 20
    wrap_up: int = 30
    again: int = 30
    preferred: int = 60
    contracts: tuple[str, ...] = CONTRACT_ORDER
    rise: int = 60
    levels: Mapping[int, int] = field(default_factory=dict)
    service_target: ServiceTarget = ServiceTarget()
    short: int = 5
    dispositions: tuple[str, ...] = ()
    disposition_required: bool = False
    supervised_say: str | None = None

    def rank_of(self, contract: str | None) -> int:
        """Return the rank in which a call of this contract begins: 0 is the first, and a call without one is last.

        A contract is named as it is, or by its kind: PRIME of PRIME.ANA.
        """
        names = (contract, contract.partition(".")[0]) if contract else ()
        return next((self.contracts.index(name) for name in names if name in self.contracts), len(self.contracts))


PLAIN_RULES: Final = AgentRules()
"""With nothing written."""
