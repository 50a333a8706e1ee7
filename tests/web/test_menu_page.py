"""The page of the menu: who may edit and publish, what is refused, and that nobody's work is overwritten."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from data.audit import audit_since
from data.drafts import drafts
from data.roles import Role
from data.versions import FIRST, history, publish
from ivr.call.checked_line import checked_line
from ivr.call.drafts import LineDrafts
from ivr.call.published import new_version
from ivr.call.publishing import Publisher, Publishing
from ivr.channels import RULES
from ivr.cli import side_by_side
from ivr.errors import TargetError
from ivr.flow.line_files import LineFiles
from ivr.web.menu import words
from ivr.web.menu.gate_runs import Compared, GateRun, GateRuns
from ivr.web.menu.publishing import publish_draft
from ivr.web.menu.read_lines import LineAsItStands, LinesAsTheyStand
from tests.conftest import MakeServer
from tests.flow.lines import copied
from tests.line_server import LineServer
from tests.web.browsing import Browser, make_user

NAME = "line"
PROMPTS = "prompts.pt-BR.yaml"
FILE = f"/menu/{NAME}/files/{PROMPTS}"
SAME = {"played": 3, "changed": 0, "removed": [], "not_replayable": 0, "verdicts": {}, "calls": []}
PORTUGUESE = {"Accept-Language": "pt-BR"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.fixture
def server(make_server: MakeServer, folder: Path) -> LineServer:
    """A server at a desk, of which the good line is published."""
    return _published(make_server, folder)


def _published(make_server: MakeServer, folder: Path, *, second_person: bool = False) -> LineServer:
    files = LineFiles.of_folder(folder)
    line = checked_line(files, folder, RULES)
    server = make_server(line, auth_token=None, second_person=second_person)
    with server.database.transaction() as connection:
        publish(connection, new_version(line, files), server.clock(), "bia", "como está")
    return server


@pytest.fixture
def ana(server: LineServer) -> Browser:
    make_user(server, "ana", Role.OPS)
    browser = Browser(server)
    browser.log_in("ana")
    return browser


def opened(browser: Browser, path: str = FILE) -> dict[str, str]:
    """The fields of the form in which a file is edited."""
    text = browser.get(path).text
    return dict(re.findall(r'name="(opened)" value="([0-9a-f]*)"', text))


def prompts(folder: Path, new: str = "Olá.") -> str:
    return (folder / PROMPTS).read_text(encoding="utf-8").replace("Até logo.", new)


def acts(server: LineServer) -> list[tuple[str, str, str]]:
    with server.database.reading() as connection:
        rows = audit_since(connection, server.clock().replace(year=2000))
    return [(row.who, row.act, row.subject) for row in rows if row.act != "own password"]


def has_draft(server: LineServer) -> bool:
    with server.database.reading() as connection:
        return NAME in drafts(connection)


def numbers(server: LineServer) -> list[int]:
    with server.database.reading() as connection:
        return [each.number for each in history(connection, NAME)]


def test_who_may_only_look_can_save_and_publish_nothing(server: LineServer, folder: Path) -> None:
    make_user(server, "teo", Role.TESTER)
    for name in (None, "teo"):
        browser = Browser(server)
        if name:
            browser.log_in(name)
        assert browser.get(f"/menu/{NAME}").status_code == 200
        assert "readonly" in browser.get(FILE).text
        for path in (FILE, *(f"/menu/{NAME}/{act}" for act in ("update", "drop", "gate", "publish", "rollback"))):
            assert browser.post(path, {"text": prompts(folder), "why": "x"}).status_code in (303, 401, 403), path
    assert not has_draft(server)
    assert numbers(server) == [1]


def test_what_is_saved_stands_in_the_draft_with_its_faults_beside_it(
    server: LineServer, ana: Browser, folder: Path
) -> None:
    form = opened(ana) | {"text": prompts(folder, "Até {nada}.").replace("\n", "\r\n")}
    assert ana.post(FILE, form).status_code == 303
    page = ana.get(FILE).text
    assert 'class="fault"' in page
    assert "{nada}" in page
    assert "não é publicado" in ana.get(f"/menu/{NAME}").text
    assert ("ana", "edit menu", f"{NAME} {PROMPTS}") in acts(server)


def test_the_second_editor_is_told_and_nothing_is_overwritten(server: LineServer, ana: Browser, folder: Path) -> None:
    make_user(server, "rui", Role.OPS)
    rui = Browser(server)
    rui.log_in("rui")
    before, late = opened(ana), opened(rui)
    ana.post(FILE, before | {"text": prompts(folder, "Da Ana.")})
    told = rui.post(FILE, late | {"text": prompts(folder, "Do Rui.")})
    assert told.status_code == 409
    assert "ana salvou este arquivo" in told.text
    assert "Do Rui." in told.text, "what was typed is not lost"
    assert "Da Ana." in ana.get(FILE).text


def test_a_path_outside_of_the_line_and_a_script_that_is_markup_do_no_harm(server: LineServer, ana: Browser) -> None:
    for path in ("../menu.yaml", "%2e%2e/x.yaml", "calls/../../x.yaml", "audio/x.wav", "x.sh"):
        answer = ana.post(f"/menu/{NAME}/files/{path}", {"opened": "", "text": "x"})
        assert answer.status_code in (404, 405, 409), path
    ana.post(f"/menu/{NAME}/files/calls/a.call.yaml", {"opened": "", "text": "</textarea><script>alert(1)</script>"})
    assert "<script>alert(1)" not in ana.get(f"/menu/{NAME}/files/calls/a.call.yaml").text


@pytest.mark.parametrize(
    "path",
    [f"calls/{'x' * 300}.call.yaml", f"calls/{'é' * 150}.call.yaml", f"{PROMPTS}/x.yaml", "calls/a%01.call.yaml"],
)
def test_a_name_that_no_disk_takes_is_told_and_not_saved(server: LineServer, ana: Browser, path: str) -> None:
    answer = ana.post(f"/menu/{NAME}/files/{path}", {"opened": "", "text": "x"})
    assert answer.status_code == 409
    assert f'href="/menu/{NAME}"' in answer.text, "who is refused goes back to the line"
    assert not has_draft(server)


def test_half_a_megabyte_is_saved_and_a_larger_file_refused_in_words(
    server: LineServer, ana: Browser, folder: Path
) -> None:
    form = opened(ana)
    assert ana.post(FILE, form | {"text": prompts(folder) + "# " + "é" * 250_000}).status_code == 303
    refused = ana.post(FILE, opened(ana) | {"text": "# " + "é" * 270_000})
    assert refused.status_code == 409
    assert "no máximo 512 kB" in refused.text


def test_no_script_lies_below_another_script(server: LineServer, ana: Browser) -> None:
    above = f"/menu/{NAME}/files/calls/a.call.yaml"
    assert ana.post(above, {"opened": "", "text": "call: x"}).status_code == 303
    refused = ana.post(f"{above}/b.call.yaml", {"opened": "", "text": "call: x"})
    assert refused.status_code == 409
    assert "calls/a.call.yaml é um arquivo" in refused.text
    assert ana.post("/menu/--help/files/menu.yaml", {"opened": "", "text": "x"}).status_code == 409


def test_faults_of_an_edited_script_stand_beside_it_and_no_call_is_played(server: LineServer, ana: Browser) -> None:
    script = f"/menu/{NAME}/files/calls/a.call.yaml"
    ana.post(script, {"opened": "", "text": "call: x\nsteps:\n  - presss: 1\n"})
    told = ana.get(script).text
    assert 'data-line="3"' in told
    assert "presss" in told.split("<aside")[1]
    assert "presss" in ana.get(f"/menu/{NAME}").text
    assert "Conserte-o" in ana.get(f"/menu/{NAME}").text
    assert ana.post(f"/menu/{NAME}/gate", {}).status_code == 409
    ana.post(script, opened(ana, script) | {"text": "call: x\nsteps:\n  - press: 1\n"})
    assert 'class="fault"' not in ana.get(script).text


def test_who_drops_the_draft_of_a_new_line_comes_to_a_line_that_is_there(server: LineServer, ana: Browser) -> None:
    ana.post("/menu/nova/files/menu.yaml", {"opened": "", "text": "x"})
    assert ana.post("/menu/nova/drop").headers["Location"] == "/menu"
    ana.post(f"/menu/{NAME}/files/calls/a.call.yaml", {"opened": "", "text": "call: x"})
    assert ana.post(f"/menu/{NAME}/drop").headers["Location"] == f"/menu/{NAME}"


def test_nothing_is_published_before_calls_were_played_on_it(server: LineServer, ana: Browser, folder: Path) -> None:
    ana.post(FILE, opened(ana) | {"text": prompts(folder)})
    assert ana.post(f"/menu/{NAME}/publish", {"why": ""}).status_code == 400
    refused = ana.post(f"/menu/{NAME}/publish", {"why": "despedida", "accept": "on"})
    assert refused.status_code == 409
    assert "Toque primeiro as ligações" in refused.text
    assert numbers(server) == [1]


def test_an_emergency_plays_no_call_and_is_named_and_audited(server: LineServer, ana: Browser, folder: Path) -> None:
    ana.post(FILE, opened(ana) | {"text": prompts(folder)})
    assert ana.post(f"/menu/{NAME}/publish", {"why": "queda", "emergency": "yes"}).status_code == 303
    assert numbers(server) == [1, 2]
    assert not has_draft(server)
    assert ("ana", "emergency publish", f"{NAME} 2: queda") in acts(server)
    assert "emergência" in ana.get(f"/menu/{NAME}").text


def test_going_back_answers_with_an_older_version_and_with_no_unknown_one(
    server: LineServer, ana: Browser, folder: Path
) -> None:
    ana.post(FILE, opened(ana) | {"text": prompts(folder)})
    ana.post(f"/menu/{NAME}/publish", {"why": "queda", "emergency": "yes"})
    for number in ("2", "9", "x", ""):
        assert ana.post(f"/menu/{NAME}/rollback", {"number": number}).status_code == 409
    assert ana.post(f"/menu/{NAME}/rollback", {"number": "1"}).status_code == 303
    assert numbers(server) == [1, 2, 1]
    assert ("ana", "rollback", f"{NAME} 1") in acts(server)


def test_where_a_second_person_is_demanded_nobody_publishes_alone(make_server: MakeServer, folder: Path) -> None:
    server = _published(make_server, folder, second_person=True)
    clients = {}
    for name in ("ana", "rui"):
        make_user(server, name, Role.OPS)
        clients[name] = Browser(server)
        clients[name].log_in(name)
    clients["ana"].post(FILE, opened(clients["ana"]) | {"text": prompts(folder)})
    stands = _stands(server)
    publishing, drafts = Publishing(server.database, server.clock, second_person=True), _drafts(server)
    with pytest.raises(TargetError, match="another person must publish it"):
        publish_draft(publishing, drafts, stands, "x", Publisher("ana", "here"))
    assert publish_draft(publishing, drafts, stands, "x", Publisher("rui", "here")) == 2
    clients["ana"].post(FILE, opened(clients["ana"]) | {"text": prompts(folder, "Outra.")})
    assert clients["ana"].post(f"/menu/{NAME}/publish", {"why": "queda", "emergency": "yes"}).status_code == 303


def test_a_server_that_follows_the_folder_says_what_its_page_publishes(make_server: MakeServer, folder: Path) -> None:
    """A desk begins without a version; the page says how there is one, and whom it is for."""
    files = LineFiles.of_folder(folder)
    line = checked_line(files, folder, RULES)
    server = make_server(line, auth_token=None)
    server.follows = True
    browser = Browser(server)
    first = browser.get(f"/menu/{NAME}", PORTUGUESE)
    assert first.status_code == 200
    assert "Nada foi publicado ainda." in first.text
    assert f"ivr publish {NAME} -m MOTIVO" in first.text
    assert browser.get("/menu/outra").status_code == 404
    with server.database.transaction() as connection:
        publish(connection, new_version(line, files), server.clock(), FIRST, FIRST)
    told = browser.get(f"/menu/{NAME}?published=1", PORTUGUESE).text
    assert "quem atende com ela são os servidores que não seguem pasta" in told
    assert told.count("primeira partida") == 4
    assert FIRST not in told


def _drafts(server: LineServer) -> LineDrafts:
    return LineDrafts(server.database, RULES, server.clock)


def _stands(server: LineServer) -> LineAsItStands:
    return LinesAsTheyStand(server.database, _drafts(server), RULES).of(NAME)


@pytest.fixture
def gate() -> Callable[[str], GateRuns]:
    """Runs whose command is a small program."""

    def made(program: str) -> GateRuns:
        return GateRuns(lambda compared, language: [sys.executable, "-c", program, compared.line, language])

    return made


def over(run: GateRun | None) -> GateRun:
    assert run is not None
    for _ in range(500):
        if run.is_over:
            return run
        time.sleep(0.02)
    raise AssertionError("the run did not end")


@pytest.mark.parametrize(
    ("program", "failed"),
    [
        ("import sys; sys.exit('ivr publish: there is no draft of x')", "there is no draft of x"),
        ("import sys; sys.exit('in ' + sys.argv[2])", "in pt-BR"),
        ("print('{')", "as ligações não puderam ser tocadas: o programa terminou com 0"),
        ("import sys; sys.exit(3)", "as ligações não puderam ser tocadas: o programa terminou com 3"),
    ],
)
def test_a_gate_that_breaks_is_told_and_may_be_tried_again(
    gate: Callable[[str], GateRuns], program: str, failed: str
) -> None:
    runs = gate(program)
    compared = Compared("x", 1, 1)
    assert over(runs.start(compared, "pt-BR")).failed == failed
    again = runs.start(compared, "pt-BR")
    assert again is not runs.find(Compared("x", 2, 1))
    assert over(again).failed == failed


def test_one_gate_runs_at_a_time_and_its_judgement_is_of_one_save(gate: Callable[[str], GateRuns]) -> None:
    runs = gate(f"import time; time.sleep(0.3); print({json.dumps(json.dumps(SAME))})")
    first = runs.start(Compared("x", 1, 1), "pt-BR")
    assert runs.start(Compared("x", 1, 1), "pt-BR") is first
    assert runs.start(Compared("x", 2, 1), "pt-BR") is None
    assert not over(first).needs_accept
    assert runs.find(Compared("x", 2, 1)) is None


def test_calls_since_a_day_are_another_run_than_the_gate(gate: Callable[[str], GateRuns]) -> None:
    runs = gate(f"print({json.dumps(json.dumps(SAME))})")
    compared = Compared("x", 1, 1)
    over(runs.start(compared._replace(since="2026-11-01"), "pt-BR"))
    assert runs.find(compared) is None, "publishing asks for the gate"


@pytest.mark.parametrize("since", ["", "ontem", "2026-13-40", "2026-11-01'--"])
def test_a_day_that_is_none_is_refused_in_one_sentence(server: LineServer, ana: Browser, since: str) -> None:
    answer = ana.post(f"/menu/{NAME}/whatif", {"since": since})
    assert answer.status_code == 400
    assert "2026-11-01" in answer.text


def test_each_end_of_a_wait_has_words_on_the_page_and_in_a_terminal() -> None:
    ends = {"bridged", "leave", "hangup", "redirected", "redirected-from-bridged"}
    assert ends <= words.OUTCOMES.keys()
    assert words.OUTCOMES.keys() <= side_by_side.OUTCOMES.keys()
