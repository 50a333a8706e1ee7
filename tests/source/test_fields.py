"""The keys of one mapping are read into typed values, and each mistake is told at its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.source.diagnostics import Diagnostics
from ivr.source.fields import Fields
from ivr.source.yaml import Mapping, parse
from wording import Message, message

TEXT = """\
name: recado
empty: ""
left_out:
null_: null
commented:  # nothing
number: "0012"
many: [a, b]
one: a
flag: sim
inner: {a: b}
"""


def fields(text: str = TEXT, *, hides_keys: bool = False) -> Fields:
    diagnostics = Diagnostics()
    (value,) = parse(text, "f", diagnostics)
    assert isinstance(value, Mapping)
    assert diagnostics.errors == []
    return Fields(value, "it", diagnostics, hides_keys=hides_keys)


def told(read: Fields) -> list[str]:
    return [str(diagnostic) for diagnostic in read.diagnostics.errors]


def test_a_text_is_read_with_its_place() -> None:
    name = fields().text("name", required=True)
    assert name == "recado"
    assert name is not None
    assert str(name.mark) == "f:1:7"


def test_a_missing_text_is_none_or_the_default() -> None:
    read = fields()
    assert (read.text("missing"), read.text("missing", "x"), read.text("null_")) == (None, "x", None)
    assert told(read) == []


@pytest.mark.parametrize(
    ("key", "required", "fault"),
    [
        ("empty", False, "f:2:1: 'empty' of it is left empty; write a value, or delete the key"),
        ("empty", True, "f:2:1: 'empty' of it is left empty; write a value, or delete the key"),
        ("left_out", False, "f:3:1: 'left_out' of it is left empty; write a value, or delete the key"),
        ("left_out", True, "f:3:1: 'left_out' of it is left empty"),
        (
            "commented",
            False,
            "f:5:1: 'commented' of it is left empty; write a value, or delete the key;"
            " # begins a comment in YAML, so put a text that begins with # in quotes",
        ),
        ("missing", True, "f:1:1: it needs the key 'missing'"),
        ("many", False, "f:7:7: 'many' of it must be one text, not a list or a mapping"),
    ],
)
def test_no_text_that_is_read_is_ever_empty(key: str, required: bool, fault: str) -> None:
    read = fields()
    assert read.text(key, required=required) is None
    assert told(read) == [fault]


def rings(owner: str, name: str, near: str) -> Message:
    return message("rings-nobody", "{owner} rings '{name}'{near}", owner=owner, name=name, near=near)


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda read: read.whole("number", 0), 12),
        (lambda read: read.flag("flag"), True),
        (lambda read: read.choice("one", ("a", "b")), "a"),
        (lambda read: read.parsed("number", int), 12),
        (lambda read: read.texts("many"), ("a", "b")),
        (lambda read: read.texts("one"), ("a",)),
        (lambda read: [text for text, _ in read.parsed_each("many", str.upper)], ["A", "B"]),
        (lambda read: read.known_name("one", {"a"}, rings), "a"),
        (lambda read: read.built(lambda: 3), 3),
        (lambda read: [(key, str(mark)) for key, mark, _ in read.mapping_of("inner").items()], [("a", "f:10:9")]),
    ],
)
def test_a_value_is_read_by_its_kind(read: Callable[[Fields], object], value: object) -> None:
    read_from = fields()
    assert read(read_from) == value
    assert told(read_from) == []


@pytest.mark.parametrize(
    ("read", "fault"),
    [
        (lambda read: read.whole("one", 0, most=9), "f:8:6: 'one' of it must be a whole number from 0 to 9, not 'a'"),
        (lambda read: read.flag("name"), "f:1:7: 'name' of it must be yes or no, not 'recado'"),
        (lambda read: read.choice("one", ("b", "c")), "f:8:6: 'one' of it cannot be 'a' (one of: b, c)"),
        (lambda read: read.known_name("one", {"b"}, rings), "f:8:6: it rings 'a'"),
        (lambda read: read.built(lambda: int("2", 1)), "f:1:1: it: int() base must be >= 2 and <= 36, or 0"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(read: Callable[[Fields], object], fault: str) -> None:
    read_from = fields()
    read(read_from)
    assert told(read_from) == [fault]


def test_a_key_that_nothing_reads_is_told_with_the_nearest_that_is_known() -> None:
    read = fields("nme: a\n")
    read.text("name")
    read.finish()
    assert told(read) == ["f:1:1: it has no key 'nme'; did you mean 'name'? (known: name)"]


def test_a_key_that_may_be_a_secret_is_not_repeated() -> None:
    read = fields("'52998224725': a\n", hides_keys=True)
    read.text("name")
    read.finish()
    assert told(read) == ["f:1:1: it has a key that is no word (known: name)"]
