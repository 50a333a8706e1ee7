"""Access codes lead by their longest known beginning, however they are keyed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.access_codes import AccessCodes, CodeFormat, Match

FORMAT = CodeFormat("NN.N.NNNN")
VITRINE = AccessCodes(FORMAT, {"05": "varejo", "05.1": "serie-1", "05.1.0003": "vitrine", "7": "rm"})


@pytest.mark.parametrize(
    ("keyed", "prefix", "destination"),
    [
        ("0510003", "05.1.0003", "vitrine"),
        ("0510001", "05.1", "serie-1"),
        ("0520003", "05", "varejo"),
        ("7090001", "7", "rm"),
    ],
)
def test_the_longest_known_beginning_wins(keyed: str, prefix: str, destination: str) -> None:
    assert VITRINE.match(keyed) == Match(prefix, destination)


@pytest.mark.parametrize("keyed", ["0510003", "05.1.0003", "05*1*0003", "05*10003", " 05 1 0003 ", "05.1*00 03"])
def test_dots_may_be_left_out_or_be_stars_and_spaces_do_not_count(keyed: str) -> None:
    assert VITRINE.match(keyed) == Match("05.1.0003", "vitrine")


@pytest.mark.parametrize(
    "keyed",
    [
        "",
        "05",
        "051000",
        "05100033",
        "05*10*003",
        "05**1*0003",
        "*0510003",
        "0510003*",
        "05-1-0003",
        "05#10003",
        "O510003",
        "０510003",
    ],
)
def test_what_is_not_in_the_format_is_no_code(keyed: str) -> None:
    assert VITRINE.match(keyed) is None


def test_an_unknown_code_leads_nowhere() -> None:
    assert VITRINE.match("9910003") is None


def test_the_caller_keys_the_dots_at_most() -> None:
    assert FORMAT.max_keys == 9


def test_a_code_is_written_with_the_dots_of_its_format() -> None:
    assert [FORMAT.written(digits) for digits in ("0510001", "051", "05", "0")] == ["05.1.0001", "05.1", "05", "0"]


@pytest.mark.parametrize("pattern", ["", "05.N", "NN..N", ".N", "N.", "nn", "NN-N", "N" + "\n", "NxN"])
def test_a_format_has_only_digits_letters_and_single_dots(pattern: str) -> None:
    with pytest.raises(ValueError, match="no format of access codes"):
        CodeFormat(pattern)


@pytest.mark.parametrize(
    "prefix", ["", ".", "0.5", "05.1.00011", "05100011", "5a", "05..1", "05.10", "05*1", "05.", " 05"]
)
def test_a_beginning_that_the_format_does_not_have_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match=r"no beginning of an access code; the format is NN\.N\.NNNN"):
        AccessCodes(FORMAT, {prefix: "vitrine"})


def test_one_beginning_written_in_two_ways_is_refused() -> None:
    with pytest.raises(ValueError, match=r"05\.1 is listed twice"):
        AccessCodes(FORMAT, {"05.1": "vitrine", "051": "rm"})


patterns = st.lists(st.integers(1, 3), min_size=1, max_size=4).map(lambda sizes: ".".join("N" * n for n in sizes))


@given(patterns, st.data())
def test_a_match_is_what_trying_every_entry_finds(pattern: str, data: st.DataObject) -> None:
    code_format = CodeFormat(pattern)
    most = pattern.count("N")
    tables = st.dictionaries(st.text("01", min_size=1, max_size=most), st.sampled_from("abc"), max_size=8)
    table = data.draw(tables)
    keyed = data.draw(st.text("01", min_size=max(1, most - 1), max_size=most + 1))
    fitting = [prefix for prefix in table if len(keyed) == most and keyed.startswith(prefix)]
    longest = max(fitting, key=len, default=None)
    found = AccessCodes(code_format, table).match(keyed)
    if longest is None:
        assert found is None
    else:
        assert found == Match(code_format.written(longest), table[longest])


@given(patterns, st.data())
def test_any_way_of_keying_the_dots_reads_the_same_digits(pattern: str, data: st.DataObject) -> None:
    code_format = CodeFormat(pattern)
    digits = data.draw(st.text("0123456789", min_size=pattern.count("N"), max_size=pattern.count("N")))
    written = code_format.written(digits)
    keyed = "".join(data.draw(st.sampled_from([".", "*", ""])) if place == "." else place for place in written)
    assert code_format.digits_of(keyed) == digits
    assert code_format.written(code_format.prefix_of(written)) == written


SERIES = AccessCodes(
    CodeFormat("NN.X.NNNN"), {"01.T": "erp", "01.t.0002": "rh", "01.3": "mini", "01.9": "outro", "7": "rm"}
)


@pytest.mark.parametrize(
    ("keyed", "prefix"),
    [
        ("0180001", "01.T"),  # T is carried by the key 8
        ("01*8*0001", "01.T"),
        ("01.T.0001", "01.T"),
        ("01 t 0002", "01.T.0002"),
        ("0130001", "01.3"),
        ("0190001", "01.9"),
        ("7090001", "7"),
    ],
)
def test_a_letter_of_a_code_is_keyed_by_the_key_that_carries_it(keyed: str, prefix: str) -> None:
    found = SERIES.match(keyed)
    assert found is not None
    assert found.code_prefix == prefix


@pytest.mark.parametrize("keyed", ["T180001", "01.TT001", "01Ŧ0001", "01.Ⅴ.0001", "01ß0001"])
def test_a_letter_where_the_format_has_none_is_no_code(keyed: str) -> None:
    assert SERIES.match(keyed) is None


def test_two_beginnings_of_the_same_keys_are_refused() -> None:
    with pytest.raises(ValueError, match=r"01\.T and 01\.8 are the same keys"):
        AccessCodes(CodeFormat("NN.X.NNNN"), {"01.T": "erp", "01.8": "outro"})
    with pytest.raises(ValueError, match="no beginning"):
        AccessCodes(CodeFormat("NN.N.NNNN"), {"01.T": "erp"})
