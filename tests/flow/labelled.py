"""Mistakes that are made in the good line by operations whose verdict is known: the code of the fault, and its place.

Each operation walks through a file of the line and breaks one thing after the other. What is expected follows from
what it does, and never from what the reader said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ivr.flow.nodes import READERS
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.yaml import Mapping, Sequence, Text, Value, parse
from tests.flow.lines import GOOD

MENU, PROMPTS, ROUTING = FILES = ("menu.yaml", "prompts.pt-BR.yaml", "routing.yaml")

NOWHERE = "nowhere-at-all"

STATES = {
    "next", "back", "skip", "read_back", "otherwise", "unknown", "served", "closed", "unreachable", "empty", "opened",
    "refused", "no_number", "no_message",
}  # fmt: skip
"""Keys of states under which the name of a state stands."""

OF_LINE = {"start", "human", "transfer", "then"}
"""Keys of ``line`` under which the name of a state stands."""

PROMPT_KEYS = {"say", "prompt", "apology", "wait"}

NUMBERS = {"seconds", "silence", "limit", "hours", "ring", "wait"}

NAMED = {
    "keys",
    "outcomes",
    "speech",
    "desks",
    "strikes",
    "table",
    "local",
    "requires",
    "destinations",
    "prompts",
    "states",
}
"""Mappings whose keys are names of the writer's own."""


SECTIONS = {("calendars",), ("hours",), ("destinations",)}
"""Sections of ``routing.yaml`` whose keys are, too."""

TARGETS = {"number", "sip", "queue"}


@dataclass(frozen=True)
class Labelled:
    """A file with one mistake: how it was made, what it holds then, the codes of which one must be told, and where.

    ``column`` is None where the whole line is the place.
    """

    how: str
    file: str
    text: str
    codes: frozenset[str]
    line: int
    column: int | None


@dataclass(frozen=True)
class Entry:
    """A key of a file with its value, and the keys above it."""

    path: tuple[str, ...]
    key: Text
    value: Value
    within: Mapping

    @property
    def named(self) -> bool:
        """True where the key is a name of the writer's own."""
        return self.path in SECTIONS or (bool(self.path) and self.path[-1] in NAMED)


@cache
def written(file: str) -> str:
    """The file of the good line."""
    return (GOOD / file).read_text(encoding="utf-8")


@cache
def entries(file: str) -> tuple[Entry, ...]:
    """Every key of the file, in the order written."""
    (root,) = parse(written(file), file, Diagnostics())
    return tuple(_entries(root, ()))


def _entries(value: Value, path: tuple[str, ...]) -> Iterator[Entry]:
    if isinstance(value, Mapping):
        for key, (text, child) in value.entries.items():
            yield Entry(path, text, child, value)
            yield from _entries(child, (*path, key))
    elif isinstance(value, Sequence):
        for item in value.items:
            yield from _entries(item, path)


def replaced(file: str, value: Text, new: str) -> str:
    """The file with ``new`` in place of a scalar of one line."""
    lines = written(file).split("\n")
    row, at = lines[value.mark.line - 1], value.mark.column - 1
    end = at + len(value) + (2 if value.quoted else 0)
    lines[value.mark.line - 1] = row[:at] + new + row[end:]
    return "\n".join(lines)


def with_line(file: str, number: int, *rows: str) -> str:
    """The file with ``rows`` in place of one of its lines, counted from 1."""
    lines = written(file).split("\n")
    return "\n".join([*lines[: number - 1], *rows, *lines[number:]])


def row(file: str, number: int) -> str:
    """One line of the file, counted from 1."""
    return written(file).split("\n")[number - 1]


def labelled() -> list[Labelled]:
    """Every mistake, in an order that does not change."""
    operations = (
        misspelt_keys, kinds_unknown, values_that_are_lists, values_left_out, states_unknown, prompts_unknown,
        numbers_out_of_range, keys_twice, keys_left_out, lines_too_deep, lines_too_shallow, tabs, yaml_signs,
        texts_that_cannot_be_spoken, prompts_left_out, routing_values,
    )  # fmt: skip
    return [each for operation in operations for each in operation()]


