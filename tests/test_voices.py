"""The lists of voices and languages: what Twilio's pages name is known, a slip of the pen is told."""

from __future__ import annotations

import pytest

from ivr import voices
from ivr.simulator.lint import lint


@pytest.mark.parametrize(
    "name",
    [
        "man", "woman", "alice", "Polly.Camila", "Polly.Camila-Neural", "Polly.Camila-Generative", "Polly.Vitória",
        "Polly.Mia-Neural", "Google.pt-BR-Standard-A", "Google.pt-BR-Wavenet-B", "Google.pt-BR-Neural2-C",
        "Google.pt-BR-Chirp3-HD-Aoede",
    ],
)  # fmt: skip
def test_a_voice_of_the_vendors_pages_is_known(name: str) -> None:
    assert voices.is_voice(name)


@pytest.mark.parametrize(
    "name",
    [
        "en-gb", "Polly.Camilla", "Polly.Ricardo-Neural", "Camila", "polly", "Google.pt-BR", "Google.xx-YY-Standard-A",
        "Google.pt-BR-Chirp3-HD-Ana", "male", "pt-BR", "Polly.", "",
    ],
)  # fmt: skip
def test_what_is_no_voice_is_not_known(name: str) -> None:
    assert not voices.is_voice(name)


def test_a_voice_tells_its_language_and_a_slip_of_the_pen_its_voice() -> None:
    assert voices.voice_language("Polly.Camila-Neural") == "pt-BR"
    assert voices.voice_language("Google.es-US-Wavenet-A") == "es-US"
    assert (voices.voice_language("woman"), voices.voice_language("Polly.Nobody")) == (None, None)
    assert voices.similar_voice("Polly.Camilla") == "Polly.Camila"


def codes(verbs: str) -> list[int]:
    return [finding.code for finding in lint(f"<Response>{verbs}</Response>".encode(), "menu.xml")]


@pytest.mark.parametrize("voice", ["en-gb", "Polly.Camilla", "robot"])
def test_say_with_a_voice_that_there_is_not_is_13511(voice: str) -> None:
    assert codes(f'<Say voice="{voice}">Olá</Say>') == [13511]
    assert codes(f'<Gather><Say voice="{voice}">Olá</Say></Gather>') == [13511]


@pytest.mark.parametrize("language", ["pt", "pt_BR", "br", "português", "xx-YY"])
def test_say_and_gather_in_no_language_are_13512_and_13331(language: str) -> None:
    assert codes(f'<Say language="{language}">Olá</Say>') == [13512]
    assert codes(f'<Gather input="speech" language="{language}"/>') == [13331]


@pytest.mark.parametrize("language", ["pt-BR", "pt-br", "es-MX", "en-GB"])
def test_a_language_with_its_country_is_taken_by_both(language: str) -> None:
    assert codes(f'<Say language="{language}">Olá</Say><Gather input="speech" language="{language}"/>') == []


def test_a_providers_own_model_has_languages_of_its_own() -> None:
    assert codes('<Gather input="speech" speechModel="deepgram_nova-3" language="pt"/>') == []


def test_the_remedy_names_the_language_that_was_meant() -> None:
    (finding,) = lint(b'<Response><Gather language="pt"/></Response>', "menu.xml")
    assert finding.remedy == "Did you mean pt-BR? The default stands."
