"""``ivr lint``: TwiML in files, from standard input and from URLs."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ivr

GOOD = "<Response><Say>Olá</Say></Response>"
BAD = "<Response>\n  <Gather numDigits='one'/>\n</Response>"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    return tmp_path / "menu.xml"


def test_nothing_wrong_is_exit_0(ivr: Ivr, document: Path) -> None:
    document.write_text(GOOD, encoding="utf-8")
    assert ivr("lint", document) == (0, "1 document: no errors, no warnings\n", "")


def test_a_warning_is_exit_1_at_its_line(ivr: Ivr, document: Path) -> None:
    document.write_text(BAD, encoding="utf-8")
    code, out, err = ivr("lint", document, document)
    assert (code, err) == (1, "")
    assert out.splitlines()[0].startswith(f"{document}:2: 13314 Gather: Invalid numDigits value: ")
    assert out.splitlines()[-1] == "2 documents: no errors, 2 warnings"


@pytest.mark.parametrize("verbs", ["<Hangup/><Say>Olá</Say>", "<Refer/>", "<Say voice='en-gb'>Olá</Say>"])
def test_whatever_is_found_is_exit_1_a_note_as_much_as_a_warning(ivr: Ivr, document: Path, verbs: str) -> None:
    document.write_text(f"<Response>{verbs}</Response>", encoding="utf-8")
    code, out, _ = ivr("lint", document)
    assert (code, len(out.splitlines())) == (1, 2)


def test_what_is_ignored_by_its_number_is_told_and_does_not_count(ivr: Ivr, document: Path) -> None:
    document.write_text("<Response><Refer/><Say voice='en-gb'>Olá</Say></Response>", encoding="utf-8")
    code, out, _ = ivr("lint", document, "--ignore", "0", "--ignore", "13511")
    assert (code, out.splitlines()[-1]) == (0, "1 document: no errors, 1 warning, 1 note")
    assert ivr("lint", document, "--ignore", "0")[0] == 1


def test_standard_input_is_a_document_too(ivr: Ivr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"<Response>")))
    code, out, _ = ivr("lint", "-")
    assert code == 1
    assert out.startswith("<stdin>:1: 12100 Document parse failure: ")


def test_json_is_one_finding_a_line_and_nothing_else(ivr: Ivr, document: Path) -> None:
    document.write_text(BAD, encoding="utf-8")
    code, out, err = ivr("lint", document, "--json")
    (finding,) = [json.loads(line) for line in out.splitlines()]
    assert (code, finding["line"], finding["code"], finding["error"]) == (1, 2, 13314, False)
    assert err == "1 document: no errors, 1 warning\n"


def test_a_file_that_is_not_there_is_one_line_and_exit_2(ivr: Ivr, document: Path) -> None:
    assert ivr("lint", document) == (
        2,
        "",
        f"ivr: {document} cannot be read: No such file or directory; give a file, - or a URL\n",
    )


@pytest.mark.network
def test_a_url_is_asked(ivr: Ivr, webhook: str) -> None:
    assert ivr("lint", webhook) == (0, "1 document: no errors, no warnings\n", "")


@pytest.mark.network
def test_a_server_that_is_not_there_is_one_line_and_exit_2(ivr: Ivr) -> None:
    code, out, err = ivr("lint", "http://127.0.0.1:1/voice")
    assert (code, out) == (2, "")
    assert err.startswith("ivr: nothing answers at http://127.0.0.1:1 ")
