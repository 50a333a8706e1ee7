"""Whatever ops write into prompts, every answer is a document that Twilio takes, or the menu was refused before."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from ivr.call import events, verbs
from ivr.call.apology import apology
from ivr.call.engine import Engine
from ivr.call.entries import read_entry
from ivr.call.facts import Facts
from ivr.call.speech import sentence
from ivr.channels import RULES
from ivr.channels.twilio.channel import TwilioVoice
from ivr.channels.twilio.sizes import FILLED, MAX_BYTES
from ivr.channels.twilio.twiml import Stay, render_accept, render_wait
from ivr.flow.folder import check_line, load_line
from ivr.flow.line import Line
from ivr.flow.nodes.transfer import Transfer
from ivr.flow.prompts import MAX_CHARACTERS
from ivr.flow.waiting import Waiting
from ivr.languages import LANGUAGES, language_of
from routing.context import RoutingContext
from tests.conftest import FLOWS
from tests.lines import ANA, MENU, PROMPTS, SEALED, TUESDAY, write_line

SIGNS = "abc áßŉﬃΐ<>&\"'{}\\]]>--\x00\x07\x0b\x1b\x7f\x85\u2028\ufeff\ufffe\uffff\ud800\U0001f600\n\t &amp; <Say>"
TEXTS = st.text(st.sampled_from(SIGNS), min_size=1, max_size=60) | st.text(min_size=1, max_size=40)


def spoken_in(document: str) -> list[str]:
    """What both parsers read in a document that Twilio takes."""
    body = document.encode()
    assert len(body) <= MAX_BYTES
    one, other = etree.fromstring(body), ElementTree.fromstring(body)
    said = [say.text or "" for say in one.iter("Say")]
    assert said == [say.text or "" for say in other.iter("Say")]
    assert [verb.tag for verb in one.iter()] == [verb.tag for verb in other.iter()]
    assert etree.canonicalize(document) == ElementTree.canonicalize(document)
    return said


def says(answer: tuple[verbs.Verb, ...]) -> list[verbs.Say]:
    return [
        say
        for verb in answer
        for say in (verb.prompts if isinstance(verb, verbs.Gather) else (verb,))
        if isinstance(say, verbs.Say)
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(welcome=TEXTS, menu=TEXTS, destination=TEXTS, hint=TEXTS)
def test_every_text_is_refused_or_spoken_as_it_was_written(
    tmp_path: Path, welcome: str, menu: str, destination: str, hint: str
) -> None:
    prompts = PROMPTS
    for old, new in (("Bem-vindo.", welcome), ("Tecle 2, 3, 4, 5 ou 7.", menu)):
        prompts = prompts.replace(old, _quoted(new), 1)
    name = next(row for row in PROMPTS.splitlines() if row.startswith("  mesa.rm:"))
    prompts = prompts.replace(name, f"  mesa.rm: {_quoted(destination)}")
    line = write_line(
        tmp_path / "ensaio", prompts=prompts, menu=MENU.replace("[atendente, ação]", f"[{_quoted(hint)}]")
    )
    if check_line(line, rules=RULES).errors:
        return
    loaded = load_line(line)
    assert loaded.prompts.texts["bem-vindo"].text == welcome
    engine = Engine(loaded)
    step = engine.step(engine.start(), events.Started(), Facts(TUESDAY), 0)
    document = TwilioVoice().render(loaded, step.verbs, 1, TUESDAY)
    assert spoken_in(document) == [_read(sentence(loaded, say, TUESDAY)) for say in says(step.verbs)]
    for wait in (
        render_wait(loaded, _waiting(loaded), Stay(0, 60, 1, 30), TUESDAY),
        render_accept(loaded, "mesa.rm", TUESDAY, ""),
    ):
        spoken_in(wait)
    spoken_in(TwilioVoice().render(loaded, apology(loaded, TUESDAY), None, TUESDAY))


def _quoted(text: str) -> str:
    """As YAML writes it between double quotes, which is as JSON does.

    Half a character, and what YAML takes for the end of a line, is written as an escape.
    """
    written = json.dumps(text, ensure_ascii=False)
    return re.sub("[\ud800-\udfff\x85\u2028\u2029\ufeff]", lambda sign: f"\\u{ord(sign[0]):04x}", written)


def _read(text: str) -> str:
    """A parser of XML reads other line ends as this one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _waiting(line: Line) -> Waiting:
    node = line.states["ligar"]
    assert isinstance(node, Transfer)
    return node.waiting


# The largest answer, known without a call


def _event(random: Random) -> events.Event:
    return random.choice(
        (events.Keys(random.choice("0123456789*#")), events.Silence(), events.Speech("suporte", 0.9),
         events.DialEnded("busy", 0),
         events.Keys("11222333000181#"), events.Keys("1234#"), events.Keys("0510001#"))
    )  # fmt: skip


