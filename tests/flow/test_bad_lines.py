"""Every mistake that can be made in a line's YAML is told word for word; tests/bad/lines holds one file a mistake."""

from __future__ import annotations

import ast
import inspect
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.channels import RULES
from ivr.errors import FlowError
from ivr.flow import folder
from ivr.flow.folder import load_line
from ivr.source.diagnostics import Diagnostics, Mark
from tests.flow.lines import AHEAD, GOOD, SHIPPED, SPANISH, Mistake, copied, mistakes, told

FLOW = Path(folder.__file__).parent
MISTAKES = mistakes()
MISTAKES_AHEAD = mistakes(AHEAD)
WARNED = [mistake for mistake in MISTAKES if all(row.startswith("warning: ") for row in mistake.told)]
REFUSED = [mistake for mistake in MISTAKES if mistake not in WARNED]
TODAY = datetime(2026, 3, 10, 12, tzinfo=UTC)


Heard = tuple[dict[str, list[str]], set[tuple[str, int]]]


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Heard:
    """What ``ivr check`` tells of each mistake, and the places in the code that told anything.

    One reading a mistake serves every test of this file: there are hundreds of them.
    """
    folder = tmp_path_factory.mktemp("bad")
    spoken: set[tuple[str, int]] = set()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("error", "warning"):
            patch.setattr(Diagnostics, name, _listened(getattr(Diagnostics, name), spoken))
        rows = {mistake.name: told(mistake.make(folder / mistake.name)) for mistake in MISTAKES}
        for mistake in MISTAKES_AHEAD:
            told(mistake.make(folder / "ahead" / mistake.name), TODAY)
        for number, (text, _) in enumerate(NO_MAPPINGS):
            told(_written(folder / str(number), text))
    return rows, spoken


def test_each_mistake_is_told_word_for_word(heard: Heard) -> None:
    rows, _ = heard
    expected = {mistake.name: list(mistake.told) for mistake in MISTAKES}
    wrong = [name for name in expected if rows[name] != expected[name]]
    assert {name: rows[name] for name in wrong} == {name: expected[name] for name in wrong}


@pytest.mark.untraced
@pytest.mark.parametrize("mistake", REFUSED[::15], ids=lambda mistake: mistake.name)
def test_a_line_with_a_fault_is_not_loaded(mistake: Mistake, tmp_path: Path) -> None:
    line = mistake.make(tmp_path)
    with pytest.raises(FlowError) as raised:
        load_line(line, rules=RULES)
    assert [str(fault).replace(f"{line}/", "") for fault in raised.value.diagnostics] == list(mistake.told)


@pytest.mark.untraced
@pytest.mark.parametrize("mistake", WARNED[::5], ids=lambda mistake: mistake.name)
def test_a_line_with_nothing_but_warnings_is_loaded(mistake: Mistake, tmp_path: Path) -> None:
    assert load_line(mistake.make(tmp_path)).states


@pytest.mark.untraced
@pytest.mark.parametrize("mistake", MISTAKES_AHEAD, ids=lambda mistake: mistake.name)
def test_a_mistake_of_the_next_two_years_is_told(mistake: Mistake, tmp_path: Path) -> None:
    """It keeps nobody from serving the line: a line does not stop because a year has ended."""
    line = mistake.make(tmp_path)
    assert told(line, TODAY) == list(mistake.told)
    assert told(line) == []
    assert load_line(line).states


@pytest.mark.untraced
@pytest.mark.parametrize("line", [GOOD, SHIPPED, SPANISH], ids=["good", "4003-0015", "internacional"])
def test_a_sound_line_has_neither_faults_nor_warnings(line: Path) -> None:
    assert told(line, TODAY) == []


NO_MAPPINGS = [
    ("", "1:1: the file is empty; it must hold one mapping of keys to values"),
    ("# nothing yet\n", "1:1: the file is empty; it must hold one mapping of keys to values"),
    ("~\n", "1:1: the file must hold one mapping of keys to values"),
    ("\n- Olá\n", "2:1: the file must hold one mapping of keys to values"),
    ("prompts: {}\n---\ndestinations: {}\n", "3:1: a second document begins here; delete the line '---' above it"),
]


