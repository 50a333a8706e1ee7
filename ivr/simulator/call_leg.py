"""A leg of a call performs documents verb by verb, asks its telephone what people do, and lets time pass.

What verbs may do with it is ``CallControl``. The caller's own leg is an ``Interpreter``, one that a <Dial> rings is a
``ChildCall``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeAlias, cast

from ivr.simulator import acts
from ivr.simulator.acts import KEY_SECONDS, Act
from ivr.simulator.agenda import Agenda, Errand
from ivr.simulator.call_progress import CallProgress
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.documents import Documents
from ivr.simulator.effects import Ask, Brought, Pass, Steps, Tell
from ivr.simulator.moments import Leg, Moment
from ivr.simulator.parameters import Params, mark, standard
from ivr.simulator.queueing import QueuePosition, QueueStay
from ivr.simulator.sids import Sids
from ivr.simulator.sockets import Socket
from ivr.simulator.sounds import Sounds
from ivr.simulator.streaming.frames import RATE
from ivr.simulator.texting.text_thread import TextThread
from ivr.simulator.texts.account_texts import AccountTexts
from ivr.simulator.texts.text_message import TextDraft
from ivr.simulator.transcript import Event, Transcript
from ivr.simulator.twiml_notice import WebhookError
from ivr.simulator.verbs.call_control import ApiCommand, DialledCall, TwimlDocument
from ivr.simulator.verbs.conference_room import ConferenceRoom, ConferenceRooms
from ivr.simulator.verbs.exits import AgentCame, CallEnded, Goto, LeftConference, MomentOver, PartyCame
from ivr.simulator.verbs.prompt import ERROR_PROMPT, play_prompt
from ivr.simulator.verbs.streams import Streams
from ivr.simulator.verbs.tapes import Tapes
from ivr.simulator.verbs.transcriptions import Transcriptions
from ivr.simulator.webhooks import Webhooks
from wording import phrase

CALL_LIMIT = 4 * 3600.0
"""Seconds after which the vendor ends any call."""

MakeChildCall: TypeAlias = Callable[[CallSetup, "CallLeg", int], DialledCall]
"""Makes leg ``number`` of a Dial in a leg; passed in, since a child call is a leg itself."""


class CallLeg:
    """The leg; ``agenda`` holds what is due in it later, and is that of the whole call."""

    def __init__(self, setup: CallSetup, transcript: Transcript, agenda: Agenda, make_child: MakeChildCall) -> None:
        self.carrier = setup.carrier
        self.clock = setup.clock
        self.from_ = setup.from_
        self.to = setup.carrier.to or setup.to
        self.call_sid = setup.call_sid
        self.sids = Sids(setup.call_sid)
        self.transcript = transcript
        self.agenda = agenda
        self.status = "queued"
        self.answered_by: str | None = None
        self.document = TwimlDocument(setup.url, ())
        self.stay: QueueStay | None = None
        self.tapes = Tapes(self)
        self.transcriptions = Transcriptions(self)
        self.texts = setup.texts or AccountTexts()
        if self.carrier.direction == "inbound":
            self.texts.numbers |= {self.to, *self.carrier.numbers}
        self.streams = Streams(self)
        self._setup = setup
        self._make_child = make_child
        self._rooms = setup.rooms or ConferenceRooms(faults=lambda: self.faults)
        self._webhooks = Webhooks(self.carrier, self.clock, self.sids, transcript)
        self._progress = CallProgress(self.carrier, self.clock, self._webhooks, transcript)
        self._sounds = Sounds(setup.url, self._webhooks, transcript)
        self._documents = Documents(setup, self._webhooks, self._sounds, transcript)
        self._conference: tuple[Leg, ...] = ()
        self._leaves_on_star = False
        self._deadline: float | None = None
        self._fields: dict[str, Params] = {}
        self._added: Params = ()
        self._thread: TextThread | None = None
        self._conceals = False
        self._time_limit: Errand | None = None

    @property
    def answered_at(self) -> float | None:
        """The second of the call at which it was answered."""
        return self._progress.answered_at

    @property
    def faults(self) -> CarrierFaults:
        """Return what goes wrong on the account now."""
        return self._setup.faults() if self._setup.faults else self.carrier.faults

    @property
    def concealed(self) -> bool:
        """Return whether what the caller keys or says now is shown as marks."""
        return self._conceals or self.document.secret

    @contextmanager
    def concealing(self) -> Iterator[None]:
        """Show what the caller keys as marks, whatever the document says of it."""
        before, self._conceals = self._conceals, True
        try:
            yield
        finally:
            self._conceals = before

    # Documents and callbacks

    def perform(self, document: TwimlDocument) -> Steps[Goto | None]:
        """Perform each verb in turn; returns where to go next, or None where the document does not say."""
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
            return (yield from self._documents.fetch(goto, self.params() + goto.params))
        except WebhookError as error:
            failure = error
        fallback = self.carrier.fallback
        if fallback:
            self.transcript.warnings.append(failure.notice)
            extra = (("ErrorCode", str(failure.notice.code)), ("ErrorUrl", failure.url))
            try:
                return (yield from self._documents.fetch(Goto(fallback.url, fallback.method), self.params() + extra))
            except WebhookError as error:
                failure = error
        self.transcript.error = failure.notice
        yield from self.answer()
        yield from play_prompt(self, ERROR_PROMPT)
        raise CallEnded("carrier")

    def document_at(self, goto: Goto) -> Steps[TwimlDocument]:
        """The document at ``goto``; raises WebhookError where there is none, and the call is none the worse for it."""
        return (yield from self._documents.fetch(goto, self.params() + goto.params))

    def notify(self, goto: Goto, *, goes_on: bool = False) -> Steps[None]:
        """Tell the action at ``goto`` how the verb ended, after the caller hung up; its answer is not performed.

        ``goes_on`` where the call was only sent elsewhere.
        """
        if not goes_on:
            self.status = "completed"
        params = self.params() + goto.params
        try:
            yield from self._webhooks.ask(goto.method, goto.url, params, secret=goto.secret or self.document.secret)
        except WebhookError as error:
            self.transcript.warnings.append(error.notice)

    def callback(self, method: str, url: str, params: Params, *, secret: bool | None = None) -> Steps[None]:
        """Tell a verb's own status callback; ``secret`` where it is not the present document's that counts."""
        secret = self.concealed if secret is None else secret
        yield from self._progress.tell(method, url, self.params() + params, secret=secret)

    def report(self, callback: StatusCallback, params: Params, *, secret: bool = False) -> Steps[None]:
        """Tell ``callback`` nothing but ``params``, which are concealed in the transcript where they are ``secret``."""
        yield from self._progress.tell(callback.method, callback.url, params, secret=secret)

    def identity(self) -> Params:
        """The account and the call, as callbacks about a recording or a conference name them."""
        return (("AccountSid", self.carrier.account_sid), ("CallSid", self.call_sid))

    def params(self) -> Params:
        """The call's own fields, as they are now."""
        if self.status not in self._fields:
            self._fields[self.status] = standard(self.carrier, self.call_sid, self.status, self.from_, self.to)
        return self._fields[self.status] + self._added

    def add_fields(self, fields: Params) -> None:
        """Send ``fields`` with every request from now on."""
        self._added += fields

    # Time and people

    def ask(self, moment: Moment) -> Steps[Act | None]:
        """Let ``moment`` pass until the phone acts, or until it ends by itself (None).

        What ends more than the moment is raised: CallEnded when the caller hangs up or the call has lasted too long,
        AgentCame when an agent takes the caller out of the queue, PartyCame when somebody comes to the conference. A
        text that the phone sends meanwhile does not end it.
        """
        # Without a socket nothing is brought.
        return cast("Steps[Act | None]", self._ask(moment))

    def ask_or_receive(self, moment: Moment, socket: Socket) -> Steps[Act | Brought | None]:
        """Let ``moment`` pass as ``ask`` does; on the real clock what ``socket`` brings ends it as well.

        A moment in which an agent may say more does not pass on a virtual clock: where nobody acts at once, it is over.
        """
        return self._ask(moment, socket if self.clock.real else None)

    def _ask(self, moment: Moment, socket: Socket | None = None) -> Steps[Act | Brought | None]:
        """Ask the phone until the moment is over, and let the time pass until its act; a text that is sent in the
        moment takes no part of it.
        """
        while True:
            began = self.clock.elapsed()
            asked = self._as_it_stands(moment, began)
            limit = max(CALL_LIMIT - began, 0.0)
            length = limit if asked.seconds is None else min(asked.seconds, limit)
            act: Act | None = yield Ask(asked, socket)
            if act is not None and act.after > length:
                act = None
            if act is None and socket is None and asked.agent and asked.agent.more_may_come:
                return None
            watched = socket if act is None or isinstance(act, acts.Wait) else None
            came = yield from self._pass(began + (length if act is None else act.after), asked, watched)
            if came is not None:
                if isinstance(came, Brought):
                    return came
                # What only has the phone asked again takes nothing from it that it has done already.
                is_done = act is not None and self.clock.elapsed() >= began + act.after
                act = act if is_done and isinstance(came, acts.Wait) else came
            if act is None:
                if length == limit:
                    raise CallEnded("carrier")
                return None
            if isinstance(act, acts.MakeSound):
                yield from self.tell("caller_sound", seconds=round(len(act.sound) / RATE, 2))
            self._heed(act)
            if not isinstance(act, acts.SendText):
                return act
            yield from self._send_text(act)
            if moment.seconds is not None:
                moment = replace(moment, seconds=max(moment.seconds - (self.clock.elapsed() - began), 0.0))

    def _as_it_stands(self, moment: Moment, began: float) -> Moment:
        """``moment`` with what is going on beside it."""
        beside: dict[str, Any] = {}
        if self.stay:
            beside.update(queue=self.stay.name, waited=began - self.stay.since)
        if self._conference:
            beside["legs"] = self._conference
        if self.concealed:
            beside["secret"] = True
        if self.streams.running:
            beside["stream"] = self.streams.heard(moment)
        return replace(moment, **beside) if beside else moment

    def _send_text(self, act: acts.SendText) -> Steps[None]:
        """Let the caller's text come to the messaging webhook of the number, and perform what is answered."""
        webhook = self.carrier.messaging
        if webhook is None:
            self.transcript.failures.append(
                phrase(
                    "a text was sent, and the number has no messaging webhook; write one below carrier, as messaging"
                )
            )
            raise CallEnded("caller")
        setup = self._setup
        self._thread = self._thread or TextThread(
            self, webhook, setup.conceals, setup.conceals_speech, self.transcript.warnings.append
        )
        draft = TextDraft(self.from_, act.to or self.to, act.body, act.media)
        yield from self._thread.receive(draft)

    def key(self, digits: str, most: float | None = None) -> Steps[None]:
        """Let the time of the keys after the first of ``digits`` pass, ``most`` seconds of it at the most.

        What others do may end the call meanwhile. Keys are told when the last of them is pressed.
        """
        seconds = max(len(digits) - 1, 0) * KEY_SECONDS
        if seconds and (most is None or most > 0):
            seconds = seconds if most is None else min(seconds, most)
            came = yield from self._pass(self.clock.elapsed() + seconds)
            if came is not None and not isinstance(came, Brought):
                self._heed(came)

    def _heed(self, act: Act) -> None:
        """Raise what ends more than the moment in which ``act`` came."""
        match act:
            case acts.HangUp():
                raise CallEnded("caller")
            case acts.GiveUp(reason=reason):
                self.transcript.failures.append(reason)
                raise CallEnded("caller")
            case acts.MakeSound(sound=sound):
                self.streams.say(sound)
            case acts.Bridged() if self.stay:
                raise AgentCame(act)
            case acts.Press(digits=digits) if self._leaves_on_star and "*" in digits:
                raise LeftConference
            case acts.Answered() | acts.Busy() | acts.Canceled() | acts.Failed() if self._conference:
                raise PartyCame(act)

    def wait(self, seconds: float) -> Steps[None]:
        """Let ``seconds`` pass in which the phone cannot act."""
        yield from self._pass(self.clock.elapsed() + seconds)

    def later(self, seconds: float, errand: Callable[[], Steps[Act | None]]) -> None:
        """Run ``errand`` in ``seconds``, whatever the call is at then; at its end where it ends before."""
        self.agenda.add(self.clock.elapsed() + seconds, errand)

    def limit_to(self, seconds: float) -> None:
        """End the call once it has lasted for ``seconds`` since it was answered, whatever it is at then."""
        self.lift_limit()
        at = (self.answered_at or 0.0) + seconds
        self._time_limit = self._time_is_up
        self.agenda.add(max(at, self.clock.elapsed()), self._time_limit)

    def lift_limit(self) -> None:
        """Let the call last as long as any."""
        if self._time_limit:
            self.agenda.drop(self._time_limit)
            self._time_limit = None

    def _time_is_up(self) -> Steps[None]:
        yield from ()
        raise CallEnded("carrier")

    def answer(self) -> Steps[None]:
        """Pick up, where the call still rings."""
        if self.status == "ringing":
            self.status = "in-progress"
            yield from self._progress.report("answered", self.params())

    def tell(self, kind: str, **details: Any) -> Steps[Event]:
        """Write down that something begins to happen; the event may be completed when it ends."""
        event = Event(self.clock.elapsed(), kind, details)
        if self.document.secret_speech and (spoken := event.words) is not None:
            # Of the addresses of clips, one after the other, their words could be read.
            url = {"url": mark(details["url"])} if kind == "play" else {}
            event.spoken, event.details = spoken, details | {"text": mark(spoken)} | url
        yield Tell(event)
        return event

    def pressed(self, digits: str, *, lost: bool = False) -> Steps[None]:
        """Write down the caller's keys; ``lost`` where nothing listened (Twilio keeps no keys for later)."""
        shown = mark(digits) if self.concealed else digits
        yield from self.tell("press", digits=shown, **({"lost": True} if lost else {}))

    def length_of(self, sound: str) -> Steps[float]:
        """Seconds that the file ``sound`` lasts."""
        return self._sounds.length(sound)

    # Other parties

    def child_call(self, leg: Leg, caller_id: str, callback: StatusCallback | None) -> DialledCall:
        """The call that rings ``leg`` on behalf of this one."""
        carrier = replace(
            self.carrier, direction="outbound-dial", to=None, fallback=None, fields=(), status_callback=callback
        )
        sid = self.sids.next("CA")
        setup = replace(
            self._setup, from_=caller_id, to=leg.to, call_sid=sid, carrier=carrier, outbound=None, twiml=None
        )
        return self._make_child(setup, self, leg.number)

    def room(self, name: str, region: str | None) -> ConferenceRoom:
        """The conference of that name, for a document that wants it mixed in ``region``."""
        return self._rooms.open(name, self.sids, self.clock.now(), region)

    def wait_for_conference(self, leg: Leg, *, leaves_on_star: bool) -> None:
        """Let each moment say that the caller waits for others in the conference ``leg``."""
        self._conference, self._leaves_on_star = (leg,), leaves_on_star

    def stop_waiting_for_conference(self) -> None:
        """The caller no longer waits for others."""
        self._conference, self._leaves_on_star = (), False

    def has_room(self, queue: str) -> bool:
        """Return whether the caller may enter the queue of that name."""
        return self._setup.has_room(queue)

    def enter_queue(self, name: str) -> None:
        """Let each moment say that the caller stands in the queue."""
        self.stay = QueueStay(name, self.clock.elapsed())

    def leave_queue(self) -> None:
        """The caller no longer stands in a queue."""
        self.stay = None

    def position(self, waited: float) -> QueuePosition:
        """Return where the caller stands in the queue that was entered ``waited`` seconds ago."""
        return self._setup.position(self.stay.name if self.stay else "", waited)

    def picked_up_by(self, answered_by: str) -> None:
        """The detector has found out who answered."""
        self.answered_by = answered_by

    def _pass(
        self, until: float, moment: Moment | None = None, socket: Socket | None = None
    ) -> Steps[Act | Brought | None]:
        """Let time pass until ``until`` and run what is due on the way; returns an act of another telephone, or what
        ``socket`` has brought.

        Within an order of the account holder's that ends with the moment in which the order came: MomentOver is raised.
        """
        deadline = self._deadline
        if deadline is not None:
            until = min(until, deadline)
        if until > self.clock.elapsed():
            self._documents.time_passes()
        came: Act | ApiCommand | Brought | None = None
        resumes = False
        while True:
            due = self.agenda.due(until)
            if due is None or due > self.clock.elapsed():
                came = yield Pass(until if due is None else due, resumes, moment, socket)
            if isinstance(came, ApiCommand):
                came = yield from self._obey(came, until)
                if came is not None:
                    return came
            elif came is not None or due is None:
                over = deadline is not None and (came is not None or self.clock.elapsed() >= deadline)
                if over and not isinstance(came, Brought):
                    raise MomentOver(came)
                return came  # what is due stays on the agenda
            elif (act := (yield from self.agenda.next()())) is not None:
                if deadline is not None:
                    raise MomentOver(act)
                return act
            came, resumes = None, True

    def _obey(self, command: ApiCommand, until: float) -> Steps[Act | None]:
        """Carry out the order, which may take as long as the moment lasts; returns the act that ended it before."""
        before, self._deadline = self._deadline, until
        try:
            yield from command.run(self)
        except MomentOver as over:
            return over.act
        finally:
            self._deadline = before
        return None
