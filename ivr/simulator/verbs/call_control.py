"""Call control: verbs, the documents that hold them, and what a verb may do with the call that performs it.

These name each other: a document holds verbs, a verb is run in a call, and a call opens documents and performs them.
What performs them (``call_leg``) lies above the verbs, which know it by ``CallControl`` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import field
from typing import Any, Protocol, TypeAlias

from ivr.simulator.acts import Act
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.effects import Brought, Steps
from ivr.simulator.moments import Leg, Moment
from ivr.simulator.parameters import Params
from ivr.simulator.queueing import QueuePosition, QueueStay
from ivr.simulator.sockets import Socket
from ivr.simulator.texts.account_texts import AccountTexts
from ivr.simulator.transcript import Event
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs.conference_room import ConferenceRoom
from ivr.simulator.verbs.exits import Goto
from ivr.simulator.verbs.reported_call import ReportedCall
from ivr.simulator.verbs.streams import Streams
from ivr.simulator.verbs.tapes import Tapes
from ivr.simulator.verbs.transcriptions import Transcriptions
from value_class import value_class


class Verb(Protocol):
    """One verb of a document.

    ``answers`` is False for the few verbs that a call which still rings can perform without being picked up.
    """

    @property
    def answers(self) -> bool:
        """Return whether performing the verb picks up the call."""
        ...

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Perform it; None goes on with the next verb."""
        ...


@value_class
class TwimlDocument:
    """The ``verbs`` of the document at ``url`` in their order, and its ``warnings``.

    ``secret`` is True where what the caller gives to it must not be shown, ``secret_speech`` where what it says must
    not be.
    """

    url: str
    verbs: tuple[Verb, ...]
    warnings: tuple[TwimlNotice, ...] = ()
    secret: bool = False
    secret_speech: bool = False


