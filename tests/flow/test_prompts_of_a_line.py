"""What callers hear: every text can be spoken, and what is left open in it can be filled."""

from __future__ import annotations

import unicodedata
from datetime import UTC

import pytest
from lxml import etree

from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.flow.prompts import MAX_CHARACTERS, PLACEHOLDERS, Prompt, read_prompts
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.yaml import Mapping, Text, parse
from tests.flow.lines import SHIPPED


@pytest.fixture(scope="module")
def shipped() -> Line:
    return load_line(SHIPPED)


def needs(text: str) -> frozenset[str]:
    return Prompt(Text(text, Mark("p.yaml", 1, 1))).needs()


def told(text: str) -> list[str]:
    """What is told of a prompt ``a`` that is written as ``text``."""
    faults = Diagnostics()
    (root,) = parse(f"prompts: {{a: {text}}}\ndestinations: {{}}\n", "p.yaml", faults)
    assert isinstance(root, Mapping)
    read_prompts(root, "pt-BR", UTC, faults)
    return [fault.message for fault in faults.errors]


def test_every_prompt_of_4003_0015_is_one_that_xml_and_a_voice_can_take(shipped: Line) -> None:
    texts = [prompt.text for prompt in shipped.prompts.texts.values()]
    texts += shipped.prompts.destinations.values()
    for text in texts:
        assert 0 < len(text) <= MAX_CHARACTERS
        assert not [letter for letter in text if unicodedata.category(letter).startswith("C")], text
        etree.Element("Say").text = text


def test_every_prompt_of_4003_0015_is_normalised_portuguese(shipped: Line) -> None:
    for prompt in shipped.prompts.texts.values():
        assert prompt.text == unicodedata.normalize("NFC", prompt.text).strip()
        assert prompt.text.endswith((".", "?", "!"))


def test_prompts_leave_open_only_what_is_known_where_they_are_said(shipped: Line) -> None:
    open_ = {name: set(prompt.needs()) for name, prompt in shipped.prompts.texts.items() if prompt.needs()}
    destination = {"destino"}
    assert open_ == {
        "transferindo": destination, "transferindo-plantao": destination, "indisponivel": destination, "emergencia":
        destination, "atender": destination, "fechado": {"destino", "abertura"}, "servico-fechado": {"destino",
        "abertura"}, "conferir-documento": {"documento"}, "protocolo": {"protocolo"}, "recado-guardado": {"protocolo"},
        "posicao-na-fila": {"posicao"}, "retorno": {"telefone"}, "retorno-anotado": {"protocolo"}, "tempo-de-espera":
        {"espera"}, "termo-consultoria": {"preco"}, "termo-consultoria-do-suporte": {"preco"},
        "chamado-aberto": {"protocolo", "dia"}, "severidade-anotada":
        {"previsao"}, "administrador": {"administrador"}, "idade-da-senha": {"idade"}, "chamado-previsao": {"previsao"},
        "chamado-atrasado": {"previsao"}, "chamado-pendente": {"prazo"}, "chamado-com-solucao": {"prazo"},
        "chamado-adiado": {"prazo"}, "confirmar-prazo": {"prazo"}, "chamado-cobranca": {"cobranca"}, "chamado-novo":
        {"chamado"}, "acesso-pedido": {"ferramenta", "validade"}, "acesso-permitido": {"validade"},
        "acesso-ja-permitido": {"validade"}, "acesso-preparo": {"cobranca"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [("Olá.", set()), ("{destino} abre {abertura}.", {"destino", "abertura"}), ("{{destino}}", set())],
)
def test_a_prompt_knows_what_it_leaves_open(text: str, names: set[str]) -> None:
    assert needs(text) == names


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_what_the_line_can_fill_may_be_left_open(name: str) -> None:
    assert told(f'"Aqui {{{name}}} fala."') == []


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        "{0}",
        "{nome}",
        "{destino.__class__}",
        "{destino[0]}",
        "{destino!r}",
        "{destino:>9}",
        "{destino:{abertura}}",
    ],
)
def test_a_format_never_reaches_into_an_object(written: str) -> None:
    (message,) = told(f'"Olá {written}"')
    assert message.startswith("the prompt 'a' ")


@pytest.mark.parametrize("written", ["{", "}", "{destino", "destino}", "{destino}}"])
def test_a_brace_without_its_pair_is_told(written: str) -> None:
    assert told(f'"Olá {written}"') == ["the prompt 'a' has a brace without its pair; write the words, or {destino}"]


@pytest.mark.parametrize("written", ["", "~", '" "', "[Olá]", "{x: Olá}"])
def test_a_prompt_that_is_no_text_is_told(written: str) -> None:
    (message,) = told(written)
    assert message.startswith("the prompt 'a' must be a text to speak")


def test_a_prompt_may_be_just_so_long() -> None:
    assert told(f'"{"a" * MAX_CHARACTERS}"') == []
    assert told(f'"{"a" * (MAX_CHARACTERS + 1)}"') == ["the prompt 'a' has 1501 characters; 1500 are the most"]
