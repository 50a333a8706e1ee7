"""The context tells the router what was looked up beforehand: closures, load, contract, a fraction, swaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from routing.closures import EmergencyClosure
from routing.limits import IDLE, Load
from routing.rota_swaps import RotaSwap
from value_class import value_class


@value_class
class RoutingContext:
    """The context holds what changes from call to call, and is looked up before the router is asked.

    ``load`` is by destination; one that is not listed is IDLE. ``sampling_fraction`` (from 0 to just below 1) picks
    from targets that share calls by weight; it must be the same throughout a call. ``special_contract`` is that of the
    customer (``SLA``, ``PRIME.ANA``), as ops name it in the table; ``swaps`` say
    who stands in on rotas. Raises ValueError for any other fraction.
    """

    closures: tuple[EmergencyClosure, ...] = ()
    load: Mapping[str, Load] = field(default_factory=lambda: MappingProxyType({}))
    sampling_fraction: float = 0.0
    special_contract: str | None = None
    swaps: tuple[RotaSwap, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.sampling_fraction < 1:
            raise ValueError(f"a fraction is from 0 to just below 1, not {self.sampling_fraction}")

    def load_of(self, destination: str) -> Load:
        """Return the calls that the destination has now; IDLE where it is not listed."""
        return self.load.get(destination, IDLE)


NO_CONTEXT = RoutingContext()
