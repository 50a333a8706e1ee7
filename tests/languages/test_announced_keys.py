"""Which keys a sentence tells the caller to press, language by language."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.folder import load_line
from ivr.flow.nodes.closure import Closure
from ivr.flow.nodes.menu import Menu
from ivr.languages import LANGUAGES, language_of
from ivr.languages.english import ENGLISH
from ivr.languages.portuguese import PORTUGUESE
from ivr.languages.spanish import SPANISH
from tests.flow.lines import SHIPPED
from tests.flow.lines import SPANISH as SPANISH_LINE


def announced(sentence: str) -> set[str]:
    return set(PORTUGUESE.keys.announced(sentence))


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
    ("sentence", "keys"),
    [
        ("Para RM, tecle 3; Datasul, 4; Logix, 5.", "345"),
        ("Para suporte, tecle 2; consultoria, que é cobrada, 3; um chamado, asterisco.", "23*"),
        ("Para Série 1 e Vitrine, tecle 6; Framework, sete. O CPF, 9; não existe.", "67"),
        ("Para RM, tecle 3; para Datasul, tecle 4; Logix, 5.", "345"),
        ("Para RM, tecle 3; atende de 8 a 9; Logix, 5 ou mais.", "3"),
        ("Para RM, 3; Datasul, 4.", ""),
        ("Digite 14 dígitos; o CPF, 2.", ""),
    ],
)
def test_a_list_says_the_word_for_pressing_once(sentence: str, keys: str) -> None:
    assert announced(sentence) == set(keys)


def test_a_list_in_full_has_the_word_before_each_key() -> None:
    listed = "para rm, tecle 3; datasul, 4; logix, 5. bom dia."
    assert PORTUGUESE.keys.in_full(listed) == "para rm, tecle 3; datasul, tecle 4; logix, tecle 5. bom dia."
    paused = "para rm, tecle 3; datasul, 4. logix, 5; outros, 6. logix, 7 de maio."
    expected = "para rm, tecle 3; datasul, tecle 4. logix, tecle 5; outros, tecle 6. logix, 7 de maio."
    assert PORTUGUESE.keys.in_full(paused) == expected
    assert PORTUGUESE.keys.in_full("para rm, tecle 3; datasul, 4. bom dia. logix, 5.").endswith("bom dia. logix, 5.")
    assert SPANISH.keys.in_full("para soporte, marque 1; prime, 2.") == "para soporte, marque 1; prime, marque 2."


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


@pytest.mark.parametrize(
    ("sentence", "keys"),
    [
        ("Para soporte, marque 1.", "1"),
        ("OPRIMA EL NÚMERO DOS", "2"),
        ("presione la tecla asterisco", "*"),
        ("marque 1 o 2", "12"),
        ("marque 1, 2 o 3.", "123"),
        ("marque 0 y gato", "0#"),
        ("pulse la opción nueve; teclee numeral", "9#"),
        ("Marque el CNPJ de la empresa.", ""),
        ("Marque 14 dígitos.", ""),
        ("marque cuatro números", ""),
        ("Marque un código.", ""),
        ("marque una vez más", ""),
        ("llame a este número y marque 7 y después 4", ""),
    ],
)
def test_keys_are_announced_in_spanish(sentence: str, keys: str) -> None:
    assert SPANISH.keys.announced(sentence) == frozenset(keys)


@pytest.mark.parametrize(
    ("sentence", "keys"),
    [
        ("For support, press 1.", "1"),
        ("press the star key", "*"),
        ("Press 1 or 2, or press pound.", "12#"),
        ("Enter the number five", "5"),
        ("Enter your 8 digits", ""),
        ("dial 7 and then 4", ""),
    ],
)
def test_keys_are_announced_in_english(sentence: str, keys: str) -> None:
    assert ENGLISH.keys.announced(sentence) == frozenset(keys)


def test_every_name_stands_for_a_key_of_the_telephone() -> None:
    assert {key for language in LANGUAGES.values() for key in language.keys.names.values()} == set("0123456789*#")


@given(st.lists(st.sampled_from("0123456789*#"), min_size=1, unique=True), st.data())
def test_every_key_of_a_menu_is_found_however_it_is_called(keys: list[str], data: st.DataObject) -> None:
    calls = PORTUGUESE.keys.names
    called = [data.draw(st.sampled_from([key, *(name for name in calls if calls[name] == key)])) for key in keys]
    assert announced(" ".join(f"Para a opção tal, tecle {name}." for name in called)) == set(keys)


@pytest.mark.parametrize("folder", [SHIPPED, SPANISH_LINE], ids=["4003-0015", "internacional"])
def test_the_menus_of_a_shipped_line_announce_just_the_keys_that_they_have(folder: Path) -> None:
    line = load_line(folder)
    menus = [node for node in line.states.values() if isinstance(node, Menu)]
    assert len(menus) > 5
    for menu in menus:
        told = {pressed for pressed, to in menu.keys.items() if not isinstance(line.states[to], Closure)}
        common = line.header.defaults.keys
        if not common.repeat:
            told |= {*([menu.repeat] if menu.repeat else []), *(["*"] if menu.back else [])}
        # What every menu has in common is told once a call, by the welcome.
        assert language_of(line.header.language).keys.announced(line.prompts.texts[menu.say].text) == frozenset(told)
