"""An edit of a line is told in words: what callers press, hear and reach, and nothing where nothing differs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.flow.diff import Change, changes
from ivr.flow.diff.recordings import recording_changes
from ivr.flow.diff.target_words import target_in_words
from ivr.flow.folder import load_line, read_line
from ivr.flow.line import Line
from routing.targets import BorrowedTargets, Number, Queue, Sip, Target, Together
from routing.trace import in_words
from tests.flow.lines import FILES, GOOD, SHIPPED, SPANISH, changed
from wording.catalogues import put

MENU, ROUTING, PROMPTS = "menu.yaml", "routing.yaml", "prompts.pt-BR.yaml"

EDITS = {
    "a key is dropped": (MENU, '        "7": menu-assessoria\n', "", [
        "principal: key 7 is gone (was menu-assessoria)",
        "principal: speech.7 is gone (was assessoria, portal, senha, cadastro no portal)"]),
    "an answer leads elsewhere": (MENU, "outcomes: {valid: servico, expired: contrato-vencido}",
                                  "outcomes: {valid: servico, expired: sem-permissao}", [
        "contrato: the answer 'expired' now goes to sem-permissao (was contrato-vencido)"]),
    "the line has another human": (MENU, "  human: assessoria ", "  human: cst ", [
        "the line: human is now cst (was assessoria)",
        "principal, software, oferta-de-consultoria and 15 more: key 0 now goes to cst (was assessoria)",
        "principal, software, oferta-de-consultoria and 15 more: help that is used up now goes to cst"]),
    "a state is renamed": (MENU, "protocolo-dito", "protocolo-avisado", [
        "the state protocolo-dito is called protocolo-avisado now"]),
    "a state is of another kind": (MENU, "contato-bloqueado:\n    say: {prompt: contato-bloqueado, next: assessoria}",
                                   "contato-bloqueado:\n    hangup: {say: contato-bloqueado}", [
        "contato-bloqueado: is a hangup now (was a say)"]),
    "a counter has another limit": (MENU, "identificacao: {limit: 3,", "identificacao: {limit: 4,", [
        "the line: strikes.identificacao.limit is now 4 (was 3)"]),
    "a queue has other keys": (MENU, 'keys: {"1": recado, "2": principal, "3": retorno}',
                               'keys: {"1": retorno, "2": principal, "3": recado}', [
        "transferencia: key 1 now goes to retorno (was recado)",
        "transferencia: key 3 now goes to recado (was retorno)"]),
    "a key of staff closes another desk": (MENU, '"5": ouvidoria, "7": assessoria', '"5": cst, "7": assessoria', [
        "fechamento: desks.5 is now cst (was ouvidoria)"]),
    "help says something else": (MENU, "{say: documento-silencio}", "{say: silencio}", [
        "documento: no_input.1.say is now silencio (was documento-silencio)"]),
    "a prompt is reworded": (PROMPTS, "Para software, tecle 2;", "Para programas, tecle 2;", [
        "prompt principal reworded"]),
    "a desk closes earlier": (ROUTING, '"18:00-19:00"]}', '"18:00-18:30"]}', [
        "suporte closes at 18:30 from seg to sex (was 19:00)",
        "the work calendar suporte counts other hours from 2026-01-02 on, in every ticket's forecast"]),
    "a desk opens later on some days": (ROUTING, 'windows: [{days: seg-sex, open: ["08:00-12:00", "14:00-18:00"]}]',
                                        'windows: [{days: seg-qua, open: ["08:00-12:00", "14:00-18:00"]},'
                                        ' {days: qui-sex, open: ["09:00-12:00", "14:00-18:00"]}]', [
        "consultoria opens at 09:00 on qui, sex (was 08:00)"]),
    "a desk is closed for a day": (ROUTING, 'windows: [{days: seg-sex, open: ["08:00-12:00", "13:30-18:00"]}]',
                                   'windows: [{days: seg-qui, open: ["08:00-12:00", "13:30-18:00"]}]', [
        "comercial does not answer on sex any more (was 08:00-12:00, 13:30-18:00)"]),
    "a lunch is longer": (ROUTING, 'open: ["08:00-12:00", "13:30-17:30"]', 'open: ["08:00-12:00", "14:00-17:30"]', [
        "ouvidoria answers from seg to sex 08:00-12:00, 14:00-17:30 (was 08:00-12:00, 13:30-17:30)"]),
    "a holiday is worked": (ROUTING, "on_local_holiday: on-call", "on_local_holiday: open", [
        "the hours suporte: on_local_holiday is now open (was on-call)"]),
    "a desk passes calls on elsewhere": (ROUTING, "    exhausted: {divert: cst}\n    message: no  ",
                                         "    exhausted: {divert: assessoria}\n    message: yes  ", [
        "cst.cadastros: exhausted is now go on to assessoria (was go on to cst)",
        "cst.cadastros: message is now yes (was no)"]),
    "a target rings longer": (ROUTING, '{number: "+551150900500", ring: 30}', '{number: "+551150900500", ring: 45}', [
        "ouvidoria: targets.1 is now ring +551150900500 for 45 s (was ring +551150900500 for 30 s)"]),
    "a shift is of other days": (ROUTING, 'seg-sex, time: "07:00-19:00"', 'seg-qui, time: "07:00-19:00"', [
        "the rota plantao-suporte: shifts.1.days is now seg, ter, qua, qui (was seg, ter, qua, qui, sex)"]),
    "a person on call has another number": (ROUTING, 'ana: "+551150900101"', 'ana: "+551150900109"', [
        "the rota plantao-suporte: people.ana is now +551150900109 (was +551150900101)"]),
    "a shift is put before the others": (ROUTING, "    ladder: {seconds: 40}\n    shifts:\n",
                                         "    ladder: {seconds: 40}\n    shifts:\n      - {from: "
                                         '"2026-12-24", to: "2026-12-24", time: "00:00-24:00", who: [fabio]}\n', [
        "the rota plantao-datacenter: shifts.1 is new: "]),
    "a day is a holiday": (ROUTING, "    city: São Paulo Capital", '    extra: {"2026-12-31": véspera}\n'
                           '    special_days: [{date: "2026-12-24", name: véspera de Natal, open: "08:00-12:00"}]\n'
                           "    city: São Paulo Capital", [
        "the calendar matriz: 2026-12-31 (véspera) is a holiday now",
        "the hours suporte, consultoria, comercial and 2 more: 2026-12-24 is a special day now: véspera de Natal,"
        " 08:00-12:00"]),
    "a telephone is rung first": (ROUTING, 'targets: [{sip: "sip:datasul@', 'targets: [{number: "+551150900777", '
                                  'ring: 20}, {sip: "sip:datasul@', [
        "suporte.datasul: targets.1 is new: ring +551150900777 for 20 s"]),
    "a contract rings longer": (ROUTING, "sip:sla@suporte.example.com\", ring: 25}",
                                "sip:sla@suporte.example.com\", ring: 35}", [
        "suporte.protheus.backoffice, suporte.protheus.rh, suporte.protheus.saude-juridico and 6 more: contracts.SLA.1"
        " is now ring sip:sla@suporte.example.com for 35 s (was "]),
    "a code goes elsewhere": (ROUTING, '"05.1": vitrine ', '"05.1": rm ', [
        "the code 05.1 now goes to rm (was vitrine)"]),
    "a price is raised": (ROUTING, 'hour: "400.00"', 'hour: "420.00"', [
        "services: consultoria-tecnica.prices.1.hour is now 420.00 (was 400.00)"]),
    "a work calendar gets other hours": (ROUTING, 'consultoria: [{from: "2026-01-01", hours: consultoria}]',
                                         'consultoria: [{from: "2026-01-01", hours: ouvidoria}]', [
        "tickets: calendars.consultoria.from 2026-01-01 is now ouvidoria (was consultoria)"]),
    "calls of a desk open tickets of another area": (ROUTING, "suporte: {area: sustentacao}",
                                                     "suporte: {area: consultoria}", [
        "tickets: desks.suporte.area is now consultoria (was sustentacao)",
        "tickets: desks.suporte.calendar is now consultoria (was suporte)"]),
    "a region is served by others": (ROUTING, '"31-38": franquia.minas-gerais', '"31-38": franquia.sul', [
        "regions: franquias.destinations.31 is now franquia.sul (was franquia.minas-gerais)"]),
    "less is required": (ROUTING, "franquia: [identity, contact, contract, finance, consultancy]",
                         "franquia: [identity, contact, contract, consultancy]", [
        "requires: franquia is now identity, contact, contract, consultancy"
        " (was identity, contact, contract, finance, consultancy)"]),
}  # fmt: skip


def read(folder: Path) -> Line:
    line, _ = read_line(folder)
    assert line
    return line


def edited(folder: Path, *edits: tuple[str, str, str]) -> Line:
    """The shipped line without its recordings, with some texts of its files replaced."""
    for name in FILES:
        text = (SHIPPED / name).read_text(encoding="utf-8")
        if name == MENU:
            text = re.sub(r"^  voice: recorded.*\n  say_voice:", "  voice:", text, flags=re.MULTILINE)
        for file, old, new in edits:
            if name == file:
                assert old in text, old
                text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    return read(folder)


def sentences(before: Line, after: Line) -> list[str]:
    return [each.sentence for each in changes(before, after)]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Line:
    return edited(tmp_path_factory.mktemp("before"))


@pytest.mark.untraced
@pytest.mark.parametrize("together", [MENU, ROUTING])
def test_every_edit_is_told_in_words(together: str, before: Line, tmp_path: Path) -> None:
    """Many edits in one file, since reading the line takes longer than comparing it."""
    edits = [(*edit[:3],) for edit in EDITS.values() if edit[0] == together]
    said = sentences(before, edited(tmp_path, *edits))
    for file, _, _, told in EDITS.values():
        for sentence in told if file == together else ():
            assert any(each.startswith(sentence) for each in said), (sentence, said)


@pytest.mark.parametrize("together", [MENU, ROUTING, PROMPTS])
def test_every_edit_is_told_in_portuguese_too(together: str, before: Line, tmp_path: Path) -> None:
    edits = [(*edit[:3],) for edit in EDITS.values() if edit[0] == together]
    for change in changes(before, edited(tmp_path, *edits)):
        told = put(change.sentence, "pt-BR")
        assert told != change.sentence
        assert not re.search(r"\b(is|are|was|now|the|goes|answers?|ring|any more)\b", told), told


@pytest.mark.untraced
def test_a_half_day_changes_forecasts_from_that_day_on(before: Line, tmp_path: Path) -> None:
    day = '    special_days: [{date: "2026-12-24", name: véspera, open: "08:00-12:00"}]\n    city: São Paulo Capital'
    said = sentences(before, edited(tmp_path, (ROUTING, "    city: São Paulo Capital", day)))
    counted = [each for each in said if each.startswith("the work calendar")]
    assert [each.split()[3] for each in counted] == ["suporte", "consultoria"]
    assert all("from 2026-12-24 on" in each for each in counted)


@pytest.mark.untraced
def test_hours_that_are_added_with_a_date_change_no_day_before(before: Line, tmp_path: Path) -> None:
    was = 'consultoria: [{from: "2026-01-01", hours: consultoria}]'
    now = 'consultoria: [{from: "2026-01-01", hours: consultoria}, {from: "2026-07-04", hours: ouvidoria}]'
    assert sentences(before, edited(tmp_path, (ROUTING, was, now))) == [
        "tickets: calendars.consultoria.from 2026-07-04 is new: ouvidoria",
        "the work calendar consultoria counts other hours from 2026-07-06 on, in every ticket's forecast",
    ]


def test_targets_swapped_are_told_as_another_order(before: Line, tmp_path: Path) -> None:
    one, other = '{sip: "sip:logix@suporte.example.com", ring: 25}', "{queue: suporte-logix, wait: 600}"
    after = edited(tmp_path, (ROUTING, f"[{one}, {other}]", f"[{other}, {one}]"))
    assert sentences(before, after) == [
        "suporte.logix: targets come in another order now: wait in the queue suporte-logix for 600 s at most; "
        "ring sip:logix@suporte.example.com for 25 s"
    ]


def test_what_cannot_be_read_after_an_edit_is_not_told_as_gone(before: Line, tmp_path: Path) -> None:
    after = edited(tmp_path, (ROUTING, "ladder: {seconds: 40}", "ladder: {seconds: 0}"))
    assert "plantao-datacenter has faults, so that its changes are not told" in sentences(before, after)
    assert not [told for told in sentences(before, after) if "plantao-datacenter is gone" in told]


def test_recordings_that_are_others_are_told_by_their_files() -> None:
    found = recording_changes({"a.wav": "1", "b.wav": "2", "c.wav": "3"}, {"a.wav": "9", "c.wav": "3", "d.wav": "4"})
    assert [each.sentence for each in found] == [
        "1 recording is another: a.wav",
        "1 recording is new: d.wav",
        "1 recording is gone: b.wav",
    ]


def test_of_many_recordings_three_are_named() -> None:
    before = dict.fromkeys(("d.wav", "b.wav", "a.wav", "c.wav", "e.wav"), "1")
    (told,) = recording_changes(before, dict.fromkeys(before, "2"))
    assert told.sentence == "5 recordings are others: a.wav, b.wav, c.wav and 2 more"


TARGETS = [
    Number("+551150900401", 25),
    Number("+551150900401", 25, accept=True),
    Sip("sip:rm@example.com", 20),
    Queue("fila", 60),
    BorrowedTargets("cst"),
    Together((Number("+551150900401", 25), Sip("sip:rm@example.com", 25))),
]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: type(target).__name__)
def test_a_target_is_told_in_the_words_of_the_routers_trace(target: Target | BorrowedTargets | Together) -> None:
    assert target_in_words(target) == in_words(target)


@pytest.mark.untraced
def test_nothing_but_the_edit_is_told(before: Line, tmp_path: Path) -> None:
    names = ("a code goes elsewhere", "a prompt is reworded", "a price is raised")
    after = edited(tmp_path, *(EDITS[name][:3] for name in names))
    assert sorted(sentences(before, after)) == sorted(told for name in names for told in EDITS[name][3])


@pytest.mark.untraced
@pytest.mark.parametrize("folder", [GOOD, SHIPPED, SPANISH], ids=["good", "4003-0015", "internacional"])
def test_a_line_does_not_differ_from_itself(folder: Path) -> None:
    assert changes(read(folder), read(folder)) == []


@pytest.mark.untraced
def test_a_comment_and_another_order_are_no_change(before: Line, tmp_path: Path) -> None:
    datacenter, cst = '        "3": datacenter-aberto\n', '        "4": servicos-cst\n'
    other = edited(tmp_path, (MENU, datacenter + cst, "        # CST\n" + cst + datacenter))
    assert changes(before, other) == []


@pytest.mark.untraced
def test_a_change_has_its_place_and_a_prompt_its_texts(before: Line, tmp_path: Path) -> None:
    after = edited(tmp_path, EDITS["a prompt is reworded"][:3])
    (change,) = changes(before, after)
    assert isinstance(change, Change)
    assert (change.part, change.name) == ("prompt", "principal")
    assert change.mark == after.prompts.texts["principal"].text.mark
    assert change.before == before.prompts.texts["principal"].text
    assert change.after == after.prompts.texts["principal"].text


@pytest.mark.untraced
def test_what_calls_reach_no_more_is_told_both_ways(before: Line, tmp_path: Path) -> None:
    after = edited(tmp_path, (MENU, '"5": ouvidoria\n', '"5": cst\n'))
    assert sentences(before, after) == [
        "principal: key 5 now goes to cst (was ouvidoria)",
        "1 state can no longer be reached: ouvidoria",
        "no call comes to the desk ouvidoria any more",
    ]
    assert sentences(after, before) == [
        "principal: key 5 now goes to ouvidoria (was cst)",
        "1 state can be reached now: ouvidoria",
    ]


def test_what_is_announced_anew_otherwise_or_no_more_is_told(tmp_path: Path) -> None:
    def announcing(name: str, *rows: str) -> Line:
        announced = "".join(f"  {row}\n" for row in rows)
        folder = changed(tmp_path / name, "destinations:\n", f"announcements:\n{announced}destinations:\n", PROMPTS)
        return load_line(folder)

    same = "mesmo: {text: Um aviso., until: 2026-03-10T18:00}"
    before = announcing("before", same, "texto: {text: Um., until: 2026-03-10T18:00}",
                        "hora: {text: Um., until: 2026-03-10T18:00, destination: suporte}",
                        "fora: {text: Um., until: 2026-03-10T18:00}")  # fmt: skip
    after = announcing("after", same, "texto: {text: Outro., until: 2026-03-10T18:00}",
                       "hora: {text: Um., from: 2026-03-10T08:00, until: 2026-03-10T18:00}",
                       "novo: {text: Um., until: 2026-03-11T18:00, destination: suporte}")  # fmt: skip
    assert [change.sentence for change in changes(before, after)] == [
        "announcement texto reworded",
        "announcement hora is for the whole line, from 2026-03-10 08:00 until 2026-03-10 18:00"
        " (was for suporte, until 2026-03-10 18:00)",
        "announcement novo is new: for suporte, until 2026-03-11 18:00",
        "announcement fora is gone",
    ]
