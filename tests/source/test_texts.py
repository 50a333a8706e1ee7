"""A text of a file is an ordinary ``str`` that knows its place."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from ivr.source.diagnostics import Mark
from ivr.source.yaml import Text

WRITTEN = Text("senha", Mark("menu.yaml", 7, 3), quoted=True, commented=True)


def test_a_text_is_compared_hashed_and_formatted_as_any_str() -> None:
    assert WRITTEN == "senha"
    assert {"senha": 1}[WRITTEN] == 1
    assert "senha" in {WRITTEN}
    assert f"{WRITTEN}!" == "senha!"
    assert json.dumps([WRITTEN]) == '["senha"]'


def test_the_same_letters_at_another_place_are_the_same_text() -> None:
    assert Text("senha", Mark("menu.yaml", 9, 9)) == WRITTEN


@pytest.mark.parametrize("copied", [pickle.loads(pickle.dumps(WRITTEN)), copy.copy(WRITTEN), copy.deepcopy(WRITTEN)])
def test_a_text_keeps_its_place_through_pickling_and_copying(copied: Text) -> None:
    assert (copied, copied.mark, copied.quoted, copied.commented) == (WRITTEN, WRITTEN.mark, True, True)


def test_what_a_method_makes_of_a_text_has_no_place() -> None:
    assert type(WRITTEN.upper()) is str
    assert type(str(WRITTEN)) is str


@pytest.mark.parametrize("text", ["", "~", "null"])
def test_only_what_is_left_out_unquoted_is_null(text: str) -> None:
    assert Text(text, WRITTEN.mark).is_null
    assert not Text(text, WRITTEN.mark, quoted=True).is_null
    assert not Text("0", WRITTEN.mark).is_null
