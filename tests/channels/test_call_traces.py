"""Calls as traces of OpenTelemetry: a collector on loopback reads what two processes of the line send it."""

from __future__ import annotations

import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from twilio.request_validator import RequestValidator

from ivr.call.answer import TurnTold
from ivr.channels.call_traces import CLOSE_SECONDS, with_traces
from ivr.channels.webhook_report import Report, WebhookReport, log_turn
from ivr.errors import SettingsError
from tests.lines import write_line
from tests.security.canary import CNPJ, CPF, LETTERS, sniffed

pytestmark = pytest.mark.network

IVR = Path(sys.executable).with_name("ivr")
TOKEN = "0123456789abcdef0123456789abcdef"
SID = "CA0123456789abcdef0123456789abcdef"
CALLER = "+5511987654321"
PADARIA = "11222333000181"
SENDERS = {"last spans", "OtelBatchSpanRecordProcessor"}
"""Threads that send spans: our own at the end, and the SDK's."""
TAKEN = WebhookReport("turn", SID, "taken", 0.25, TurnTold("ensaio", 3, "taken", "documento", "keys", "collected"))


class Collector:
    """What was posted to a collector; ``spans`` with the attributes of their resources."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.bodies: list[bytes] = []

    def spans(self) -> list[tuple[Span, dict[str, object]]]:
        found = []
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                told = _attributes(resource.resource)
                found += [(span, told) for scope in resource.scope_spans for span in scope.spans]
        return found


def _attributes(holder: object) -> dict[str, object]:
    return {
        each.key: getattr(each.value, each.value.WhichOneof("value"))
        for each in holder.attributes  # type: ignore[attr-defined]
    }


@contextmanager
def _collecting() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            collector.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        collector = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield collector
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("OTEL_"):
            monkeypatch.delenv(name)
    exporter = logging.getLogger("opentelemetry.exporter")
    level = exporter.level
    yield
    exporter.setLevel(level)


def _now() -> datetime:
    return datetime(2026, 3, 10, 13, 0, 1, tzinfo=UTC)


def _sent(collector: Collector, *reports: WebhookReport, **environ: str) -> list[tuple[Span, dict[str, object]]]:
    """The spans that a process with ``environ`` makes of ``reports``."""
    with ExitStack() as closing:
        given = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.at} | environ
        report = with_traces(log_turn, given, _now, closing)
        for each in reports:
            report(each)
    return collector.spans()


@contextmanager
def _serving(folder: Path, **environ: str) -> Iterator[str]:
    """``ivr serve`` with the database of ``folder``, and its address."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    own = {"IVR_FLOWS": str(folder / "flows"), "PYTHONUNBUFFERED": "1", "TWILIO_AUTH_TOKEN": TOKEN}
    with (folder / "log.txt").open("a") as log:
        process = subprocess.Popen(
            [IVR, "serve", "--port", "0", "--portal", "none"],
            cwd=folder,
            env=clean | own | environ,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout
    try:
        greeting = ""
        for line in process.stdout:
            greeting += line
            if line.strip() == "Ctrl-C ends it.":
                break
        found = re.search(r"webhooks\s+(http://\S+) ", greeting)
        assert found, greeting + (folder / "log.txt").read_text()
        yield found[1]
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _post(at: str, path: str, **fields: str) -> str:
    sent = {"CallSid": SID, "AccountSid": "AC" + "a" * 32, "From": CALLER, "To": "+551140030015"} | fields
    sent |= {"CallStatus": "in-progress"}
    headers = {
        "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(at + path, sent),
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    }
    answered = requests.post(at + path, urlencode(sent), headers=headers, timeout=30)
    assert answered.status_code == 200
    return answered.text


def test_a_call_over_two_processes_is_one_trace_of_its_turns(tmp_path: Path) -> None:
    write_line(tmp_path / "flows" / "ensaio")
    with _collecting() as collector:
        asked = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"{collector.at}/", "OTEL_BSP_SCHEDULE_DELAY": "100"}
        with _serving(tmp_path, **asked) as at:
            _post(at, "/twilio/voice")
            assert "CNPJ" in _post(at, "/twilio/turn/1", Digits="2")
        with _serving(tmp_path, **asked) as at:
            _post(at, "/twilio/turn/2", Digits=PADARIA)
            _post(at, "/twilio/turn/3", Digits="1234")
            _post(at, "/twilio/turn/3", Digits="1234")
            _post(at, "/twilio/status", CallStatus="completed")
        spans = sorted(collector.spans(), key=lambda each: each[0].end_time_unix_nano)
    assert [span.trace_id.hex() for span, _ in spans] == [SID[2:]] * 5
    told = [_attributes(span) for span, _ in spans]
    assert [(each["ivr.turn"], each["ivr.result"]) for each in told] == [
        (0, "taken"), (1, "taken"), (2, "taken"), (3, "taken"), (3, "repeated"),
    ]  # fmt: skip
    assert [each["ivr.webhook"] for each in told] == ["voice", "turn", "turn", "turn", "turn"]
    assert {each["ivr.line"] for each in told} == {"ensaio"}
    assert [span.name for span, _ in spans][:3] == ["chegada", "principal", "documento"]
    assert "ivr.state" not in told[4]
    first, *others = (span for span, _ in spans)
    assert first.parent_span_id == b""
    assert {span.parent_span_id for span in others} == {first.span_id}
    assert len({span.span_id for span, _ in spans}) == 5
    assert all(0 < span.end_time_unix_nano - span.start_time_unix_nano < 10**10 for span, _ in spans)
    processes = [resource["process.pid"] for _, resource in spans]
    assert processes[0] == processes[1] != processes[2] == processes[4]
    assert {resource["service.name"] for _, resource in spans} == {"ivr"}
    sent = b"".join(collector.bodies)
    for secret in (PADARIA, "1234", CALLER[1:], CALLER[3:], TOKEN):
        assert secret.encode() not in sent.replace(SID.encode(), b"")


