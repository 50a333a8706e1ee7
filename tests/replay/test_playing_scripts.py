"""Call scripts played against a small line of the test's own, in one process and in several."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest

from data.fixtures import Fixtures, FixturesError
from ivr.replay.call_target import UrlTarget
from ivr.replay.line_target import LineTarget
from ivr.replay.runner import Played, TargetOf, play, play_each
from ivr.replay.script import BadScript, Script, ScriptLines, read_scripts
from ivr.simulator.carrier import Carrier
from ivr.simulator.transports import WsgiTransport

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ZONE = ZoneInfo("America/Sao_Paulo")
ENTRY = "http://line.test/voice"


def small_line(now: Callable[[], datetime], fixtures: Fixtures | None) -> WSGIApplication:
    """Greets with the time, or with a closure's reason; 2 is transferred to the destination, 9 breaks, 5
    asks a secret.
    """
    closure = fixtures.closures[0] if fixtures else None
    if closure and closure.scope != "cst":
        raise FixturesError(closure.place, "this desk is not stored; write another")
    greeting = closure.reason if closure else "Bem-vindo"
    calls: list[str] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        form = parse_qs(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode())
        digits = form.get("Digits", [""])[0]
        headers = [("Content-Type", "text/xml")]
        body = "<Hangup/>"
        match digits:
            case "":
                calls.append(form["CallSid"][0])
                headers += [("X-IVR-States", "principal"), ("X-IVR-Edges", "start>call>principal")]
                body = f"<Gather numDigits='1'><Say>{greeting}, são {now():%H:%M}. Ligação {len(calls)}.</Say></Gather>"
            case "2":
                headers += [
                    ("X-IVR-States", "software,transferencia"),
                    ("X-IVR-Destination", "suporte.vitrine"),
                    ("X-IVR-Edges", "principal>key_2>software;software>done>transferencia"),
                ]
                body = "<Say>Um momento.</Say><Hangup/>"
            case "5":
                headers += [("X-IVR-States", "senha"), ("X-IVR-Secret", "1")]
                body = "<Gather finishOnKey='#'><Say>Sua senha.</Say></Gather>"
            case "9":
                start_response("500 Internal Server Error", [])
                return [b""]
        start_response("200 OK", headers)
        return [f"<Response>{body}</Response>".encode()]

    return app


def target_of(line: str) -> LineTarget:
    return LineTarget(line, small_line, entry=ENTRY, to="+551140030015", zone=ZONE, carrier=Carrier())


def scripts(folder: Path, text: str) -> list[Script]:
    file = folder / "a.call.yaml"
    file.write_text(text, encoding="utf-8")
    return read_scripts([file], ScriptLines(folder, None, "4003-0015"))


def played(folder: Path, text: str) -> Played:
    (script,) = scripts(folder, text)
    return play(script, target_of(script.line))


SUPPORT = """\
call: Support
at: 2026-03-10T18:30
steps:
  - hear: bem-vindo, sao 18:30
  - press: "2"
expect:
  ended: completed
  error: none
  destination: suporte.vitrine
  visited: [principal, transferencia]
  never: [cst]
  requests: 2
