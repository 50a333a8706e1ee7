"""The set-up of a call: everything that it depends on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from ivr.simulator.carrier import Carrier
from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.clock import Clock
from ivr.simulator.outbound_call import OutboundCall
from ivr.simulator.queueing import QueuePosition, always_room, only_caller
from ivr.simulator.sockets import SocketTransport
from ivr.simulator.texts.account_texts import AccountTexts
from ivr.simulator.transports import Response, Transport
from ivr.simulator.verbs.conference_room import ConferenceRooms
from ivr.simulator.websocket_transport import WebsocketTransport
from value_class import value_class

ANY_SOCKET = WebsocketTransport()
"""Opens websockets wherever they are."""


def nothing_is_secret(_: Response) -> bool:
    """Conceals nothing: of another's webhook nothing is known to be secret."""
    return False


@value_class
class CallSetup:
    """A call setup is everything that one simulated call depends on.

    ``url`` is the entry webhook, ``from_`` the caller's number, ``to`` the number dialled. ``conceals`` says of a
    response whether what the caller keys or says into its gathers is secret; it is then shown as ``•`` marks.
    ``conceals_speech`` says whether what the response itself says is: people hear it, and the transcript shows marks.

    ``outbound`` is how the carrier makes a call of its own; None: it is taken at once.
    ``twiml`` is performed first, in place of what ``url`` would answer. ``position`` tells where the caller stands in a
    queue of that name, having waited for so many seconds, and ``has_room`` whether another may enter it. ``rooms`` are
    the conferences that several calls meet in, and ``faults`` what goes wrong on the account now (None: always what the
    carrier says). ``sockets`` opens the websockets that documents name. ``texts`` are those of the account (None: the
    call has its own).
    """

    url: str
    transport: Transport
    from_: str
    to: str
    call_sid: str
    clock: Clock
    carrier: Carrier = field(default_factory=Carrier)
    conceals: Callable[[Response], bool] = nothing_is_secret
    conceals_speech: Callable[[Response], bool] = nothing_is_secret
    title: str | None = None
    outbound: OutboundCall | None = None
    twiml: str | None = field(default=None, repr=False)
    position: Callable[[str, float], QueuePosition] = only_caller
    has_room: Callable[[str], bool] = always_room
    rooms: ConferenceRooms | None = None
    faults: Callable[[], CarrierFaults] | None = None
    sockets: SocketTransport = ANY_SOCKET
    texts: AccountTexts | None = None
