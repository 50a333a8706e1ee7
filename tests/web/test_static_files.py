"""Scripts and styles are addressed by what they hold, kept for ever, and nothing else of a page's folder is served."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.web.shell.languages import PAGES
from ivr.web.shell.static_files import StaticFiles
from tests.line_server import LineServer


@pytest.fixture
def release(server: LineServer) -> str:
    found = re.search(r"/static/(\w{16})/shell/shell\.css", server.pages.get("/").text)
    assert found
    return found[1]


def test_a_static_file_may_be_kept_for_ever(server: LineServer, release: str) -> None:
    answer = server.pages.get(f"/static/{release}/shell/messages.js")
    assert answer.data == (PAGES / "shell/messages.js").read_bytes()
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_scripts_import_their_messages_as_a_module(server: LineServer, release: str) -> None:
    assert server.pages.get(f"/static/{release}/shell/messages.en.js").text == "export default {};\n"
    assert server.pages.get(f"/static/{release}/shell/messages.pt-BR.js").text.startswith("export default {")


@pytest.mark.parametrize(
    "name",
    ["shell/layout.html", "shell/layout.py", "shell/messages.pt-BR.po", "shell/..%2fpages.py", "shell/none.js"],
)
def test_nothing_else_of_a_pages_folder_is_served(server: LineServer, release: str, name: str) -> None:
    assert server.pages.get(f"/static/{release}/{name}").status_code == 404


def test_a_file_of_another_release_is_not_served(server: LineServer) -> None:
    assert server.pages.get(f"/static/{'0' * 16}/shell/shell.css").status_code == 404


def test_a_change_of_one_file_or_message_changes_every_address(tmp_path: Path) -> None:
    (tmp_path / "phone").mkdir()
    script = tmp_path / "phone/phone.js"
    script.write_text("1;", encoding="utf-8")
    first = StaticFiles(tmp_path, {"pt-BR": {"Yes": "Sim"}}).address("phone/phone.js")
    assert StaticFiles(tmp_path, {"pt-BR": {"Yes": "Sim"}}).address("phone/phone.js") == first
    assert StaticFiles(tmp_path, {"pt-BR": {"Yes": "Sim!"}}).address("phone/phone.js") != first
    script.write_text("2;", encoding="utf-8")
    assert StaticFiles(tmp_path, {"pt-BR": {"Yes": "Sim"}}).address("phone/phone.js") != first


def test_an_address_of_no_file_is_an_error_that_names_it() -> None:
    with pytest.raises(LookupError, match=r"shell/nothing\.css"):
        StaticFiles(PAGES, {}).address("shell/nothing.css")


def test_only_own_files_run_and_nothing_is_asked_elsewhere(server: LineServer) -> None:
    policy = server.pages.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert server.pages.get("/metrics").headers["Content-Security-Policy"] == policy