def test_without_a_collector_no_call_is_added_and_nothing_imported() -> None:
    reported: list[WebhookReport] = []
    report: Report = reported.append
    for environ in (
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": " "},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "TRUE"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"},
    ):
        with ExitStack() as closing:
            assert with_traces(report, environ, _now, closing) is report
    bare, composed = (_calls_of(each) for each in (log_turn, with_traces(log_turn, {}, _now, ExitStack())))
    assert bare == composed > 0
    program = (
        "import sys, contextlib, ivr.channels.call_traces as traces\n"
        "traces.with_traces(print, {}, None, contextlib.ExitStack())\n"
        "sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def _calls_of(report: Report) -> int:
    """How many functions are called, ours and Python's, to report a turn."""
    called = 0

    def count(_frame: object, happened: str, _of: object) -> None:
        nonlocal called
        called += happened in {"call", "c_call"}

    report(TAKEN)
    sys.setprofile(count)
    try:
        report(TAKEN)
    finally:
        sys.setprofile(None)
    return called


def test_a_span_says_what_the_log_says_and_hides_what_it_hides() -> None:
    canary = TurnTold("ensaio", 4, "taken", f"estado-{CNPJ}", f"keys {LETTERS}", f"{CPF[:3]}.{CPF[3:]}")
    away = WebhookReport("turn", SID, "away", 4.0, None)
    silent = [WebhookReport("wait", SID, "answered", 0.1, None), WebhookReport("voice", "", "bad-request", 0.1, None)]
    with _collecting() as collector:
        spans = _sent(collector, TAKEN, away, TAKEN._replace(turn=canary), *silent)
        assert not sniffed(b"".join(collector.bodies).replace(SID.encode(), b"").decode("latin-1"))
    assert [span.name for span, _ in spans][:2] == ["documento", "turn"]
    assert _attributes(spans[0][0]) == {
        "ivr.call": SID,
        "ivr.webhook": "turn",
        "ivr.result": "taken",
        "ivr.line": "ensaio",
        "ivr.turn": 3,
        "ivr.state": "documento",
        "ivr.event": "keys",
        "ivr.outcome": "collected",
    }
    assert [span.status.code for span, _ in spans] == [Status.STATUS_CODE_UNSET, Status.STATUS_CODE_ERROR, 0]
    assert spans[0][0].end_time_unix_nano == int(_now().timestamp()) * 10**9
    assert spans[0][0].end_time_unix_nano - spans[0][0].start_time_unix_nano == 250_000_000
    assert len(spans) == 3


def test_names_and_sampling_are_those_of_the_standard_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "linha")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "host.name=a1")
    with _collecting() as collector:
        ((_, resource),) = _sent(collector, TAKEN, **os.environ)
        assert (resource["service.name"], resource["host.name"]) == ("linha", "a1")
        monkeypatch.setenv("OTEL_TRACES_SAMPLER", "traceidratio")
        monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
        calls = [f"CA{blake2b(bytes([n]), digest_size=16).hexdigest()}" for n in range(100)]
        spans = _sent(collector, *(TAKEN._replace(call=sid) for sid in calls for _ in "12"), **os.environ)[1:]
    of_call = [span.trace_id for span, _ in spans]
    assert 0 < len(set(of_call)) < len(calls)
    assert len(of_call) == 2 * len(set(of_call)), "a call is sampled whole or not at all"


def test_a_collector_that_hangs_delays_no_turn_and_no_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging, ExitStack() as closing:
        given = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{hanging.getsockname()[1]}"}
        traced = with_traces(lambda _: None, given, _now, closing)
        slowest = 0.0
        began = time.thread_time()
        for _ in range(5000):
            turn = time.monotonic()
            traced(TAKEN)
            slowest = max(slowest, time.monotonic() - turn)
        assert time.thread_time() - began < 5, "a millisecond of work for a span"
        assert slowest < 1
        began = time.monotonic()
        closing.close()
        assert time.monotonic() - began < CLOSE_SECONDS + 2
    # A request that is under way ends with the collector's socket, and no other one follows it.
    for thread in threading.enumerate():
        if thread.name in SENDERS:
            thread.join(CLOSE_SECONDS)
            assert not thread.is_alive(), f"{thread.name} goes on to send"


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT: write the address"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://[::1"}, "OTEL_EXPORTER_OTLP_ENDPOINT: write the address"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "OTEL_EXPORTER_OTLP_PROTOCOL: spans are sent by http/protobuf only"),
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER: spans are sent by otlp"),
        ({"OTEL_BSP_MAX_QUEUE_SIZE": "1"}, "max_export_batch_size must be less than or equal to max_queue_size"),
    ],
)
def test_what_cannot_be_done_is_told(environ: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    given = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"} | environ
    with ExitStack() as closing, pytest.raises(SettingsError, match=re.escape(told)):
        with_traces(log_turn, given, _now, closing)