def _answers(line: Line, seed: int) -> list[str]:
    """Every document of one random call."""
    random, engine = Random(seed), Engine(line)
    position = engine.start()
    event: events.Event = events.Started()
    documents = []
    for turn in range(15):
        facts = Facts(
            TUESDAY + timedelta(hours=random.randrange(24 * 14)),
            document_digest=SEALED,
            identity=ANA if random.random() < 0.7 else None,
            customer=ANA if position.contact_id is not None else None,
            context=RoutingContext(sampling_fraction=random.random()),
            caller="+5511987654321",
            protocol="1234567890",
            entry=read_entry(line, line.states[position.state], event),
        )
        step = engine.step(position, event, facts, turn)
        documents.append(TwilioVoice("/a/prefix").render(line, step.verbs, turn + 1, facts.now))
        if step.ended:
            break
        position, event = step.position, _event(random)
    return documents


@pytest.mark.parametrize("name", ["4003-0015", "internacional"])
def test_no_answer_of_a_shipped_line_comes_near_the_limit(name: str) -> None:
    line = load_line(FLOWS / name)
    sizes = [len(document.encode()) for seed in range(30) for document in _answers(line, seed)]
    assert max(sizes) < MAX_BYTES / 4


@pytest.mark.parametrize("letter", ["&", "ŉ", "\U00010400"])
@pytest.mark.parametrize("share", [0.1, 0.3, 1.0])
def test_a_menu_that_is_not_refused_never_answers_with_too_much(tmp_path: Path, letter: str, share: float) -> None:
    """Prompts as long as they may be, of letters that take the most bytes; many of them one after the other."""
    text = _quoted("x" + letter * (int(MAX_CHARACTERS * share) - 1))
    head, _, destinations = PROMPTS.partition("destinations:")
    rows = [
        f"{row.partition(':')[0]}: {text}" if row.startswith("  ") and "{" not in row else row
        for row in head.splitlines()
    ]
    states = "".join(f"  aviso-{at}: {{say: {{prompt: bem-vindo, next: aviso-{at + 1}}}}}\n" for at in range(40))
    menu = MENU.replace("  chegada: {say: {prompt: bem-vindo, next: principal}}\n",
                        f"  chegada: {{say: {{prompt: bem-vindo, next: aviso-0}}}}\n{states}"
                        "  aviso-40: {say: {prompt: bem-vindo, next: principal}}\n")  # fmt: skip
    prompts = "\n".join([*rows, f"destinations:{destinations}"])
    line = write_line(tmp_path / "ensaio", menu=menu, prompts=prompts)
    faults = check_line(line, rules=RULES).errors
    if faults:
        assert all("Twilio takes 64 (error 11750)" in fault.message for fault in faults)
        return
    loaded = load_line(line)
    for seed in range(3):
        for document in _answers(loaded, seed):
            spoken_in(document)


def test_a_menu_is_refused_just_before_it_could_answer_with_too_much(tmp_path: Path) -> None:
    """The longest way that is not refused gives an answer of more than half of what Twilio takes."""
    text = json.dumps("x" * MAX_CHARACTERS)
    largest = 0
    for number in range(20, 50, 5):
        states = "".join(
            f"  aviso-{at}: {{say: {{prompt: bem-vindo, next: aviso-{at + 1}}}}}\n" for at in range(number)
        )
        menu = MENU.replace("  chegada: {say: {prompt: bem-vindo, next: principal}}\n",
                            f"  chegada: {{say: {{prompt: bem-vindo, next: aviso-0}}}}\n{states}"
                            f"  aviso-{number}: {{say: {{prompt: bem-vindo, next: principal}}}}\n")  # fmt: skip
        line = write_line(tmp_path / str(number), menu=menu, prompts=PROMPTS.replace("Bem-vindo.", text, 1))
        if not check_line(line, rules=RULES).errors:
            largest = max(largest, *(len(document.encode()) for document in _answers(load_line(line), 1)))
    assert MAX_BYTES / 2 < largest <= MAX_BYTES


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2035, 1, 1)),
    ahead=st.integers(0, 370 * 24 * 60),
    language=st.sampled_from(["pt-BR", "es-MX", "en-US"]),
    wait=st.integers(0, 9_999_999),
)
def test_what_is_filled_in_is_no_longer_than_is_counted(at: datetime, ahead: int, language: str, wait: int) -> None:
    now = at.replace(tzinfo=UTC)
    opening = language_of(language).openings.spoken(now + timedelta(minutes=ahead), now)
    assert len(opening.encode()) <= FILLED["abertura"]
    assert len(language_of(language).numbers.wait(wait).encode()) <= FILLED["espera"]
    assert len(str(wait)) <= FILLED["posicao"]


@pytest.mark.parametrize("language", ["pt-BR", "es-MX", "en-US"])
def test_numbers_and_letters_are_no_longer_than_is_counted(language: str) -> None:
    assert {code.partition("-")[0] for code in ("pt-BR", "es-MX", "en-US")} == set(LANGUAGES)
    assert (
        max(len(language_of(language).spelling.spoken(letter * 14).encode()) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        <= FILLED["documento"]
    )
    assert (
        max(len(language_of(language).numbers.digits(digit * 10).encode()) for digit in "0123456789")
        <= FILLED["protocolo"]
    )
    assert (
        max(len(language_of(language).numbers.digits(digit * 15).encode()) for digit in "0123456789")
        <= FILLED["telefone"]
    )
    assert (
        len(language_of(language).openings.spoken(None, datetime.combine(date(2026, 1, 1), TUESDAY.timetz())))
        <= FILLED["abertura"]
    )
