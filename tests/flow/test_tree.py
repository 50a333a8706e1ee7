"""The tree of a menu is read in a terminal, and is as wide as that."""

from __future__ import annotations

import pytest

from ivr.flow.folder import load_line
from ivr.flow.graph.outline import outline
from ivr.flow.graph.tree import NARROWEST, PLAIN, UNICODE, Letters, tree
from tests.flow.lines import SHIPPED, SPANISH, good

GOOD = """
ola (say)
principal (menu)  *, 9 ↻  ☎
├─ 1 → documento
└─ 2 ☎ gente

principal, conferir ↓
documento (collect document)  * ← principal  ☎
├─ 3 strikes ☎ gente
└─ entry ↓
senha (collect password)  * ↻  ☎
├─ 3 strikes ☎ gente
└─ entry ↓
conferir (check identity)
├─ refused → documento
├─ 3 strikes ☎ gente
└─ matched ↓
financeiro (check finance)
├─ overdue ☎ gente
└─ clear, within-grace ↓
escolha (branch principal)
├─ 1 codigo (collect access-code)  * ↻  ☎
│  ├─ 0 ☎ gente
│  ├─ 9 fechar (closure)
│  │  └─ desk closed, desk opened, refused ■ tchau
│  ├─ nothing: retorno (callback)
│  │  ├─ 1 ■ tchau
│  │  ├─ not confirmed: recado (record)
│  │  │  └─ message, nothing said ■ tchau
│  │  └─ no number to call: texto (text)
│  │     ├─ 1 ■ tchau
│  │     └─ not wanted, no mobile to text → recado
│  └─ entry ↓
│  por-codigo (route)
│  ├─ ☎ by code, suporte
│  ├─ unknown code → codigo
│  └─ 2 strikes ☎ gente
└─ otherwise ☎ gente

por-codigo, gente ↓
ligar (transfer)
├─ served ■ tchau
└─ closed, nobody answered → recado
"""


def test_a_tree_tells_keys_answers_and_badges_as_they_are_written() -> None:
    drawn = tree(outline(good()), 100)
    assert drawn == f"good  +551140030015  menu version {good().version}\n{GOOD}"


def test_a_tree_ends_with_where_telephones_ring() -> None:
    drawn = tree(outline(load_line(SPANISH)), 100)
    chapter = drawn.split("\n\n")[-1].splitlines()
    assert chapter[1:4] == [
        "transferencia (transfer)",
        "├─ served ■ despedida",
        "├─ closed, nobody answered, 1 → recado",
    ]


@pytest.mark.parametrize("width", [NARROWEST, 60, 100])
@pytest.mark.parametrize("letters", [UNICODE, PLAIN], ids=["unicode", "plain"])
def test_no_line_of_a_tree_is_wider_than_the_terminal(width: int, letters: Letters) -> None:
    drawn = tree(outline(load_line(SHIPPED)), width, letters)
    assert max(map(len, drawn.splitlines())) <= width
    assert not any(line != line.rstrip() for line in drawn.splitlines())


def test_a_plain_tree_is_ascii() -> None:
    drawn = tree(outline(load_line(SHIPPED)), 60, PLAIN)
    assert drawn.isascii()
    assert "|- 5 call ouvidoria" in drawn


def test_every_state_stands_in_a_tree() -> None:
    line = load_line(SHIPPED)
    drawn = tree(outline(line), 100)
    assert [state for state in line.states if state not in drawn] == []
