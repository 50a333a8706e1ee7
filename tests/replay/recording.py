"""Calls of any TwiML application, recorded as scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ivr.replay.call_target import CallTarget, UrlTarget
from ivr.replay.recorder import RecordedScript
from ivr.replay.recording import script_of
from ivr.replay.recording_phone import RecordingPhone
from ivr.replay.runner import Played, play
from ivr.replay.script import Script, improvised
from ivr.simulator.carrier import Carrier
from ivr.simulator.phones import steps
from ivr.simulator.phones.base import Phone
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.transports import WsgiTransport
from tests.webapps import ENTRY, WebApp

if TYPE_CHECKING:
    from ivr.simulator.call_setup import CallSetup


ZONE = ZoneInfo("America/Sao_Paulo")
LINE = "4003-0015"


def record(
    target: CallTarget, phone: Phone, script: Script | None = None, *, secrets: bool = True
) -> tuple[Played, str]:
    """A call by ``phone``, and the script of it."""
    played, recording = recorded(target, phone, script, secrets=secrets)
    return played, recording.text


def recorded(
    target: CallTarget, phone: Phone, script: Script | None = None, *, secrets: bool = True
) -> tuple[Played, RecordedScript]:
    recorders: list[RecordingPhone] = []

    def phone_for(setup: CallSetup) -> Phone:
        recorders.append(RecordingPhone(phone, setup.clock.now().astimezone(target.zone)))
        return recorders[0]

    script = script or improvised(LINE)
    played = play(script, target, phone_for=phone_for)
    return played, script_of(recorders[0], script, target, played, secrets=secrets)


def steps_of(app: WebApp, *did: steps.Step, secret: bool = False, secrets: bool = False) -> list[str]:
    """The steps that are recorded of a call to ``app`` in which people do this; it plays again without a failure."""
    return recorded_steps(recorded_of(app, *did, secret=secret, secrets=secrets).text)


def recorded_of(app: WebApp, *did: steps.Step, secret: bool = False, secrets: bool = False) -> RecordedScript:
    return recorded(target_of(app, secret=secret), ScriptedPhone(did), secrets=secrets)[1]


def target_of(app: WebApp, *, secret: bool = False) -> UrlTarget:
    return UrlTarget(
        ENTRY,
        WsgiTransport(app),
        to="+551140030015",
        zone=ZONE,
        carrier=Carrier(),
        new_sid=lambda: "CA" + "1" * 32,
        conceals=lambda _: secret,
    )


def recorded_steps(text: str) -> list[str]:
    lines = text.splitlines()
    return [line.strip() for line in lines[lines.index("steps:") + 1 : lines.index("expect:")]]


def menu() -> WebApp:
    gather = "<Gather action='/next'><Say>Bem-vindo à Central. Para suporte, tecle 2.</Say></Gather><Say>Adeus.</Say>"
    return WebApp().page("/voice", gather).page("/next", "<Say>Certo.</Say>")
