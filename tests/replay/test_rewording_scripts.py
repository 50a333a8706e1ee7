"""Scripts that hear words no more are given the new ones, in the place and the form of the old."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.replay.rewording import Rewording, mended_files, mended_words, reworded_scripts
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.yaml import parse, plain
from tests.replay.edits import CALLS, SCRIPT, SHOWN, compared, line_files, version

WORDS = st.lists(st.sampled_from(["para", "suporte", "tecle", "dois", "vendas", "três", "ou", "aguarde"]), max_size=6)


@pytest.mark.parametrize(
    ("old", "before", "after", "new"),
    [
        ("Bem-vindo", "Bem-vindo.", "Boa tarde.", "Boa tarde"),
        ("bem vindo", "Bem-vindo.", "Boa tarde.", None),
        ("Para RM, tecle 2", "Para RM, tecle 2. RH, 3.", "RM agora: tecle 2. RH, 3.", "RM agora: tecle 2"),
        ("tecle 2", "Para suporte, tecle 2.", "Para suporte, tecle 4.", "tecle 4"),
        ("Digite o CNPJ.", "Digite o CNPJ.", "Digite agora o CNPJ.", "Digite agora o CNPJ."),
        ("Até logo", "Obrigado. Até logo.", "Obrigado.", None),
        ("O código é", "O código é 12.", "O código é ••.", "O código é"),
        ("é 12", "O código é 12.", "O código é ••.", None),
        ("Bem", "Bem-vindo.", "Boa tarde.", "Boa tarde"),
    ],
)  # fmt: skip
def test_the_new_words_stand_where_the_old_ones_stood(old: str, before: str, after: str, new: str | None) -> None:
    assert mended_words(old, [before], [after]) == new


@given(WORDS, WORDS, st.sampled_from(["central de atendimento", "fila um"]), WORDS, WORDS)
def test_words_that_stay_are_left_alone(
    before: list[str], after: list[str], old: str, one: list[str], two: list[str]
) -> None:
    was, now = " ".join([*before, old, *after]), " ".join([*one, old, *two])
    assert mended_words(old, [was], [now]) == old


def test_a_long_new_sentence_is_heard_by_its_beginning() -> None:
    new = mended_words("Bem-vindo", ["Bem-vindo."], ["Olá. Esta é uma frase bem mais comprida do que a antiga era."])
    assert new == "Olá"


def test_comments_and_line_ends_of_a_script_stay() -> None:
    script = SCRIPT.replace("hear: Bem-vindo", "hear: Bem-vindo   # a saudação")
    script = f"# Roteiros\r\n{script}".replace("\n", "\r\n").replace("\r\r", "\r")
    files = line_files(script)
    mark = Mark(str(SHOWN / CALLS), 4, 11)
    mended = mended_files(files, SHOWN, [Rewording(mark, "Bem-vindo", "D'água # boa")])
    assert mended == {CALLS: script.replace("Bem-vindo", "'D''água # boa'").encode()}


@given(st.text("aéZ0 .,:;#-?!&*|>%@`~{}[]'\"\\•“", min_size=1, max_size=30))
def test_any_words_are_written_so_that_they_are_read_again(new: str) -> None:
    [content] = mended_files(
        line_files(), SHOWN, [Rewording(Mark(str(SHOWN / CALLS), 3, 11), "Bem-vindo", new)]
    ).values()
    [script] = parse(content.decode(), "", Diagnostics())
    assert plain(script)["steps"][0] == {"hear": " ".join(new.split())}
    assert content.decode().count("\n") == SCRIPT.count("\n")


def test_a_script_is_mended_only_where_it_then_holds() -> None:
    wrong = SCRIPT.replace("call: Assessoria", "call: Padrão").replace("hear: Bem-vindo", "hear: {regex: Bem.vindo}")
    script = f"{SCRIPT}---\n{wrong}"
    after = line_files(script, prompts=("bem-vindo: Bem-vindo.", "bem-vindo: Boa tarde."))
    one, two = reworded_scripts(compared(line_files(script), after), version(after))
    assert [(each.old, each.new) for each in one.rewordings] == [("Bem-vindo", "Boa tarde")]
    assert (two.script.title, two.rewordings) == ("Padrão", ())  # a pattern is the tester's own


def test_what_is_not_there_any_more_is_not_mended() -> None:
    with pytest.raises(KeyError):
        mended_files(line_files(), SHOWN, [Rewording(Mark(str(SHOWN / CALLS), 3, 9), "Bem-vindo", "Olá")])
