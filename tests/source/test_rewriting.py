"""A text is exchanged in its place, and nothing else of the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.source import yaml
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.rewriting import Written, rewritten
from ivr.source.yaml import Mapping, Sequence, Text, Value

FILE = """\
# What callers hear.
prompts:
  oi: Bom dia.   # said to all
  longo: >-
    Para software, tecle 2.
    Para o resto, tecle 3.

  # a comment before the next
  gravado: {text: "Até logo.", play: ate.wav}
  lista:
    - hear: Um
    - "dois # e meio"
    - [três, 'quatro']
  embaixo:
    Está aqui
fim: sim"""


def _texts(value: Value) -> list[Text]:
    match value:
        case Text():
            return [value]
        case Sequence():
            return [text for item in value.items for text in _texts(item)]
        case Mapping():
            return [text for _, _, child in value.items() for text in _texts(child)]


def _read(source: str) -> list[Text]:
    diagnostics = Diagnostics()
    (root,) = yaml.parse(source, "a.yaml", diagnostics)
    assert not diagnostics.errors, diagnostics.errors
    return _texts(root)


def _change(changes: dict[str, Written]) -> str:
    marks = {str(text): text.mark for text in _read(FILE)}
    return rewritten(FILE, {marks[old]: new for old, new in changes.items()})


def test_only_the_text_is_exchanged() -> None:
    assert _change({"Bom dia.": "Boa tarde."}) == FILE.replace("Bom dia.", "Boa tarde.")


def test_a_folded_text_keeps_the_comment_and_the_empty_line_behind_it() -> None:
    out = _change({"Para software, tecle 2. Para o resto, tecle 3.": "Tecle 2."})
    assert "  longo: Tecle 2.\n\n  # a comment before the next\n" in out


def test_a_long_text_is_folded_below_its_key() -> None:
    out = _change({"Bom dia.": "Bom dia. " * 30})
    assert "  oi: >-\n    Bom dia. Bom dia." in out
    assert max(map(len, out.splitlines())) <= 116


def test_a_text_becomes_one_with_its_recording() -> None:
    out = _change({"Bom dia.": {"text": "Bom dia.", "play": "oi.wav"}})
    assert '  oi: {text: "Bom dia.", play: "oi.wav"}   # said to all\n' in out


def test_a_place_where_no_text_begins_is_refused() -> None:
    with pytest.raises(KeyError):
        rewritten(FILE, {Mark("a.yaml", 3, 5): "x"})


@given(st.data())
def test_what_is_put_into_a_place_is_read_there_and_all_else_as_before(data: st.DataObject) -> None:
    before = _read(FILE)
    signs = st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=("Cc", "Cf", "Cs"))
    new = st.text(signs, min_size=1, max_size=300).filter(lambda text: bool(text.split()))
    changed = data.draw(st.dictionaries(st.integers(0, len(before) - 1), new, min_size=1))
    after = _read(rewritten(FILE, {before[at].mark: text for at, text in changed.items()}))
    expected = [" ".join(changed[at].split()) if at in changed else str(text) for at, text in enumerate(before)]
    assert [str(text) for text in after] == expected
