"""The caller's leg of a simulated call, from the first ring to the last callback.

Theory of operation
-------------------

A simulated call is a state machine without input or output of its own (sans-IO, as h11 and wsproto are for HTTP and
WebSockets). It is written as a generator, ``Interpreter.run()``, that yields *effects* (``effects``) and is sent their
answers::

    Send(request, timeout)  make this HTTP request          -> Response, or the TransportError that came instead
    Ask(moment)             could anybody act now, and how? -> an act (``acts``), or None
    Pass(until)             let time pass until that second -> None, or what came into the call meanwhile
    Tell(event)             this has begun to happen        -> nothing
    OpenSocket(handshake)   open this websocket             -> a Socket, or the TransportError that came instead
    ReceiveMessage(socket)  what has it brought?            -> a message, that it is closed, or None

So documents go in, and requests, questions and events come out; the generator opens no socket, reads no clock but the
one in its set-up, never sleeps and knows no application. ``LiveCall`` drives it: it hands requests to a transport,
questions to a telephone and events to the transcript, and stops at each ``Pass``, since time is not its own either.

**Who owns time.** The driver of the ``LiveCall`` advances the clock: ``place_call`` for one call, ``Switchboard.run``
for all calls of an account in the order in which they are due, ``PhoneCall`` step by step for a test. The leg computes
only *until when* it has nothing to do. With a virtual clock an hour in a queue costs microseconds, and two runs of one
call are equal to the byte; with the real clock the same code waits for a person.

**States.** ``status`` has Twilio's values::

    outbound:  queued ──▶ ringing ──▶ in-progress ──▶ completed
    inbound:              ringing ──▶ in-progress ──▶ completed
                             ├─▶ no-answer   <Reject>, the timeout, or the caller hung up before any verb answered
                             ├─▶ busy        <Reject reason="busy">, or the called party was
                             ├─▶ failed      the called number cannot be reached
                             └─▶ canceled    the call was taken back while it rang

The first verb whose ``answers`` is true picks up. Within ``in-progress`` the state is the generator's own stack: the
document that is performed, the verb at work in it, and the moment in which that verb waits. That is why a verb reads
as a script of what happens (``yield from call.ask(...)``) and needs no table of states.

**Documents and verbs.** ``open`` asks the application for a document (signed, with cookies, retries and redirects:
``webhooks``), ``documents`` reads it into verbs, and ``perform`` runs them in turn. A verb returns a ``Goto`` (the
call goes on there) or None (with the next verb). A document that ends without a ``Goto`` ends the call. What ends more
than a verb is raised out of it: ``CallEnded`` (somebody hung up, or the carrier did), ``Moved`` (the account holder
sent the call elsewhere), ``AgentCame``, ``PartyCame``, ``LeftQueue`` and ``LeftConference`` out of a wait. A document
that cannot be performed sends the call to the fallback; without one the carrier apologises and hangs up.

**Moments, acts and telephones.** Wherever a person could do something, the leg yields ``Ask`` with a ``Moment`` (what
is going on and until when), and a telephone (``phones``) answers with an act and the second of the moment at which it
is done. The leg then lets exactly that much time pass and goes on. Telephones pull nothing and push nothing; a script,
a pipe and a person at a terminal look the same from here. What others do meanwhile comes in as the answer of a
``Pass``: an act at another telephone, or an ``ApiCommand`` of the account holder's, which does not end the moment. The
command may ask and let time pass itself (a participant on hold hears a document), within the moment in which it came:
where that is over before, ``MomentOver`` ends the command.

**The carrier** does what no document says: it reports call progress to the status callback (``call_progress``), runs
the detector of answering machines, keeps tapes, counts the seconds of conferences, and does what is due later (the
``Agenda``: a transcription, a detector's result). What is due when the call ends is done after its end.

**Other legs.** A <Dial> rings each party as a ``ChildCall``, a leg with its own identifier, status and callbacks, which
performs a whisper as this leg performs documents. Its steps run inside of the Dial's, so one call is one generator
however many legs it has. Calls of one account meet on a ``Switchboard``: through their rooms and queues only.
"""

from __future__ import annotations

import math

from ivr.simulator.agenda import Agenda
from ivr.simulator.call_leg import CallLeg
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.child_call import ChildCall
from ivr.simulator.effects import Pass, Steps
from ivr.simulator.outbound_call import pick_up
from ivr.simulator.transcript import Transcript
from ivr.simulator.verbs.exits import CallEnded, Goto, Moved


class Interpreter(CallLeg):
    """The caller's leg; ``run`` is the whole call."""

    def __init__(self, setup: CallSetup, transcript: Transcript) -> None:
        super().__init__(setup, transcript, Agenda(), ChildCall)
        if not setup.outbound:
            self.status = "ringing" if setup.carrier.direction == "inbound" else "in-progress"

    def run(self) -> Steps[None]:
        """Ring, perform one document after the other, and tell the last callbacks."""
        try:
            yield from self._begin()
            goto: Goto | None = Goto(self._setup.url, self.carrier.method, twiml=self._setup.twiml)
            while goto:
                try:
                    document = yield from self.open(goto)
                    goto = yield from self.perform(document)
                except Moved as moved:
                    goto = moved.goto
                    if self.faults.redirect_ends_recording:
                        yield from self.tapes.finish_all()
            yield from self.answer()
            raise CallEnded("app")
        except CallEnded as end:
            if end.status:
                self.status = end.status
            else:
                self.status = "no-answer" if self.status == "ringing" else "completed"
            yield from self.tell("hangup", by=end.by)
        finally:
            self.streams.let_go()
        self.lift_limit()
        self.transcript.status = self.status
        self.transcript.duration = self.clock.elapsed()
        yield from self._progress.report("completed", self.params())
        yield from self.tapes.finish_all()
        yield from self.streams.finish_all()
        yield from self.transcriptions.finish_all()
        while (due := self.agenda.due(math.inf)) is not None:
            yield Pass(max(due, self.clock.elapsed()))
            yield from self.agenda.next()()

    def _begin(self) -> Steps[None]:
        """Ring; an outbound call may end here, unanswered, or even before its turn has come to ring."""
        while self._setup.outbound and (left := self._setup.outbound.waits()):
            yield Pass(self.clock.elapsed() + left)
        yield from self._progress.report("initiated", self.params())
        if self._setup.outbound:
            self.status = "ringing"
        yield from self._progress.report("ringing", self.params())
        if self._setup.outbound:
            yield from pick_up(self, self._setup.outbound)
        elif self.status == "in-progress":
            yield from self._progress.report("answered", self.params())
