"""The story of an edit, told in a browser: faults, a draft call, the gate, publishing, a live call, and going back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.cli.new import TEMPLATE
from tests.browser.conftest import OpenWindow
from tests.browser.served import Served, served
from tests.browser.test_who_is_who import log_in
from tests.browser.window import Window, expect
from tests.databases import embed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.network, pytest.mark.untraced]

TESTER = "+5511955550001"
"""The telephone that the line names under ``drafts``."""

CALLER = "+5511955550002"
OLD = "Olá! Você ligou para a nossa central."
NEW = "Bom dia! Aqui é a nossa central."


@pytest.fixture(scope="module")
def server(chromium: Browser, tmp_path_factory: pytest.TempPathFactory, _filled_file: Path) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("menu")
    embed(_filled_file, folder)
    line = folder / "flows" / "central"
    shutil.copytree(TEMPLATE, line)
    for file in line.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace("NOME", "central").replace("NUMERO", "+551140009999")
        file.write_text(text.replace("  language: pt-BR\n", f'  language: pt-BR\n  drafts: ["{TESTER}"]\n'), "utf-8")
    with served(folder, IVR_FLOWS=str(folder / "flows")) as server:
        yield server


@pytest.fixture(scope="module")
def site(server: Served) -> str:
    return server.pages


def save(window: Window, file: str, old: str, new: str) -> None:
    """Edit a file of the draft, in which ``old`` stands once."""
    window.page.goto(f"{window.site}/menu/central/files/{file}")
    text = window.at("#text").input_value()
    assert text.count(old) == 1
    window.at("#text").fill(text.replace(old, new))
    window.at("button.first").click()
    expect(window.at(".done")).to_be_visible()


def hears(window: Window, number: str, text: str) -> None:
    """A live call from ``number`` is greeted with ``text``."""
    window.open("/")
    window.at("#number").fill(number)
    window.at("#dial").click()
    expect(window.at("#mode")).to_contain_text("AO VIVO")
    expect(window.at("#dialogue")).to_contain_text(text)
    window.at("#hang-up").click()


def test_an_edit_goes_from_the_page_to_the_callers_and_back(open_window: OpenWindow, server: Served) -> None:
    window = open_window()
    log_in(window, "supervisor", server.code)
    save(window, "menu.yaml", '"2": atendimento', '"2": vendass')
    expect(window.at("aside .fault").first).to_contain_text("vendass")
    save(window, "menu.yaml", '"2": vendass', '"2": vendas')
    expect(window.at("aside .fault")).to_have_count(0)
    save(window, "prompts.pt-BR.yaml", OLD, f"{NEW} # {'a' * 70_000}")  # more than a webhook's form may have
    save(window, "prompts.pt-BR.yaml", f"{NEW} # {'a' * 70_000}", NEW)

    hears(window, TESTER, NEW)
    hears(window, CALLER, OLD)

    window.page.goto(f"{window.site}/menu/central")
    expect(window.at(".changes")).to_contain_text("principal: tecla 2 agora vai para vendas (antes atendimento)")
    expect(window.at(".line-map.draft .picture a.head.lit")).to_have_attribute("data-state", "principal")
    assert not [each for each in window.violations() if each["impact"] in ("serious", "critical")]
    window.at("#gate form button").click()
    expect(window.at(".verdict")).to_have_text("A sua edição muda 3 de 3 ligações.")
    window.at("details.call summary").nth(1).click()
    call = window.at("details.call").nth(1)
    expect(call.locator(".side").first).to_contain_text("→ atendimento")
    expect(call.locator(".side").last).to_contain_text("→ vendas")

    window.at("#since").fill("2026-01-01")
    window.at("#whatif form button").click()
    expect(window.at("#whatif .verdict")).to_contain_text(
        "não entrou ligação que se possa tocar de novo"
    )  # trials are none

    window.at("#why").fill("A tecla 2 vende")
    window.at("form:has(#why) button").click()
    expect(window.at("main")).to_contain_text("Leia como, e marque que aceita.")
    window.page.goto(f"{window.site}/menu/central")
    window.at("#why").fill("A tecla 2 vende")
    window.at("[name=accept]").check()
    window.at("form:has(#why) button").click()
    expect(window.at(".done")).to_contain_text("A versão 2 está atendendo")
    window.page.wait_for_timeout(1000)  # within which every server answers with it
    hears(window, CALLER, NEW)

    window.page.goto(f"{window.site}/menu/central")
    window.at("button[aria-label='Voltar à versão 1']").click()
    expect(window.at(".done")).to_contain_text("A versão 1 está atendendo")
    window.page.wait_for_timeout(1000)
    hears(window, CALLER, OLD)
    window.page.set_viewport_size({"width": 390, "height": 800})
    window.page.goto(f"{window.site}/menu/central")
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the history scrolls by itself"
    window.faults[:] = [each for each in window.faults if "409" not in each]  # the refusal that was asked for