class CallControl(ReportedCall, Protocol):
    """One leg of a call, under the control of the verb that is performed in it.

    What takes time, or asks somebody, is taken with ``yield from``.
    """

    @property
    def from_(self) -> str:
        """Return the address that calls."""
        ...

    @property
    def to(self) -> str:
        """The number that is called."""
        ...

    @property
    def status(self) -> str:
        """Return how the call stands, in the vendor's words."""
        ...

    @property
    def answered_at(self) -> float | None:
        """The second of the call at which it was answered."""
        ...

    @property
    def faults(self) -> CarrierFaults:
        """Return what goes wrong on the account now."""
        ...

    @property
    def document(self) -> TwimlDocument:
        """The document that is performed."""
        ...

    @property
    def stay(self) -> QueueStay | None:
        """The queue in which the caller stands."""
        ...

    @property
    def texts(self) -> AccountTexts:
        """Return the texts of the account."""
        ...

    @property
    def tapes(self) -> Tapes:
        """The recordings of the whole call."""
        ...

    @property
    def transcriptions(self) -> Transcriptions:
        """The real-time transcriptions of the whole call."""
        ...

    @property
    def concealed(self) -> bool:
        """Return whether what the caller keys or says now is shown as marks."""
        ...

    def concealing(self) -> AbstractContextManager[None]:
        """Show what the caller keys as marks, whatever the document says of it."""
        ...

    @property
    def streams(self) -> Streams:
        """The media streams of the call."""
        ...

    # Documents and callbacks

    def params(self) -> Params:
        """The call's own fields, as they are now."""
        ...

    def open(self, goto: Goto) -> Steps[TwimlDocument]:
        """The document at ``goto``, or the fallback's; where both fail, the call ends."""
        ...

    def document_at(self, goto: Goto) -> Steps[TwimlDocument]:
        """The document at ``goto``; raises WebhookError where there is none, and the call is none the worse for it."""
        ...

    def perform(self, document: TwimlDocument) -> Steps[Goto | None]:
        """Perform each verb in turn; returns where to go next, or None where the document does not say."""
        ...

    def notify(self, goto: Goto, *, goes_on: bool = False) -> Steps[None]:
        """Tell an action how its verb ended, after the caller left; ``goes_on`` where the call was sent elsewhere."""
        ...

    def callback(self, method: str, url: str, params: Params, *, secret: bool | None = None) -> Steps[None]:
        """Tell a verb's own status callback; ``secret`` where it is not the present document's that counts."""
        ...

    def add_fields(self, fields: Params) -> None:
        """Send ``fields`` with every request from now on."""
        ...

    # Time and people

    def ask(self, moment: Moment) -> Steps[Act | None]:
        """Let ``moment`` pass until the phone acts, or until it ends by itself (None).

        What ends more than the moment is raised: CallEnded, AgentCame, PartyCame, LeftConference.
        """
        ...

    def ask_or_receive(self, moment: Moment, socket: Socket) -> Steps[Act | Brought | None]:
        """Let ``moment`` pass as ``ask`` does; on the real clock what ``socket`` brings ends it as well.

        A moment in which an agent may say more does not pass on a virtual clock: where nobody acts at once, it is over.
        """
        ...

    def key(self, digits: str, most: float | None = None) -> Steps[None]:
        """Let the time of the keys after the first of ``digits`` pass, ``most`` seconds of it at the most."""
        ...

    def wait(self, seconds: float) -> Steps[None]:
        """Let ``seconds`` pass in which the phone cannot act."""
        ...

    def later(self, seconds: float, errand: Callable[[], Steps[Act | None]]) -> None:
        """Run ``errand`` in ``seconds``, whatever the call is at then; at its end where it ends before.

        An act that comes of it ends the moment that the call lives through.
        """
        ...

    def limit_to(self, seconds: float) -> None:
        """End the call once it has lasted for ``seconds`` since it was answered, whatever it is at then."""
        ...

    def answer(self) -> Steps[None]:
        """Pick up, where the call still rings."""
        ...

    def tell(self, kind: str, **details: Any) -> Steps[Event]:
        """Write down that something begins to happen; the event may be completed when it ends."""
        ...

    def pressed(self, digits: str, *, lost: bool = False) -> Steps[None]:
        """Write down the caller's keys; ``lost`` where nothing listened (Twilio keeps no keys for later)."""
        ...

    def length_of(self, sound: str) -> Steps[float]:
        """Seconds that the file ``sound`` lasts."""
        ...

    # Other parties

    def child_call(self, leg: Leg, caller_id: str, callback: StatusCallback | None) -> DialledCall:
        """The call that rings ``leg`` on behalf of this one."""
        ...

    def room(self, name: str, region: str | None) -> ConferenceRoom:
        """The conference of that name, for a document that wants it mixed in ``region``."""
        ...

    def wait_for_conference(self, leg: Leg, *, leaves_on_star: bool) -> None:
        """Let each moment say that the caller waits for others in the conference ``leg``."""
        ...

    def stop_waiting_for_conference(self) -> None:
        """Let moments no longer say so."""
        ...

    def has_room(self, queue: str) -> bool:
        """Return whether the caller may enter the queue of that name."""
        ...

    def enter_queue(self, name: str) -> None:
        """Let each moment say that the caller stands in the queue."""
        ...

    def leave_queue(self) -> None:
        """Let moments no longer say so."""
        ...

    def position(self, waited: float) -> QueuePosition:
        """Return where the caller stands in the queue that was entered ``waited`` seconds ago."""
        ...

    def picked_up_by(self, answered_by: str) -> None:
        """Keep what the detector found out about the party that answered."""
        ...


class DialledCall(CallControl, Protocol):
    """The call that rings another party: a leg of a <Dial>."""

    def ring(self) -> Steps[None]:
        """Ring, and report it to the leg's own status callback."""
        ...

    def whisper(self, goto: Goto, keys: str, allowed: tuple[type[Verb], ...], code: int) -> Steps[bool]:
        """Perform the document at ``goto``; the callee presses ``keys`` once it listens. False where this leg ends."""
        ...

    def ended(self, outcome: str) -> Steps[None]:
        """End the leg with its last status: busy, no-answer, failed, canceled or completed."""
        ...


@value_class
class ApiCommand:
    """The account holder orders something to be done in a call, and its moment goes on: ``run`` are the steps of it."""

    run: Callable[[CallControl], Steps[None]] = field(repr=False)


Arrival: TypeAlias = Act | ApiCommand
"""What comes into a call while time passes: an act at another telephone, or an order of the account holder's."""
