"""A sentence is put together from recordings whose texts are the sentence, all of one voice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.clips import Clips
from tests.recorded import clip

WORD = st.text("abcdeçã", min_size=1, max_size=4)
PIECE = st.lists(WORD, min_size=1, max_size=4).map(" ".join)


def words(clips: Clips, *sentences: str) -> list[list[str]] | None:
    """What is played for each sentence, clip by clip."""
    spoken = clips.spoken(sentences)
    return None if spoken is None else [[each.words for each in played] for played in spoken]


@given(st.lists(PIECE, min_size=1, max_size=8), st.lists(PIECE, max_size=8))
def test_what_is_cut_into_clips_is_put_together_again(pieces: list[str], others: list[str]) -> None:
    sentence = " ".join(pieces)
    spoken = Clips(map(clip, {*pieces, *others})).spoken([sentence])
    assert spoken is not None
    assert " ".join(each.words for each in spoken[0]) == sentence
    assert all(each.words == each.clip.text for each in spoken[0])


def test_a_whole_sentence_is_one_clip_where_there_is_one() -> None:
    clips = Clips(map(clip, ["O protocolo", "é um", "é", "um", "O protocolo é um"]))
    assert words(clips, "O protocolo é um", "O protocolo é") == [["O protocolo é um"], ["O protocolo", "é"]]


def test_a_long_clip_that_leads_nowhere_is_left_for_a_short_one() -> None:
    assert words(Clips(map(clip, ["a", "a b", "b c"])), "a b c") == [["a", "b c"]]


def test_a_sentence_with_a_word_that_nobody_recorded_is_not_put_together() -> None:
    assert words(Clips(map(clip, ["Bom", "dia"])), "Bom dia", "Boa noite") is None


def test_one_answer_has_one_voice() -> None:
    both = Clips([clip("Olá.", "studio"), clip("Olá.", "dora"), clip("Tecle 1.", "dora"), clip("Até logo.", "studio")])
    spoken = both.spoken(["Olá.", "Tecle 1."])
    assert spoken is not None
    assert {each.clip.voice for played in spoken for each in played} == {"dora"}
    assert both.spoken(["Tecle 1.", "Até logo."]) is None


def test_a_voice_that_came_first_is_asked_first() -> None:
    spoken = Clips([clip("Olá.", "studio"), clip("Olá.", "dora")]).spoken(["Olá."])
    assert spoken is not None
    assert spoken[0][0].clip.voice == "studio"


@pytest.mark.parametrize(
    ("recorded", "sentence", "played"),
    [
        ("a Assessoria", "A Assessoria", ["A Assessoria"]),
        ("um,", "um", ["um"]),
        ("um,", "um.", None),
        ("um", "um,", None),
        ("RM", "rm", None),
    ],
)
def test_a_capital_and_a_comma_within_a_sentence_are_no_other_sound(
    recorded: str, sentence: str, played: list[str] | None
) -> None:
    assert words(Clips([clip(recorded)]), sentence) == (None if played is None else [played])


def test_a_sentence_of_hundreds_of_words_that_almost_fits_is_given_up_soon() -> None:
    clips = Clips(map(clip, [" ".join(["a"] * size) for size in range(1, 30)]))
    assert clips.spoken([" ".join([*["a"] * 300, "b"])]) is None


def test_a_sentence_may_have_more_clips_than_functions_call_each_other() -> None:
    sentence = " ".join(["a", "b"] * 600)
    spoken = Clips(map(clip, ["a", "b"])).spoken([sentence])
    assert spoken is not None
    assert " ".join(each.words for each in spoken[0]) == sentence