"""


def test_a_call_that_goes_as_its_script_says_passes(tmp_path: Path) -> None:
    call = played(tmp_path, SUPPORT)
    assert call.failures == []
    assert (call.transcript["call"], call.transcript["target"], call.transcript["to"]) == (
        "Support",
        "4003-0015",
        "+551140030015",
    )
    assert call.edges == {
        "start>call>principal",
        "principal>key_2>software",
        "software>done>transferencia",
    }


def test_expectations_that_do_not_hold_are_told_with_file_and_line(tmp_path: Path) -> None:
    call = played(tmp_path, "call: a\nsteps:\n  - press: '2'\nexpect:\n  destination: cst\n  never: [software]\n")
    assert call.failures == [
        f"{tmp_path}/a.call.yaml:5: expected the call to be sent to cst, but it was sent to suporte.vitrine",
        f"{tmp_path}/a.call.yaml:6: expected never to enter software, but software was entered"
        " (entered: principal → software → transferencia)",
    ]


def test_a_step_that_cannot_happen_is_the_only_failure_told(tmp_path: Path) -> None:
    call = played(tmp_path, "call: a\nsteps:\n  - hear: Boa noite\n  - press: '2'\nexpect:\n  destination: cst\n")
    (failure,) = call.failures
    assert failure.startswith(f"{tmp_path}/a.call.yaml:3: 'Boa noite' was not heard")
    assert "Bem-vindo, são 10:00" in failure


def test_an_error_that_nobody_expected_fails_a_call_to_a_line_of_ours(tmp_path: Path) -> None:
    (failure,) = played(tmp_path, "call: a\nsteps:\n  - press: '9'\n").failures
    assert failure.startswith(f"{tmp_path}/a.call.yaml:1: the call met error 11200: ")


def test_an_error_that_was_expected_fails_nothing(tmp_path: Path) -> None:
    assert played(tmp_path, "call: a\nsteps:\n  - press: '9'\nexpect:\n  error: 11200\n").passed


def test_an_error_fails_a_call_to_somebody_elses_webhook_too(tmp_path: Path) -> None:
    (script,) = scripts(tmp_path, "call: a\nsteps:\n  - press: '9'\n")
    transport = WsgiTransport(small_line(lambda: datetime(2026, 3, 10, 10, tzinfo=ZONE), None))
    target = UrlTarget(ENTRY, transport, to="+1", zone=ZONE, carrier=Carrier(), new_sid=lambda: "CA" + "1" * 32)
    call = play(script, target)
    assert [failure.partition(": http")[0] for failure in call.failures] == [
        f"{tmp_path}/a.call.yaml:1: the call met error 11200"
    ]
    assert call.transcript["error"]["code"] == 11200
    assert (call.transcript["target"], call.transcript["call_sid"]) == (ENTRY, "CA" + "1" * 32)


def test_what_is_keyed_into_a_secret_gather_is_shown_as_marks(tmp_path: Path) -> None:
    call = played(tmp_path, "call: a\nsteps:\n  - press: '5'\n  - press: '4711#'\n")
    assert "4711" not in str(call.transcript)
    assert "••••" in str(call.transcript)


def _played_all(scripts: Sequence[Script], target_of: TargetOf, jobs: int = 1) -> list[Played]:
    return [result for result in play_each(scripts, target_of, jobs) if isinstance(result, Played)]


def test_calls_without_fixtures_share_one_application(tmp_path: Path) -> None:
    text = "call: one\nsteps: [{hear: Ligação 1}]\n---\ncall: two\nsteps: [{hear: Ligação 2}]\n"
    assert [call.failures for call in _played_all(scripts(tmp_path, text), target_of)] == [[], []]


def test_a_call_with_fixtures_has_an_application_of_its_own(tmp_path: Path) -> None:
    closed = "fixtures: {closures: [{destination: cst, reason: Olá}]}"
    other = f"call: other\n{closed}\nsteps: [{{hear: 'Olá, são 10:00. Ligação 1'}}]\n"
    text = f"{other}---\ncall: plain\nsteps: [{{hear: Ligação 1}}]\n---\n{other}"
    assert [call.failures for call in _played_all(scripts(tmp_path, text), target_of)] == [[], [], []]


@pytest.mark.parametrize("jobs", [1, 2])
def test_fixtures_that_do_not_fit_are_a_fault_at_their_place(tmp_path: Path, jobs: int) -> None:
    text = "call: bad\nfixtures:\n  closures:\n  - {reason: x, destination: bss}\n---\ncall: fine\n"
    bad, fine = play_each(scripts(tmp_path, text), target_of, jobs)
    assert isinstance(bad, BadScript)
    assert isinstance(fine, Played)
    told = f"{tmp_path}/a.call.yaml:4:17: 'fixtures': this desk is not stored; write another"
    assert [str(each) for each in bad.diagnostics] == [told]


def test_several_processes_give_the_same_results_in_the_same_order(tmp_path: Path) -> None:
    text = "---\n".join(f"call: number {number}\nsteps: [{{press: '2'}}]\n" for number in range(8))
    read = scripts(tmp_path, text)
    one, two = list(_played_all(read, target_of, 1)), list(_played_all(read, target_of, 2))
    assert [call.title for call in two] == [f"number {number}" for number in range(8)]
    assert [call.transcript["call_sid"] for call in one] == [call.transcript["call_sid"] for call in two]
    assert len({call.transcript["call_sid"] for call in one}) == 8


def test_a_call_is_the_same_every_time_it_is_replayed(tmp_path: Path) -> None:
    assert played(tmp_path, SUPPORT).transcript == played(tmp_path, SUPPORT).transcript


def test_a_replay_leaves_no_process_behind(tmp_path: Path) -> None:
    list(play_each(scripts(tmp_path, "call: a\n---\ncall: b\n"), target_of, 2))
    assert multiprocessing.active_children() == []


def test_the_time_that_a_call_took_is_measured_by_the_stopwatch_given(tmp_path: Path) -> None:
    (script,) = scripts(tmp_path, SUPPORT)
    ticks = iter([10.0, 12.5])
    assert play(script, target_of(script.line), stopwatch=lambda: next(ticks)).seconds == 2.5
