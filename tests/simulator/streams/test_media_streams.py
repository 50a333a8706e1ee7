"""Media streams as the vendor documents them, asked of a strict application: each rule is a test named for it."""

from __future__ import annotations

import itertools
import json
import ssl
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.phones import steps
from ivr.simulator.streaming.frames import FRAME_BYTES, FRAME_SECONDS, QUIET, hum
from ivr.simulator.streaming.stream_messages import BadMessage, read_message
from tests.simulator.streams.calls import PACE, stream_call
from tests.simulator.streams.strict_app import (
    SOUND,
    Session,
    StreamApp,
    check_handshake,
    check_messages,
    check_pace,
    drop,
    served,
)
from tests.webapps import CALL_SID, WebApp, events, said

pytestmark = pytest.mark.network

START = "<Start><Stream {stream}/></Start>"
CLEARS_AFTER = 0.1
"""Real seconds of a sound of two, in the time of the call, until it is cleared."""

LONG_SECONDS = 4

LONG = b"\x2a" * 8000 * LONG_SECONDS
"""Sound that is far from its end when it is cleared."""


def greets(session: Session, message: dict[str, Any]) -> None:
    """Play, mark, and close when the mark comes back."""
    match message["event"]:
        case "start":
            session.play(SOUND)
            session.mark("played")
        case "mark" if message["mark"]["name"] == "played":
            session.connection.close()


def plays_pieces(session: Session, message: dict[str, Any]) -> None:
    """Play in messages of all sizes; greet as the others."""
    if message["event"] == "start":
        session.play(SOUND[:100], piece=37)
        session.play(SOUND[100:], piece=700)
        session.mark("played")
    elif message["event"] == "mark":
        session.connection.close()


def marks(session: Session, message: dict[str, Any]) -> None:
    """Ask for a mark with nothing before it, then for two behind sound."""
    match message["event"], message.get("mark", {}).get("name"):
        case "start", _:
            session.mark("at once")
        case "mark", "at once":
            session.play(SOUND)
            session.mark("one")
            session.play(SOUND)
            session.mark("two")
        case "mark", "two":
            session.connection.close()


def clears(session: Session, message: dict[str, Any]) -> None:
    """Play a long sound with marks, and clear it after a while; a mark after it comes at once."""
    match message["event"], message.get("mark", {}).get("name"):
        case "start", _:
            session.play(LONG)
            session.mark("half")
            session.play(LONG)
            session.mark("whole")
        case "media", _ if "clear" not in session.sent and time.monotonic() - session.sent["whole"] > CLEARS_AFTER:
            session.send("clear")
            session.mark("after")
        case "mark", "after":
            session.connection.close()


def misbehaves(*texts: str | bytes) -> Any:
    """Send these once the stream has begun, greet, and close."""

    def behave(session: Session, message: dict[str, Any]) -> None:
        if message["event"] == "start":
            for text in texts:
                session.connection.send(text.replace("SID", session.stream_sid) if isinstance(text, str) else text)
            session.mark("end")
        elif message["event"] == "mark":
            session.connection.close()

    return behave


def floods(session: Session, message: dict[str, Any]) -> None:
    """Queue more than ten minutes, twice as much as would be told, and clear it."""
    if message["event"] == "start":
        session.play(b"\x2a" * (11 * 60 * 8000), piece=400_000)
        session.send("clear")
        session.mark("end")
    elif message["event"] == "mark":
        session.connection.close()


def closes(code: int) -> Any:
    def behave(session: Session, message: dict[str, Any]) -> None:
        if message["event"] == "media":
            session.connection.close(code, "enough")

    return behave


def drops(session: Session, message: dict[str, Any]) -> None:
    if message["event"] == "media":
        drop(session)


BAD = {
    "no-json": "hello",
    "list": "[]",
    "unknown": '{"event": "speak", "streamSid": "SID"}',
    "no-sid": '{"event": "clear"}',
    "wrong-sid": '{"event": "clear", "streamSid": "MZ0"}',
    "extra": '{"event": "clear", "streamSid": "SID", "why": 1}',
    "no-payload": '{"event": "media", "streamSid": "SID", "media": {}}',
    "no-base64": '{"event": "media", "streamSid": "SID", "media": {"payload": "!!"}}',
    "a-file": '{"event": "media", "streamSid": "SID", "media": {"payload": "UklGRgAAAAA="}}',
}