def _at(how: str, file: str, text: str, code: str | set[str], mark: Mark) -> Labelled:
    codes = frozenset({code} if isinstance(code, str) else code)
    return Labelled(f"{how} {file}:{mark.line}:{mark.column}", file, text, codes, mark.line, mark.column)


def _is_plain(file: str, value: Value) -> bool:
    """Whether a value is a scalar of one line, as it is written."""
    if not isinstance(value, Text):
        return False
    shown = row(file, value.mark.line)[value.mark.column - 1 :]
    return shown.startswith((f'"{value}"', f"'{value}'") if value.quoted else value)


def misspelt_keys() -> Iterator[Labelled]:
    for file in FILES:
        for entry in entries(file):
            if entry.named or entry.key in {"states", "line", "prompts", "destinations"} or entry.key in READERS:
                continue
            if file == ROUTING and entry.key in TARGETS | {"divert"}:
                # The key says what the mapping is, so without it the mapping is nothing.
                code = "not-one-of" if entry.key == "divert" else "target-of-no-kind"
                yield _at("no kind", file, replaced(file, entry.key, f"{entry.key}q"), code, entry.within.mark)
                continue
            code = "section-unknown" if not entry.path else "key-unknown"
            yield _at("misspelt", file, replaced(file, entry.key, f"{entry.key}q"), code, entry.key.mark)


def kinds_unknown() -> Iterator[Labelled]:
    for entry in entries(MENU):
        if len(entry.path) == 2 and entry.path[0] == "states":
            yield _at("kind", MENU, replaced(MENU, entry.key, "manu"), "state-kind-unknown", entry.key.mark)


def values_that_are_lists() -> Iterator[Labelled]:
    codes = {
        "keys": {"key-leads-to-no-state", "whole-entry-leads-to-no-state"},
        "outcomes": {"answer-leads-to-no-state"},
    }
    codes["desks"] = {"closure-key-names-no-destination"}
    codes["table"] = {"code-leads-to-no-area"}
    codes["local"] = {"day-without-a-name"}
    codes["prompts"] = codes["destinations"] = {"not-a-text-to-speak"}
    for file in FILES:
        for entry in entries(file):
            above = entry.path[-1] if entry.path else ""
            value = entry.value
            if isinstance(value, Text) and _is_plain(file, value) and above not in {"speech", "requires"}:
                if entry.key in {"open", "on_call", "local", "divert"} and file == ROUTING:
                    continue  # a list is right there
                code = codes.get(above, {"not-one-text"}) if entry.named else {"not-one-text"}
                yield _at("a list", file, replaced(file, value, "[a, b]"), code, value.mark)


def values_left_out() -> Iterator[Labelled]:
    for file in (MENU, ROUTING):
        for entry in entries(file):
            value = entry.value
            if isinstance(value, Text) and _is_plain(file, value) and not entry.named:
                if entry.key in {"open", "on_call", "divert"}:
                    continue  # an empty list of times; told as a window without any
                codes = {"value-left-empty", "text-left-empty"}
                yield _at("left out", file, replaced(file, value, ""), codes, entry.key.mark)


def states_unknown() -> Iterator[Labelled]:
    for entry in entries(MENU):
        value, above = entry.value, entry.path[-1] if entry.path else ""
        if not _is_plain(MENU, value) or not isinstance(value, Text):
            continue
        if entry.path[:1] == ("line",) and entry.key in OF_LINE:
            yield _at("state", MENU, replaced(MENU, value, NOWHERE), "state-named-unknown", value.mark)
        elif entry.path[:1] == ("states",) and (entry.key in STATES or above in {"keys", "outcomes"}):
            if entry.path[2:3] == ("closure",) and above == "desks":
                continue
            yield _at("state", MENU, replaced(MENU, value, NOWHERE), "state-unknown", value.mark)


def prompts_unknown() -> Iterator[Labelled]:
    for entry in entries(MENU):
        value = entry.value
        says = entry.key in PROMPT_KEYS or entry.key.endswith("_say")
        if says and isinstance(value, Text) and _is_plain(MENU, value) and not entry.named:
            yield _at("prompt", MENU, replaced(MENU, value, NOWHERE), "prompt-unknown", value.mark)


