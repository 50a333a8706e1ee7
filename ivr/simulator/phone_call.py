"""A test leads a call step by step: the call stands still between two steps and plays on when the test goes on.

A prompt is heard as soon as the line begins to say it; a step for which somebody's turn must come first lets the line
finish. What does not happen is an AssertionError that says what was heard instead.
"""

from __future__ import annotations

import re
from dataclasses import field
from urllib.parse import parse_qsl, urlsplit

from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.call_driver import LoneDriver, MakeDriver
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.call_stream import CallStream
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.prompt_log import PromptLog
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.step_matching import describe, waits_for_somebody, with_last_message
from ivr.simulator.phones.steps import Outcome, Sound, Step, Wanted
from ivr.simulator.texts.text_message import TextMessage
from ivr.simulator.transcript import Exchange, Transcript
from value_class import value_class

WITH_OTHERS = frozenset({"queue", "connected", "ringing"})
"""Moments that another call can end."""

NOT_LED = 1.0
"""Seconds after which a caller who waits without end is asked again, while the test leads another call."""

PATIENCE = 600.0
"""Seconds that a caller waits in a queue for something to be heard."""


@value_class
class WebhookRequest:
    """One request that the carrier made, and its answer. ``status`` is None where none came back."""

    method: str
    url: str
    params: dict[str, str] = field(repr=False)
    status: int | None
    body: str = field(repr=False)


