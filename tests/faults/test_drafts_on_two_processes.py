"""Two real servers of one database: a draft is saved while a named telephone calls, and one server is killed."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from ivr.languages.portuguese import PORTUGUESE
from tests.databases import THOROUGHLY
from tests.faults.test_drafts_heard_on_two_machines import NAMED
from tests.faults.test_menus_edited_under_calls import edition, editions
from tests.faults.test_publishing_on_two_processes import IVR, PATIENCE, Callers, Server
from tests.lines import write_line

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(not THOROUGHLY, reason="two real servers, five commands: make faults"),
]


def test_a_draft_is_heard_within_a_second_and_its_call_outlives_kill_9(tmp_path: Path, database_url: str) -> None:
    write_line(tmp_path / "flows" / "ensaio", menu=NAMED, prompts=edition(0))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    environ = clean | {
        "IVR_DATABASE_URL": database_url,
        "IVR_SECRET_KEY": "a key of the tests, 32 bytes.....",
        "IVR_FLOWS": str(tmp_path / "flows"),
        "PYTHONUNBUFFERED": "1",
    }

    def command(*arguments: str) -> None:
        subprocess.run([IVR, *arguments], cwd=tmp_path, env=environ, check=True, capture_output=True, timeout=PATIENCE)

    servers = [Server(tmp_path / "um", environ), Server(tmp_path / "dois", environ)]
    calls = Callers(servers)
    try:
        command("draft", "pull", "copia/ensaio")
        prompts = tmp_path / "copia" / "ensaio" / "prompts.pt-BR.yaml"
        for number in (1, 2):
            prompts.write_text(edition(number), encoding="utf-8")
            command("draft", "push", "copia/ensaio")
            time.sleep(1)
            for which in range(2):
                assert calls.begin(f"CA{number:08x}{which:024x}", which) == {number}
        first = {"CallSid": f"CA{1:08x}{1:024x}", "To": "+551140030015", "From": "+5511987654321"}
        servers[1].kill()
        command("draft", "drop", "ensaio")
        servers[1].start()
        servers[0].kill()
        for turn in (1, 2):
            assert editions(calls.post(f"/turn/{turn}", first | {"Digits": "9"}, turn)) == {1}
        other = first | {"CallSid": f"CA{9:032x}"}
        heard = calls.post("/voice", other, 1)
        assert PORTUGUESE.drafts.heard not in heard
        assert editions(heard) == {0}
        servers[0].start()
    finally:
        for server in servers:
            if server.process.poll() is None:
                server.end()
    assert calls.failed == []
    for server in servers:
        assert "Traceback" not in (server.folder / "log.txt").read_text()
