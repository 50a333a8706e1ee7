"""<Conference> in a <Dial>, attribute by attribute.

Source: Twilio, "TwiML Voice: <Conference>" (twilio.com/docs/voice/twiml/conference).
"""

from __future__ import annotations

import pytest

from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.clock import VirtualClock
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.steps import Outcome, Step
from tests.webapps import AT, CALL_SID, Page, WebApp, call, codes, ended_by, events, said


def meeting(attributes: str = "", dial: str = 'action="/after"') -> WebApp:
    app = WebApp().page("/voice", f"<Dial {dial}><Conference {attributes}>plantao</Conference></Dial>")
    app.page("/wait", '<Say>aguarde os outros</Say><Pause length="10"/>')
    return app.page("/after", "<Say>como foi</Say>").page("/status", "")


def test_the_caller_waits_without_a_timeout_until_somebody_comes() -> None:
    app = meeting(dial='action="/after" timeout="5"')
    transcript = call(app, steps.Callee("no-answer"), steps.HangUp(inside="Dial"))
    assert events(transcript, "dial")[0].as_dict()["noun"] == "Conference"
    assert app.last.form["DialCallStatus"] == "canceled"


def test_when_the_others_leave_the_conference_the_document_goes_on() -> None:
    app = meeting()
    transcript = call(app, steps.Callee("answered", seconds=60))
    assert app.last.form["DialCallStatus"] == "answered"
    assert said(transcript) == ["como foi"]


