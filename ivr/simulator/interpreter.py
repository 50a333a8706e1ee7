"""One call as the telephone company lives it: asks for documents, performs them verb by verb, and ends.

A generator that yields what it needs of the world (see ``effects``): no socket, no sleeping, no knowledge of any
application.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ivr.simulator import acts, codes
from ivr.simulator.acts import KEY_SECONDS, Act
from ivr.simulator.agenda import Agenda
from ivr.simulator.call_progress import CallProgress
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.documents import TwimlDocument, document_of
from ivr.simulator.effects import Ask, Pass, Steps, Tell
from ivr.simulator.moments import Leg, Moment
from ivr.simulator.outgoing import pick_up
from ivr.simulator.parameters import Params, mark, standard
from ivr.simulator.sids import Sids
from ivr.simulator.sounds import Sounds
from ivr.simulator.tapes import Tapes
from ivr.simulator.transcript import Event, Transcript
from ivr.simulator.transports import Headers, Response
from ivr.simulator.twiml_notice import WebhookError
from ivr.simulator.verbs.base import AgentCame, CallEnded, Goto, LeftMeeting, Moved, PartyCame
from ivr.simulator.verbs.prompt import ERROR_PROMPT, play_prompt
from ivr.simulator.verbs.room import ConferenceRoom, ConferenceRooms
from ivr.simulator.webhooks import Webhooks

if TYPE_CHECKING:
    from ivr.simulator.call import CallSetup, QueuePosition
    from ivr.simulator.child_call import ChildCall

CALL_LIMIT = 4 * 3600.0
"""Seconds after which the vendor ends any call."""

DOCUMENTS_WITHOUT_TIME = 200
"""Documents in a row in which no time passes: the application sends the call round in a circle."""


@dataclass(frozen=True, slots=True)
class QueueStay:
    """The caller's stay in a queue since ``since`` seconds of the call."""

    name: str
    since: float