@pytest.mark.parametrize(("text", "message"), NO_MAPPINGS)
def test_a_file_that_holds_no_mapping_is_told(text: str, message: str, tmp_path: Path) -> None:
    assert told(_written(tmp_path, text)) == [f"prompts.pt-BR.yaml:{message}"]


def _written(folder: Path, prompts: str) -> Path:
    """The good line with other prompts."""
    line = copied(folder)
    (line / "prompts.pt-BR.yaml").write_text(prompts, encoding="utf-8")
    return line


def test_one_mistake_is_told_once() -> None:
    """Where one slip is told in several lines, each of them needs a change of its own or explains another way in."""
    known = {
        "announcement-of-a-day",  # a moment that is none, and another one
        "alias",  # the name that it stands for is not allowed either
        "answer-too-large-with-names",  # a transfer, and the apology, which rings in the same words
        "everything-in-one-pass",  # four slips
        "help-announces-missing-key",  # a warning for each state that gives this help
        "identity-without-password",  # neither password nor document
        "open-hours-told-where-they-are-unknown",  # the destination, and when it opens
        "open-not-asked-before-a-document",  # the document, and the password behind it
        "rule-of-a-secret-asked-first",  # the document, and the password behind it
        "rule-of-people-far-away",  # two questions
        "sac-people-not-sure",  # complaint and cancellation
        "sac-short-hours",  # the same
        "sac-behind-a-password",  # several demands of the law
        "sac-state-unknown",  # the same
        "recorded-without-clips",  # each prompt, and what of it is missing
        "recordings-that-do-not-fit",  # too short, of another voice, played by nobody; and the rest is missing
        "rota-person-twice",  # twice in a week, and a number under two names
        "ticket-offer-not-announced",  # the key that is not told, and the one that is
        "ticket-told-in-the-turn-of-an-act",  # two acts lead there
        "section-missing",  # the section, and each destination without a name
    }
    assert {mistake.name for mistake in MISTAKES if len(mistake.told) > 1} == known


def test_no_message_is_longer_than_a_glance() -> None:
    rows = [row for mistake in MISTAKES for row in mistake.told]
    assert max(map(len, rows)) < 320


@pytest.mark.untraced
def test_every_fault_that_the_code_can_tell_is_told_of_some_bad_line(heard: Heard) -> None:
    """Files of ivr/flow and rules of channels are read for places that tell a fault; each speaks for some bad line."""
    _, spoken = heard
    silent = [
        f"{file.relative_to(FLOW.parent)}:{first}"
        for file in [*sorted(FLOW.rglob("*.py")), *(Path(inspect.getfile(rule)) for rule in RULES)]
        if file.name != "yaml.py"  # what is wrong with bytes and not with lines: tests/source/test_yaml_traps.py
        for first, last in _places(file)
        if not any((str(file), line) in spoken for line in range(first, last + 1))
    ]
    assert silent == []


def test_every_file_of_checks_tells_something() -> None:
    checks = {file.stem for file in (FLOW / "checks").glob("*.py")} - {
        "__init__",
        "proven_rules",
    }  # ivr/flow/proof tells
    assert {file.stem for file in (FLOW / "checks").glob("*.py") if _places(file)} == checks


def _listened(tell: object, spoken: set[tuple[str, int]]) -> object:
    def listened(diagnostics: Diagnostics, mark: Mark, message: str) -> None:
        caller = sys._getframe(1)
        spoken.add((caller.f_code.co_filename, caller.f_lineno))
        assert callable(tell)
        tell(diagnostics, mark, message)

    return listened


def _places(file: Path) -> list[tuple[int, int]]:
    """First and last line of each call of ``diagnostics.error`` and ``diagnostics.warning`` in a source file."""
    calls = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return [
        (call.lineno, call.end_lineno or call.lineno)
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"error", "warning"}
        and ast.unparse(call.func.value).endswith("diagnostics")
    ]
