"""A destination by the area code that a caller calls from."""

from __future__ import annotations

import pytest

from routing.regions import Regions, area_code, parse_area_codes

FRANCHISES = Regions("franquias", "BR", "sul", {"11": "capital", "21": "rio", "92": "norte"})


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("+5511987654321", "11"),
        ("+551132345678", "11"),
        ("+5592998765432", "92"),
        ("+12127654321", None),
        ("+525550220015", None),
        ("+551140030015", "11"),
        ("+5508007654321", None),
        ("+550000", None),
        ("anonymous", None),
        ("sip:ana@example.com", None),
        ("", None),
    ],
)
def test_the_area_code_is_that_of_fixed_and_mobile_national_numbers(number: str, code: str | None) -> None:
    assert area_code(number) == code


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("+5511987654321", ("capital", "11")),
        ("+5521987654321", ("rio", "21")),
        ("+5531987654321", ("sul", None)),
        ("+12127654321", ("sul", None)),
        ("Restricted", ("sul", None)),
    ],
)
def test_a_number_without_a_destination_is_served_by_the_default(number: str, found: tuple[str, str | None]) -> None:
    assert FRANCHISES.of(number) == found


def test_area_codes_are_written_one_by_one_or_from_to() -> None:
    assert parse_area_codes("21") == ["21"]
    assert parse_area_codes("27-31") == ["27", "28", "29", "30", "31"]
    assert parse_area_codes("11-13") == ["11", "12", "13"]


@pytest.mark.parametrize("text", ["", "x", "21-", "28-21", "08-11", "9-11", "21 - 28", "21-28-30", "12345"])
def test_what_is_no_area_code_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no area code"):
        parse_area_codes(text)
