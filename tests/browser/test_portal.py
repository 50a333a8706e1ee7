"""A company at the portal, in a browser without scripts: let in by Assessoria, codes read in mails, one hands over."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.served import IVR, ROOT, Served, clean_environment, served
from tests.browser.window import expect
from tests.databases import embed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.network, pytest.mark.untraced]

PASSWORD = "quatro patos no lago"
LABELLED = (
    "[...document.querySelectorAll('input:not([type=hidden]):not([hidden]), select, textarea')]"
    ".every(each => each.labels.length)"
)
CODE = re.compile(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, _filled_file: Path) -> Path:
    folder = tmp_path_factory.mktemp("portal")
    embed(_filled_file, folder)
    return folder


@pytest.fixture(scope="module")
def server(chromium: Browser, folder: Path) -> Iterator[Served]:
    del chromium
    with served(folder) as server:
        yield server


@pytest.fixture
def faults() -> list[str]:
    """What no page may do: leave its site, fail, or have its policy broken."""
    return []


def window(chromium: Browser, faults: list[str], site: str, language: str = "pt-BR", width: int = 1200) -> Page:
    context = chromium.new_context(
        locale=language, viewport={"width": width, "height": 800}, java_script_enabled=False, reduced_motion="reduce"
    )
    page = context.new_page()
    page.on("request", lambda sent: faults.append(sent.url) if not sent.url.startswith(site) else None)
    page.on("requestfailed", lambda failed: faults.append(f"failed: {failed.url}"))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page


def letter_to(folder: Path, address: str, subject: str) -> str:
    """The newest letter to an address, once it is there."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        files = sorted((folder / "var" / "mail").glob("*.eml"), key=lambda each: each.stat().st_mtime_ns)
        for file in reversed(files):
            letter = BytesParser(EmailMessage, policy=policy.default).parsebytes(file.read_bytes())
            if letter["To"] == address and subject in str(letter["Subject"]):
                return str(letter.get_content())
        time.sleep(0.2)
    raise AssertionError(f"no letter to {address} came")


def choose_password(page: Page, site: str, folder: Path, address: str, subject: str) -> None:
    page.goto(f"{site}/acesso")
    page.fill("#email", address)
    page.click("main button")
    found = CODE.search(letter_to(folder, address, subject))
    assert found
    page.fill("#code", found[0])
    page.fill("#new", PASSWORD)
    page.fill("#again", PASSWORD)
    page.click("main button")


def test_a_company_comes_to_the_portal_and_hands_its_administration_over(
    chromium: Browser, server: Served, folder: Path, faults: list[str]
) -> None:
    command = [str(IVR), "portal", "activate", "11.444.777/0001-61", "Fabiana"]
    environment = clean_environment() | {"IVR_FLOWS": str(ROOT / "flows")}
    told = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout
    assert "f…@metalurgica-horizonte.example" in told
    fabiana = window(chromium, faults, server.portal)
    address = "fabiana@metalurgica-horizonte.example"
    invitation = letter_to(folder, address, "Seu acesso")
    assert f"{server.portal}/acesso" in invitation
    assert CODE.search(invitation) is None
    choose_password(fabiana, server.portal, folder, address, "Seu código")
    expect(fabiana.locator("h1")).to_have_text("Olá, Fabiana")

    fabiana.goto(f"{server.portal}/contatos")
    fabiana.fill("#name", "Rita Alves")
    fabiana.fill("#email", "rita@metalurgica-horizonte.example")
    fabiana.click("form[action='/contatos'] button")
    expect(fabiana.locator("h2", has_text="Rita Alves")).to_be_visible()

    rita = window(chromium, faults, server.portal, language="es-MX", width=380)
    choose_password(rita, server.portal, folder, "rita@metalurgica-horizonte.example", "Su código")
    expect(rita.locator("h1")).to_have_text("Hola, Rita Alves")
    expect(rita.locator("main")).to_contain_text("Fabiana: quien agrega, habilita y bloquea")

    fabiana.reload()
    fabiana.select_option("#to", label="Rita Alves")
    fabiana.fill("#password", PASSWORD)
    fabiana.click("form[action='/contatos/administrador'] button")
    expect(fabiana.locator("main")).to_contain_text("Rita Alves é quem administra o portal na sua empresa")
    rita.goto(f"{server.portal}/contatos")
    expect(rita.locator("form[action='/contatos/arquivo']")).to_be_visible()

    rita.click("text=Salir")
    expect(rita.locator("h1")).to_have_text("Entrar")
    rita.goto(f"{server.portal}/contatos")
    expect(rita.locator("h1")).to_have_text("Entrar")
    assert faults == []


def test_no_page_of_the_portal_is_wider_than_a_telephone(
    chromium: Browser, server: Served, folder: Path, faults: list[str]
) -> None:
    subprocess.run(
        [str(IVR), "portal", "activate", "34.190.256/0001-20", "Helena"],
        cwd=folder,
        env=clean_environment() | {"IVR_FLOWS": str(ROOT / "flows")},
        capture_output=True,
        check=True,
    )
    helena = window(chromium, faults, server.portal, width=360)
    choose_password(helena, server.portal, folder, "helena@transportes-andorinha.example", "Seu código")
    from axe_playwright_python.sync_playwright import Axe

    narrow = chromium.new_context(storage_state=helena.context.storage_state(), viewport={"width": 360, "height": 700})
    page = narrow.new_page()
    for path in ("/", "/contatos", "/meus-dados", "/privacidade", "/chamados", "/acesso", "/acesso/codigo", "/entrar"):
        page.goto(f"{server.portal}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert page.evaluate(LABELLED), path
        assert Axe().run(page).response["violations"] == [], path
        assert page.locator("h1").count() == 1, path
    narrow.close()
    assert faults == []
