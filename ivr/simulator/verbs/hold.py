"""Plays a wait document again and again to a caller who is on hold for a queue or a conference.

Sources: Twilio's <Enqueue> and <Conference> pages, waitUrl.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ivr.simulator import codes
from ivr.simulator.effects import Steps
from ivr.simulator.moments import Moment
from ivr.simulator.parameters import Params
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs.call_control import CallControl, TwimlDocument, Verb
from ivr.simulator.verbs.exits import Goto
from ivr.simulator.verbs.unsimulated import Unsimulated


def hold(
    call: CallControl,
    goto: Goto | None,
    params: Callable[[], Params],
    allowed: tuple[type[Verb], ...],
    code: int,
    silence: Moment,
) -> Steps[None]:
    """Let the caller hear the document at ``goto`` without end; what ends the wait is raised out of it.

    ``params`` are what the document is told each time it is asked for. Only ``allowed`` verbs are performed, another
    is a warning with ``code``. ``silence`` is the moment of a caller whom no document entertains.
    """
    first, current = goto, goto
    while first and current:
        before = call.clock.elapsed()
        document = yield from call.open(replace(current, params=params() + current.params))
        following = yield from call.perform(only(document, allowed, code, call))
        if following is None and call.clock.elapsed() == before:
            break  # a document without length would be asked for without end
        current = following or first
    while True:
        yield from call.ask(silence)


def play_once(call: CallControl, goto: Goto | None, params: Params, allowed: tuple[type[Verb], ...]) -> Steps[None]:
    """Let a participant of a conference hear the document at ``goto``, and what it redirects to, and then nothing more.

    Raises WebhookError where it cannot be performed.
    """
    while goto:
        before = call.clock.elapsed()
        document = yield from call.document_at(replace(goto, params=params + goto.params))
        goto = yield from call.perform(only(document, allowed, codes.CONFERENCE_WAIT_VERB, call))
        if call.clock.elapsed() == before:
            break  # a document without length would be asked for without end


def only(document: TwimlDocument, allowed: tuple[type[Verb], ...], code: int, call: CallControl) -> TwimlDocument:
    """``document`` without the verbs that have no place in it."""
    verbs = tuple(verb for verb in document.verbs if isinstance(verb, allowed))
    for verb in document.verbs:
        if verb not in verbs:
            names = ", ".join(f"<{one.__name__}>" for one in allowed if one is not Unsimulated)
            name = verb.element.name if isinstance(verb, Unsimulated) else type(verb).__name__
            what = f"<{name}> has no place in this document; it is left out"
            call.transcript.warnings.append(
                TwimlNotice.of(code, what, document.url, remedy=f"It may hold {names}.", failure=True)
            )
    return replace(document, verbs=verbs)
