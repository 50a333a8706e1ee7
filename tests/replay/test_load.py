"""What a load tells: percentiles, what failed, and which calls went astray."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.replay.load import LoadReport, Profiles, TimedTransport
from ivr.replay.runner import Played
from ivr.replay.script import improvised
from ivr.simulator.transports import Headers, Request, Response, TransportError


def _played(*failures: str, code: int | None = None) -> Played:
    error = {"code": code, "message": "what happened"} if code else None
    return Played("a.call.yaml", 1, "a call", {"failures": list(failures), "error": error}, frozenset(), 0.1)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=300))
def test_a_percentile_is_the_time_within_which_so_many_were_answered(milliseconds: list[int]) -> None:
    report = LoadReport()
    for each in milliseconds:
        report.asked("POST /voice", each / 1000, None)
    figures = report.figures(10)
    for name, share in (("p50_ms", 50), ("p95_ms", 95), ("p99_ms", 99), ("max_ms", 100)):
        told = figures[name]
        within = [each for each in milliseconds if each <= told]  # type: ignore[operator]
        below = [each for each in milliseconds if each < told]  # type: ignore[operator]
        needed = math.ceil(share * len(milliseconds) / 100)
        assert len(below) < needed <= len(within)
    assert figures["turns_per_second"] == round(len(milliseconds) / 10, 1)


def test_calls_astray_are_counted_by_where_their_script_says_so() -> None:
    report = LoadReport()
    report.called(_played())
    report.called(_played("a.call.yaml:7: 'Olá' was not heard; heard instead: \"protocolo 1\"", "and more"))
    report.called(_played("a.call.yaml:7: 'Olá' was not heard; heard instead: \"protocolo 2\""))
    report.called(_played(code=11200))
    assert (report.calls, report.astray, report.is_good) == (4, 3, False)
    rows = report.lines(1)
    assert "     2 times: a.call.yaml:7: 'Olá' was not heard; heard instead: \"protocolo 1\"" in rows
    assert "     1 times: error 11200: what happened" in rows
    assert rows[-3] == "errors: 0, astray: 3"


def test_callers_are_drawn_by_the_weight_of_their_profile() -> None:
    often, seldom = improvised("often"), improvised("seldom")
    profiles = Profiles([(often, 3), (seldom, 1)], Random(7))
    drawn = Counter(profiles.draw().line for _ in range(4000))
    assert drawn["often"] / drawn["seldom"] == pytest.approx(3, rel=0.15)


def test_a_request_is_told_by_its_webhook_with_what_was_wrong() -> None:
    class Answers:
        def send(self, request: Request, timeout: float) -> Response:
            if "7" in request.url:
                raise TransportError("no connection to it")
            return Response(503 if "5" in request.url else 200, Headers(), b"", request.url)

    told: list[tuple[str, float, str | None]] = []
    ticks = iter(range(100))
    transport = TimedTransport(Answers(), lambda *each: told.append(each), lambda: float(next(ticks)))
    for number in (4, 5):
        transport.send(Request("POST", f"http://app.test/twilio/turn/{number}?at=x"), 15)
    with pytest.raises(TransportError):
        transport.send(Request("POST", "http://app.test/twilio/turn/7"), 15)
    assert told == [
        ("POST /twilio/turn/N", 1.0, None),
        ("POST /twilio/turn/N", 1.0, "status 503"),
        ("POST /twilio/turn/N", 1.0, "no connection to it"),
    ]


def test_no_request_is_told_as_nought() -> None:
    assert LoadReport().figures(1) == {
        "seconds": 1,
        "calls": 0,
        "calls_per_second": 0.0,
        "turns": 0,
        "turns_per_second": 0.0,
        "p50_ms": 0.0,
        "p95_ms": 0.0,
        "p99_ms": 0.0,
        "max_ms": 0.0,
        "errors": 0,
        "astray": 0,
    }


def test_the_callers_of_the_bench_are_call_scripts_without_fixtures() -> None:
    from ivr.replay.script import ScriptLines, find_scripts, read_all

    folder = Path(__file__).parents[2] / "bench" / "callers"
    scripts, bad = read_all(find_scripts([folder]), ScriptLines(folder, ("4003-0015",), "4003-0015"))
    assert bad == []
    assert [script.fixtures for script in scripts] == [None] * len(scripts)