class Interpreter:
    """The call. Verbs use its public methods; each takes its steps with ``yield from``."""

    def __init__(self, setup: CallSetup, transcript: Transcript) -> None:
        self.carrier = setup.carrier
        self.clock = setup.clock
        self.from_ = setup.from_
        self.to = setup.carrier.to or setup.to
        self.call_sid = setup.call_sid
        self.sids = Sids(setup.call_sid)
        self.transcript = transcript
        self.status = "ringing" if setup.carrier.direction == "inbound" else "in-progress"
        if setup.outgoing:
            self.status = "queued"
        self.answered_by: str | None = None
        self._added: Params = ()
        self.document = TwimlDocument(setup.url, ())
        self.stay: QueueStay | None = None
        self.meeting: tuple[Leg, ...] = ()
        self.leaves_on_star = False
        self.agenda = Agenda()
        self._rooms = setup.rooms or ConferenceRooms()
        self._setup = setup
        self._webhooks = Webhooks(self.carrier, self.clock, self.sids, transcript)
        self._progress = CallProgress(self.carrier, self.clock, self._webhooks, transcript)
        self._documents = 0
        self._fields: dict[str, Params] = {}
        self._sounds = Sounds(setup.url, self._webhooks, transcript)
        self.tapes = Tapes(self)

    def run(self) -> Steps[None]:
        """The whole call."""
        try:
            yield from self._begin()
            goto: Goto | None = Goto(self._setup.url, self.carrier.method, twiml=self._setup.twiml)
            while goto:
                try:
                    document = yield from self.open(goto)
                    goto = yield from self.perform(document)
                except Moved as moved:
                    goto = moved.goto
            yield from self.answer()
            raise CallEnded("app")
        except CallEnded as end:
            if end.status:
                self.status = end.status
            else:
                self.status = "no-answer" if self.status == "ringing" else "completed"
            yield from self.tell("hangup", by=end.by)
        self.transcript.status = self.status
        self.transcript.duration = self.clock.elapsed()
        yield from self._progress.report("completed", self.params())
        yield from self.tapes.finish_all()
        while (due := self.agenda.due(math.inf)) is not None:
            yield Pass(max(due, self.clock.elapsed()))
            yield from self.agenda.next()()

    @property
    def answered_at(self) -> float | None:
        """The second of the call at which it was answered."""
        return self._progress.answered_at

    def _begin(self) -> Steps[None]:
        """Ring. What the company dials itself may end here: nobody need answer it."""
        yield from self._progress.report("initiated", self.params())
        if self._setup.outgoing:
            self.status = "ringing"
        yield from self._progress.report("ringing", self.params())
        if self._setup.outgoing:
            yield from pick_up(self, self._setup.outgoing)
        elif self.status == "in-progress":
            yield from self._progress.report("answered", self.params())

    def perform(self, document: TwimlDocument) -> Steps[Goto | None]:
        """Each verb in turn; returns where to go next, or None where the document ends without saying so."""
        before, self.document = self.document, document
        try:
            for verb in document.verbs:
                if verb.answers:
                    yield from self.answer()
                goto = yield from verb.run(self)
                if goto is not None:
                    return replace(goto, secret=True) if document.secret else goto
            return None
        finally:
            self.document = before

    def open(self, goto: Goto) -> Steps[TwimlDocument]:
        """The document at ``goto``, or the fallback's; where both fail, the caller hears so and the call ends."""
        try:
            return (yield from self._open(goto))
        except WebhookError as error:
            failure = error
        fallback = self.carrier.fallback
        if fallback:
            self.transcript.warnings.append(failure.notice)
            extra = (("ErrorCode", str(failure.notice.code)), ("ErrorUrl", failure.url))
            try:
                return (yield from self._open(Goto(fallback.url, fallback.method, extra)))
            except WebhookError as error:
                failure = error
        self.transcript.error = failure.notice
        yield from self.answer()
        yield from play_prompt(self, ERROR_PROMPT)
        raise CallEnded("carrier")

    def document_at(self, goto: Goto) -> Steps[TwimlDocument]:
        """The document at ``goto``; raises WebhookError where there is none, and the call is none the worse for it."""
        return (yield from self._open(goto))

    def notify(self, goto: Goto, *, goes_on: bool = False) -> Steps[None]:
        """Ask ``goto`` after the caller hung up: the application is told how the verb ended, its answer is lost.

        ``goes_on`` where the call was only sent elsewhere.
        """
        if not goes_on:
            self.status = "completed"
        params = self.params() + goto.params
        try:
            yield from self._webhooks.ask(goto.method, goto.url, params, secret=self.document.secret)
        except WebhookError as error:
            self.transcript.warnings.append(error.notice)

    def callback(self, method: str, url: str, params: Params, *, secret: bool | None = None) -> Steps[None]:
        """Tell a verb's own status callback; ``secret`` where it is not the present document's that counts."""
        secret = self.document.secret if secret is None else secret
        yield from self._progress.tell(method, url, self.params() + params, secret=secret)

    def report(self, callback: StatusCallback, params: Params) -> Steps[None]:
        """Tell ``callback`` nothing but ``params``."""
        yield from self._progress.tell(callback.method, callback.url, params)

    def identity(self) -> Params:
        """Whose call it is: what callbacks about a recording or a conference are told of it."""
        return (("AccountSid", self.carrier.account_sid), ("CallSid", self.call_sid))

    def answer(self) -> Steps[None]:
        """Pick up, where the call still rings."""
        if self.status == "ringing":
            self.status = "in-progress"
            yield from self._progress.report("answered", self.params())

    def ask(self, moment: Moment) -> Steps[Act | None]:
        """Let ``moment`` pass until somebody acts, or until it ends by itself (None).

        What ends more than the moment is raised: CallEnded when the caller hangs up or the call has lasted too long,
        AgentCame when an agent takes the caller out of the queue, PartyCame when somebody comes to the conference.
        """
        began = self.clock.elapsed()
        if self.stay:
            moment = replace(moment, queue=self.stay.name, waited=began - self.stay.since)
        if self.meeting:
            moment = replace(moment, legs=self.meeting)
        if self.document.secret:
            moment = replace(moment, secret=True)
        limit = max(CALL_LIMIT - began, 0.0)
        length = limit if moment.seconds is None else min(moment.seconds, limit)
        act: Act | None = yield Ask(moment)
        if act is not None and act.after > length:
            act = None
        came = yield from self._pass(began + (length if act is None else act.after))
        act = came or act
        if act is None and length == limit:
            raise CallEnded("carrier")
        self._heed(act)
        return act

    def key(self, digits: str, most: float | None = None) -> Steps[None]:
        """Let the time of the keys after the first of ``digits`` pass, ``most`` seconds of it at the most.

        What others do may end the call meanwhile. Keys are told when the last of them is pressed.
        """
        seconds = max(len(digits) - 1, 0) * KEY_SECONDS
        if seconds and (most is None or most > 0):
            seconds = seconds if most is None else min(seconds, most)
            self._heed((yield from self._pass(self.clock.elapsed() + seconds)))

    def _heed(self, act: Act | None) -> None:
        """Raise what ends more than the moment in which ``act`` came."""
        match act:
            case acts.HangUp():
                raise CallEnded("caller")
            case acts.GiveUp(reason=reason):
                self.transcript.failures.append(reason)
                raise CallEnded("caller")
            case acts.Bridged() if self.stay:
                raise AgentCame(act)
            case acts.Press(digits=digits) if self.leaves_on_star and "*" in digits:
                raise LeftMeeting
            case acts.Answered() | acts.Busy() | acts.Canceled() | acts.Failed() if self.meeting:
                raise PartyCame(act)

    def length_of(self, sound: str) -> Steps[float]:
        """Seconds that the file ``sound`` lasts."""
        return (yield from self._sounds.length(sound))

    def child_call(self, leg: Leg, caller_id: str, callback: StatusCallback | None) -> ChildCall:
        """The call that rings ``leg`` on behalf of this one."""
        from ivr.simulator.child_call import ChildCall  # a callee is an interpreter itself

        carrier = replace(self.carrier, direction="outbound-dial", to=None, fallback=None, fields=())
        carrier = replace(carrier, status_callback=callback)
        sid = self.sids.next("CA")
        setup = replace(
            self._setup, from_=caller_id, to=leg.to, call_sid=sid, carrier=carrier, outgoing=None, twiml=None
        )
        return ChildCall(setup, self, leg.number)

    def room(self, name: str) -> ConferenceRoom:
        """The conference of that name."""
        return self._rooms.open(name, self.sids.named("CF", name))

    def standing(self, waited: float) -> QueuePosition:
        """Where the caller stands in the queue that was entered ``waited`` seconds ago."""
        return self._setup.standing(self.stay.name if self.stay else "", waited)

    def enter_queue(self, name: str) -> None:
        """The caller now stands in the queue; each moment says so."""
        self.stay = QueueStay(name, self.clock.elapsed())

    def leave_queue(self) -> None:
        """The caller no longer stands in a queue."""
        self.stay = None

    def wait(self, seconds: float) -> Steps[None]:
        """Let ``seconds`` pass in which nobody can act."""
        yield from self._pass(self.clock.elapsed() + seconds)

    def tell(self, kind: str, **details: Any) -> Steps[Event]:
        """Something begins to happen; the event may be completed when it ends."""
        event = Event(self.clock.elapsed(), kind, details)
        if kind == "say" and self.document.secret_speech:
            event.spoken, event.details = details["text"], details | {"text": mark(details["text"])}
        yield Tell(event)
        return event

    def pressed(self, digits: str, *, lost: bool = False) -> Steps[None]:
        """The caller pressed keys; ``lost`` where nothing listened (Twilio keeps no keys for later)."""
        shown = mark(digits) if self.document.secret else digits
        yield from self.tell("press", digits=shown, **({"lost": True} if lost else {}))

    def params(self) -> Params:
        """The call's own fields, as they are now."""
        if self.status not in self._fields:
            self._fields[self.status] = standard(self.carrier, self.call_sid, self.status, self.from_, self.to)
        return self._fields[self.status] + self._added

    def add_fields(self, fields: Params) -> None:
        """Every request from now on has ``fields``, too."""
        self._added += fields

    def _open(self, goto: Goto) -> Steps[TwimlDocument]:
        self._documents += 1
        if self._documents > DOCUMENTS_WITHOUT_TIME:
            message = f"{DOCUMENTS_WITHOUT_TIME} documents in a row and no time has passed: the call goes in a circle"
            remedy = "Let the caller hear something, or end the call, before it is sent on."
            raise WebhookError(codes.NOT_SIMULATED, message, goto.url, remedy=remedy)
        if goto.twiml is None:
            params = self.params() + goto.params
            response = yield from self._webhooks.ask(goto.method, goto.url, params, secret=goto.secret)
        else:
            response = Response(200, Headers([("Content-Type", "text/xml")]), goto.twiml.encode(), goto.url)
        document = document_of(response)
        self._sounds.remember(response)
        self.transcript.warnings.extend(document.warnings)
        secret, secret_speech = self._setup.conceals(response), self._setup.conceals_speech(response)
        if secret or secret_speech:
            document = replace(document, secret=secret, secret_speech=secret_speech)
        return document

    def _pass(self, until: float) -> Steps[Act | None]:
        """Let time pass; returns what somebody at another telephone did meanwhile."""
        if until > self.clock.elapsed():
            self._documents = 0
        came: Act | None = None
        resumes = False
        while True:
            due = self.agenda.due(until)
            if due is None or due > self.clock.elapsed():
                came = yield Pass(until if due is None else due, resumes)
            if isinstance(came, acts.Errand):
                yield from came.run(self)
            elif came is not None or due is None:
                return came  # what is due stays on the agenda
            else:
                yield from self.agenda.next()()
            came, resumes = None, True
