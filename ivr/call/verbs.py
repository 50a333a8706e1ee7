"""Verbs are what a turn answers, before a channel writes them as its XML: prompts by name, destinations by target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from routing.decisions import Ring
from routing.destinations import Number, Queue, Sip
from value_class import value_class


@value_class
class Say:
    """One prompt by name. ``destination`` and ``opens_at`` fill ``{destino}`` and ``{abertura}``, ``protocol`` fills
    ``{protocolo}``; in a queue ``place`` (from 1) and ``wait`` (seconds) fill ``{posicao}`` and ``{espera}``.
    ``telephone``, a valid number in E.164, fills ``{telefone}``; ``price``, an amount and its currency, ``{preco}``.
    ``ticket`` fills ``{chamado}``, ``forecast`` ``{previsao}`` and ``{dia}``; ``last_day``, a day that is over at its
    end, ``{prazo}``; ``billed``, in minutes, ``{cobranca}``; ``administrator``, a name, ``{administrador}``; ``months``
    fills ``{idade}``; ``tool``, a name, ``{ferramenta}``; ``valid_until`` ``{validade}``. ``document`` fills
    ``{documento}``, and makes a secret of the whole sentence. What is ``announced`` is said in the place of a prompt,
    which has no name then. ``text`` is the sentence itself, where it is built already.
    """

    prompt: str
    destination: str | None = None
    opens_at: datetime | None = None
    barge_in: bool = True
    protocol: str | None = None
    place: int | None = None
    wait: int | None = None
    telephone: str | None = None
    price: tuple[Decimal, str] | None = None
    document: str | None = field(default=None, repr=False)
    announced: str | None = None
    text: str | None = field(default=None, repr=False, compare=False)
    forecast: datetime | None = None
    last_day: date | None = None
    billed: int | None = None
    administrator: str | None = field(default=None, repr=False)
    months: int | None = None
    ticket: str | None = None
    tool: str | None = None
    valid_until: datetime | None = None

    def __hash__(self) -> int:
        """One of twenty fields is looked at: two that differ in another one are seldom in one dict."""
        return hash(self.prompt)

    @property
    def is_for_everybody(self) -> bool:
        """Return whether a version of a line says it to every caller in the same words, at any time."""
        return (
            self.opens_at is None
            and self.protocol is None
            and self.place is None
            and self.wait is None
            and self.telephone is None
            and self.price is None
            and self.document is None
            and not self.is_for_one_caller
        )

    @property
    def is_for_one_caller(self) -> bool:
        """Return whether it tells what is known of a ticket or of a company: it is kept in no memory of answers."""
        told = (
            self.forecast, self.last_day, self.billed, self.administrator, self.months, self.ticket, self.tool,
            self.valid_until,
        )  # fmt: skip
        return any(each is not None for each in told)


@lru_cache(maxsize=4096)
def prompted(prompt: str) -> Say:
    """Return what says a prompt that leaves nothing open: always the same value, as the same is said in many calls."""
    return Say(prompt)


@value_class
class Notice:
    """A sentence of ours that is no prompt of the menu, said in front of an answer by the carrier's voice."""

    text: str


@value_class
class Gather:
    """Listen. ``prompts`` are spoken while listening; ``num_digits`` 0 is as many as come."""

    prompts: tuple[Say, ...]
    num_digits: int
    finish_on_key: str
    seconds: int
    speech: bool
    hints: tuple[str, ...] = ()

    def saying(self, prompts: tuple[Say, ...]) -> Gather:
        """Return the same with other ``prompts``."""
        return Gather(prompts, self.num_digits, self.finish_on_key, self.seconds, self.speech, self.hints)


@value_class
class Dial:
    """Ring a telephone or SIP address, and ``also`` others at the same moment.

    ``whisper`` is the destination that is told to the callee who is asked to accept the call; None where none is asked.
    With ``record`` the talk is recorded, as one of ``destination``. ``caller_id`` is in whose name a telephone is rung;
    None: the caller's own.
    """

    target: Number | Sip
    record: bool
    also: tuple[Number | Sip, ...] = ()
    whisper: str | None = None
    destination: str = ""
    caller_id: str | None = None

    @classmethod
    def of(cls, ring: Ring, *, record: bool, caller_id: str | None = None) -> Dial:
        """Return what the router decided to ring, where it is no queue (else TypeError)."""
        if isinstance(ring.target, Queue):
            raise TypeError(f"the queue {ring.target.name} is waited in, not dialled")
        asks = any(isinstance(each, Number) and each.accept for each in (ring.target, *ring.also))
        whisper = ring.destination if asks else None
        return cls(ring.target, record, ring.also, whisper, ring.destination, caller_id)


@value_class
class Enqueue:
    """Wait for an agent of a queue; ``state`` is the transfer that says what is heard there.

    Where the talk is to be ``recorded``, that is the destination that it is a recording of; the wait is on the tape
    too. ``severity`` says that the caller is asked there how severe the matter is.
    """

    queue: Queue
    state: str
    recorded: str | None = None
    severity: bool = False


@value_class
class StopRecording:
    """End the recording of a queue: what the caller keys afterwards may be a password."""


@value_class
class Record:
    """Take a message of at most ``seconds``, which ``silence`` seconds of quiet or # end."""

    seconds: int
    silence: int


@value_class
class Hangup:
    """End the call."""


Verb = Say | Notice | Gather | Dial | Enqueue | StopRecording | Record | Hangup


def says(answer: Iterable[Verb]) -> Iterator[Say]:
    """Yield all that ``answer`` speaks, in its order."""
    for verb in answer:
        match verb:
            case Say():
                yield verb
            case Gather(prompts=prompts):
                yield from prompts
