"""A card's number is shown nowhere, whoever asks: not on the terminal, not in files, not in what a page is told."""

from __future__ import annotations

import io
import json
import re
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest

from ivr.replay.recorder import steps_of
from ivr.replay.recording_phone import RecordingPhone
from ivr.simulator.acts import Act
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import LiveCall
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.piped import PipedPhone
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.transcript import Event
from ivr.simulator.transports import WsgiTransport
from ivr.web.phone.narration import Narration
from tests.cli.conftest import Ivr, _Quiet
from tests.simulator.phones.test_terminal_phone import Line, talk
from tests.webapps import AT, CALL_SID, CALLED, CALLER, ENTRY, WebApp, call

CARD = "4929939187355598"
CODE = "907"
EXPIRY = "0931"
POSTAL = "86315"
CANARIES = (CARD, CODE, EXPIRY, POSTAL)

PAY = "<Pay action='/paid' statusCallback='/told' chargeAmount='9.90'/>"
KEYS = (steps.Press(f"{CARD}#"), steps.Press(EXPIRY), steps.Press(CODE), steps.Press(f"{POSTAL}#"))
PIPE = f"{CARD}#{EXPIRY}{CODE}{POSTAL}#"

pytestmark = pytest.mark.network


def shop() -> WebApp:
    return WebApp().page("/voice", PAY).page("/paid", "<Say>obrigado</Say>").page("/told", "")


MADE_UP = re.compile(r"127\.0\.0\.1:[0-9]+|(?=[0-9a-f-]*[a-f])[0-9a-f-]{20,}|\b[0-9]+\.[0-9]+\b")
"""Ports, identifiers and seconds, in which three digits may stand by chance."""


def shown_in(*texts: str) -> list[str]:
    return [canary for canary in CANARIES for text in texts if canary in MADE_UP.sub("", text)]


@pytest.fixture
def address() -> Iterator[str]:
    with make_server("127.0.0.1", 0, shop(), handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/voice"
        server.shutdown()
        thread.join()


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "pays.call.yaml"
    keys = "".join(f'  - press: "{step.digits}"\n' for step in KEYS)
    file.write_text(f"call: pays\nsteps:\n{keys}  - hear: obrigado\nexpect: {{ended: completed}}\n", encoding="utf-8")
    return file


def test_a_script_that_pays_leaves_no_number_in_any_output(
    ivr: Ivr, address: str, script: Path, tmp_path: Path
) -> None:
    outputs = [tmp_path / name for name in ("t.json", "r.call.yaml", "s.call.yaml")]
    code, out, err = ivr("call", address, "--script", script, "--out", outputs[0], "--record", outputs[1])
    assert (code, "of a card: success" in out) == (0, True)
    more = ivr("call", address, "--script", script, "--json", "--record", outputs[2], "--record-secrets")
    assert (more[0], json.loads(more[1].splitlines()[0])["status"]) == (0, "completed")
    assert "what was keyed into a payment is never in it: fill in lines" in more[2]
    texts = [file.read_text(encoding="utf-8") for file in outputs]
    assert "pay" in texts[0]
    assert texts[2].count("<fill in>") == len(KEYS)
    assert shown_in(out, err, *map(str, more), *texts) == []


def test_a_script_that_fails_in_a_payment_quotes_no_number(ivr: Ivr, address: str, tmp_path: Path) -> None:
    file = tmp_path / "fails.call.yaml"
    file.write_text(
        f'call: pays\nsteps:\n  - press: "{CARD}"\n  - press: "{CODE}"\n  - hear: nunca\n', encoding="utf-8"
    )
    code, out, err = ivr("call", address, "--script", file)
    assert (code, "was not heard" in out + err) == (1, True)
    assert shown_in(out, err) == []


def test_keys_from_a_pipe_are_marks(ivr: Ivr, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(PIPE))
    code, out, err = ivr("call", address)
    assert (code, "obrigado" in out, "•" in out) == (0, True, True)
    assert shown_in(out, err) == []


def test_keys_at_a_terminal_are_marks() -> None:
    keys = [(6.0 + 0.3 * number, key) for number, key in enumerate(f"{CARD}#")]
    transcript, person = talk(Line(PAY), *keys, (60.0, "h"))
    assert any("•" in line for frame in person.frames for line in frame)
    shown = [line for frame in (*person.frames, person.page) for line in frame]
    assert shown_in(*shown, str(transcript.as_dict())) == []


class WatchedPhone(ScriptedPhone):
    """Keys what a script says, and lets a page be told of everything, as the telephone of the pages does."""

    def __init__(self, narration: Narration) -> None:
        super().__init__(KEYS)
        self._narration = narration

    def act(self, moment: Moment) -> Act | None:
        act = super().act(moment)
        self._narration.moment(moment, act)
        return act

    def notice(self, event: Event) -> None:
        super().notice(event)
        self._narration.event(event)


def test_a_page_hears_of_no_number() -> None:
    told: list[str] = []
    narration = Narration(
        lambda kind, fields, leg=None: told.append(f"{kind} {fields} {leg}"), lambda: 0.0, lambda _: None
    )
    transport = WsgiTransport(shop())
    clock = VirtualClock(AT)
    setup = CallSetup(url=ENTRY, transport=transport, from_=CALLER, to=CALLED, call_sid=CALL_SID, clock=clock)
    live = LiveCall(setup, WatchedPhone(narration))
    narration.transcript = live.transcript
    while (until := live.advance()) is not None:
        clock.advance_to(until)
    narration.over()
    assert live.transcript.failures == []
    assert any(each.startswith("press") and "\u2022" in each for each in told)
    assert any("xxxx-xxxx-xxxx-5598" in each for each in told)
    assert shown_in(*told) == []


@pytest.mark.parametrize("secrets", [True, False])
def test_a_recorded_payment_is_to_be_filled_in_with_or_without_secrets(secrets: bool) -> None:
    recorder = RecordingPhone(ScriptedPhone((*KEYS, steps.Pay("success", token="tok_1"))), datetime.now(UTC))
    call(shop(), phone=recorder)
    written = steps_of(recorder.notes, secrets=secrets, known=CANARIES)
    lines = [line for step in written for line in step.lines()]
    assert shown_in(*lines, repr(written)) == []
    assert "    token: tok_1" in lines


def test_what_a_piped_phone_tells_has_marks() -> None:
    told: list[str] = []
    call(shop(), phone=PipedPhone(io.StringIO(PIPE), told.append))
    assert any("•" in line for line in told)
    assert shown_in(*told) == []
