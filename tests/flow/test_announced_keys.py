"""Which keys a sentence tells the caller to press, in Portuguese."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.folder import load_line
from ivr.flow.nodes.menu import Menu
from ivr.flow.spoken_keys import LANGUAGES, announced_keys
from tests.flow.lines import SHIPPED


def announced(sentence: str) -> set[str]:
    return set(announced_keys(sentence, "pt-BR") or ())


@pytest.mark.parametrize(
    ("sentence", "keys"),
    [
        ("Para software, tecle 2.", "2"),
        ("TECLE 2", "2"),
        ("Digite o número dois", "2"),
        ("aperte a tecla asterisco", "*"),
        ("Pressione a opção nove.", "9"),
        ("tecle 1 ou 2", "12"),
        ("tecle 1, 2 ou 3.", "123"),
        ("tecle 0 e jogo da velha", "0#"),
        ("tecle três", "3"),
        ("tecle tres", "3"),
        ("tecle um para suporte, dois não existe", "1"),
        ("tecle estrela; tecle cerquilha; tecle sustenido", "*#"),
        ("Tecle * para voltar", "*"),
        ("Para RM, tecle 3. Para Datasul, tecle 4.", "34"),
    ],
)
def test_a_key_is_announced_by_figure_word_or_name(sentence: str, keys: str) -> None:
    assert announced(sentence) == set(keys)


@pytest.mark.parametrize(
    "sentence",
    [
        "Digite o CNPJ da empresa.",
        "Digite 14 dígitos.",
        "Digite 4 números.",
        "digite quatro números",
        "Digite um código.",
        "Digite uma vez só.",
        "ligue para este número e tecle 7 e depois 4",
        "O CPF tem 11 dígitos, e a senha 4.",
        "Bem-vindo ao 4003 0015.",
        "Digite outra vez.",
        "reteclei 5 vezes",
        "",
    ],
)
def test_what_is_no_key_of_this_menu_is_not_taken_for_one(sentence: str) -> None:
    assert announced(sentence) == set()


def test_nothing_is_claimed_of_a_language_whose_words_are_not_known() -> None:
    assert announced_keys("For support, press 2", "en-US") is None


def test_every_name_stands_for_a_key_of_the_telephone() -> None:
    assert {key for words in LANGUAGES.values() for key in words.names.values()} == set("0123456789*#")


@given(st.lists(st.sampled_from("0123456789*#"), min_size=1, unique=True), st.data())
def test_every_key_of_a_menu_is_found_however_it_is_called(keys: list[str], data: st.DataObject) -> None:
    calls = LANGUAGES["pt-BR"].names
    called = [data.draw(st.sampled_from([key, *(name for name in calls if calls[name] == key)])) for key in keys]
    assert announced(" ".join(f"Para a opção tal, tecle {name}." for name in called)) == set(keys)


def test_the_menus_of_4003_0015_announce_just_the_keys_that_they_have() -> None:
    line = load_line(SHIPPED)
    menus = [node for node in line.states.values() if isinstance(node, Menu)]
    assert len(menus) > 10
    for menu in menus:
        keys = {*menu.keys, *([menu.repeat] if menu.repeat else []), *(["*"] if menu.back else [])}
        assert announced(line.prompts.texts[menu.say.text].text.text) == keys
