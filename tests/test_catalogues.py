"""Pages and commands speak both languages whole: what the code says stands in a catalogue, with its blanks."""

from __future__ import annotations

import re

import polib
import pytest

from ivr.web.shell.languages import for_scripts
from tests.catalogues import OF_CUSTOMERS, OTHERS, Speaker, speakers
from tests.line_server import LineServer

BLANK = re.compile(r"%\(\w+\)s|\{[\w:%!. -]+\}")
ALL = list(dict.fromkeys([*OTHERS, *OF_CUSTOMERS]))


@pytest.fixture(scope="module")
def speaking() -> list[Speaker]:
    return speakers()


def _of(speaking: list[Speaker], tag: str) -> list[Speaker]:
    found = [each for each in speaking if tag in each.tags]
    assert found
    return found


@pytest.mark.parametrize("tag", ALL)
def test_a_catalogue_has_what_its_code_says_and_no_more(speaking: list[Speaker], tag: str) -> None:
    for speaker in _of(speaking, tag):
        stored = {(entry.msgid, entry.msgid_plural) for entry in polib.pofile(str(speaker.catalogue(tag)))}
        said = {(entry.msgid, entry.msgid_plural) for entry in speaker.said()}
        assert stored == said, f"{speaker.folder}: run `make messages`, and translate what it tells"


@pytest.mark.parametrize("tag", ALL)
def test_each_message_is_translated_with_the_same_blanks(speaking: list[Speaker], tag: str) -> None:
    for speaker in _of(speaking, tag):
        for entry in polib.pofile(str(speaker.catalogue(tag))):
            forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
            assert all(forms), entry.msgid
            assert not entry.fuzzy, entry.msgid
            blanks = sorted(set(BLANK.findall(entry.msgid_plural or entry.msgid)))
            assert all(sorted(set(BLANK.findall(form))) == blanks for form in forms), entry.msgid


@pytest.mark.parametrize("tag", ALL)
def test_one_message_is_translated_alike_everywhere(speaking: list[Speaker], tag: str) -> None:
    told: dict[str, str] = {}
    for speaker in _of(speaking, tag):
        for entry in polib.pofile(str(speaker.catalogue(tag))):
            assert told.setdefault(entry.msgid, entry.msgstr) == entry.msgstr


def test_scripts_get_their_messages_and_not_the_templates() -> None:
    told = for_scripts("pt-BR")
    assert "Skip to the content" not in told
    assert for_scripts("en") == {}


def test_a_page_speaks_what_the_browser_accepts_and_portuguese_else(server: LineServer) -> None:
    assert "Nobody has called yet." in server.pages.get("/overview", headers={"Accept-Language": "en-GB,en;q=0.8"}).text
    assert "Ninguém ligou ainda." in server.pages.get("/overview", headers={"Accept-Language": "fr"}).text
    assert '<html lang="pt-BR">' in server.pages.get("/overview").text


def test_a_chosen_language_is_kept_and_leads_back_to_the_page(server: LineServer) -> None:
    answer = server.pages.get("/language/en?next=/metrics")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/metrics")
    assert '<html lang="en">' in server.pages.get("/overview", headers={"Accept-Language": "pt-BR"}).text
    assert server.pages.get("/language/xx").status_code == 404


@pytest.mark.parametrize("away", ["//evil.test", "https://evil.test/", "/\\evil.test", "evil", "/\r\nX: y", ""])
def test_the_language_switch_leads_to_no_other_site(server: LineServer, away: str) -> None:
    answer = server.pages.get("/language/en", query_string={"next": away})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