class Patient(ScriptedPhone):
    """Waits for a minute of the call, whatever is heard, and hangs up."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock

    def act(self, moment: Moment) -> Act | None:
        return acts.HangUp(60 - self._clock.elapsed())


@pytest.mark.parametrize(("behind", "times"), [("", 1), ("<Redirect/>", 6)])
def test_wait_url_is_played_once_unless_it_redirects_to_itself(behind: str, times: int) -> None:
    app = meeting('waitUrl="/wait"').page("/wait", f'<Pause length="10"/>{behind}')
    clock = VirtualClock(AT)
    call(app, phone=Patient(clock), clock=clock)
    assert len(app.to("/wait")) == times


def test_a_wait_document_that_fails_establishes_no_conference() -> None:
    app = meeting('waitUrl="/wait"').raw("/wait", Page(b"", "500 Oops"))
    transcript = call(app)
    assert (codes(transcript), app.last.form["DialCallStatus"]) == ([11200], "failed")
    assert said(transcript) == ["como foi"]


def test_wait_url_is_told_which_conference_the_caller_waits_for() -> None:
    app = meeting('waitUrl="/wait" waitMethod="GET"')
    transcript = call(app, steps.Hear("aguarde os outros"), steps.Callee("answered", seconds=60))
    waits = app.to("/wait")
    assert waits[0].method == "GET"
    assert waits[0].query["FriendlyName"] == "plantao"
    assert waits[0].query["ConferenceSid"].startswith("CF")
    assert app.last.form["DialCallStatus"] == "answered"
    assert events(transcript, "dial")[0]["seconds"] == 60
    assert transcript.passed


def test_the_caller_may_hang_up_while_waiting() -> None:
    transcript = call(meeting('waitUrl="/wait"'), steps.HangUp())
    assert ended_by(transcript) == "caller"


@pytest.mark.parametrize("verb", ["<Gather/>", "<Record/>", "<Dial>+551140030015</Dial>"])
def test_a_wait_document_may_not_hold_other_verbs_13238(verb: str) -> None:
    app = meeting('waitUrl="/wait"').page("/wait", f'{verb}<Pause length="9"/>')
    assert 13238 in codes(call(app, steps.Callee("answered", seconds=5)))


def test_an_empty_wait_url_is_silence() -> None:
    app = meeting('waitUrl=""')
    call(app, steps.Callee("answered", seconds=5))
    assert [one.path for one in app.received] == ["/voice", "/after"]


def test_the_time_limit_of_the_dial_ends_it() -> None:
    app = meeting(dial='action="/after" timeLimit="20"')
    transcript = call(app, steps.Callee("answered", seconds=60))
    assert events(transcript, "dial")[0]["seconds"] == 20


STAR = 'action="/after" hangupOnStar="true"'


def test_hangup_on_star_lets_the_caller_leave_and_go_on() -> None:
    app = meeting(dial=STAR)
    transcript = call(app, steps.Callee("answered", until_caller=True), steps.Press("1"), steps.Press("*"))
    assert app.last.path == "/after"
    assert app.last.form["DialCallStatus"] == "answered"
    assert events(transcript, "dial")[0]["outcome"] == "answered"


@pytest.mark.parametrize(
    ("wait", "step"),
    [('waitUrl="/wait"', steps.Early("*")), ('waitUrl=""', steps.Press("*"))],
    ids=["music", "silence"],
)
def test_hangup_on_star_lets_a_caller_leave_who_still_waits(wait: str, step: Step) -> None:
    app = meeting(wait, dial=STAR)
    call(app, step)
    assert app.last.form["DialCallStatus"] == "answered"


def test_without_hangup_on_star_the_star_is_a_tone() -> None:
    app = meeting(dial='action="/after"')
    transcript = call(app, steps.Callee("answered", until_caller=True), steps.Press("*"), steps.HangUp())
    assert [press["digits"] for press in events(transcript, "press")] == ["*"]
    assert ended_by(transcript) == "caller"


@pytest.mark.parametrize("outcome", ["answered", "busy", "failed"])
def test_the_action_of_a_conference_hears_of_no_call_and_no_duration(outcome: Outcome) -> None:
    app = meeting()
    call(app, steps.Callee(outcome, seconds=5))
    assert {name for name in app.last.form if name.startswith("DialCall")} == {"DialCallStatus"}


EVENTS = 'statusCallback="/status" statusCallbackEvent="start end join leave"'


def test_the_status_callback_hears_of_the_chosen_events() -> None:
    app = meeting(f'{EVENTS} participantLabel="cliente" muted="true"')
    call(app, steps.Callee("answered", seconds=5))
    forms = [one.form for one in app.to("/status")]
    assert [form["StatusCallbackEvent"] for form in forms] == [
        "participant-join",
        "conference-start",
        "participant-leave",
        "conference-end",
    ]
    assert [form["SequenceNumber"] for form in forms] == ["0", "1", "2", "3"]
    assert {(form["FriendlyName"], form["CallSid"]) for form in forms} == {("plantao", CALL_SID)}
    assert (forms[0]["Muted"], forms[0]["ParticipantLabel"]) == ("true", "cliente")
    assert forms[-1]["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"


def test_start_and_end_are_told_by_default() -> None:
    app = meeting('statusCallback="/status" statusCallbackMethod="GET"')
    call(app, steps.Callee("answered", seconds=5))
    told = [one.query["StatusCallbackEvent"] for one in app.to("/status")]
    assert told == ["conference-start", "conference-end"]


@pytest.mark.parametrize(("ends", "told"), [("true", True), ("false", False)])
def test_end_conference_on_exit_ends_it_when_the_caller_leaves(ends: str, told: bool) -> None:
    app = meeting(f'{EVENTS} endConferenceOnExit="{ends}"')
    call(app, steps.Callee("answered", until_caller=True), steps.HangUp())
    ended = [one.form for one in app.to("/status") if one.form["StatusCallbackEvent"] == "conference-end"]
    assert [form["CallSidEndingConference"] for form in ended] == ([CALL_SID] if told else [])


def test_who_is_left_alone_in_a_conference_stays_there() -> None:
    app = meeting(EVENTS)
    transcript = call(app, steps.Callee("answered", seconds=20, ends=False), steps.HangUp(after=30))
    assert (events(transcript, "dial")[0]["seconds"], ended_by(transcript)) == (50, "caller")
    told = [one.form["StatusCallbackEvent"] for one in app.to("/status")]
    assert told == ["participant-join", "conference-start", "participant-leave"]


def test_a_conference_that_cannot_be_entered_fails_the_dial() -> None:
    app = meeting(EVENTS)
    call(app, steps.Callee("failed"))
    assert app.last.form["DialCallStatus"] == "failed"
    told = [one.form["StatusCallbackEvent"] for one in app.to("/status")]
    assert told == ["participant-join", "participant-leave"]


def test_a_room_without_a_name_is_13237() -> None:
    app = WebApp().page("/voice", "<Dial><Conference/></Dial>")
    assert codes(call(app, steps.Callee("answered", seconds=5))) == [13237]


def test_a_conference_is_recorded_from_its_start() -> None:
    app = meeting('record="record-from-start" recordingStatusCallback="/status" waitUrl="/wait"')
    transcript = call(app, steps.Callee("answered", seconds=30))
    form = app.to("/status")[0].form
    assert (form["RecordingSource"], form["RecordingDuration"]) == ("Conference", "30")
    assert [recording.sid for recording in transcript.recordings] == [form["RecordingSid"]]


def test_a_conference_is_not_mixed_with_other_nouns_13000() -> None:
    app = WebApp().page("/voice", "<Dial><Number>+551140030015</Number><Conference>plantao</Conference></Dial>")
    transcript = call(app, steps.Callee("answered", seconds=5))
    assert codes(transcript) == [13000]
    assert [dial["noun"] for dial in events(transcript, "dial")] == ["Conference"]


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        ('muted="x"', 13230),
        ('endConferenceOnExit="x"', 13231),
        ('startConferenceOnEnter="x"', 13232),
        ('waitMethod="PUT"', 13234),
        ('beep="x"', 13235),
        ('trim="x"', 13239),
        ('whisper="CA1"', 0),
        ('colour="x"', 12200),
    ],
)
def test_a_wrong_attribute_has_the_vendors_number(attribute: str, code: int) -> None:
    assert codes(call(meeting(attribute), steps.Callee("answered", seconds=5))) == [code]
