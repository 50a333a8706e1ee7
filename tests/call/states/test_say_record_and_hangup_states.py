"""A sentence on the way, a message after the beep, and the end."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ivr.call import events, verbs
from ivr.call.engine import Engine
from ivr.call.quotes import PriceUnknownError
from ivr.flow.folder import load_line
from tests.lines import MENU, PROMPTS, ROUTING, TUESDAY, EngineCall, prompts_of, write_line

PRICED = """\
services:
  suporte-pago: {desks: mesa, prices: [{from: "2026-03-11", hour: "354.00"}]}
"""

SID = "RE" + "0" * 32


def test_a_sentence_before_a_question_is_spoken_while_the_question_listens(call: EngineCall) -> None:
    (gather,) = call.steps[0].verbs
    assert isinstance(gather, verbs.Gather)
    assert [say.prompt for say in gather.prompts] == ["bem-vindo", "principal"]


def test_a_sentence_that_must_be_heard_and_those_before_it_are_not_cut(call: EngineCall) -> None:
    important, gather = call.keys("5").verbs
    assert important == verbs.Say("aviso", barge_in=False)
    assert isinstance(gather, verbs.Gather)
    assert [say.prompt for say in gather.prompts] == ["aviso-dois", "areas"]


def test_a_recording_is_invited_and_bounded(call: EngineCall) -> None:
    call.keys("7")
    step = call.hear(events.DialEnded("no-answer", 0))
    assert step.verbs[-2:] == (verbs.Say("recado"), verbs.Record(60, 5))


def test_a_message_is_thanked_for_and_the_call_ends(call: EngineCall) -> None:
    step = call.at("recado").hear(events.Recorded(SID, "https://x.test/r", 1))
    assert (prompts_of(step), step.ended) == (["guardado"], True)


def test_a_message_of_no_length_is_none(call: EngineCall) -> None:
    assert call.at("recado").hear(events.Recorded(SID, "https://x.test/r", 0)).outcome == "no_input"
    assert call.state == "tchau"


def test_whoever_says_nothing_is_said_goodbye(call: EngineCall) -> None:
    assert prompts_of(call.at("recado").hear(events.Silence())) == ["tchau"]


def test_the_end_may_be_silent(call: EngineCall) -> None:
    call.at("recado").hear(events.Recorded(SID, "https://x.test/r", 9))
    assert call.steps[-1].verbs == (verbs.Say("guardado"), verbs.Hangup())


def test_whatever_comes_after_the_end_finds_the_line_dead(call: EngineCall) -> None:
    call.keys("0")
    step = call.keys("2")
    assert (step.verbs, step.ended, step.outcome, step.edges) == ((verbs.Hangup(),), True, "waits", ())


def test_no_term_is_told_without_the_price_that_it_names(tmp_path: Path) -> None:
    line = load_line(
        write_line(
            tmp_path,
            menu=MENU.replace("{prompt: aviso, ", "{prompt: aviso, service: suporte-pago, "),
            prompts=PROMPTS.replace("Isto é importante.", "Custa {preco} a hora."),
            routing=ROUTING + PRICED,
        )
    )
    told = EngineCall(Engine(line), TUESDAY + timedelta(days=1)).keys("5").verbs[0]
    assert told == verbs.Say("aviso", barge_in=False, price=(Decimal("354.00"), "BRL"))
    call = EngineCall(Engine(line), TUESDAY)
    with pytest.raises(PriceUnknownError, match="no price of the service 'suporte-pago' holds today"):
        call.keys("5")