@pytest.fixture(scope="module")
def app() -> Iterator[StreamApp]:
    behaviours: dict[str, Any] = {
        "greets": greets,
        "pieces": plays_pieces,
        "marks": marks,
        "clears": clears,
        "floods": floods,
        "drops": drops,
        "closes": closes(1000),
        "fails": closes(1011),
        "binary": misbehaves(b"\x00\x01"),
        "nameless": misbehaves(
            '{"event": "mark", "streamSid": "SID", "mark": {}}', '{"event": "mark", "streamSid": "SID"}'
        ),
        "twice-bad": misbehaves("hello", "hello again"),
        **{name: misbehaves(text) for name, text in BAD.items()},
    }
    with served(behaviours) as app:
        yield app


# What is sent


def test_a_two_way_stream_sends_what_the_vendor_documents(app: StreamApp) -> None:
    call = stream_call(app, "greets")
    (session,) = call.sessions
    check_handshake(session)
    check_messages(session, CALL_SID, ["inbound"], {"guest": "Ana"})
    assert session.heard() == QUIET * FRAME_BYTES * len(session.of("media"))
    assert (call.codes, call.transcript.error) == ([], None)


def test_a_frame_of_160_bytes_goes_out_each_20_ms_in_real_time(app: StreamApp) -> None:
    (session,) = stream_call(app, "greets", pace=1.0).sessions
    check_pace(session, 1.0)
    times = [at for at, message in session.came if message["event"] == "media"]
    gaps = sorted(later - sooner for sooner, later in itertools.pairwise(times))
    assert 0.01 < gaps[len(gaps) // 2] < 0.03


def test_keys_of_the_caller_count_on_in_the_one_sequence(app: StreamApp) -> None:
    call = stream_call(app, "listens", steps.Press("1#", after=0.2), steps.HangUp(after=0.1))
    (session,) = call.sessions
    check_messages(session, CALL_SID, ["inbound"], {"guest": "Ana"})
    assert [one["dtmf"]["digit"] for one in session.of("dtmf")] == ["1", "#"]
    assert [event["digits"] for event in events(call.transcript, "press")] == ["1#"]


def test_stop_is_the_last_message_where_the_caller_hangs_up(app: StreamApp) -> None:
    call = stream_call(app, "listens", steps.HangUp(after=0.2))
    (session,) = call.sessions
    assert session.messages[-1]["event"] == "stop"
    assert session.code == 1000
    assert [one["StreamEvent"] for one in call.told] == ["stream-started", "stream-stopped"]


# What is played


def test_sound_is_played_sample_by_sample(app: StreamApp) -> None:
    call = stream_call(app, "greets")
    kept = bytes(call.transcript.streams[0].kept)
    assert kept.strip(QUIET) == SOUND.strip(QUIET)
    assert SOUND in kept


def test_sound_of_any_size_is_played_in_the_order_in_which_it_came(app: StreamApp) -> None:
    kept = bytes(stream_call(app, "pieces").transcript.streams[0].kept)
    wanted = iter(SOUND)
    awaited = next(wanted)
    for sample in kept:
        if sample == awaited:
            awaited = next(wanted, 0xFF)
        else:
            assert sample == 0xFF, "there may be silence where a piece came late, and nothing else"
    assert list(wanted) == []


def test_a_mark_is_told_when_the_sound_before_it_has_played(app: StreamApp) -> None:
    (session,) = stream_call(app, "marks").sessions
    lasts = len(SOUND) / 8000 / PACE
    assert session.when("mark", "one") - session.sent["one"] >= lasts
    assert session.when("mark", "two") - session.sent["one"] >= 2 * lasts
    assert session.when("mark", "two") - session.sent["one"] < 2 * lasts + 2
    check_messages(session, CALL_SID, ["inbound"], {"guest": "Ana"})


def test_a_mark_with_nothing_before_it_is_told_at_once(app: StreamApp) -> None:
    (session,) = stream_call(app, "marks").sessions
    between = [one["event"] for one in session.messages[2:]]
    assert between.index("mark") * FRAME_SECONDS < 1, "no second of sound comes before it, on a loaded machine either"


def test_a_clear_throws_sound_away_and_tells_all_pending_marks(app: StreamApp) -> None:
    call = stream_call(app, "clears")
    (session,) = call.sessions
    assert [one["mark"]["name"] for one in session.of("mark")] == ["half", "whole", "after"]
    played = bytes(call.transcript.streams[0].kept).count(0x2A) / 8000
    (clear,) = events(call.transcript, "clear")
    assert 0.1 < played < LONG_SECONDS
    assert played + clear["seconds"] == pytest.approx(2 * LONG_SECONDS, abs=0.011)
    assert [event["cleared"] for event in events(call.transcript, "mark")] == [True, True, False]


def test_more_than_ten_minutes_of_sound_are_warned_of_once(app: StreamApp) -> None:
    call = stream_call(app, "floods")
    assert call.failing == [31931]


# What is bad


@pytest.mark.parametrize("path", [*BAD, "twice-bad"])
def test_a_bad_message_is_warned_of_once_and_the_stream_goes_on(app: StreamApp, path: str) -> None:
    call = stream_call(app, path)
    assert call.failing == [31951]
    assert "message 1 that the application sent" in call.transcript.warnings[0].message
    assert said(call.transcript) == ["next"]


def test_a_binary_message_breaks_the_websockets_protocol(app: StreamApp) -> None:
    assert stream_call(app, "binary").failing == [31924]


def test_a_mark_without_a_name_is_survived(app: StreamApp) -> None:
    call = stream_call(app, "nameless")
    assert (call.codes, call.failing) == ([31951], [])
    assert [event["mark"] for event in events(call.transcript, "mark")] == ["end"]


@pytest.mark.parametrize(("path", "code", "seen"), [("drops", 31903, "lost"), ("fails", 31921, "app")])
def test_a_broken_socket_is_told_and_the_call_goes_on(app: StreamApp, path: str, code: int, seen: str) -> None:
    call = stream_call(app, path)
    assert (call.failing, said(call.transcript)) == ([code], ["next"])
    assert [one["StreamEvent"] for one in call.told] == ["stream-started", "stream-error", "stream-stopped"]
    assert call.told[1]["StreamError"].startswith(str(code))
    assert [event["by"] for event in events(call.transcript, "stream_ended")] == [seen]


def test_a_refused_handshake_is_told_and_the_call_goes_on(app: StreamApp) -> None:
    call = stream_call(app, "nowhere")
    assert (call.failing, said(call.transcript)) == ([31920], ["next"])
    (error,) = call.told
    assert (error["StreamEvent"], error["StreamName"]) == ("stream-error", "voice")
    assert "answered the handshake with status 404" in error["StreamError"]


def test_a_server_without_tls_is_a_tls_error(app: StreamApp) -> None:
    document = f'<Connect><Stream url="wss://127.0.0.1:{app.port}/x"/></Connect>'
    assert stream_call(app, "x", document=document).failing == [31910]
    assert ssl.OPENSSL_VERSION


def test_nobody_at_the_address_is_a_refused_connection(app: StreamApp) -> None:
    document = '<Connect><Stream url="ws://127.0.0.1:1/x"/></Connect><Say>next</Say>'
    call = stream_call(app, "x", document=document)
    assert (call.codes, call.failing) == ([12200, 31902], [31902])


def test_a_query_is_left_out_of_the_address_and_told(app: StreamApp) -> None:
    document = f'<Connect><Stream url="{app.url("greets")}?secret=1"/></Connect>'
    call = stream_call(app, "greets", document=document)
    assert call.failing == [31920]
    check_handshake(call.sessions[0])


def test_a_password_in_an_address_is_shown_nowhere(app: StreamApp) -> None:
    document = f'<Connect><Stream url="{app.url("greets").replace("://", "://ana:segredo@")}"/></Connect>'
    transcript = stream_call(app, "greets", document=document).transcript
    told = [*map(str, transcript.warnings), str([event.details for event in transcript.events])]
    assert "segredo" not in " ".join(told)


def test_what_is_nested_too_deep_is_no_message() -> None:
    assert isinstance(read_message("[" * 100_000, "MZ0"), BadMessage)


def test_another_track_than_the_callers_cannot_be_connected(app: StreamApp) -> None:
    document = '<Connect><Stream {stream} track="both_tracks"/></Connect>'
    call = stream_call(app, "greets", document=document)
    assert call.failing == [31941]
    check_messages(call.sessions[0], CALL_SID, ["inbound"], {})


# How the call goes on


def test_the_next_verb_runs_where_the_application_closes(app: StreamApp) -> None:
    call = stream_call(app, "closes")
    assert (said(call.transcript), call.codes) == (["next"], [])
    assert [one["StreamEvent"] for one in call.told] == ["stream-started", "stream-stopped"]


def test_the_action_is_asked_where_the_application_closes(app: StreamApp) -> None:
    document = '<Connect action="/next"><Stream {stream}/></Connect><Say>never</Say>'
    assert said(stream_call(app, "closes", document=document).transcript) == ["action"]


def test_the_next_verb_never_runs_where_the_caller_hangs_up(app: StreamApp) -> None:
    call = stream_call(app, "listens", steps.HangUp(after=0.1))
    assert (said(call.transcript), call.transcript.status) == ([], "completed")


def test_a_started_stream_lets_the_call_go_on_at_once(app: StreamApp) -> None:
    document = f"{START}<Say>ao mesmo tempo</Say><Pause/>"
    call = stream_call(app, "listens", document=document)
    (session,) = call.sessions
    check_messages(session, CALL_SID, ["inbound"], {})
    assert [event.kind for event in call.transcript.events[:3]] == ["request", "stream", "say"]
    assert 1.0 < len(session.of("media")) / 50 < 4
    assert session.messages[-1]["event"] == "stop"


def test_a_started_stream_as_the_last_verb_ends_with_the_call(app: StreamApp) -> None:
    call = stream_call(app, "listens", document=START)
    (session,) = call.sessions
    check_messages(session, CALL_SID, ["inbound"], {})
    assert len(session.of("media")) <= 50
    assert call.transcript.duration < 5


def test_both_tracks_have_the_caller_and_what_the_line_says(app: StreamApp) -> None:
    document = '<Start><Stream {stream} track="both_tracks"/></Start><Say>ola</Say><Pause/>'
    (session,) = stream_call(app, "listens", document=document).sessions
    check_messages(session, CALL_SID, ["inbound", "outbound"], {})
    assert set(session.heard("inbound")) == {0xFF}
    assert hum() in session.heard("outbound")
    assert session.heard("outbound").endswith(QUIET * FRAME_BYTES * 10)


def test_the_outbound_track_alone_has_no_caller(app: StreamApp) -> None:
    document = '<Start><Stream {stream} track="outbound_track"/></Start><Say>ola</Say>'
    (session,) = stream_call(app, "listens", document=document).sessions
    check_messages(session, CALL_SID, ["outbound"], {})


def test_a_started_stream_is_stopped_by_its_name(app: StreamApp) -> None:
    stop = '<Stop><Stream name="other"/></Stop><Pause/><Stop><Stream name="voice"/></Stop><Pause length="60"/>'
    began = time.monotonic()
    call = stream_call(app, "listens", document=f"{START}{stop}")
    assert time.monotonic() - began < 10, "what comes after a stream passes in no time"
    assert [one["StreamEvent"] for one in call.told] == ["stream-started", "stream-stopped"]
    assert call.transcript.duration > 60
    assert 0.9 < len(call.sessions[0].of("media")) / 50 < 2


def test_what_is_sent_into_a_one_way_stream_is_no_sound(app: StreamApp) -> None:
    call = stream_call(app, "greets", document=f"{START}<Pause/>")
    assert call.failing == [31924]
    assert call.sessions[0].of("mark") == []


def test_keys_are_not_told_to_a_one_way_stream(app: StreamApp) -> None:
    document = f'{START}<Gather timeout="1"/>'
    call = stream_call(app, "listens", steps.Press("5", after=0.2), document=document)
    assert call.sessions[0].of("dtmf") == []


def test_relative_addresses_are_those_of_the_document(app: StreamApp) -> None:
    document = '<Connect><Stream url="/greets" statusCallback="told"/></Connect>'
    call = stream_call(app, "greets", document=document)
    check_handshake(call.sessions[0])
    assert [one["StreamEvent"] for one in call.told] == ["stream-started", "stream-stopped"]
    assert call.told[0]["StreamName"] == call.told[0]["StreamSid"] == call.sessions[0].stream_sid


def test_a_slow_webhook_holds_no_frame_up(app: StreamApp) -> None:
    class Slow(WebApp):
        def __call__(self, environ: Any, start_response: Any) -> Any:
            if environ["PATH_INFO"] == "/slow":
                time.sleep(0.4)
            return super().__call__(environ, start_response)

    webhooks = Slow().page("/slow", "<Pause/>")
    call = stream_call(app, "listens", document=f"{START}<Redirect>/slow</Redirect>", webhooks=webhooks)
    times = [at for at, one in call.sessions[0].came if one["event"] == "media"]
    assert max(later - sooner for sooner, later in itertools.pairwise(times)) < 0.2


def test_several_streams_of_a_call_run_beside_each_other(app: StreamApp) -> None:
    ears = "".join(f'<Start><Stream url="{app.url("listens")}" name="{name}"/></Start>' for name in ("one", "two"))
    stop = '<Stop><Stream name="one"/></Stop>'
    document = f"{ears}<Connect><Stream {{stream}}/></Connect>{stop}<Pause/>"
    call = stream_call(app, "greets", steps.SaySound(SOUND), steps.HearStream("mark", mark="played"), document=document)
    assert (call.transcript.failures, call.codes) == ([], [])
    connected = [one for one in call.sessions if one.path == "/greets"]
    one, two = (one for one in call.sessions if one.path == "/listens")
    for session in (*connected, one, two):
        check_messages(session, CALL_SID, ["inbound"], {})
    assert len({session.stream_sid for session in call.sessions}) == 3
    assert SOUND[:800] in one.heard()
    assert abs(len(one.of("media")) - len(two.of("media"))) > 25


# Faults on purpose


def test_a_script_lets_the_connection_break(app: StreamApp) -> None:
    call = stream_call(app, "listens", faults=CarrierFaults(broken_streams=0.4))
    assert call.sessions[0].code == 1006
    assert 18 <= len(call.sessions[0].of("media")) <= 20
    assert said(call.transcript) == ["next"]


def test_a_slow_network_lets_frames_through_in_bursts(app: StreamApp) -> None:
    call = stream_call(app, "marks", faults=CarrierFaults(slow_streams=0.5), pace=3.0)
    (session,) = call.sessions
    check_messages(session, CALL_SID, ["inbound"], {"guest": "Ana"})
    times = [at for at, one in session.came if one["event"] == "media"]
    gaps = [later - sooner for sooner, later in itertools.pairwise(times)]
    assert sum(gap > 0.1 for gap in gaps) >= 1
    assert sum(gap < 0.005 for gap in gaps) > len(gaps) / 2
    assert SOUND in bytes(call.transcript.streams[0].kept)


def test_what_came_is_told_in_the_transcript(app: StreamApp) -> None:
    call = stream_call(app, "greets")
    kinds = [event["kind"] for event in call.transcript.as_dict()["events"] if event["kind"] not in {"request", "say"}]
    assert kinds == ["stream", "sound", "mark", "stream_ended", "hangup"]
    (stream,) = events(call.transcript, "stream")
    assert (stream["outcome"], stream["by"], stream["two_way"]) == ("stopped", "app", True)
    assert json.dumps(call.transcript.as_dict())
