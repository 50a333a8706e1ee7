"""A menu that lets strangers in is refused: each way of breaking the shipped lines open is told at its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ivr.flow.folder import check_line
from tests.flow.lines import SHIPPED, SPANISH

# The same lines again and again, and large ones: measuring them would take longer than reading them.
pytestmark = pytest.mark.untraced

MENU, ROUTING = "menu.yaml", "routing.yaml"

MATCHED = "outcomes: {matched: contato, refused: dados-nao-conferem}"
FINANCE = "outcomes: {clear: modalidade, within-grace: modalidade, overdue: pendencia}"

BREAKS = {
    "a stranger comes to support": (MENU, 'outcomes: {"yes": contato, "no": documento}',
                                    'outcomes: {"yes": contato, "no": codigo}', "requires 'identity'"),
    "a password is not asked for": (MENU, "      next: senha\n", "      next: contato\n", "was identified"),
    "the refused go on": (MENU, MATCHED, "outcomes: {matched: contato, refused: codigo}", "requires 'identity'"),
    "contact is skipped": (MENU, MATCHED, MATCHED.replace("matched: contato", "matched: contrato"),
                           "requires 'contact'"),
    "the blocked go on": (MENU, "outcomes: {active: contrato, blocked: contato-bloqueado}",
                          "outcomes: {active: contrato, blocked: servico}", "requires 'contact'"),
    "the blocked are as good as the active": (MENU, "outcomes: {active: contrato, blocked: contato-bloqueado}",
                                              "outcomes: {active: contrato, blocked: contrato}", "decides nothing"),
    "contract is skipped": (MENU, "outcomes: {active: contrato, blocked", "outcomes: {active: servico, blocked",
                            "requires 'contract'"),
    "the expired go on": (MENU, "outcomes: {valid: servico, expired: contrato-vencido}",
                          "outcomes: {valid: servico, expired: situacao-financeira}", "requires 'contract'"),
    "finance is skipped": (MENU, "otherwise: situacao-financeira}", "otherwise: modalidade}", "requires 'finance'"),
    "the overdue go on": (MENU, FINANCE, FINANCE.replace("overdue: pendencia", "overdue: permissao-suporte"),
                          "requires 'finance'"),
    "the overdue are as good as the clear": (MENU, FINANCE,
                                             FINANCE.replace("overdue: pendencia", "overdue: modalidade"),
                                             "decides nothing"),
    "the apology of the overdue leads on": (MENU, "say: {prompt: pendencia, next: ", "say: {prompt: pendencia, next: "
                                            "codigo}\n  sobra:\n    say: {prompt: pendencia, next: ",
                                            "requires 'finance'"),
    "permission is skipped": (MENU, 'keys: {"2": permissao-suporte, "3": perfil-consultoria',
                              'keys: {"2": codigo, "3": perfil-consultoria', "requires 'support'"),
    "the profile is skipped": (MENU, 'keys: {"2": permissao-suporte, "3": perfil-consultoria',
                               'keys: {"2": permissao-suporte, "3": termo-consultoria', "requires 'consultancy'"),
    "consent is skipped": (MENU, "outcomes: {authorised: consultoria-ainda-aberta,",
                           "outcomes: {authorised: codigo-consultoria,",
                           "requires 'consent'"),
    "right passwords are strikes": (MENU, "strikes_on: refused", "strikes_on: matched", "a good answer, as a strike"),
    "those without Datacenter go on": (MENU, "outcomes: {contracted: datacenter, missing: sem-datacenter}",
                                       "outcomes: {contracted: sem-datacenter, missing: datacenter}",
                                       "requires 'datacenter'"),
    "a key leads straight to support": (MENU, '"5": ouvidoria\n', '"5": suporte.rm\n', "requires 'identity'"),
    "strikes lead into support": (MENU, "identificacao: {limit: 3, then: identificacao-esgotada}",
                                  "identificacao: {limit: 3, then: area-suporte}", "requires 'identity'"),
    "the human of the line is support": (MENU, "  human: assessoria ", "  human: suporte.rm ", "requires 'identity'"),
    "Datacenter drops its on-call": (ROUTING, "    closed: on-call  ", "    closed: announce  ",
                                     "must have staff on call"),
    "Datacenter has nobody on call": (ROUTING, "    on_call: {rota: plantao-datacenter}\n", "",
                                      "rings its on-call targets when closed, but has none"),
    "another desk passes calls on to support": (ROUTING, "    exhausted: {divert: cst}\n    message: no",
                                                "    exhausted: {divert: suporte.rm}\n    message: no",
                                                "passes calls on to 'suporte.rm', which requires 'identity'"),
    "a scope that is no desk": (ROUTING, "  suporte: [identity,", "  suport: [identity,", "which is no destination"),
    "a word that is no requirement": (ROUTING, "  suporte: [identity,", "  suporte: [identidade,",
                                      "cannot require 'identidade'"),
    "nothing is required": (ROUTING, None, None, "no desk says what it requires"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS, ids=lambda name: name.replace(" ", "-"))
def test_a_menu_that_lets_callers_past_a_check_is_told(broken: str, tmp_path: Path) -> None:
    file, old, new, told = BREAKS[broken]
    line = tmp_path / "line"
    shutil.copytree(SHIPPED, line, ignore=shutil.ignore_patterns("calls"))
    text = (line / file).read_text(encoding="utf-8")
    if old is None or new is None:
        begin = text.index("requires:")
        text = text[:begin] + text[text.index("destinations:") :]
    else:
        assert old in text
        text = text.replace(old, new, 1)
    (line / file).write_text(text, encoding="utf-8")
    faults = check_line(line)
    found = [fault for fault in (*faults.errors, *faults.warnings) if told in fault.message]
    assert found, [str(fault) for fault in (*faults.errors, *faults.warnings)]
    assert found[0].mark.line > 1
    assert bool(faults.errors) is (old is not None)


@pytest.mark.parametrize("folder", [SHIPPED, SPANISH], ids=lambda folder: folder.name)
def test_the_shipped_lines_keep_strangers_out(folder: Path) -> None:
    faults = check_line(folder)
    assert (faults.errors, faults.warnings) == ([], [])
