"""What YAML does behind a writer's back, and what is done about it: every scalar stays the text that was written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.source.diagnostics import Diagnostics
from ivr.source.yaml import MAX_BYTES, MAX_DEPTH, Mapping, Text, Value, load, parse, plain
from wording.catalogues import LANGUAGES, put

QUOTE = "put the whole text in quotes"
MISSING = (
    "a comma or {} is missing before this place, in the {} that begins in line {}; a text that has brackets belongs in"
    " quotes"
)


def read(text: str) -> Value:
    faults = Diagnostics()
    (value,) = parse(text, "a.yaml", faults)
    assert not faults.errors
    return value


def told(text: str) -> list[str]:
    faults = Diagnostics()
    parse(text, "a.yaml", faults)
    return [str(fault) for fault in faults.errors]


def told_of_bytes(folder: Path, written: bytes) -> list[str]:
    faults = Diagnostics()
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
    assert told("\n".join(rows))[-1] == (
        "a.yaml:2:8: an alias (*name) is not allowed; write the value again, or quote it if '*' is the key"
    )


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("!!python/object/apply:os.abort []", "!!python/object/apply:os.abort"),
        ("!!int 5", "!!int"),
        ("!!str x", "!!str"),
        ("!secret x", "!secret"),
        ("! Atenção", "!"),
    ],
)
def test_a_tag_is_refused_and_makes_nothing(written: str, tag: str) -> None:
    (row,) = told(f"a: {written}")
    assert row.startswith(f"a.yaml:1:4: the tag {tag} is not allowed; write a plain value")


def test_a_star_as_key_must_be_quoted() -> None:
    assert told("keys:\n  *: gente") == [
        "a.yaml:2:4: '*' begins an alias in YAML; put it, or the whole text, in quotes"
    ]


def test_a_hash_as_key_that_yaml_takes_for_a_comment_is_warned_of() -> None:
    faults = Diagnostics()
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
    faults = Diagnostics()
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
    faults = Diagnostics()
    assert load(tmp_path, faults, "menu.yaml") == []
    assert load(tmp_path / "none.yaml", faults, "none.yaml") == []
    assert [str(fault) for fault in faults.errors] == [
        f"{file}:1:1: the file cannot be read: {why}; put a text file here that the line may read"
        for file, why in (("menu.yaml", "Is a directory"), ("none.yaml", "No such file or directory"))
    ]


def test_an_empty_file_holds_no_document() -> None:
    assert parse("", "a.yaml", Diagnostics()) == []
    assert parse("# nothing\n", "a.yaml", Diagnostics()) == []


def test_each_document_of_a_file_is_read() -> None:
    assert [plain(value) for value in parse("a: 1\n---\nb: 2\n", "a.yaml", Diagnostics())] == [{"a": "1"}, {"b": "2"}]


# Where another text is read than the one that was written

CUT = "# begins a comment here, and what stands behind it is not read"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: Obrigado. Tecle # para sair.", "1:20", CUT),
        ("a: um\n  dois # três", "2:8", CUT),
        ("a: nota #1", "1:9", CUT),
        ("a: nota  #1", "1:10", CUT),
        ("a: Tecle   #", "1:12", CUT),
        ("a: # três", "1:4", CUT),
        ("- a # b", "1:5", CUT),
        ("a: [b # c\n]", "1:7", CUT),
        ("a: {b: c # d\n}", "1:10", CUT),
        ('a: "b"#c', "1:7", "# stands right behind the closing quote and is not read"),
        (
            "a: &Silva Bem-vindo",
            "1:4",
            "'&Silva' begins a name in YAML and would not be read; put the whole text in quotes",
        ),
        ("a: &s [b]", "1:4", "'&s' begins a name in YAML"),
        ("a: >-\n  um\n  # dois", "3:3", "# begins no comment within a text of several lines"),
        ("a: |\n  um  # dois", "2:7", "# begins no comment within a text of several lines"),
        ("a: um\n  - dois", "2:3", "'- ' begins nothing here: the text above goes on"),
        ("a:\u00a0b", "1:3", "a blank of another kind (U+00A0) stands here"),
        ("\u00a0a: b", "1:1", "a blank of another kind (U+00A0) stands here"),
        ("a: b\u200bc", "1:5", "a sign that cannot be seen (U+200B) stands here"),
        ("a: 'b\u202ec'", "1:6", "a sign that cannot be seen (U+202E) stands here"),
    ],
)
def test_a_text_that_is_read_otherwise_is_told_at_its_place(text: str, place: str, message: str) -> None:
    (row,) = told(text)
    assert row.startswith(f"a.yaml:{place}: {message}")
    assert "quotes" in row or "write" in row or "delete" in row


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: b   # c", "b"),
        ("a: b\t# c", "b"),
        ("a: b  ## c", "b"),
        ('a: "b" # c', "b"),
        ('a: "Tecle # e &"', "Tecle # e &"),
        ("a: C#", "C#"),
        ("a: >-   # c\n  b\n  tecle # e", "b tecle # e"),
        ("a: 'b\u00a0c'", "b\u00a0c"),
        ("a: b\n  -c", "b -c"),
    ],
)
def test_comments_with_two_blanks_and_texts_in_quotes_are_read(text: str, value: str) -> None:
    assert plain(read(text)) == {"a": value}


# Slips that only the parser sees: each names its remedy


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("a:\n\tb: x", "2:1", "a tab stands here; indent with spaces"),
        ("a: @x", "1:4", "'@' cannot begin a text in YAML; put the whole text in quotes"),
        ("a: `x`", "1:4", "'`' cannot begin a text in YAML; put the whole text in quotes"),
        ("a: %x", "1:4", "'%' cannot begin a text in YAML; put the whole text in quotes"),
        (
            "%x",
            "1:3",
            "'%' at the beginning of a line is kept for YAML itself; put the whole text in quotes, or indent it",
        ),
        ("a: x\n\ty: z", "2:1", "a tab stands here; indent with spaces"),
        ("a: Atenção: x", "1:11", "': ' stands inside a text here; put the whole text in quotes"),
        ("a: - x", "1:4", "'- ' begins a list here; begin it on a line of its own, or put the whole text in quotes"),
        ("a: > x", "1:6", "'|' or '>' begins a text of several lines, which starts on the next one; or " + QUOTE),
        ("a: |x", "1:5", "'|' or '>' begins a text of several lines, which starts on the next one; or " + QUOTE),
        ("a: 'x", "1:6", "a quote is opened above and never closed; close it"),
        (
            "a: 'x\nb: 'y'",
            "2:5",
            "the quote that is opened in line 1 is closed only here; close it where its text ends",
        ),
        ('a: "x" y', "1:8", "a text goes on behind its closing quote; put quotes around the whole text"),
        ("a: {b} c", "1:8", "a text goes on behind the closing bracket; a text that begins with { must be in quotes"),
        ("a: {b: x", "2:1", MISSING.format("}", "mapping {", 1)),
        ("a: [b, c\nd: e", "2:2", MISSING.format("]", "list [", 1)),
        ('a: {"1": b "2": c}', "1:15", MISSING.format("}", "mapping {", 1)),
        ("a: [b]]", "1:7", "']' closes nothing here; delete it, or put the whole text in quotes"),
        ("a: x\n- b", "2:1", "'- ' begins a list where a key is expected; indent it below its key"),
        (
            r'a: "C:\d"',
            "1:7",
            "'\\' begins a sign of its own between double quotes; write '\\\\', or take single quotes",
        ),
    ],
)
def test_a_slip_is_told_with_its_remedy(text: str, place: str, remedy: str) -> None:
    assert told(text) == [f"a.yaml:{place}: this is not YAML: {remedy}"]


WRONG = "this line begins in column {}, and no line above that it could belong to does; begin it in column {}"
DEEPER = (
    "this line begins in column {}, deeper than the key above, so that it goes on with its text; begin it in column {}"
    " if it is a key, else put the whole text in quotes"
)
NO_COLON = (
    "this line is a key without ': ', like key: value, or goes on with the text above and is not indented below it"
)
SHALLOW = (
    "this line begins in column {}, and those below it, which belong to the same key, in column {}; begin it there"
)
MERGE = (
    "'<<<<<<<' is a mark between two versions of the lines below, as git leaves it; keep one of them, and delete"
    " the lines <<<<<<<, ======= and >>>>>>>"
)


@pytest.mark.parametrize(
    ("text", "place", "fault"),
    [
        ("a:\n  b: x\n c: y", "3:2", WRONG.format(2, "1 or 3")),
        ("a:\n  b:\n    c: x\n   d: y", "4:4", WRONG.format(4, "3 or 5")),
        ("a:\n  - b: x\n - c: y", "3:2", WRONG.format(2, "1 or 3")),
        ("  a: x\nb: y", "2:1", WRONG.format(1, "3")),
        ("a: x\n b: y", "2:2", DEEPER.format(2, "1")),
        ("a:\n  b: x\n\n  # told\n      c: y", "5:7", WRONG.format(7, "3")),
        ("a:\n  b\n  c: d", "2:3", NO_COLON),
        ("a: x\nlost\nb: y", "2:1", NO_COLON),
        ("a:\n b: x\n  c: y\n  d: z\ne: x", "2:2", SHALLOW.format(2, 3)),
        ("a:\n b: x\n  c: y\n", "3:3", DEEPER.format(3, "2")),
        ("a:\n<<<<<<< HEAD\n  b: x\n=======\n  b: y\n>>>>>>> z\n", "2:1", MERGE),
    ],
)
def test_a_line_that_is_indented_wrongly_is_told_itself(text: str, place: str, fault: str) -> None:
    assert told(text) == [f"a.yaml:{place}: {fault}"]


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=st.text(st.sampled_from("ab:-#*&!|>'\"%@`{}[],? \n\t0\\é"), max_size=40))
def test_no_word_of_the_parser_is_ever_shown(language: str, text: str) -> None:
    faults = Diagnostics()
    parse(text, "a.yaml", faults)
    for fault in faults.errors:
        assert fault.code
        assert not JARGON.search(put(fault.message, language))


JARGON = re.compile(
    "token|scalar|block (sequence|mapping)|flow |node|directive|simple key|mapping values|<|stream|anchor"
)


def test_a_list_cannot_be_a_key() -> None:
    assert told("? [1]\n: x") == ["a.yaml:1:3: a text that begins with [ must be in quotes, and a key cannot be a list"]


# Whatever is written


@given(st.text(st.sampled_from("ab:-#*&!|>'\"%@`{}[],?~ \n\t0\\é\x00\x85\u2028\ufeff"), max_size=60) | st.text())
def test_no_text_brings_the_parser_down_and_each_fault_has_a_place(text: str) -> None:
    faults = Diagnostics()
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
    assert {key: text for key, (_, text) in value.entries.items() if isinstance(text, Text)} == written
