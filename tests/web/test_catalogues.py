"""Every page speaks both languages whole: what its code says stands in its catalogue, translated, with its blanks."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from ivr.web.shell.languages import LANGUAGES, SOURCE, for_scripts
from tests.line_server import LineServer
from tests.web.catalogues import catalogue_of, pages, said_in

BLANK = re.compile(r"%\(\w+\)s|\{\w+\}")
OTHERS = [tag for tag in LANGUAGES if tag != SOURCE]


@pytest.mark.parametrize("tag", OTHERS)
@pytest.mark.parametrize("folder", pages(), ids=lambda folder: folder.name)
def test_a_catalogue_has_what_its_page_says_and_no_more(folder: Path, tag: str) -> None:
    stored = {entry.msgid for entry in polib.pofile(str(catalogue_of(folder, tag)))}
    said = {entry.msgid for entry in said_in(folder)}
    assert stored == said, "run `make messages`, and translate what it tells"


@pytest.mark.parametrize("tag", OTHERS)
@pytest.mark.parametrize("folder", pages(), ids=lambda folder: folder.name)
def test_each_message_is_translated_with_the_same_blanks(folder: Path, tag: str) -> None:
    for entry in polib.pofile(str(catalogue_of(folder, tag))):
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        assert all(forms), entry.msgid
        assert not entry.fuzzy, entry.msgid
        assert all(sorted(BLANK.findall(form)) == sorted(BLANK.findall(entry.msgid)) for form in forms), entry.msgid


@pytest.mark.parametrize("tag", OTHERS)
def test_one_message_is_translated_alike_on_all_pages(tag: str) -> None:
    told: dict[str, str] = {}
    for folder in pages():
        for entry in polib.pofile(str(catalogue_of(folder, tag))):
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