def numbers_out_of_range() -> Iterator[Labelled]:
    for file in (MENU, ROUTING):
        for entry in entries(file):
            value = entry.value
            if entry.key in NUMBERS and isinstance(value, Text) and value.isdigit():
                for wrong in ("12345678901", "-1", "many"):
                    yield _at(f"number {wrong}", file, replaced(file, value, wrong), "not-a-whole-number", value.mark)


def keys_twice() -> Iterator[Labelled]:
    for file in FILES:
        for entry in entries(file):
            written_row = row(file, entry.key.mark.line)
            if _is_block_row(file, entry):
                number = entry.key.mark.line
                place = Mark(file, number + 1, entry.key.mark.column)
                yield _at("twice", file, with_line(file, number, written_row, written_row), "key-twice", place)


def _is_block_row(file: str, entry: Entry) -> bool:
    """Whether the key and its whole value are one line of the file by themselves."""
    written_row = row(file, entry.key.mark.line)
    first = written_row.lstrip(" ")
    alone = first.startswith((entry.key, f'"{entry.key}"')) and not first.startswith("- ")
    at_start = len(written_row) - len(first) + 1 == entry.key.mark.column
    complete = (
        isinstance(entry.value, Text) and _is_plain(file, entry.value) and not written_row.endswith((",", "}", "]"))
    )
    return alone and at_start and complete


REQUIRED = {
    "number", "language", "voice", "zone", "start", "human", "transfer", "apology", "wait", "say", "format", "next",
    "rule", "menu", "next_target_say", "on_call_say", "closed_say", "unreachable_say", "served", "closed",
    "unreachable",
}  # fmt: skip


def keys_left_out() -> Iterator[Labelled]:
    for entry in entries(MENU):
        if (
            entry.key in REQUIRED
            and _is_block_row(MENU, entry)
            and (entry.path[:1] == ("line",) or len(entry.path) == 3)
        ):
            first = next(iter(entry.within.entries.values()))[0]
            place = Mark(MENU, first.mark.line, first.mark.column)
            yield _at(f"no {entry.key}", MENU, with_line(MENU, entry.key.mark.line), "key-missing", place)


def _after_a_text(file: str, entry: Entry) -> bool:
    """Whether the key stands alone in its line, below a sibling whose value is a plain text of that line."""
    keys = [text for text, _ in entry.within.entries.values()]
    at = keys.index(entry.key)
    if at == 0 or not _is_block_row(file, entry):
        return False
    before, value = list(entry.within.entries.values())[at - 1]
    return before.mark.line == entry.key.mark.line - 1 and isinstance(value, Text) and not value.quoted


def lines_too_deep() -> Iterator[Labelled]:
    for file in FILES:
        for entry in entries(file):
            if _after_a_text(file, entry):
                number = entry.key.mark.line
                place = Mark(file, number, entry.key.mark.column + 1)
                text = with_line(file, number, f" {row(file, number)}")
                yield _at("too deep", file, text, "indented-too-deep", place)


def lines_too_shallow() -> Iterator[Labelled]:
    for file in FILES:
        for entry in entries(file):
            if _after_a_text(file, entry) and entry.key.mark.column > 2:
                number = entry.key.mark.line
                place = Mark(file, number, entry.key.mark.column - 1)
                text = with_line(file, number, row(file, number)[1:])
                yield _at("too shallow", file, text, "wrong-indentation", place)


def tabs() -> Iterator[Labelled]:
    for file in FILES:
        for entry in entries(file):
            if _after_a_text(file, entry) and entry.key.mark.column > 1:
                number = entry.key.mark.line
                text = with_line(file, number, "\t" + row(file, number).lstrip())
                yield _at("tab", file, text, "tab", Mark(file, number, 1))


def yaml_signs() -> Iterator[Labelled]:
    """Signs that mean something else at the beginning of a text."""
    for entry in entries(MENU):
        value = entry.value
        if isinstance(value, Text) and _is_plain(MENU, value) and not value.quoted and _is_block_row(MENU, entry):
            signs = {"&a ": "anchor", "!a ": "tag", "@": "sign-begins-no-text"}
            if value.replace("-", "").isalnum():
                signs["*"] = "alias"
            for sign, code in signs.items():
                yield _at(f"sign {sign}", MENU, replaced(MENU, value, f"{sign}{value}"), code, value.mark)


