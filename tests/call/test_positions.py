"""Where a call stands is a value that survives being written down."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ivr.call.position import Position
from routing.decide import Progress

_names = st.text(max_size=20)
_positions = st.builds(
    Position,
    state=_names,
    choices=st.dictionaries(_names, st.sampled_from("0123456789*#")),
    strikes=st.dictionaries(_names, st.integers(0, 10)),
    silences=st.integers(0, 9),
    errors=st.integers(0, 9),
    sealed=st.none() | st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    contact_id=st.none() | st.integers(1),
    company_id=st.none() | st.integers(1),
    destination=st.none() | _names,
    progress=st.none()
    | st.builds(Progress, _names, st.integers(0, 9), st.booleans(), st.lists(_names, max_size=3).map(tuple)),
    over_limit=st.booleans(),
)


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
