"""An effect is what a turn causes besides its answer and the call's new position: a frozen value, saved with the turn.

A performer appends an effect to ``turn.effects`` at the moment at which it comes about; the engine hands all of them on
as ``Step.effects``; ``ivr.call.save_effects`` writes them in the transaction of the turn, so that each happens exactly
once, however often the turn is delivered. Nothing is done before: a turn that cannot be stored has caused nothing.

Each effect says whether it ``needs_database``. A turn that causes one which does is not taken while the database is
away: what the caller was promised must be remembered, so the turn waits until it can be. Those that do not are records
of what happened anyway, and get lost with it.

Each says, too, whether it ``survives_power_cut``: a turn that causes one which does is on the disk before its answer
leaves. A turn without any survives the death of the process; on SQLite a power cut may take it back, so that the call
stands a few turns earlier: nothing was promised in them.

Each says, last, whether it ``counts_in_drafts``: of a call that hears a draft only what guards secrets, or must be
found again to be deleted, is written (``of_a_draft``).

What leaves the system is an effect like the others: the transaction of the turn writes a row of ``data.outbox``, and
the worker claims the row, and commits the claim, before anything is sent; so that no text, mail or call goes out twice,
or for a turn that never was. What is to happen later is a row of ``data.due_work``, as the end of a ``ClosureOrdered``
is; a ``CallbackRequested`` waits for its turn, and then the worker puts its call into the outbox. A new one is a class
here, its case in ``save_effects``, and a kind in ``ivr.worker.deliveries`` or ``ivr.worker.kinds``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import ClassVar

from ivr.tickets.events import EventKind
from routing.outcomes import TargetOutcome
from value_class import value_class


@value_class
class PasswordCompared:
    """A password was given, and compared, in this turn; ``matched`` where it was right and a budget was left for it.

    The try itself was counted before it was compared, in a transaction of its own: this is only what came of it.
    """

    needs_database: ClassVar[bool] = True
    survives_power_cut: ClassVar[bool] = False
    counts_in_drafts: ClassVar[bool] = True

    matched: bool


@value_class
class DestinationDialled:
    """A target of ``destination`` is rung, which counts for its limits."""

    needs_database: ClassVar[bool] = False
    survives_power_cut: ClassVar[bool] = False
    counts_in_drafts: ClassVar[bool] = False

    destination: str


@value_class
class QueueEntered:
    """The caller comes into the ``queue`` of ``destination``, where an agent may take the call; ``state`` is the
    transfer that says what is heard there, for ``seconds`` at most. ``ticket`` is the number of the one that the call
    is about: its analyst is offered the call first.
    """

    needs_database: ClassVar[bool] = False
    survives_power_cut: ClassVar[bool] = False
    counts_in_drafts: ClassVar[bool] = False

    destination: str
    queue: str
    state: str
    seconds: int
    contract: str | None
    ticket: str | None = None


@value_class
class QueueEnded:
    """The caller left the queue; ``pressed`` is the key that led out, where one did."""

    needs_database: ClassVar[bool] = False
    survives_power_cut: ClassVar[bool] = False
    counts_in_drafts: ClassVar[bool] = False

    outcome: TargetOutcome
    pressed: str | None


@value_class
class ProtocolGiven:
    """The call got ``number`` as its protocol number; no other call can have it."""

    needs_database: ClassVar[bool] = True
    survives_power_cut: ClassVar[bool] = True
    counts_in_drafts: ClassVar[bool] = True

    number: str


@value_class
class TicketOpened:
    """The call opens the ticket ``number`` of a contact, as ``destination`` is rung. ``product`` and ``module`` are
    what the destination's name tells of them, ``code`` the part of an access code by which it was found, ``linked_to``
    the closed ticket that the call is about.
    """

    needs_database: ClassVar[bool] = True
    survives_power_cut: ClassVar[bool] = True
    counts_in_drafts: ClassVar[bool] = False

    number: str
    company_id: int
    contact_id: int
    destination: str
    product: str | None
    module: str | None
    code: str | None
    linked_to: str | None = None


@value_class
class TicketMoved:
    """The call rings ``destination``, a desk of another area than that of its ticket ``number``."""

    needs_database: ClassVar[bool] = False
    survives_power_cut: ClassVar[bool] = False
    counts_in_drafts: ClassVar[bool] = False

    number: str
    company_id: int
    destination: str


@value_class
class ClosureOrdered:
    """``by`` of the staff closes ``scope``, a destination or everything as the router knows it, for so many hours."""

    needs_database: ClassVar[bool] = True
    survives_power_cut: ClassVar[bool] = True
    counts_in_drafts: ClassVar[bool] = False

    scope: str
    hours: int
    by: str


@value_class
class OpeningOrdered:
    """``by`` of the staff opens ``scope`` again."""

    needs_database: ClassVar[bool] = True
    survives_power_cut: ClassVar[bool] = True
    counts_in_drafts: ClassVar[bool] = False

    scope: str
    by: str


@value_class
class CallbackRequested:
    """The caller is promised a call from ``destination`` at ``number``. ``queued_at``, in ISO form, is when the caller
    came into the queue whose place the callback keeps; None where it was in none.
    """

    needs_database: ClassVar[bool] = True
    survives_power_cut: ClassVar[bool] = True
    counts_in_drafts: ClassVar[bool] = False

    destination: str
    number: str
    queued_at: str | None


@value_class
class TextWanted:
    """The caller wants ``text`` to be sent to the mobile ``number``."""

    needs_database: ClassVar[bool] = True
    survives_power_cut: ClassVar[bool] = True
    counts_in_drafts: ClassVar[bool] = False

    number: str
    text: str


@value_class
class TermAccepted:
    """The caller agreed to the prompt ``term``, after ``quoted`` was told as the price (see ``ivr.call.quotes``)."""

    needs_database: ClassVar[bool] = True
    survives_power_cut: ClassVar[bool] = True
    counts_in_drafts: ClassVar[bool] = False

    term: str
    contact_id: int | None
    quoted: str | None


@value_class
class ServiceGiven:
    """A talk with ``destination`` ended, and something was agreed to before it."""

    needs_database: ClassVar[bool] = False
    survives_power_cut: ClassVar[bool] = True
    counts_in_drafts: ClassVar[bool] = False

    destination: str


@value_class
class MessageLeft:
    """The caller left a message of ``seconds`` for ``destination``; the carrier keeps it as ``sid``, at ``url``."""

    needs_database: ClassVar[bool] = True
    survives_power_cut: ClassVar[bool] = True
    counts_in_drafts: ClassVar[bool] = False

    destination: str | None
    sid: str
    url: str
    seconds: int


@value_class
class TalkRecorded:
    """A talk with ``destination`` was recorded. The carrier tells of it by itself as well, at another moment, so that
    one which met a database that was away is not lost.
    """

    needs_database: ClassVar[bool] = False
    survives_power_cut: ClassVar[bool] = False
    counts_in_drafts: ClassVar[bool] = True

    destination: str | None
    sid: str
    url: str
    seconds: int


@value_class
class TicketActed:
    """The contact did ``kind`` to the ticket ``number`` of the company: by a key, or by what was said in the recording
    ``sid`` of ``seconds``, at ``url``. ``linked`` is the number of the ticket that a message to a closed one opens.
    """

    needs_database: ClassVar[bool] = True
    survives_power_cut: ClassVar[bool] = True
    counts_in_drafts: ClassVar[bool] = False

    number: str
    company_id: int
    contact_id: int
    kind: EventKind
    destination: str | None = None
    sid: str | None = None
    url: str = ""
    seconds: int = 0
    linked: str | None = None


@value_class
class AccessAnswered:
    """The contact allowed or refused the remote access ``access`` that was asked for on the ticket ``number`` of the
    company, in the call whose protocol number is ``protocol``.
    """

    needs_database: ClassVar[bool] = True
    survives_power_cut: ClassVar[bool] = True
    counts_in_drafts: ClassVar[bool] = False

    number: str
    company_id: int
    contact_id: int
    access: str
    allowed: bool
    protocol: str | None


@value_class
class SurveyAnswered:
    """The caller was asked how the talk with ``destination`` was, and gave these ``answers`` by now: a figure from 1 to
    5 of each question by its name, none as the first one is asked. ``recording`` is the sid of what was said besides.
    """

    needs_database: ClassVar[bool] = False
    survives_power_cut: ClassVar[bool] = False
    counts_in_drafts: ClassVar[bool] = False

    destination: str | None
    company_id: int | None
    contact_id: int | None
    ticket: str | None
    answers: tuple[tuple[str, int], ...] = ()
    recording: str | None = None


@value_class
class PhonePasswordChanged:
    """The contact keyed a new password twice; ``password_hash`` is what is stored of it."""

    needs_database: ClassVar[bool] = True
    survives_power_cut: ClassVar[bool] = True
    counts_in_drafts: ClassVar[bool] = False

    contact_id: int
    company_id: int
    password_hash: str = field(repr=False)


Effect = (
    PasswordCompared
    | DestinationDialled
    | QueueEntered
    | QueueEnded
    | ProtocolGiven
    | TicketOpened
    | TicketMoved
    | ClosureOrdered
    | OpeningOrdered
    | CallbackRequested
    | TextWanted
    | TermAccepted
    | ServiceGiven
    | MessageLeft
    | TalkRecorded
    | TicketActed
    | AccessAnswered
    | SurveyAnswered
    | PhonePasswordChanged
)


def of_a_draft(caused: Iterable[Effect]) -> tuple[Effect, ...]:
    """Return what is left of what a turn ``caused`` where its call hears a draft. A message is for nobody then; its
    recording is kept as one of a talk, so that it is deleted at the carrier when those are.
    """
    left: list[Effect] = []
    for effect in caused:
        match effect:
            case MessageLeft(destination, sid, url, seconds):
                left.append(TalkRecorded(destination, sid, url, seconds))
            case TicketActed(destination=destination, sid=str(sid), url=url, seconds=seconds):
                left.append(TalkRecorded(destination, sid, url, seconds))
            case _ if effect.counts_in_drafts:
                left.append(effect)
    return tuple(left)
