"""A fault about a key that is missing, empty or of another shape shows how it is written."""

from __future__ import annotations

import pytest

from ivr.schema.examples import example_of, with_example
from ivr.source.diagnostics import Diagnostic, Mark
from wording import message, phrase
from wording.catalogues import put


@pytest.mark.parametrize(
    ("file", "key", "asked", "example"),
    [
        ("menu.yaml", "say", {}, "say: nao-entendi"),
        ("menu.yaml", "say", {"mapping": True}, "say: {next: principal, prompt: boas-vindas}"),
        ("menu.yaml", "keys", {"of_line": True}, "keys: {human: '0', repeat: '9'}"),
        ("flows/x/routing.yaml", "ladder", {"mapping": True}, "ladder: {rungs: 2, seconds: 25}"),
        ("prompts.pt-BR.yaml", "destinations", {"mapping": True}, "destinations: {suporte.rm: o Suporte RM}"),
        ("menu.yaml", "no-such-key", {}, ""),
        ("notes.txt", "say", {}, ""),
    ],
)
def test_an_example_is_that_of_the_key_where_it_stands(
    file: str, key: str, asked: dict[str, bool], example: str
) -> None:
    assert example_of(file, key, **asked) == example


def test_a_fault_keeps_its_code_and_gets_its_example() -> None:
    fault = message("key-missing", "{owner} needs the key '{key}'", owner=phrase("'line'"), key="zone")
    told = with_example(Diagnostic(Mark("menu.yaml", 2, 3), fault))
    assert told.code == "key-missing"
    assert str(told) == "menu.yaml:2:3: 'line' needs the key 'zone'; for example zone: America/Sao_Paulo"
    assert put(told.message, "pt-BR") == "'line': falta a chave 'zone'; por exemplo zone: America/Sao_Paulo"


def test_another_fault_stays_as_it_is() -> None:
    told = Diagnostic(Mark("menu.yaml", 2, 3), message("tab", "a tab stands here; indent with spaces"))
    assert with_example(told) is told
