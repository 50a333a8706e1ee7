"""A code is the stable name of a mistake: one message has it, the page of codes lists it, and no line lacks one."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from ivr.channels import RULES
from ivr.flow.folder import check_line
from tests.flow.lines import AHEAD, mistakes
from wording import message, packed, phrase, unpacked
from wording.catalogues import known_tag, put

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "diagnostics.md"


@cache
def _messages() -> tuple[tuple[str, str], ...]:
    """Each code with its message, of every call of ``message`` in the code."""
    return tuple(_all_messages())


def _all_messages() -> Iterator[tuple[str, str]]:
    for room in ("data", "ivr", "routing"):
        for file in sorted((ROOT / room).rglob("*.py")):
            written = file.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(written)) if "message(" in written else ():
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
                    code, template = node.args
                    assert isinstance(code, ast.Constant), f"{file}:{node.lineno}: a code is written where it is told"
                    assert isinstance(template, ast.Constant), f"{file}:{node.lineno}: a template is no f-string"
                    yield str(code.value), str(template.value)


def test_a_code_has_one_message_and_the_form_of_a_name() -> None:
    told: dict[str, str] = {}
    for code, template in _messages():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code), code
        assert told.setdefault(code, template) == template, code
    assert len(told) > 250


def test_the_page_lists_every_code_and_keeps_those_that_were() -> None:
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == sorted({code for code, _ in _messages()}), "a code that is gone breaks what looks it up"


def test_each_mistake_has_a_code_and_portuguese_words(tmp_path: Path) -> None:
    for mistake in [*mistakes()[::10], *mistakes(AHEAD)]:
        line = mistake.make(tmp_path / mistake.name)
        diagnostics = check_line(line, datetime(2026, 3, 10, 12, tzinfo=UTC), rules=RULES)
        for fault in [*diagnostics.errors, *diagnostics.warnings]:
            assert fault.code, fault
            told = fault.put(lambda text: put(text, "pt-BR"))
            assert told.startswith(f"{fault.mark}: ")
            assert told != str(fault)
            assert not re.search(r"\b(the|which|must|lead to|write it|delete it)\b", told.removeprefix(str(line))), told


def test_a_message_within_another_is_said_with_it_and_gives_its_code() -> None:
    inner = message("not-a-flag", "'{key}' of {owner} must be yes or no, not '{found}'", key="a", owner="it", found="x")
    whole = phrase("{owner}: {fault}", owner="b", fault=inner)
    assert whole == "b: 'a' of it must be yes or no, not 'x'"
    assert whole.code == "not-a-flag"
    assert put(whole, "pt-BR") == "b: it: 'a' tem de ser yes ou no, e não 'x'"
    assert put("no message", "pt-BR") == "no message"


def test_a_message_comes_out_of_json_as_it_went_in() -> None:
    inner = message("key-missing", "{owner} needs the key '{key}'", owner="b", key="k")
    whole = phrase("{owner}: {fault}", owner="{a}", fault=inner)
    again = unpacked(json.loads(json.dumps(packed(whole))))
    assert (again, put(again, "pt-BR")) == (whole, put(whole, "pt-BR"))
    assert (again, packed("plain")) == ("{a}: b needs the key 'k'", "plain")


@pytest.mark.parametrize(
    ("written", "tag"),
    [("pt", "pt-BR"), ("pt_BR.UTF-8", "pt-BR"), ("PT-br", "pt-BR"), ("en_GB", "en"), ("C", "en"), ("de_DE", None)],
)
def test_a_language_is_known_by_its_first_part(written: str, tag: str | None) -> None:
    assert known_tag(written) == tag
