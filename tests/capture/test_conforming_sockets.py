"""A captured call with an AI agent or a media stream is played again, message by message."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ivr.capture.capture_reader import read_capture
from ivr.capture.conforming import ConformedCall, conform
from ivr.simulator.clock import VirtualClock
from ivr.simulator.phones import steps
from tests.capture.agent_app import agent_server
from tests.capture.capturing import AT, capturing

pytestmark = pytest.mark.network

Records = list[dict[str, Any]]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with agent_server() as served:
        yield served


def captured(address: str, file: Path, path: str, *acts: steps.Step) -> Path:
    with capturing(address, file) as capture:
        capture.clock = VirtualClock(AT, 10.0)
        transcript = capture.dial(*acts, path=path)
    assert transcript.failures == []
    assert transcript.error is None
    return file


@pytest.fixture(scope="module")
def agent(address: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return captured(
        address,
        tmp_path_factory.mktemp("agent") / "a",
        "/relay",
        steps.Hear("Bom dia"),
        steps.Speak("quero o saldo da Rita Canaria"),
        steps.Hear("Entendi"),
        steps.Press("7"),
        steps.Hear("Tecla 7"),
        steps.Speak("obrigado, tchau"),
    )


@pytest.fixture(scope="module")
def sound(address: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return captured(address, tmp_path_factory.mktemp("sound") / "a", "/stream", steps.Press("4", after=5))


def played(file: Path, tolerance: float = 3.0) -> ConformedCall:
    (call,) = conform(read_capture(file), tolerance)
    return call


def told(call: ConformedCall) -> list[tuple[str, str, str, str | None, str | None]]:
    return [(each.kind, each.request, each.field, each.captured, each.simulated) for each in call.differences]


def test_a_call_with_an_agent_goes_as_it_went(agent: Path) -> None:
    call = played(agent)
    assert len(call.call.sockets) == 1
    assert len(list(call.call.sockets[0].inputs())) == 3
    assert told(call) == []
    assert "canaria" not in agent.read_text().lower()


def test_a_call_with_a_media_stream_goes_as_it_went(sound: Path) -> None:
    call = played(sound)
    assert [each.type for each in call.call.sockets[0].messages[:3]][:2] == ["connected", "start"]
    assert told(call) == []
    assert "payload" not in sound.read_text()


def test_a_caller_who_leaves_an_agent_leaves_it_again(address: str, tmp_path: Path) -> None:
    file = captured(address, tmp_path / "a", "/relay", steps.Hear("Bom dia"), steps.Speak("nada"), steps.HangUp())
    assert told(played(file)) == []


def test_a_caller_who_cuts_an_agent_short_does_so_again(address: str, tmp_path: Path) -> None:
    file = captured(
        address, tmp_path / "a", "/relay", steps.Speak("saldo"), steps.Hear("Entendi"),
        steps.Speak("tchau agora mesmo", during=1),
    )  # fmt: skip
    call = played(file)
    assert any(each.type == "interrupt" for each in call.call.sockets[0].messages)
    assert told(call) == []


def edited(file: Path, to: Path, edit: Callable[[Records], Records | None]) -> list[tuple[str, str]]:
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    records = edit(records) or records
    changed = to / "changed"
    changed.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return [(each.kind, each.field) for each in played(changed).differences]


def sent(records: Records, kind: str) -> dict[str, Any]:
    found = (each["message"] for each in records if each.get("way") == "to-app" and "message" in each)
    message: dict[str, Any] = next(each for each in found if kind in {each.get("type"), each.get("event")})
    return message


def _twice(records: Records, message: dict[str, Any]) -> Records:
    return [one for each in records for one in [each] * (1 + (each.get("message") is message))]


@pytest.mark.parametrize(
    ("edit", "difference"),
    [
        (lambda records: sent(records, "setup").update(callStatus="IN-PROGRESS"),
         ("another value", "message setup.callStatus")),
        (lambda records: sent(records, "setup").update(novelty="x"), ("missing field", "message setup.novelty")),
        (lambda records: sent(records, "setup").pop("callType"), ("extra field", "message setup.callType")),
        (lambda records: sent(records, "setup")["customParameters"].update(more="x"),
         ("missing field", "message setup.customParameters.more")),
        (lambda records: sent(records, "prompt").update(lang="pt"), ("another value", "message prompt.lang")),
        (lambda records: sent(records, "dtmf").update(digit=4), ("another value", "message dtmf.digit")),
        (lambda records: _twice(records, sent(records, "setup")), ("missing request", "message setup")),
        (lambda records: next(each for each in records if each.get("kind") == "socket").update(signature="invalid"),
         ("another value", "header x-twilio-signature")),
    ],
)  # fmt: skip
def test_what_differs_in_a_message_of_an_agents_is_told(
    agent: Path, tmp_path: Path, edit: Callable[[Records], Records | None], difference: tuple[str, str]
) -> None:
    def changed(records: Records) -> Records | None:
        made = edit(records)
        return made if isinstance(made, list) else None

    assert difference in edited(agent, tmp_path, changed)


def test_a_number_where_a_text_is_sent_is_another_value(sound: Path, tmp_path: Path) -> None:
    def edit(records: Records) -> None:
        sent(records, "start")["sequenceNumber"] = 1

    assert edited(sound, tmp_path, edit) == [("another value", "message start.sequenceNumber")]


def test_frames_that_come_at_another_rate_are_another_gap(sound: Path, tmp_path: Path) -> None:
    def edit(records: Records) -> None:
        """A frame each 50 ms."""
        frames = [each for each in records if (each.get("message") or {}).get("event") == "media"]
        for number, each in enumerate(each for each in frames if each["way"] == "to-app"):
            each["t"] = round(frames[0]["t"] + 0.05 * number, 3)

    assert edited(sound, tmp_path, edit) == [("gap", "message media")]


def test_a_websocket_that_one_side_alone_opens_is_told(agent: Path, tmp_path: Path) -> None:
    def without(records: Records) -> Records:
        return [each for each in records if each.get("kind") not in {"socket", "message", "closed"}]

    assert ("extra request", "request") in edited(agent, tmp_path, without)
