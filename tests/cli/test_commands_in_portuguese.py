"""Commands tell in Portuguese what they tell in English, and nothing of it to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.cli.routing_words import told, told_reason, told_rule
from ivr.flow.line import Line
from routing.context import RoutingContext
from routing.decide import next_target, route
from routing.decisions import Ring
from tests.cli.conftest import Ivr
from tests.conftest import Now
from tests.lines import TUESDAY, write_line
from wording import Message

PT = ("--language", "pt-BR")


@pytest.fixture
def faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of lines whose only one lacks a state."""
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    return tmp_path / "flows" / "loja" / "menu.yaml"


def test_check_tells_faults_in_portuguese_and_json_in_neither(ivr: Ivr, faulty: Path) -> None:
    ivr("new", "loja")
    faulty.write_text(faulty.read_text(encoding="utf-8").replace("start: ", "start: x"), encoding="utf-8")
    code, out, _ = ivr("check", *PT)
    assert code == 1
    assert "'start' indica 'x" in out
    assert out.endswith("1 linha conferida: 1 erro, nenhum aviso\n")
    assert ivr("check", *PT, "--json") == ivr("check", "--json")
    fault = json.loads(ivr("check", "--json")[1])
    assert (fault["severity"], fault["code"], fault["column"]) == ("error", "state-named-unknown", 10)
    assert fault["message"].startswith("'start' names 'x")


def test_route_hours_oncall_and_close_speak_portuguese(
    ivr: Ivr, now: Now, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ivr("route", "cst", "--at", "2026-12-25T10:00", *PT)[1].startswith(
        "Uma ligação para cst, sexta-feira 2026-12-25"
    )
    assert "está fechada por causa de Natal" in ivr("route", "ouvidoria", "--at", "2026-12-25T10:00", *PT)[1]
    assert "sex 2026-12-25" in (hours := ivr("hours", "ouvidoria", "--at", "2026-12-25", "--days", "1", *PT)[1])
    assert "fechada em emergência" in hours
    assert "plantao-suporte: " in (oncall := ivr("oncall", "--at", "2026-03-14T10:00", *PT)[1])
    assert "toca por" in oncall
    assert ivr("close", *PT)[1] == "nada de 4003-0015 está fechado em emergência\n"
    assert ivr("calls", *PT)[1] == "nenhuma ligação\n"
    code, _, err = ivr("close", "ouvido", "--reason", "luto", *PT)
    assert (code, err) == (2, "ivr: a linha 4003-0015 não tem mesa 'ouvido'; quis dizer 'ouvidoria'?\n")
    code, _, err = ivr("oncall", "--at", "ontem", *PT)
    assert code == 2
    assert "Valor inválido: 'ontem' não serve em --at; escreva como 2026-12-24T11:59" in err


def test_publish_versions_rollback_and_where_speak_portuguese(
    ivr: Ivr, now: Now, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    monkeypatch.setenv("IVR_LANGUAGE", "pt-BR")
    prompts = write_line(tmp_path / "flows" / "ensaio") / "prompts.pt-BR.yaml"
    assert ivr("publish", "ensaio")[2].endswith("uma versão precisa da sua mensagem: -m diz o que muda, e por quê, a "
                                                "quem a ler depois\n")  # fmt: skip
    assert ivr("publish", "ensaio", "-m", "como está")[1].startswith("a versão 1 de ensaio está publicada: ")
    assert ivr("publish", "ensaio", "-m", "de novo")[2] == (
        "ivr: a versão 1 de ensaio está publicada e tem os mesmos arquivos\n"
    )
    prompts.write_text(prompts.read_text(encoding="utf-8").replace("Bem-vindo", "Olá"), encoding="utf-8")
    assert ivr("publish", "ensaio", "-m", "olá")[1].endswith("\n  mudou: prompts.pt-BR.yaml\n")
    assert ivr("rollback", "ensaio")[1] == "a versão 1 de ensaio volta a atender: como está\n"
    assert ivr("versions", "ensaio")[1].splitlines()[0].endswith(": de volta à versão 1 (voltou)")
    assert ivr("versions", "loja")[2] == (
        "ivr: nada de uma linha 'loja' está publicado (há algo destas linhas: ensaio)\n"
    )
    assert ivr("rollback", "ensaio", "7")[2] == "ivr: ensaio não tem versão 7 (há 1, 2)\n"
    assert ": o estado principal: states.principal\n" in ivr("where", "principal", "ensaio")[1]
    assert "nada se chama 'pincipal' em " in (fault := ivr("where", "pincipal")[2])
    assert fault.endswith("; quis dizer 'principal'?\n")


def test_whatever_the_router_notes_is_read_back_as_a_message(shipped_line: Line) -> None:
    table = shipped_line.routing.table
    moments = [
        TUESDAY.replace(month=month, day=day, hour=hour) for month, day in ((3, 10), (12, 25)) for hour in (3, 9, 12)
    ]
    unread = set()
    for name in table.destinations:
        for at in moments:
            decision = route(table, name, at, context=RoutingContext(special_contract="SLA"))
            while True:
                notes = {told(step.outcome) for step in decision.steps} | {
                    told_rule(step.rule) for step in decision.steps
                }
                unread |= {note for note in {*notes, told_reason(decision.reason)} if not isinstance(note, Message)}
                if not isinstance(decision, Ring):
                    break
                decision = next_target(table, decision.progress, "no-answer", at, context=RoutingContext())
    assert unread == set()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("publish",), "Falta o argumento 'LINE'."),
        (("whatif", "ensaio"), "Falta a opção '--since'."),
        (("close", "rm", "-m", "x"), "Não existe a opção '-m'."),
        (("draft", "nada"), "Não existe o comando 'nada'."),
        (("hours", "rm", "nada", "e", "mais"), "(nada e mais)"),
        (("replay", ".", "--as", "nada"), "Valor inválido em '--as': 'nada' não é um destes: 'slow', 'hasty'"),
        (("versions", "ensaio", "--export"), "A opção '--export' precisa de um valor."),
    ],
)
def test_what_click_says_of_arguments_is_told_too(
    ivr: Ivr, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    monkeypatch.setenv("IVR_LANGUAGE", "pt-BR")
    code, out, err = ivr(*arguments)
    assert (code, out) == (2, "")
    assert told in err
