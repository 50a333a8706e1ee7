"""What YAML does behind a writer's back, and what is done about it: every scalar stays the text that was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.faults import Faults
from ivr.flow.yaml import MAX_BYTES, MAX_DEPTH, Mapping, Scalar, Value, load, parse, plain


def read(text: str) -> Value:
    faults = Faults()
    (value,) = parse(text, "a.yaml", faults)
    assert not faults.errors
    return value


def told(text: str) -> list[str]:
    faults = Faults()
    parse(text, "a.yaml", faults)
    return [str(fault) for fault in faults.errors]


def told_of_bytes(folder: Path, written: bytes) -> list[str]:
    faults = Faults()
    (folder / "a.yaml").write_bytes(written)
    assert load(folder / "a.yaml", faults, "a.yaml") == []
    return [str(fault) for fault in faults.errors]


# Nothing is converted


@pytest.mark.parametrize(
    "written",
    ["18:30", "0012", "00", "01234567000120", "NO", "no", "yes", "1e3", "0x1F", "1_000", ".5", "2026-03-10", "05.1"],
)
def test_a_text_without_quotes_stays_as_it_is_written(written: str) -> None:
    assert plain(read(f"{written}: {written}")) == {written: written}


def test_an_unquoted_key_and_a_quoted_one_are_the_same_key() -> None:
    assert told('1: a\n"1": b') == ["a.yaml:2:1: duplicate key '1' (first at line 1); delete one"]


@pytest.mark.parametrize("written", ["", "~", "null"])
def test_only_nothing_at_all_is_null(written: str) -> None:
    assert plain(read(f"a: {written}")) == {"a": None}


@pytest.mark.parametrize("written", ['""', '"~"', "'null'"])
def test_a_quoted_null_is_a_text(written: str) -> None:
    assert plain(read(f"a: {written}")) == {"a": written[1:-1]}


def test_every_value_knows_its_place() -> None:
    value = read("a:\n  b: [x, {ç: y}]\n")
    assert isinstance(value, Mapping)
    inner = value.get("a")
    assert isinstance(inner, Mapping)
    assert str(inner.mark) == "a.yaml:2:3"
    assert str(inner.entries["b"][0].mark) == "a.yaml:2:3"
    assert str(inner.entries["b"][1].mark) == "a.yaml:2:6"


def test_columns_count_characters_and_not_bytes() -> None:
    value = read("{ação: é, b: x}")
    assert isinstance(value, Mapping)
    assert value.entries["b"][0].mark.column == 11


def test_lists_and_mappings_become_plain_values() -> None:
    assert plain(read("a: [1, {b: ~}]")) == {"a": ["1", {"b": None}]}


# What is refused


def test_a_duplicate_key_is_told_with_both_lines() -> None:
    assert told('keys:\n  "1": a\n  "2": b\n  "1": c') == [
        "a.yaml:4:3: duplicate key '1' (first at line 2); delete one"
    ]


def test_an_alias_is_refused_before_it_is_expanded() -> None:
    rows = ["a: &a [x, x]"] + [
        f"{name}: &{name} [*{last}, *{last}]" for last, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    assert told("\n".join(rows)) == [
        "a.yaml:2:8: an alias (*name) is not allowed; write the value again, or quote it if '*' is the key"
    ]


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("!!python/object/apply:os.abort []", "tag:yaml.org,2002:python/object/apply:os.abort"),
        ("!!int 5", "tag:yaml.org,2002:int"),
        ("!secret x", "!secret"),
    ],
)
def test_a_tag_is_refused_and_makes_nothing(written: str, tag: str) -> None:
    assert told(f"a: {written}") == [f"a.yaml:1:4: the tag {tag} is not allowed; write a plain value"]


def test_a_star_as_key_must_be_quoted() -> None:
    assert told("keys:\n  *: gente") == ["a.yaml:2:4: '*' begins an alias in YAML; quote the key: \"*\""]


def test_a_hash_as_key_must_be_quoted_and_is_warned_of_since_yaml_takes_it_for_a_comment() -> None:
    faults = Faults()
    parse('keys:\n  "1": a\n  #: b\n# a comment: fine\n', "a.yaml", faults)
    assert [str(fault) for fault in faults.warnings] == [
        'a.yaml:3:3: this line is a comment, since # begins one in YAML; quote the key: "#"'
    ]


@pytest.mark.parametrize("code", [0x00, 0x07, 0x0B, 0x1B, 0x7F, 0x80, 0x9F, 0xD800, 0xFFFE, 0xFFFF])
def test_a_control_character_is_told_at_its_place(code: int) -> None:
    assert told(f"a: x\nb: ç{chr(code)}") == [f"a.yaml:2:5: a control character (U+{code:04X}) stands here; delete it"]


@pytest.mark.parametrize("escaped", [r"\0", r"\a", r"\x1b", r"\u0080", r"\uFFFE"])
def test_a_control_character_written_as_an_escape_is_one_too(escaped: str) -> None:
    (row,) = told(f'a: "x{escaped}"')
    assert row.startswith("a.yaml:1:4: a control character (U+")


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: x\n")
    faults = Faults()
    assert [plain(value) for value in load(tmp_path / "a.yaml", faults)] == [{"a": "x"}]


def test_a_file_that_is_not_utf_8_is_told_with_its_place(tmp_path: Path) -> None:
    assert told_of_bytes(tmp_path, "a: x\nb: Olá\n".encode("latin-1")) == [
        "a.yaml:2:6: the file is not UTF-8; save it as UTF-8"
    ]


def test_utf_16_is_told_and_no_traceback(tmp_path: Path) -> None:
    assert told_of_bytes(tmp_path, "a: x\n".encode("utf-16")) == ["a.yaml:1:1: the file is not UTF-8; save it as UTF-8"]


def test_values_nested_too_deep_are_told_where_it_begins() -> None:
    assert plain(read("[" * MAX_DEPTH + "]" * MAX_DEPTH)) is not None
    assert told("[" * 100_000) == [
        f"a.yaml:1:{MAX_DEPTH + 1}: values are nested more than {MAX_DEPTH} deep here; flatten them"
    ]


def test_a_file_that_is_too_large_is_refused_without_being_parsed(tmp_path: Path) -> None:
    row = f"a.yaml:1:1: the file is larger than {MAX_BYTES // 1024} kB; split it or take out what is not text"
    assert told("a: [" + "x, " * MAX_BYTES + "]") == [row]
    assert told_of_bytes(tmp_path, b"- x\n" * MAX_BYTES) == [row]


def test_a_file_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    faults = Faults()
    assert load(tmp_path, faults, "menu.yaml") == []
    assert load(tmp_path / "none.yaml", faults, "none.yaml") == []
    assert [str(fault) for fault in faults.errors] == [
        f"{file}:1:1: the file cannot be read: {why}; put a text file here that the line may read"
        for file, why in (("menu.yaml", "Is a directory"), ("none.yaml", "No such file or directory"))
    ]


def test_an_empty_file_holds_no_document() -> None:
    assert parse("", "a.yaml", Faults()) == []
    assert parse("# nothing\n", "a.yaml", Faults()) == []


def test_each_document_of_a_file_is_read() -> None:
    assert [plain(value) for value in parse("a: 1\n---\nb: 2\n", "a.yaml", Faults())] == [{"a": "1"}, {"b": "2"}]


# Slips that only the parser sees: each names its remedy


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("a:\n\tb: x", "2:1", "a tab or one of @ ` % stands here; indent with spaces, quote texts"),
        ("a: @x", "1:4", "a tab or one of @ ` % stands here; indent with spaces, quote texts"),
        ("a: x\n\ty: z", "2:1", "a tab stands here; indent with spaces"),
        ("a: Atenção: x", "1:11", "': ' stands inside a text here; put the whole text in quotes"),
        ("a: x\n b: y", "2:3", "': ' stands inside a text here; put the whole text in quotes"),
        ("a: 'x", "1:6", "a quote is opened above and never closed; close it"),
        ("a: x\nlost\nb: y", "3:1", "a key without ':' or a text that goes on unindented; check the line above"),
        ("a: 'x' y", "1:8", "the indentation or a quote does not fit; compare with the lines above"),
        ("a: {b: x", "2:1", "did not find expected ',' or '}' while parsing a flow mapping"),
    ],
)
def test_a_slip_is_told_with_its_remedy(text: str, place: str, remedy: str) -> None:
    assert told(text) == [f"a.yaml:{place}: this is not YAML: {remedy}"]


def test_a_list_cannot_be_a_key() -> None:
    assert told("? [1]\n: x") == ["a.yaml:1:3: a key must be a plain text"]


# Whatever is written


@given(st.text(st.sampled_from("ab:-#*&!|>'\"%@`{}[],?~ \n\t0\\é\x00\x85\u2028\ufeff"), max_size=60) | st.text())
def test_no_text_brings_the_parser_down_and_every_fault_is_one_line_at_a_place(text: str) -> None:
    faults = Faults()
    values = parse(text, "a.yaml", faults)
    assert (
        values
        or faults.errors
        or not [row for row in text.splitlines() if row.strip() and row.strip()[0] not in "#-.%\ufeff"]
    )
    for fault in [*faults.errors, *faults.warnings]:
        assert "\n" not in fault.message
        assert fault.mark.line >= 1
        assert fault.mark.column >= 1


@given(st.dictionaries(st.text("abc é:#*'\"{}", min_size=1), st.text("abc é:#*'\"{}\n")))
def test_what_is_quoted_is_read_back_as_it_was(written: dict[str, str]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    rows = [f"{quoted(key)}: {quoted(text)}" for key, text in written.items()]
    value = read("{" + ", ".join(rows) + "}")
    assert isinstance(value, Mapping)
    assert {key: text.text for key, (_, text) in value.entries.items() if isinstance(text, Scalar)} == written
