"""A voice reads whatever it is given, so what is no speech is refused in prompts and in every name that fills them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.source.speakable import unspeakable
from tests.flow.lines import SHIPPED, SPANISH, changed, told

REFUSED = [
    "https://cdn.example.com/boas-vindas",
    "ouça em HTTP://example.com/a.wav agora",
    "sip://rm@example.com",
    "www.example.com/ola",
    "//cdn.example.com/a",
    "boas-vindas.wav",
    "Bem vindo.MP3",
    "audios/boas-vindas",
    r"C:\audios\ola",
    "Bem-vindo à <b>central</b>.",
    "Um momento <break time='1s'/> por favor",
    "fim</speak>",
    "Perguntas &amp; respostas",
    "n&uacute;mero",
    "n&#250;mero",
    "Isto é **importante**",
    "veja [aqui](ali)",
    "Olá 😀",
    "Olá ☎",
    "Siga → adiante",
    "Olá\u0007",
    "Ola\u200d",
    "Nome_do_cliente",
    "[pausa] Bem-vindo",
    "linha\\nnova",
    "JoÃ£o da Silva",
    "�rea",
    "...",
    "— !",
]
SPOKEN = [
    "Bem-vindo à central de atendimento, 4003 0015.",
    "Para voltar, tecle * e #.",
    "R$ 354,00 a hora (mais impostos); 24/7, e/ou 20 °C, 100 % & mais.",
    "Fale com o Sr. D'Ávila, do 1º andar - sala nº 3, às 8h30.",
    "Acesse totvs.com.br e www.example.com no navegador",
    "¿Qué desea? ¡Marque 1!",
    "Versão 12.1.33 do RM.",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_speech_is_refused_with_what_to_do(text: str) -> None:
    why = unspeakable(text)
    assert why is not None
    assert "write" in why
    assert "\n" not in why


@pytest.mark.parametrize("text", SPOKEN)
def test_sentences_are_spoken(text: str) -> None:
    assert unspeakable(text) is None


@pytest.mark.untraced
@pytest.mark.parametrize("folder", [SHIPPED, SPANISH], ids=lambda folder: folder.name)
def test_the_shipped_lines_are_told_nothing_of(folder: Path) -> None:
    assert told(folder) == []


@pytest.mark.parametrize("text", ["'{destino} aberto'", "'a {mesa}'", "'}'", "o Suporte <b>RM</b>", "rm.wav", "📞 RM"])
def test_a_spoken_name_holds_no_placeholder_and_nothing_that_is_no_speech(text: str, tmp_path: Path) -> None:
    line = changed(tmp_path, "  suporte.rm: o Suporte RM\n", f"  suporte.rm: {text}\n", "prompts.pt-BR.yaml")
    written = (line / "prompts.pt-BR.yaml").read_text(encoding="utf-8").splitlines()
    place = 1 + next(number for number, each in enumerate(written) if each.startswith("  suporte.rm:"))
    (row,) = told(line)
    told_there = f"prompts.pt-BR.yaml:{place}:15: the spoken name of 'suporte.rm' has "
    assert row.startswith(told_there) or "names the sound" in row


@pytest.mark.parametrize(
    "written",
    ["Olá.   # saudação", "Olá.\n    Bem-vindo.   # saudação", "Olá # saudação", "Olá &amp; bem-vindo"],
)
def test_a_comment_behind_a_spoken_text_is_a_fault_whatever_its_blanks(written: str, tmp_path: Path) -> None:
    (row, *more) = told(changed(tmp_path, "  ola: Olá.\n", f"  ola: {written}\n", "prompts.pt-BR.yaml"))
    assert row.startswith("prompts.pt-BR.yaml:")
    assert not more


def test_braces_that_would_be_read_are_refused(tmp_path: Path) -> None:
    (row,) = told(changed(tmp_path, "  ola: Olá.\n", '  ola: "Olá, {{destino}}."\n', "prompts.pt-BR.yaml"))
    assert "has the sign '{' (U+007B), which is not speech" in row
