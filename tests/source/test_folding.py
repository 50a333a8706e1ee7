"""One fold decides what is alike, when a menu is checked, when a caller speaks and when a script hears."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call.engine import Engine
from ivr.call.speech_parsing import spoken_document
from ivr.languages import LANGUAGES
from ivr.languages.portuguese import PORTUGUESE
from ivr.simulator.phones.prompt_log import PromptLog
from ivr.simulator.phones.steps import Hear
from ivr.simulator.transcript import Event
from ivr.source.folding import fold, fold_words
from tests.flow.lines import changed, told
from tests.lines import EngineCall, make_line

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[2]
Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: Final[tuple[Form, ...]] = ("NFC", "NFD", "NFKC", "NFKD")

WORDS = [
    "nº",
    "cobrança",
    "Straße",
    "D'Ávila",
    "RH",
    "ﬁnanças",
    "１２",
    "٣",
    "привет",
    "suporte-técnico",
    "İstanbul",
    "日本語",
]


@pytest.mark.parametrize(
    ("text", "folded", "words"),
    [
        ("  Ação,\u00a0JÁ ", "acao, ja", "acao ja"),
        ("nº 4", "no 4", "no 4"),
        ("Straße", "strasse", "strasse"),
        ("ﬁm", "fim", "fim"),
        ("１２ ٣ ²", "12 3 2", "12 3 2"),
        ("...", "...", ""),
        ("¡!?", "¡!?", ""),
        ("\u0301", "", ""),
        ("Привет", "привет", "привет"),
    ],
)
def test_a_text_folds_to_small_plain_letters(text: str, folded: str, words: str) -> None:
    assert (fold(text), fold_words(text)) == (folded, words)


@given(st.text(max_size=40))
def test_what_is_folded_stays_as_it_is_in_every_form_of_unicode(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_words(fold_words(text)) == fold_words(text)
    assert {fold(unicodedata.normalize(form, text)) for form in FORMS} == {fold(text)}


def test_only_one_file_takes_letters_apart() -> None:
    """A second fold would disagree with the first; documents keep their accents, since Ñ is another letter than N.

    A password is compared as it is typed on any keyboard (NFKC, RFC 8265), and a clip's file is named in ASCII. Texts
    and names of files that people send are composed (NFC), and keep their letters.
    """
    found = {
        str(path.relative_to(ROOT))
        for path in (*(ROOT / "ivr").rglob("*.py"), *(ROOT / "routing").rglob("*.py"))
        if "normalize(" in path.read_text(encoding="utf-8")
    }
    folding = {"ivr/source/folding.py", "routing/documents.py"}
    passwords = {"ivr/web/login/login.py"} | {
        f"ivr/web/portal/{page}/routes.py" for page in ("sign_in", "contacts", "own_data")
    }
    composing = {"ivr/service_desk/texts.py", "ivr/service_desk/attachments.py"}
    assert found == folding | passwords | composing | {"ivr/studio/render.py"}


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_the_check_takes_presses_its_key(word: str) -> None:
    for form in FORMS:
        said = unicodedata.normalize(form, word).upper()
        assert EngineCall(_engine(word)).says(f"quero {said}, por favor").position.state == "areas"


@pytest.mark.parametrize("said", ["...", "?", " ", "\u0301", "¿¡", "—"])
@pytest.mark.parametrize("word", ["привет", "nº", "banco"])
def test_a_speech_without_words_presses_no_key(word: str, said: str) -> None:
    step = EngineCall(_engine(word)).says(said)
    assert step.outcome == "invalid"


@pytest.mark.parametrize("word", ["...", "?!", "\u0301", "—"])
def test_a_word_that_folds_to_nothing_is_a_fault(word: str, tmp_path: Path) -> None:
    line = changed(tmp_path, '        "2": [atendente]\n', f'        "2": ["{word}"]\n')
    assert [row for row in told(line) if "has a word without a letter" in row]


@pytest.mark.parametrize(("one", "other"), [("nº", "NO"), ("Straße", "strasse"), ("acao", "AÇÃO"), ("ﬁm", "fim")])
def test_two_keys_cannot_have_words_that_sound_alike(one: str, other: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="already means key"):
        make_line(tmp_path, ('"3": [banco, suporte a banco de dados]', f'"3": ["{one}"], "0": ["{other}"]'))


@pytest.mark.parametrize("word", WORDS)
def test_a_script_hears_a_text_in_every_form(word: str) -> None:
    for form in FORMS:
        heard = PromptLog()
        heard.notice(Event(0.0, "say", {"text": f"Tecle 2 para {word}."}))
        assert heard.missing([Hear(unicodedata.normalize(form, word).swapcase())]) is None


@pytest.mark.parametrize("form", FORMS)
def test_keys_and_documents_are_understood_in_every_form(form: Form) -> None:
    said = unicodedata.normalize(form, "dê de dado, três, bê, quê")
    assert spoken_document(said, LANGUAGES["pt"]) == "D3BQ"
    assert PORTUGUESE.keys.announced(unicodedata.normalize(form, "TECLE TRÊS")) == frozenset("3")


@lru_cache(maxsize=32)
def _engine(word: str) -> Engine:
    with TemporaryDirectory() as folder:
        changed_words = ('"3": [banco, suporte a banco de dados]', f'"#": ["{word}"]')
        return Engine(make_line(Path(folder), changed_words))