SPOKEN = {
    '"{mesa}"': "placeholder-unknown",
    '"{destino"': "brace-without-its-pair",
    '"{destino:x} x"': "placeholder-with-a-format",
    "veja https://totvs.com": "text-with-an-address",
    "um <b>aviso</b>": "text-with-markup",
    "ouça bom-dia.wav": "text-with-a-sound",
    "bom dia 🙂": "text-with-a-sign",
    '"..."': "text-without-a-letter",
    "Nao tecle # agora": "comment-within-a-text",
    "Atenção: tecle": "colon-in-a-text",
}


def texts_that_cannot_be_spoken() -> Iterator[Labelled]:
    for entry in entries(PROMPTS):
        value = entry.value
        if entry.path != ("prompts",) or not isinstance(value, Text) or not _is_plain(PROMPTS, value):
            continue
        for new, code in SPOKEN.items():
            place = value.mark
            if code == "comment-within-a-text":
                place = Mark(PROMPTS, place.line, place.column + new.index("#"))
            if code == "colon-in-a-text":
                place = Mark(PROMPTS, place.line, place.column + new.index(":"))
            yield _at(f"spoken {new}", PROMPTS, replaced(PROMPTS, value, new), code, place)
        yield _at("too long", PROMPTS, replaced(PROMPTS, value, "bom dia " * 200), "prompt-too-long", value.mark)


def prompts_left_out() -> Iterator[Labelled]:
    """A prompt that is not there is told where the menu names it first."""
    for entry in entries(PROMPTS):
        if entry.path == ("prompts",) and _is_block_row(PROMPTS, entry):
            uses = [
                each.value
                for each in entries(MENU)
                if each.value == entry.key and (each.key in PROMPT_KEYS or each.key.endswith("_say"))
            ]
            used = uses[0]
            assert isinstance(used, Text)
            text = with_line(PROMPTS, entry.key.mark.line)
            yield Labelled(
                f"no prompt {entry.key}", PROMPTS, text, frozenset({"prompt-unknown"}), used.mark.line, used.mark.column
            )


WRONG_VALUES = {
    "state": {"XX": "state-of-brazil-unknown"},
    "calendar": {NOWHERE: "calendar-unknown"},
    "days": {"segunda-xexta": "day-of-the-week-unknown", "1-5": "day-of-the-week-unknown"},
    "open": {
        "08h00-12h00": "span-malformed",
        '"08:00-08:00"': "span-without-length",
        '"25:00-26:00"': "time-of-day-malformed",
    },
    "hours": {NOWHERE: "hours-unknown", "24h": "hours-called-otherwise"},
    "number": {
        '"12"': "number-invalid",
        '"call me"': "number-with-other-signs",
        '"+5503001234567"': "number-of-a-kind-not-allowed",
    },
    "sip": {"suporte": "sip-address-malformed"},
    "divert": {NOWHERE: "divert-to-unknown-destination"},
    "format": {"dddd": "code-format-malformed"},
    "ring": {"1": "ring-too-short-or-long", "601": "ring-too-short-or-long"},
    "wait": {"0": "wait-too-short-or-long"},
    "queue": {'"fila nova!"': "queue-name-malformed"},
}
"""Values of ``routing.yaml`` that are wrong under their key; some are told where the mapping begins."""

WHERE_THE_MAPPING_BEGINS = {
    "state-of-brazil-unknown", "ring-too-short-or-long", "wait-too-short-or-long", "queue-name-malformed",
    "number-of-a-kind-not-allowed",
}  # fmt: skip


def routing_values() -> Iterator[Labelled]:
    for entry in entries(ROUTING):
        for new, code in WRONG_VALUES.get(entry.key, {}).items():
            value = entry.value
            if isinstance(value, Text) and _is_plain(ROUTING, value):
                place = entry.within.mark if code in WHERE_THE_MAPPING_BEGINS else value.mark
                yield _at(f"{entry.key} {new}", ROUTING, replaced(ROUTING, value, new), code, place)


def make(mistake: Labelled, folder: Path) -> Path:
    """Write the line with the mistake into ``folder``, which holds no other."""
    for file in FILES:
        text = mistake.text if file == mistake.file else written(file)
        (folder / file).write_text(text, encoding="utf-8")
    return folder