class PhoneCall:
    """One call, which stands still until the test goes on. Every method that does something returns the call."""

    def __init__(self, setup: CallSetup, drive: MakeDriver | None = None) -> None:
        self.clock = setup.clock
        self.callee = DialledParty(self)
        self.queue = CallQueue(self)
        self.stream = CallStream(self)
        self._expected: set[int | str] = set()
        self._phone = _WaitingPhone()
        self._driver = (drive or LoneDriver)(setup, self._phone)
        self._live = self._driver.live
        self._go_on()

    # What is heard

    def hears(self, text: Wanted, *, within: float | None = None) -> PhoneCall:
        """The line says ``text`` (None: anything) between the caller's last act and the next; case and accents do
        not count. ``within``: it begins at most that many seconds after the caller's last act.
        """
        return self._expect(steps.Hear(text, within=within))

    def plays(self, url: Wanted, *, within: float | None = None) -> PhoneCall:
        """The line plays a sound whose address holds ``url``."""
        return self._expect(steps.Play(url, within=within))

    def receives(self, text: Wanted, *, within: float | None = None) -> PhoneCall:
        """A text that holds ``text`` (None: any text) comes between the caller's last act and the next."""
        return self._expect(steps.Texted(text, within=within))

    def does_not_hear(self, text: str | re.Pattern[str]) -> PhoneCall:
        """The line does not say ``text`` before it waits for somebody again."""
        self._settle()
        if missing := self._prompt_log.missing([steps.NotHear(text)]):
            raise AssertionError(missing[1])
        return self

    # What the caller does

    def press(self, digits: str, *, during: int | None = None, after: float | None = None) -> PhoneCall:
        """Press keys, once a gather, a recording or a talk listens; ``during``: while its n-th prompt plays.

        Each key takes a second; ``after`` is how many pass before the first.
        """
        if not re.fullmatch("[0-9*#]+", digits):
            raise ValueError("a keypad has the keys 0-9, * and #")
        return self.do(steps.Press(digits, during, after=after))

    def press_early(self, digits: str) -> PhoneCall:
        """Press keys while a prompt outside of any gather plays: they are lost."""
        return self.do(steps.Early(digits))

    def speak(self, text: str, *, confidence: float | None = None, during: int | None = None) -> PhoneCall:
        """Say something, once a gather takes speech."""
        return self.do(steps.Speak(text, confidence, during=during))

    def silence(self) -> PhoneCall:
        """Give nothing (more) until the gather or the recording times out."""
        return self.do(steps.Silent())

    def record(self, seconds: float, *, transcript: str | None = None) -> PhoneCall:
        """Talk into a recording; the next step ends it. ``transcript`` is what a transcription makes of it."""
        return self.do(steps.Record(seconds, transcript=transcript))

    def pays(
        self,
        result: str = "success",
        *,
        token: str | None = None,
        confirmation: str | None = None,
        error: str | None = None,
    ) -> PhoneCall:
        """Let the payment that is under way end so, in Twilio's words: ``success``, ``payment-connector-error`` ...

        Where nobody has keyed anything into it, it is as if everything had been entered.
        """
        if result not in acts.PAYMENT_RESULTS:
            raise ValueError(f"a payment ends with one of {', '.join(acts.PAYMENT_RESULTS)}, not '{result}'")
        return self.do(steps.Pay(result, token=token, confirmation=confirmation, error=error))

    def text(self, body: str, *, to: str | None = None, media: tuple[str, ...] = ()) -> PhoneCall:
        """Send a text to the number that was called, or to another of the application's; the call goes on."""
        return self.do(steps.Sms(body, to, media))

    def hang_up(self, *, during: int | None = None, inside: str | None = None) -> PhoneCall:
        """Hang up at the next moment that waits for a person, or while the n-th prompt of a gather or a verb lasts."""
        return self.do(steps.HangUp(during, inside))

    # How it stands

    @property
    def ended(self) -> bool:
        """True where the call is over, once everything has been heard that waits for nobody."""
        self._settle()
        return self._over

    @property
    def status(self) -> str:
        """Twilio's status of the call, once everything has been heard that waits for nobody."""
        self._settle()
        return self._live.interpreter.status

    @property
    def transcript(self) -> Transcript:
        """Return what has happened so far; ``transcript.as_dict()`` is its JSON object."""
        return self._live.transcript

    @property
    def requests(self) -> list[WebhookRequest]:
        """The webhook requests so far; status callbacks are not among them."""
        return [request_of(exchange) for exchange in self.transcript.exchanges if not exchange.callback]

    @property
    def texts(self) -> list[TextMessage]:
        """The texts that the application sent so far, each with its ``to``, ``body`` and ``status``."""
        return list(self.transcript.texts)

    @property
    def callbacks(self) -> list[WebhookRequest]:
        """The status callbacks so far, those of verbs among them."""
        made = (request_of(exchange) for exchange in self.transcript.exchanges if exchange.callback)
        return [request for request in made if request.params]  # a sound is fetched without any

    def expects(self, *failures: int | str) -> PhoneCall:
        """Of what fails in this call the test expects these: Twilio's numbers, names of verbs that are not simulated.

        ``call.expects(11200)``, ``call.expects("Refer")``; 0 is whatever is not simulated. What else fails makes the
        test fail at its end.
        """
        self._expected |= set(failures)
        return self

    @property
    def expected(self) -> frozenset[int | str]:
        """Return what the test said it expects to fail."""
        return frozenset(self._expected)

    @property
    def failures(self) -> list[str]:
        """Return what failed in the call so far and is not expected, each in one line."""
        return failures_of(self.transcript, self._expected, "the call")

    # What the test's other words are made of

    def do(self, step: Step) -> PhoneCall:
        """Go on until ``step`` is done."""
        self._phone.add(step)
        self._go_on()
        self._phone.take_in_streams()
        if not self._phone.idle:
            self._phone.forget()
            if self._phone.gave_up and self.transcript.failures:
                raise AssertionError(f"{self.transcript.failures[-1].removeprefix(': ')}{self._error}")
            raise AssertionError(
                f"the call ended before this: {describe(step)}; {self._prompt_log.quote()}{self._error}"
            )
        return self

    def abandon(self) -> None:
        """Hang up wherever the call is; nothing is asserted."""
        self._phone.hangs_up = True
        self._go_on()

    @property
    def _prompt_log(self) -> PromptLog:
        return self._phone.prompt_log

    def _expect(self, sound: Sound) -> PhoneCall:
        """Let the line play on until ``sound`` is heard; fails where it waits for somebody, or ends, without it."""
        limit = self.clock.elapsed() + PATIENCE
        while missing := self._prompt_log.missing([sound]):
            waits = self._waits and not (self._agent_may_speak or self._somebody_may_come)
            if self._over or waits or self.clock.elapsed() > limit:
                moment = self._phone.moment
                told = with_last_message(missing[1], moment) if moment else missing[1]
                raise AssertionError(told + self._error)
            self._let_pass()
        return self

    @property
    def _error(self) -> str:
        """Why the call ended, where Twilio would have logged an error; else what else went wrong in it last."""
        error = self.transcript.error
        told = [f"the call met error {error.code}: {error.message}"] if error else self.failures[-1:]
        return "".join(f"\n{each}" for each in told)

    def _settle(self) -> None:
        """Let the line play on until it waits for somebody, the caller stands in a queue, or the call is over."""
        while not (self._over or self._waits or (self._phone.moment and self._phone.moment.queue)):
            self._let_pass()

    @property
    def _over(self) -> bool:
        return self._live.over

    @property
    def _waits(self) -> bool:
        moment = self._phone.moment
        return moment is not None and waits_for_somebody(moment, bound_talk=self._phone.bound_talk)

    @property
    def _agent_may_speak(self) -> bool:
        """Whether an AI agent may say more although the caller could act."""
        moment = self._phone.moment
        return bool(moment and moment.agent and moment.agent.more_may_come)

    @property
    def _somebody_may_come(self) -> bool:
        """Whether another call of the account may end what the caller waits for: a queue, a talk, a conference."""
        moment = self._phone.moment
        return bool(moment and moment.kind in WITH_OTHERS and self._driver.others_go_on)

    def _let_pass(self) -> None:
        self._phone.lets_pass = True
        self._go_on()

    def _go_on(self) -> None:
        """Drive the call until its people are asked and have nothing more to do, or until it is over."""
        self._phone.resume()
        if not self._over:
            self._driver.go_on(lambda: self._phone.moment is not None)
        self._phone.is_led = False


