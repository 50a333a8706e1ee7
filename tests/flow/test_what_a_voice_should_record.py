"""With the clips that a line should have, everything that it says is played, whatever is filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import verbs
from ivr.call.speech import in_clips, sentence
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.flow.nodes import say
from ivr.flow.wanted_clips import wanted_clips, without_doubles
from tests.flow.lines import GOOD, SHIPPED, SPANISH
from tests.lines import TUESDAY
from tests.recorded import recorded, texts_of

PLACES = {path.name: path for path in (GOOD, SHIPPED, SPANISH)}
NAMES = (*PLACES, "english")


@cache
def line_named(name: str) -> Line:
    """The line with all its clips; ``english`` is the good one in another language."""
    if name == "english":
        good = line_named("good")
        return recorded(replace(good, header=replace(good.header, language="en-US"), name=name, version=name))
    return recorded(load_line(PLACES[name], audio=b""))


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=TUESDAY.tzinfo)
)


def says_of(line: Line) -> st.SearchStrategy[verbs.Say]:
    """Any prompt that callers hear, with anything that may be filled in: terms that are read on a ticket are none, and
    a price is that of a service of which a state tells.
    """
    told = {node.service for node in line.states.values() if isinstance(node, say.Say) and node.service}
    services = [
        (price.hour, service.currency)
        for service in line.routing.table.services.values()
        for price in service.prices
        if service.name in told
    ]
    return st.builds(
        verbs.Say,
        st.sampled_from(sorted(set(line.prompts.texts) - set(line.routing.terms))),
        st.sampled_from(sorted(line.prompts.destinations)),
        st.none() | MOMENTS,
        protocol=st.text("0123456789", min_size=1, max_size=16),
        place=st.integers(1, 60),
        wait=st.integers(0, 3600),
        telephone=st.from_regex(r"\+55[1-9]{2}9?[0-9]{8}", fullmatch=True),
        price=st.sampled_from(services) if services else st.none(),
        ticket=st.text("0123456789", min_size=10, max_size=10),
        forecast=MOMENTS,
        last_day=MOMENTS.map(datetime.date),
        billed=st.integers(0, 3599),
        months=st.integers(0, 60),
    )


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data(), now=MOMENTS)
def test_every_prompt_is_played_whatever_is_filled_in(name: str, data: st.DataObject, now: datetime) -> None:
    line = line_named(name)
    say = data.draw(says_of(line))
    clips = in_clips(line, (say,), now)
    said = sentence(line, say, now)
    if not wanted_clips(line)[say.prompt]:
        text = line.prompts.texts[say.prompt].text
        assert "{documento}" in text or "{administrador}" in text
    else:
        assert clips is not None, said
        assert " ".join(each.words for each in clips[0]) == said


@pytest.mark.parametrize("name", NAMES)
def test_a_clip_that_is_left_out_keeps_a_sentence_from_being_played(name: str) -> None:
    line = line_named(name)
    by_prompt = {prompt: texts for prompt, texts in wanted_clips(line).items() if len(texts) == 1}
    for prompt, (text,) in list(by_prompt.items())[:5]:
        without = recorded(line, [each for each in texts_of(line) if each != text])
        assert in_clips(without, (verbs.Say(prompt),), TUESDAY) is None


def test_no_clip_is_wanted_that_sounds_as_another_one() -> None:
    assert without_doubles(["a Loja", "A Loja,", "a Loja.", "Tecle 1.", "tecle 1.", "é"]) == [
        "A Loja,", "a Loja.", "Tecle 1.", "é",
    ]  # fmt: skip


def test_a_document_is_said_even_where_its_signs_have_clips() -> None:
    line = line_named("4003-0015")
    say = verbs.Say("conferir-documento", document="12")
    with_digits = recorded(
        line, [*texts_of(line), "Encontrei o CNPJ", "1,", "2.", "Se é esse, tecle 1. Se não é, tecle 2."]
    )
    assert line.clips.spoken(["1, 2"]) or with_digits.clips.spoken(["1, 2."])
    assert in_clips(with_digits, (say,), TUESDAY) is None


def test_the_numbers_of_a_line_end_at_60() -> None:
    line = line_named("4003-0015")
    place = verbs.Say("posicao-na-fila", place=61)
    assert in_clips(line, (place,), TUESDAY) is None
    assert in_clips(line, (verbs.Say("tempo-de-espera", wait=61 * 60),), TUESDAY) is None


def test_a_line_whose_voice_says_everything_plays_nothing() -> None:
    line = line_named("4003-0015")
    says = replace(line, header=replace(line.header, recorded=False))
    assert in_clips(says, (verbs.Say("despedida"),), TUESDAY + timedelta(days=1)) is None
