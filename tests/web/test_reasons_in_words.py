"""Pages say in their own language why the line is degraded, whatever of the server says so."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.web.overview.reasons import SENTENCES, reason_in_words

ROOT = Path(__file__).parents[2]


def reasons(line: Line) -> list[str]:
    """Each sentence that a server makes, with values of its kind."""
    lines = Lines((line,))
    lines.trouble(line.name, 1)
    lines.trouble("loja", 3)
    told = [
        "the database does not answer",
        "the database is damaged",
        "the webhooks do not answer",
        "the pages do not run",
        *lines.degraded,
    ]
    given = {"line": "loja", "number": "3", "menu": "aac3fc1edf3f", "faults": "2 faults", "name": "loja"}
    return told + [sentence.format_map(given) for sentence in SENTENCES if sentence.format_map(given) not in told]


def test_each_reason_is_said_in_portuguese_and_in_english(small_line: Line) -> None:
    for reason in reasons(small_line):
        with Flask(__name__).test_request_context(headers={"Accept-Language": "pt-BR"}):
            said = reason_in_words(reason)
        assert said != reason
        assert not re.search(r"\b(the|answers?|faults?|does|with)\b", said), said
        with Flask(__name__).test_request_context(headers={"Accept-Language": "en"}):
            assert reason_in_words(reason) == reason


def test_another_reason_is_shown_as_it_is() -> None:
    with Flask(__name__).test_request_context(headers={"Accept-Language": "pt-BR"}):
        assert reason_in_words("something new is wrong") == "something new is wrong"


def test_what_a_published_version_lacks_is_one_of_the_sentences() -> None:
    """They are put together where nothing of a page is known: the words must stay the same."""
    made = (ROOT / "ivr/call/published.py").read_text(encoding="utf-8")
    for part in (
        "version {publication.number} of the line {publication.line}",
        "has faults in this release, so that it {answers}; publish a sound one",
        "the line {name} does not answer: its files hold {told}, and no version is published",
    ):
        assert part in made
