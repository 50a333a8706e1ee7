"""The stage of a scene: what its line is reached by, and what acts are done with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from ivr.simulator.call_setup import ANY_SOCKET, nothing_is_secret
from ivr.simulator.carrier import Carrier
from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.clock import VirtualClock
from ivr.simulator.sockets import SocketTransport
from ivr.simulator.transports import Response, Transport
from value_class import value_class

if TYPE_CHECKING:
    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.simulator.rest.switchboard import Switchboard

ByItself = Callable[["Switchboard"], Callable[[], float]]
"""Makes what a line does by itself, with the carrier's API of a switchboard; what is returned does what is due now, and
says in how many seconds it is to be asked again.
"""


@value_class
class SceneOffice:
    """The office of a line of ours is what pages and its worker act on: its ``database`` and its ``lines``.

    ``by_itself`` makes the worker, and ``send_now`` sends a row of the outbox for which a person waits.
    """

    database: Database
    lines: Lines
    by_itself: ByItself
    send_now: Callable[[str], None]


@value_class
class SceneTarget:
    """A scene target is the webhook ``entry`` of the number ``to``, by a ``clock`` that the line has too.

    ``office`` is what acts on a line of ours; None elsewhere. ``sockets`` opens the websockets that documents name.
    """

    name: str
    entry: str
    to: str
    clock: VirtualClock
    transport: Transport
    carrier: Carrier
    ours: bool = False
    conceals: Callable[[Response], bool] = nothing_is_secret
    conceals_speech: Callable[[Response], bool] = nothing_is_secret
    office: SceneOffice | None = field(default=None, repr=False)
    sockets: SocketTransport = ANY_SOCKET


class SceneStage(Protocol):
    """The stage gives acts the time, the line's database, and the carrier's API."""

    @property
    def target(self) -> SceneTarget:
        """Return where the scene is played."""
        ...

    def moment(self) -> datetime:
        """Return the date and time, aware of its zone."""
        ...

    def number_of(self, party: str) -> str:
        """Return the telephone number of a party; empty where it has none."""
        ...

    def sid_of(self, kind: str, name: str) -> str:
        """Return the carrier's identifier of a ``party``'s call, of a ``queue`` or a ``conference``. Raises LookupError
        where there is none now.
        """
        ...

    def change_faults(self, faults: CarrierFaults) -> None:
        """Let exactly these go wrong on the account from now on."""
        ...

    def ask_api(self, method: str, path: str, form: dict[str, str]) -> tuple[int, str]:
        """Make a request below the account; return its HTTP status, and what the carrier says of a refusal."""
        ...
