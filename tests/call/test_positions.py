"""Where a call stands is a value that survives being written down."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call.position import Position
from routing.decide import Progress

pytestmark = pytest.mark.untraced

_names = st.text(max_size=20)
_positions = st.builds(
    Position,
    state=_names,
    choices=st.dictionaries(_names, st.sampled_from("0123456789*#")),
    strikes=st.dictionaries(_names, st.integers(0, 10)),
    silences=st.integers(0, 9),
    errors=st.integers(0, 9),
    document_digest=st.none() | st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    contact_id=st.none() | st.integers(1),
    company_id=st.none() | st.integers(1),
    destination=st.none() | _names,
    progress=st.none()
    | st.builds(Progress, _names, st.integers(0, 9), st.booleans(), st.lists(_names, max_size=3).map(tuple)),
    over_limit=st.booleans(),
    announced=st.dictionaries(_names, st.just(1), max_size=2),
)

EVERYTHING = Position(
    state="documento",
    choices={"principal": "2"},
    strikes={"identificacao": 1},
    silences=1,
    errors=3,
    stray_finish_keys=2,
    document_digest="5ea1",
    is_unambiguous=True,
    contact_id=7,
    company_id=4,
    destination="mesa.rm",
    progress=Progress("mesa.rm", 1, hops=("gente",)),
    over_limit=True,
    protocol="202600000001",
    queued_at="2026-03-10T10:30:00-03:00",
    finish_due=True,
    prompts_end="2026-03-10T10:30:09-03:00",
    served=True,
    code_keys=2,
    quoted="354.00 BRL",
    agreed=True,
    said='["documento",["fechado","mesa.rm","2026-03-11T08:00:00-03:00",null,false]]',
)
STORED = (
    '{"agreed":true,"choices":{"principal":"2"},"code_keys":2,"company_id":4,"contact_id":7,"destination":"mesa.rm",'
    '"errors":3,"exact":true,"finish_due":true,"over_limit":true,'
    '"progress":{"destination":"mesa.rm","hops":["gente"],"index":1,"on_call":false},'
    '"prompts_end":"2026-03-10T10:30:09-03:00","protocol":"202600000001","queued_at":"2026-03-10T10:30:00-03:00",'
    '"quoted":"354.00 BRL",'
    '"said":"[\\"documento\\",[\\"fechado\\",\\"mesa.rm\\",\\"2026-03-11T08:00:00-03:00\\",null,false]]",'
    '"sealed":"5ea1","served":true,"silences":1,"state":"documento","strays":2,'
    '"strikes":{"identificacao":1}}'
)
TOLD = (
    '{"choices":{"principal":"2"},"destination":"mesa.rm","errors":3,"finish_due":true,"over_limit":true,'
    '"progress":{"destination":"mesa.rm","hops":["gente"],"index":1,"on_call":false},'
    '"prompts_end":"2026-03-10T10:30:09-03:00","queued_at":"2026-03-10T10:30:00-03:00","served":true,"silences":1,'
    '"somebody":true,"state":"documento","strays":2,"strikes":{"identificacao":1}}'
)


@given(_positions)
def test_the_text_of_a_position_is_what_a_json_encoder_writes(position: Position) -> None:
    text = position.as_json()
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))


@given(_positions)
def test_a_position_comes_back_as_it_was_written(position: Position) -> None:
    assert Position.from_json(position.as_json()) == position


@given(_positions)
def test_equal_positions_are_equal_text_whatever_the_order_of_their_keys(position: Position) -> None:
    turned = Position.from_json(json.dumps(dict(reversed(json.loads(position.as_json()).items()))))
    assert turned.as_json() == position.as_json()


def test_a_call_begins_with_nothing_but_its_state() -> None:
    assert Position("principal") == Position.from_json(Position("principal").as_json())
    assert not json.loads(Position("principal").as_json())["progress"]


def test_a_position_is_stored_as_the_release_before_stored_it() -> None:
    assert EVERYTHING.as_json() == STORED
    assert Position.from_json(STORED) == EVERYTHING


def test_an_address_tells_a_position_as_the_release_before_told_it() -> None:
    assert json.dumps(EVERYTHING.public(), sort_keys=True, separators=(",", ":")) == TOLD
    told = Position.from_public(json.loads(TOLD)).identified_as(EVERYTHING)
    said = EVERYTHING.said
    assert replace(told, code_keys=2, quoted="354.00 BRL", agreed=True, said=said) == EVERYTHING


def test_a_position_of_an_older_release_lacks_what_came_later() -> None:
    older = {name: value for name, value in json.loads(STORED).items() if name not in {"agreed", "code_keys", "quoted"}}
    assert Position.from_json(json.dumps(older)) == replace(EVERYTHING, agreed=False, code_keys=0, quoted=None)


def test_who_calls_stands_in_no_address_and_outlives_a_new_beginning() -> None:
    stranger, known = Position("documento"), EVERYTHING.restarted_at("documento")
    who = {each.name for each in fields(Position) if getattr(stranger, each.name) != getattr(known, each.name)}
    assert who == {"strikes", "document_digest", "is_unambiguous", "contact_id", "company_id", "protocol"}
    assert not {"sealed", "exact", "contact_id", "company_id", "protocol"} & EVERYTHING.public().keys()
