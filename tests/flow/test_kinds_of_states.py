"""A kind of state is whole: what the line asks of every kind, each answers for itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

import pytest

from ivr.flow import nodes
from ivr.flow.nodes import KINDS, READERS, Node
from tests.flow.lines import SHIPPED, good
from value_class import value_class


@value_class
class Half(Node):
    """A kind that says nothing of itself but its name and that it waits."""

    kind: ClassVar[str] = "half"
    waits: ClassVar[bool] = True


def test_a_kind_that_leaves_a_question_open_is_refused_at_import() -> None:
    with pytest.raises(TypeError) as refused:
        nodes._whole(Half)  # type: ignore[type-abstract]
    assert str(refused.value) == (
        "the kind Half (tests.flow.test_kinds_of_states) does not say: chooses, entry, facts, hands_over_to,"
        " needs_database, own_edges, read, shape, spoken, told_keys"
    )


def test_each_kind_is_called_as_its_file_and_its_key() -> None:
    assert [each.kind for each in KINDS] == [each.__module__.rpartition(".")[2] for each in KINDS] == list(READERS)
    helpers = {"__init__", "base", "question", "spoken"}
    assert {file.stem for file in Path(nodes.__path__[0]).glob("*.py")} - helpers == READERS.keys()


def test_a_kind_is_read_as_itself() -> None:
    kinds = {each.kind: each for each in KINDS}
    assert all(type(node) is kinds[node.kind] for node in good().states.values())


def test_a_kind_whose_keys_must_be_told_says_in_which_prompt() -> None:
    for node in good().states.values():
        assert not node.told_keys or any(each.announces for each in node.spoken()), node.name


def test_each_kind_has_its_heading_in_the_guide() -> None:
    guide = (SHIPPED.parents[1] / "docs" / "guia-de-operacao.md").read_text(encoding="utf-8")
    assert READERS.keys() <= {*re.findall(r"^### `([a-z-]+)`$", guide, re.MULTILINE)}
