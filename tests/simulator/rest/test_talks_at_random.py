"""Whatever an application does to a talk, every call ends, nobody is left in a conference, and every event counts.

The application acts at random seconds and within its webhooks; what the API refuses is fair.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.base.exceptions import TwilioRestException

from ivr.simulator.carrier import Carrier
from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.rest.callees import CalleeBehaviour
from tests.simulator.rest.account import AGENT, Account
from tests.webapps import CALL_SID, Page, WebApp

OTHER, COACH = "+5511900000002", "+5511900000003"
EVENTS = "start end join leave mute hold modify announcement"
HOLDS = (
    "<Say>aguarde na linha</Say><Pause length='4'/>",
    "<Pause length='3'/><Redirect>/hold</Redirect>",
    "<Redirect>/hold</Redirect>",
    "<Pause length='600'/>",
    "<Dial>+551140030015</Dial>",
)
CALL_LIMIT = 4 * 3600


def room(ends: bool, label: str) -> str:
    return (
        f"<Dial action='/after'><Conference statusCallback='/events' statusCallbackEvent='{EVENTS}' waitUrl='/wait' "
        f"endConferenceOnExit='{str(ends).lower()}' participantLabel='{label}'>sala</Conference></Dial>"
        "<Redirect>/survey</Redirect>"
    )


class RandomTalk:
    """A talk of a caller with an agent, which the application disturbs."""

    def __init__(self, seed: int) -> None:
        self.random = chosen = random.Random(seed)
        app = WebApp().page("/voice", room(chosen.random() < 0.5, "caller")).page("/hold", chosen.choice(HOLDS))
        app.page("/agent", room(chosen.random() < 0.5, "agent")).page("/other", room(False, "other"))
        app.page("/coach", f"<Dial><Conference coach='{CALL_SID}'>sala</Conference></Dial>").page("/events", "")
        app.page("/wait", chosen.choice(("<Pause length='3'/><Redirect/>", "<Say>oi</Say>", "")))
        app.page("/after", chosen.choice(("", "<Pause length='3'/>"))).page("/news", "<Say>novidade</Say>")
        app.page("/queue", "<Enqueue waitUrl='/wait' action='/left'>fila</Enqueue>").page("/left", "<Say>saiu</Say>")
        app.page("/survey", "<Pause length='2'/>").page("/tape", "")
        if chosen.random() < 0.2:
            app.raw("/hold", Page(b"", "500 Oops"))
        self.seconds = chosen.sample(range(6, 70), chosen.randint(1, 8))
        callees = {
            AGENT: CalleeBehaviour(talk=chosen.choice((10, 60, 600))),
            OTHER: CalleeBehaviour(talk=chosen.choice((5, 40))),
            COACH: CalleeBehaviour(talk=30),
            **{self.number(second): CalleeBehaviour(ring=second) for second in self.seconds},
        }
        self.faults = CarrierFaults(
            late=frozenset({"participant-hold", "conference-end"}) if chosen.random() < 0.3 else frozenset(),
            regions_apart=chosen.random() < 0.1,
            redirect_ends_recording=chosen.random() < 0.3,
            action_performed=chosen.random() < 0.3,
        )
        carrier = Carrier(calls_per_second=chosen.choice((1, math.inf)), faults=self.faults)
        self.account = Account(app, callees, carrier=carrier)
        self.account.when("/voice", self.begin)
        for second in self.seconds:
            app.page(f"/at{second}", "")
            self.account.when(f"/at{second}", self.disturb)
        for path in chosen.choices(("/events", "/hold", "/wait", "/after"), k=chosen.randint(0, 3)):
            self.account.when(path, self.disturb)

    @staticmethod
    def number(second: int) -> str:
        return f"+55119000010{second:02}"

    def begin(self) -> None:
        self.account.dial()
        for second in self.seconds:
            self.account.dial(to=self.number(second), url=f"http://app.test/at{second}")

    def disturb(self) -> None:
        for act in self.random.choices(self.acts(), k=self.random.randint(1, 3)):
            try:
                act()
            except (TwilioRestException, IndexError):
                continue

    def acts(self) -> list[Callable[[], object]]:
        client, chosen = self.account.client, self.random
        agents = client.calls.list(to=AGENT)
        legs = (CALL_SID, agents[0].sid if agents else CALL_SID)
        one = client.conferences("sala").participants(chosen.choice((CALL_SID, "caller", "agent", "other")))
        tapes = client.calls(CALL_SID).recordings
        hold = {"hold": True, "hold_url": "http://app.test/hold", "hold_method": chosen.choice(("GET", "POST"))}
        return [
            lambda: one.update(**hold),
            lambda: one.update(hold=chosen.random() < 0.3),
            lambda: one.update(muted=chosen.random() < 0.5, end_conference_on_exit=chosen.random() < 0.5),
            lambda: one.update(announce_url="http://app.test/news"),
            lambda: one.update(coaching=True, call_sid_to_coach=chosen.choice(legs)),
            lambda: one.delete(),
            lambda: client.conferences("sala").update(status="completed"),
            lambda: client.calls(CALL_SID).update(url=f"http://app.test/{chosen.choice(('voice', 'queue', 'survey'))}"),
            lambda: client.calls(legs[1]).update(url="http://app.test/agent"),
            lambda: client.calls(chosen.choice(legs)).update(status="completed"),
            lambda: tapes.create(recording_status_callback="http://app.test/tape"),
            lambda: tapes("Twilio.CURRENT").update(status=chosen.choice(("paused", "in-progress", "stopped"))),
            lambda: self.account.dial(to=OTHER, url="http://app.test/other"),
            lambda: self.account.dial(to=COACH, url="http://app.test/coach"),
            lambda: client.queues(client.queues.list()[0].sid).members(CALL_SID).update(url="http://app.test/voice"),
        ]


@pytest.mark.untraced
@settings(max_examples=settings().max_examples // 4)  # a talk takes as long as ten other examples
@given(st.integers(0, 2**32))
def test_every_talk_ends_with_nobody_left_and_every_event_counted(seed: int) -> None:
    talk = RandomTalk(seed)
    talk.account.incoming()
    switchboard = talk.account.switchboard
    assert [one for one in switchboard.rooms.all() if one.inside] == []
    assert [one for one in switchboard.calls() if switchboard.rooms.holding(one.sid)] == []
    assert [one for one in switchboard.calls() if one.call.transcript.duration > CALL_LIMIT + 1] == []
    told = defaultdict(list)
    for one in talk.account.app.to("/events"):
        told[one.form["ConferenceSid"]].append(int(one.form["SequenceNumber"]))
    for numbers in told.values():
        assert sorted(numbers) == list(range(len(numbers)))
        assert talk.faults.late or numbers == sorted(numbers)
