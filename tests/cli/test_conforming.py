"""``ivr conform``: a capture is played on the simulator, and what differs is told in a table or as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.capture.capture_reader import read_capture
from ivr.capture.conforming import conform
from ivr.errors import ScriptError
from tests.cli.conftest import Ivr

SID = "CA" + "5" * 32

HEADERS = [
    ["Accept", "*/*"],
    ["Cache-Control", "max-age=259200"],
    ["I-Twilio-Idempotency-Token", "x"],
    ["User-Agent", "TwilioProxy/1.1"],
    ["X-Home-Region", "us1"],
    ["Content-Type", "application/x-www-form-urlencoded; charset=utf-8"],
]

PLACES = [[f"{party}{part}", ""] for party in ("Called", "Caller", "From", "To") for part in ("City", "State", "Zip")]


def request(n: int, t: float, url: str, status: str, *more: tuple[str, str]) -> dict[str, Any]:
    fields = [
        ["AccountSid", "AC" + "0" * 32], ["ApiVersion", "2010-04-01"], ["CallSid", SID], ["CallStatus", status],
        ["Called", "+550036041258"], ["Caller", "+550011111111"], ["From", "+550011111111"], ["To", "+550036041258"],
        ["Direction", "inbound"], *PLACES, *([f"{party}Country", "BR"] for party in ("Called", "Caller", "From", "To")),
        *map(list, more),
    ]  # fmt: skip
    return {
        "kind": "request", "n": n, "t": t, "method": "POST", "base": "https://app.example.com", "url": url,
        "fields": fields, "headers": HEADERS, "signature": "valid", "outside": True, "bytes": 1,
    }  # fmt: skip


def answer(n: int, t: float, verbs: str) -> dict[str, Any]:
    body = f"<Response>{verbs}</Response>"
    return {
        "kind": "answer", "n": n, "t": t, "status": 200, "headers": [["Content-Type", "text/xml"]],
        "bytes": len(body), "body": body,
    }  # fmt: skip


HEAD = {"capture": 1, "tool": "ivr", "at": "2026-11-30T13:37:33+00:00", "public_url": "https://app.example.com"}

CALL = [
    HEAD,
    request(1, 0.0, "/voice", "ringing"),
    answer(1, 0.2, '<Gather numDigits="1" action="/menu"><Say>Press one.</Say></Gather>'),
    request(2, 4.0, "/menu", "in-progress", ("msg", "Gather End"), ("Digits", "1"), ("FinishedOnKey", "")),
    answer(2, 4.1, "<Say>Good bye.</Say>"),
    {"kind": "end", "t": 9.0, "left_out": 0, "requests": 2},
]


def written(file: Path, records: list[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    return file


@pytest.fixture
def same(tmp_path: Path) -> Path:
    return written(tmp_path / "a.capture.jsonl", CALL)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    more = request(2, 4.0, "/menu", "in-progress", ("Digits", "1"), ("FinishedOnKey", ""), ("Novelty", "7"))
    return written(tmp_path / "a.capture.jsonl", [*CALL[:3], more, *CALL[4:]])


def test_a_call_that_goes_as_it_went_is_exit_0(ivr: Ivr, same: Path) -> None:
    code, out, err = ivr("conform", same)
    assert (code, err) == (0, "")
    assert out == (
        f"call {SID} from +550011111111 to +550036041258: 2 requests, 0 differences\nno difference in 1 call\n"
    )


def test_differences_are_told_by_request_with_what_they_touch(ivr: Ivr, other: Path) -> None:
    code, out, _ = ivr("conform", other)
    assert code == 1
    rows = [line.split(maxsplit=3) for line in out.splitlines()]
    assert rows[1][0] == "#"
    assert rows[2][:3] == ["2", "POST", "/menu"]
    assert "only the simulator has it  msg" in out
    assert "the simulator lacks it     Novelty" in out
    assert "the action of a `<Gather>` (documented, inferred)" in out
    assert out.endswith("2 differences; they touch behaviours that are: 1 documented, 2 inferred\n")


def test_json_is_one_call_a_line(ivr: Ivr, other: Path) -> None:
    code, out, _ = ivr("conform", other, "--json")
    (call,) = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert (call["call_sid"], call["requests"], call["proves"]) == (SID, 2, True)
    assert {"kind": "missing field", "n": 2, "request": "POST /menu", "field": "Novelty", "captured": "7",
            "simulated": None, "behaviour": "anything else", "label": "inferred"} in call["differences"]  # fmt: skip


def test_the_tolerance_of_gaps_is_an_option(ivr: Ivr, tmp_path: Path) -> None:
    silent = [*CALL[:2], answer(1, 0.2, "<Say>Hello.</Say><Redirect>/menu</Redirect>"), *CALL[3:]]
    silent[3] = request(2, 9.2, "/menu", "in-progress")
    file = written(tmp_path / "a", silent)
    code, out, _ = ivr("conform", file)
    assert code == 1
    assert "another time  gap  9.0 s     0.4 s      how long after the one before (documented, inferred)" in out
    assert ivr("conform", file, "--gap", "9")[0] == 0
    assert ivr("conform", file, "--gap", "-1")[0] == 2


def test_what_a_capture_lacks_is_told_beside_it(ivr: Ivr, tmp_path: Path) -> None:
    inside = [each | {"outside": False} if each.get("kind") == "request" else each for each in CALL]
    code, _, err = ivr("conform", written(tmp_path / "a", inside[:-1]))
    assert code == 0
    assert "the capture has no end: it was cut short" in err
    assert "what agrees proves nothing of the carrier" in err


def test_an_answer_that_is_not_in_the_capture_is_told(ivr: Ivr, tmp_path: Path) -> None:
    cut = CALL[4] | {"cut": True, "bytes": 70_000}
    del cut["body"]
    code, out, _ = ivr("conform", written(tmp_path / "a", [*CALL[:4], cut, CALL[5]]))
    assert code in {0, 1}
    assert "the answer to request 2 is not in the capture as it was (line 4)" in out


@pytest.mark.parametrize("text", ["", "no json\n", "[]\n", '{"capture": 9}\n', "\x00\n"])
def test_what_is_no_capture_is_exit_2_with_its_line(ivr: Ivr, tmp_path: Path, text: str) -> None:
    file = tmp_path / "a"
    file.write_text(text, encoding="utf-8")
    code, out, err = ivr("conform", file)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"{file}:1:1: ")


LEAVES: st.SearchStrategy[object] = st.sampled_from(
    [None, "", 0, -1, 1.5, True, [], {}, "é", "<Response>", "/menu", [["a", "b"]], "GET", "completed", "\0", 10**30,
     "CallSid", "CA" + "1" * 32]
)  # fmt: skip


@given(st.integers(0, 5), st.lists(st.integers(0, 50), min_size=1, max_size=3), LEAVES)
def test_whatever_stands_in_a_capture_it_is_read_or_told(line: int, way: list[int], leaf: object) -> None:
    records = json.loads(json.dumps(CALL))
    place: Any = records[line]
    for step in way:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = keys[step % len(keys)]
        if not isinstance(place[key], dict | list) or step is way[-1]:
            place[key] = leaf
            break
        place = place[key]
    with TemporaryDirectory() as folder:
        file = written(Path(folder) / "a", records)
        faults: list[int] = []
        try:
            calls = conform(read_capture(file))
        except ScriptError as error:
            calls, faults = [], [diagnostic.mark.line for diagnostic in error.diagnostics]
    assert all(1 <= fault <= len(records) for fault in faults)
    assert json.loads(json.dumps([call.as_dict() for call in calls])) is not None


def test_a_file_that_cannot_be_read_is_exit_2(ivr: Ivr, tmp_path: Path) -> None:
    for file in (tmp_path / "none", tmp_path):
        code, _, err = ivr("conform", file)
        assert (code, err.count("\n")) == (2, 1)
        assert "it cannot be read" in err


def test_differences_are_told_in_portuguese_too(ivr: Ivr, other: Path) -> None:
    _, out, _ = ivr("conform", other, "--language", "pt-BR")
    assert "2 requisições, 2 diferenças" in out
    assert "só o simulador tem" in out
