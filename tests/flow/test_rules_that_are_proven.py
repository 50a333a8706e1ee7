"""The rules of a line are proven over all its calls: each way of breaking one is told, by the shortest way there is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.call.rules import ANSWERS
from ivr.flow.checks.proven_rules import check_proven_rules
from ivr.flow.checks.sac import check_sac
from ivr.flow.folder import read_line
from ivr.flow.header import Sac
from ivr.flow.line import Line
from ivr.flow.proof.passed import Passed, read_passed
from ivr.flow.proof.sentence import read_rules
from ivr.flow.rules import RULES
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.yaml import Text
from tests.flow.lines import FILES, SHIPPED, SPANISH
from tests.lines import TUESDAY

pytestmark = pytest.mark.untraced

MENU, ROUTING = "menu.yaml", "routing.yaml"
RULE = Mark("rules", 1, 1)


def edited(folder: Path, *edits: tuple[str, str, str], line: Path = SHIPPED) -> Line:
    """The shipped line without its recordings, with some texts of its files replaced."""
    for name in [*FILES[::2], *(each.name for each in line.glob("prompts.*.yaml"))]:
        text = (line / name).read_text(encoding="utf-8")
        if name == MENU:
            text = re.sub(r"^  voice: recorded.*\n  say_voice:", "  voice:", text, flags=re.MULTILINE)
        for file, old, new in edits:
            if name == file:
                assert old in text, old
                text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    read, _ = read_line(folder)
    assert read
    return read


def broken(line: Line, *sentences: str) -> list[str]:
    """What is told of rules that do not hold: those of the line, or ``sentences`` in their place."""
    if sentences:
        line = replace(line, header=replace(line.header, rules=tuple(Text(each, RULE) for each in sentences)))
    diagnostics = Diagnostics()
    check_proven_rules(line, diagnostics)
    return [error.message for error in diagnostics.errors]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Line:
    return edited(tmp_path_factory.mktemp("shipped"))


BREAKS = {
    "the blocked go on": (
        (MENU, "outcomes: {active: contrato, blocked: contato-bloqueado}",
         "outcomes: {active: contrato, blocked: servico}"),
        "without 'contact active'", "contato: blocked"),
    "who was identified skips the checks": (
        (MENU, 'outcomes: {"yes": contato, "no": documento}', 'outcomes: {"yes": servico, "no": documento}'),
        "without 'contact active'",
        "contato: blocked → transferencia: key 2 → principal: key 3 → datacenter-aberto: open → identificado: yes"),
    "the last answer counts": (
        (MENU, "outcomes: {valid: servico, expired: contrato-vencido}",
         "outcomes: {valid: servico, expired: situacao-financeira}"),
        "without 'contract valid'", "contrato: expired"),
    "a key leads straight there": (
        (MENU, '"5": ouvidoria\n', '"5": suporte.rm\n'),
        "reaches 'suporte.rm' without 'identified'", "forbids: principal: key 5;"),
    "a desk passes calls on": (
        (ROUTING, "exhausted: {divert: cst}\n    message: no ", "exhausted: {divert: suporte.rm}\n    message: no "),
        "reaches 'suporte.rm' (sent to 'cst.cadastros') without 'identified'",
        "principal: key 4 → servicos-cst: key 2"),
    "a desk borrows targets": (
        (ROUTING, '{number: "+551150900400", ring: 25}, {queue: cst', "{desk: suporte.rm}, {queue: cst"),
        "reaches 'suporte.rm' (sent to 'cst.cobranca') without 'identified'",
        "principal: key 4 → servicos-cst: key 1"),
    "strikes lead there": (
        (MENU, "identificacao: {limit: 3, then: identificacao-esgotada}",
         "identificacao: {limit: 3, then: area-suporte}"),
        "without 'identified'", "3 strikes → area-suporte: key 2"),
    "a closed desk is asked to call back": (
        (MENU, "say: {prompt: protocolo, next: recado}", "say: {prompt: protocolo, next: retorno}"),
        "reaches 'datacenter' without 'identified'", "datacenter-aberto: closed → retorno: key 1"),
    "the human of the line is there": (
        (MENU, "  human: assessoria ", "  human: suporte.rm "),
        "reaches 'suporte.rm' without 'identified'", "key 0"),
    "consent is skipped": (
        (MENU, "outcomes: {authorised: consultoria-ainda-aberta,", "outcomes: {authorised: codigo-consultoria,"),
        "reaches 'consultoria.vitrine' without 'consent'", "authorised → codigo-consultoria: an entry"),
    "a secret is asked first": (
        (MENU, '"2": suporte-aberto, "3": consultoria-aberta, ', '"2": identificado, "3": consultoria-aberta, '),
        "'documento' asks for a secret while all behind it (suporte.", "software: key 2 → identificado: no"),
}  # fmt: skip


@pytest.mark.parametrize("edit", BREAKS, ids=lambda name: name.replace(" ", "-"))
def test_an_edit_that_breaks_a_rule_is_told_with_its_way(edit: str, tmp_path: Path) -> None:
    change, told, way = BREAKS[edit]
    messages = broken(edited(tmp_path, change))
    assert any(told in message and way in message for message in messages), messages


def test_an_edit_that_breaks_no_rule_is_let_through(tmp_path: Path) -> None:
    """The consultancy was asked about a minute before, on every way to its consent."""
    old, new = "outcomes: {authorised: consultoria-ainda-aberta,", "outcomes: {authorised: termo-consultoria,"
    assert broken(edited(tmp_path, (MENU, old, new))) == []


@pytest.mark.parametrize("line", [SHIPPED, SPANISH], ids=["4003-0015", "internacional"])
def test_the_rules_of_the_shipped_lines_hold(line: Path, tmp_path: Path) -> None:
    read = edited(tmp_path, line=line)
    assert len(read_rules(read.header.rules, Diagnostics())) == len(read.header.rules) >= 6
    assert broken(read) == []


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("suporte is never reached without finance clear", "without 'finance clear', which"),
        ("assessoria is never reached without identified", "forbids: principal: key 0;"),
        ("aceite-consultoria is never reached without support allowed", "reaches 'aceite-consultoria' without"),
        ("recado is never reached without identified", "principal: key 5 → transferencia: nobody answers"),
        ("fechamento is never reached without document", "menu-assessoria: the code of staff"),
        ("every state reaches a person in at most 1 choice", "from 'codigo' a person is reached by 2 keys"),
    ],
)
def test_a_rule_that_does_not_hold_is_told_by_a_shortest_way(shipped: Line, sentence: str, told: str) -> None:
    messages = broken(shipped, sentence)
    assert any(told in message for message in messages), messages


@pytest.mark.parametrize(
    "sentence",
    [
        "senha is never reached without document",
        "autenticar is never reached without password",
        "suporte is never reached without identity",
        "codigo is never reached without contact, contract, finance, support",
        "consultoria  is never reached   without consent ,consultancy",
        "every state reaches a person in at most 2 choices",
    ],
)
def test_a_rule_that_holds_is_not_told(shipped: Line, sentence: str) -> None:
    assert broken(shipped, sentence) == []


def test_each_violation_stands_where_its_last_step_is_written(tmp_path: Path) -> None:
    line = edited(tmp_path, BREAKS["a key leads straight there"][0])
    diagnostics = Diagnostics()
    check_proven_rules(line, diagnostics)
    (error,) = diagnostics.errors
    rule = next(text for text in line.header.rules if text.startswith("suporte"))
    assert line.states["principal"].edges()[3].mark == error.mark
    assert f"the rule at {rule.mark} forbids" in error.message


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("identified", Passed("identified", frozenset({"yes"}))),
        ("finance", Passed("finance", frozenset({"clear", "within-grace"}))),
        ("finance clear", Passed("finance", frozenset({"clear"}))),
        ("contact blocked or active", Passed("contact", frozenset({"active", "blocked"}))),
        ("consent", Passed("consent")),
    ],
)
def test_what_is_to_be_passed_is_read(text: str, passed: Passed) -> None:
    assert read_passed(text) == passed
    assert read_passed(str(passed)) == passed


def test_a_stranger_is_answered_as_the_rules_say() -> None:
    """The proof takes the answer about a stranger as known; it is the one that the rule gives without a customer."""
    for name, rule in RULES.items():
        if rule.needs == "customer":
            assert ANSWERS[name](None, TUESDAY.date()) == rule.stranger
        else:
            assert rule.stranger == ""


def sac(line: Line, complaint: str, cancel: str) -> list[str]:
    diagnostics = Diagnostics()
    options = Sac(Text(complaint, RULE), Text(cancel, RULE))
    check_sac(replace(line, header=replace(line.header, sac=options)), diagnostics)
    return [error.message for error in diagnostics.errors]


def test_a_regulated_line_is_answered_eight_hours_a_day(tmp_path: Path) -> None:
    assert sac(edited(tmp_path), "ouvidoria", "menu-assessoria") == []
    shorter = edited(tmp_path, (ROUTING, '"13:30-17:30"', '"13:30-17:00"'))
    (told,) = sac(shorter, "ouvidoria", "menu-assessoria")
    assert told.startswith("from 'ouvidoria' people answer 7 h 30 min only on seg, ter, qua, qui, sex;")
    assert told.endswith("(Decreto 11.034/2022, art. 5 I)")


def test_a_regulated_line_reaches_people_whatever_checks_answer(tmp_path: Path) -> None:
    line = edited(
        tmp_path,
        (MENU, '        "5": ouvidoria\n', '        "5": reclamacao\n'),
        (MENU, "  protocolo-dito:\n", "  reclamacao:\n    check:\n      rule: open\n      destinations: [ouvidoria]\n"
         "      outcomes: {open: ouvidoria, closed: protocolo-dito}\n\n  protocolo-dito:\n"),
    )  # fmt: skip
    (told,) = sac(line, "reclamacao", "menu-assessoria")
    assert told.startswith("from 'reclamacao' no keys are sure to reach people")
    assert told.endswith("(Decreto 11.034/2022, art. 4 § 4)")
