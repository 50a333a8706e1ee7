"""Whatever people do in a scene, it ends, is the same again, and says where it went wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.replay.report import json_line
from tests.replay.test_scenes import ANA, BETO, CAIO, played

NAMES = ("ana", "beto", "caio")
STANDINGS = ("rings", "answered", "waits", "talks", "is held", "hung up")

when = st.builds("{} {}".format, st.sampled_from(NAMES), st.sampled_from(STANDINGS))
acts = st.one_of(
    st.just({"press": "1"}),
    st.just({"early": "5"}),
    st.just({"silent": True}),
    st.just({"speak": "oi"}),
    st.just({"record": 3}),
    st.just({"lost": True}),
    st.just({"hang_up": True}),
    st.builds(lambda seconds: {"wait": seconds}, st.sampled_from([0, 1, 7, 400])),
    st.builds(lambda outcome: {"called": outcome}, st.sampled_from(["answered", "busy", "no-answer", "failed"])),
    st.builds(
        lambda name, form: {"act": "rest", "request": f"POST /Calls/{{{name}}}.json", "form": form},
        st.sampled_from(NAMES),
        st.sampled_from([{"Status": "completed"}, {"Url": "/room"}, {"Url": "/take"}, {}]),
    ),
    st.just(
        {"act": "rest", "request": "POST /Calls.json", "form": {"To": ANA, "From": "+551140030015", "Url": "/offer"}}
    ),
)
timed = st.builds(
    lambda act, more: {**act, **more},
    acts,
    st.one_of(st.just({}), st.builds(lambda each: {"when": each}, when), st.just({"at": "0:20"})),
)
steps = st.lists(st.one_of(timed, st.sampled_from([{"hear": "oi"}, {"not_hear": "oi"}, {"hear": "any"}])), max_size=5)
urls = st.sampled_from([None, "/room", "/room-ending", "/muted", "/dial", "/take", "/nowhere"])


@st.composite
def scenes(draw: st.DrawFn) -> dict[str, Any]:
    parties: dict[str, Any] = {"ana": {"telephone": ANA, "steps": draw(steps)}}
    for name, number in (("beto", BETO), ("caio", CAIO)):
        url = draw(urls)
        parties[name] = {"from": number, "steps": draw(steps), **({"url": url} if url else {})}
    return {"scene": "any", "parties": parties}


@given(written=scenes())
def test_any_scene_ends_is_the_same_again_and_says_where_it_failed(
    tmp_path_factory: pytest.TempPathFactory, written: dict[str, Any]
) -> None:
    folder: Path = tmp_path_factory.mktemp("scene")
    text = json.dumps(written)
    first, second = played(folder, text), played(folder, text)
    assert json_line(first) == json_line(second)
    assert first.transcript["duration"] < 6000
    for failure in first.failures:
        assert failure.startswith(f"{folder}/a.scene.yaml:"), failure