class DialledParty:
    """Tells the dialled party what to do. ``leg`` is which of several that ring at once (default: the first)."""

    def __init__(self, call: PhoneCall) -> None:
        self._call = call

    def answers(
        self, seconds: float = 60.0, *, until_caller: bool = False, leg: int | None = None, keys: str = ""
    ) -> PhoneCall:
        """Pick up and talk for ``seconds``, or ``until_caller`` hangs up; ``keys`` are pressed into the whisper."""
        return self._call.do(steps.Callee("answered", seconds, until_caller, leg, keys=keys))

    def is_a_machine(
        self, seconds: float = 60.0, *, beep: str = "yes", greeting: float = 10.4, leg: int | None = None
    ) -> PhoneCall:
        """Let an answering machine pick up, whose ``greeting`` lasts so long and ends with a ``beep`` (no: in silence,
        other); the line is kept for ``seconds``.
        """
        if beep not in acts.GREETING_ENDS:
            raise ValueError(f"a greeting ends with a beep: {', '.join(acts.GREETING_ENDS)}, not '{beep}'")
        said = acts.MachineGreeting(greeting, beep)
        return self._call.do(steps.Callee("answered", seconds, leg=leg, by="machine", greeting=said))

    def is_busy(self, *, leg: int | None = None) -> PhoneCall:
        """The line is busy."""
        return self._do("busy", leg)

    def does_not_answer(self, *, leg: int | None = None) -> PhoneCall:
        """It rings until the dial's timeout."""
        return self._do("no-answer", leg)

    def cannot_be_reached(self, *, leg: int | None = None) -> PhoneCall:
        """The number cannot be reached."""
        return self._do("failed", leg)

    def is_canceled(self, *, leg: int | None = None) -> PhoneCall:
        """The leg is taken back before it is answered."""
        return self._do("canceled", leg)

    def _do(self, outcome: Outcome, leg: int | None) -> PhoneCall:
        return self._call.do(steps.Callee(outcome, leg=leg))


class CallQueue:
    """Decides what happens in the queue in which the caller waits."""

    def __init__(self, call: PhoneCall) -> None:
        self._call = call

    def agent_answers(self, seconds: float = 30.0, *, after: float = 0.0, until_caller: bool = False) -> PhoneCall:
        """After ``after`` seconds of waiting an agent comes and talks for ``seconds``, or ``until_caller`` hangs up."""
        return self._call.do(steps.InQueue("bridged", after, seconds, until_caller=until_caller))

    def waits(self, seconds: float) -> PhoneCall:
        """The caller waits for ``seconds`` in which no agent comes."""
        return self._call.do(steps.InQueue("wait", seconds=seconds))


class _WaitingPhone(ScriptedPhone):
    """Does the next step of the test; without one it makes the call stand still at ``moment``."""

    def __init__(self) -> None:
        super().__init__()
        self.moment: Moment | None = None
        self.lets_pass = False
        self.hangs_up = False
        self.is_led = False
        """Whether the test lets this call go on now; while it leads another one, this caller does nothing."""

    def act(self, moment: Moment) -> Act | None:
        if self.hangs_up:
            return acts.HangUp()
        if not self.idle:
            act = super().act(moment)
            listened = isinstance(self._steps[-1], steps.HearStream)
            if act is not None or not self.idle or not (listened or moment.kind == "queue"):
                return act  # else the caller has waited as long as was said, and the call stands still again
        if not self.is_led:
            return acts.Wait(NOT_LED) if moment.seconds is None else None
        if self.lets_pass:
            self.lets_pass = False
            return None
        self.moment = moment
        return acts.Wait(0.0)

    def resume(self) -> None:
        """The call goes on."""
        self.moment = None
        self.is_led = True

    def forget(self) -> None:
        """Drops the steps that could not be done: the call is over for them."""
        self._next = len(self._steps)

    def ended(self) -> str | None:
        """Tells nothing: a step that could not be done has failed where the test asked for it."""
        return None


def failures_of(transcript: Transcript, expected: set[int | str], who: str) -> list[str]:
    """Return what failed in ``transcript`` and is not ``expected``, each in one line that says ``who`` met it."""
    error = transcript.error
    notices = [*([error] if error else ()), *(one for one in transcript.warnings if one.failure)]
    return [
        f"{who} met {f'error {notice.code}' if notice.code else 'what is not simulated'}: {notice.message}"
        for notice in dict.fromkeys(notices)
        if not expected & {notice.code, notice.unperformed or notice.code}
    ]


def request_of(exchange: Exchange) -> WebhookRequest:
    request, response = exchange.request, exchange.response
    params = dict(request.params) or dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    body = response.body.decode("utf-8", "replace") if response else ""
    return WebhookRequest(request.method, request.url, params, response.status if response else None, body)
