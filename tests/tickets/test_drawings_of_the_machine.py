"""The machine of tickets is drawn whole: every state and every move stands in each drawing, and nothing else."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from ivr.tickets import drawing, picture
from ivr.tickets.events import CLOSED, TicketState
from ivr.tickets.machine import moves
from ivr.tickets.words import KIND_WORDS, STATE_WORDS

SVG = "{http://www.w3.org/2000/svg}"


def test_mermaid_has_each_move_once() -> None:
    drawn = re.findall(r"^  (\S+) --> (\w+): (.+)$", drawing.mermaid(), re.MULTILINE)
    moved = {
        (source.value.replace("-", "_") if source else "[*]", target.value.replace("-", "_"), str(KIND_WORDS[kind]))
        for source, kind, target in moves()
    }
    told = [(source, target, kind) for source, target, kinds in drawn for kind in kinds.split(", ")]
    assert set(told) == moved
    assert len(told) == len(moved)


def test_dot_has_each_state_and_each_move() -> None:
    text = drawing.dot()
    assert set(re.findall(r'^  "([\w-]+)" \[label', text, re.MULTILINE)) == {"begin", *(s.value for s in TicketState)}
    assert text.count(" -> ") == len({(source, target) for source, _, target in moves()})
    assert text.count("peripheries=2") == len(CLOSED)


def test_a_picture_has_a_card_for_each_state_with_a_row_for_each_event() -> None:
    root = ET.fromstring(picture.svg())
    cards = {card.get("data-state"): card for card in root.iter(f"{SVG}g")}
    assert cards.keys() == {state.value for state in TicketState}
    for state in TicketState:
        texts = [text.text or "" for text in cards[state.value].iter(f"{SVG}text")]
        leads = {
            (str(KIND_WORDS[kind]), str(STATE_WORDS[target])) for source, kind, target in moves() if source is state
        }
        rows = list(zip(texts[2::2], (text.rpartition(" ")[0] for text in texts[3::2]), strict=True))
        assert texts[0] == STATE_WORDS[state]
        assert set(rows) == leads


def test_no_card_of_a_picture_lies_on_another() -> None:
    cards = picture.laid_out()
    assert {card.state for card in cards} == set(TicketState)
    for one in cards:
        for other in cards:
            if one is not other and one.column == other.column:
                assert one.y + one.height < other.y or other.y + other.height < one.y
