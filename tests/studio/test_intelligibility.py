"""The shipped clips are understood through a telephone; what the recogniser understood is kept beside (make judge)."""

from __future__ import annotations

import pytest

from tests.studio.judge import (
    LINES,
    MOST_WRONG,
    Judged,
    Recogniser,
    judge,
    long_clips,
    plain,
    rate,
    wrong_words,
)


@pytest.mark.parametrize("name", LINES)
def test_fewer_than_15_of_100_words_are_misunderstood(name: str) -> None:
    judged = judge(name, Recogniser(), listens=False)
    if not judged:
        pytest.skip(f"no clip of {name} was judged; make judge does it")
    assert rate(judged) < MOST_WRONG, sorted(judged, key=lambda each: each.wrong / each.words)[-10:]


@pytest.mark.parametrize("name", LINES)
def test_what_is_judged_are_clips_that_are_shipped(name: str) -> None:
    shipped = {clip.text for clip in long_clips(name)}
    assert {each.text for each in judge(name, Recogniser(), listens=False)} <= shipped


@pytest.mark.parametrize(
    ("said", "heard", "wrong"),
    [
        ("a b c", "a b c", 0),
        ("a b c", "a x c", 1),
        ("a b c", "a c", 1),
        ("a c", "a b c", 1),
        ("a b", "", 2),
        ("", "a", 1),
    ],
)
def test_words_are_counted_that_must_be_changed(said: str, heard: str, wrong: int) -> None:
    assert wrong_words(said.split(), heard.split()) == wrong


@pytest.mark.parametrize(
    ("language", "written", "read"),
    [
        ("pt-BR", "Não: tecle 2.", "nao tecle dois"),
        ("pt-BR", "Às 22.", "as vinte e dois"),
        ("pt-BR", "às vinte e duas", "as vinte e dois"),
        ("pt-BR", "17, 30 e 61", "dezessete trinta e sessenta e um"),
        ("es-MX", "a las 21, marque 45", "a las veinte y uno marque cuarenta y cinco"),
        ("es-MX", "veintiuna y 20", "veinte y uno y veinte"),
        ("pt-BR", "4003", "quatro zero zero tres"),
    ],
)
def test_a_number_is_its_words_however_it_is_written(language: str, written: str, read: str) -> None:
    assert plain(written, language) == read.split()


def test_the_rate_is_that_of_all_words_together() -> None:
    assert rate([Judged("", "", 3, 1), Judged("", "", 1, 1)]) == 0.5
