"""<Enqueue>: the caller waits in a queue until an agent comes.

Source: Twilio's <Enqueue> page. The wait document is performed again and again; its own hangup, redirect or <Leave>
work as they say. The action hears of the outcome, also of a caller who hung up. With a workflowSid it is TaskRouter's,
which is not simulated.
"""

from __future__ import annotations

from typing import ClassVar, Self

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.moments import Moment
from ivr.simulator.parameters import Params
from ivr.simulator.reader import Element
from ivr.simulator.verbs import gather, hangup, leave, pause, play, redirect, say
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import AgentCame, CallEnded, Goto, LeftQueue, Moved
from ivr.simulator.verbs.hold import hold
from ivr.simulator.verbs.talk import talk
from value_class import value_class

MAX_NAME = 64

WAIT_VERBS = (gather.Gather, hangup.Hangup, leave.Leave, pause.Pause, play.Play, redirect.Redirect, say.Say)
"""The verbs that a wait document may hold."""


@value_class
class Enqueue:
    """Without ``wait_url`` the carrier's own music plays. A queue without a name cannot be entered."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = (
        "action", "maxQueueSize", "method", "waitUrl", "waitUrlMethod", "workflowSid",
    )  # fmt: skip

    name: str
    action: str | None = None
    method: str = "POST"
    wait_url: str | None = None
    wait_method: str = "POST"
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """The text is the queue's name."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        for child in element.children:
            page.leave_out(child, element, "A <Task> belongs to a workflowSid." if child.name == "Task" else "")
        if len(element.own) > MAX_NAME:
            page.warn(codes.ENQUEUE_NAME_LENGTH, element, f"takes a name of {MAX_NAME} characters at most")
        name = element.own[:MAX_NAME]
        if not name:
            page.warn(
                codes.ENQUEUE_NAME_SHORT, element, "names no queue", "Write the queue's name into it.", failure=True
            )
        return cls(
            name=name,
            action=attributes.url("action"),
            method=attributes.method(code=codes.ENQUEUE_METHOD),
            wait_url=attributes.url("waitUrl") if attributes.text("waitUrl") else None,
            wait_method=attributes.method("waitUrlMethod", code=codes.ENQUEUE_WAIT_METHOD),
        )

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Wait, talk, and tell the action how it went."""
        if not self.name:
            return Goto(self.action, self.method, (("QueueResult", "error"),)) if self.action else None
        event = yield from call.tell("enqueue", queue=self.name, result=None, seconds=0)
        sid = call.sids.named("QU", self.name)
        if not call.has_room(self.name):
            event.details["result"] = "queue-full"
            params = (("QueueResult", "queue-full"), *_stay(sid, 0.0))
            return Goto(self.action, self.method, params) if self.action else None
        began = call.clock.elapsed()
        waited = 0.0
        hung_up: CallEnded | None = None
        call.enter_queue(self.name)
        try:
            try:
                yield from self._wait(call, sid, began)
            except AgentCame as came:
                event.details["result"] = "bridged"
                agent = came.act
            except LeftQueue:
                event.details["result"] = "leave"
                agent = None
            finally:
                waited = call.clock.elapsed() - began
                event.details["seconds"] = round(waited, 2)
                call.leave_queue()
            if agent:
                yield from talk(call, "Enqueue", (), agent.seconds)
        except CallEnded as ended:
            hung_up = ended
            event.details["result"] = _result(ended, bridged=event["result"] == "bridged")
        if self.action:
            goto = Goto(self.action, self.method, (("QueueResult", event["result"]), *_stay(sid, waited)))
            if hung_up is None or (isinstance(hung_up, Moved) and call.faults.action_performed):
                return goto
            if hung_up.by == "caller" or isinstance(hung_up, Moved):
                yield from call.notify(goto, goes_on=isinstance(hung_up, Moved))
        if hung_up:
            raise hung_up
        return None

    def _wait(self, call: CallControl, sid: str, began: float) -> Steps[None]:
        """Perform the wait document for ever; an agent, <Leave> and the call's end are raised out of it."""

        def params() -> Params:
            waited = call.clock.elapsed() - began
            place = call.position(waited)
            position = (("QueuePosition", str(place.position)), ("CurrentQueueSize", str(place.size)))
            return (*_stay(sid, waited), *position, ("AvgQueueTime", str(int(place.average))))

        goto = Goto(self.wait_url, self.wait_method) if self.wait_url else None
        yield from hold(call, goto, params, WAIT_VERBS, codes.SCHEMA_WARNING, Moment("queue", "Enqueue", None))


def _result(ended: CallEnded, *, bridged: bool) -> str:
    """How the stay ended where neither an agent nor the wait document ended it."""
    if isinstance(ended, Moved):
        return "redirected-from-bridged" if bridged else "redirected"
    return "bridged" if bridged else "hangup"


def _stay(sid: str, waited: float) -> Params:
    return (("QueueSid", sid), ("QueueTime", str(int(waited))))
