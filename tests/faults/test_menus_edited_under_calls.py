"""A menu that is edited, and broken, while calls are on: each call ends on the version on which it began."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from data.database import Database
from ivr.call.lines import Lines
from ivr.call.reload import Reload
from tests.conftest import Now
from tests.databases import THOROUGHLY, one_of_both
from tests.line_server import ACCOUNT, LineServer, said
from tests.lines import MENU, PROMPTS, write_line

RELOADS = 100 if THOROUGHLY else 20
CALLS = 12 if THOROUGHLY else 3
"""Of each of four callers."""

KEYS = ("9", "9", "*", "#", "*", "9", "5", "*", "7")
"""A caller who looks around, and ends with people; each of these turns says something of the menu."""


def edition(number: int) -> str:
    """Prompts that all tell which edition of the menu they are of."""
    head, _, destinations = PROMPTS.partition("destinations:")
    rows = [f"{row} Edição {number}." if re.match(r"  [\w-]+: [^\"]", row) else row for row in head.splitlines()]
    return "\n".join([*rows, f"destinations:{destinations}"])


def editions(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"Edição (\d+)", text)}


class Edited:
    """A server whose menu is edited; ``save`` and ``look`` are what ops and the server do."""

    def __init__(self, flows: Path, database: Database, clock: Now) -> None:
        self.path = write_line(flows / "ensaio", prompts=edition(0))
        self.server = LineServer(Lines.load(flows), database, clock, "http://ivr.test", "a token of the tests", ACCOUNT)
        self.reload = Reload(flows, self.server.lines)

    def save(self, prompts: str) -> None:
        (self.path / "prompts.pt-BR.yaml").write_text(prompts, encoding="utf-8")

    def look(self) -> list[str]:
        return [name for _ in range(2) for name in self.reload.refresh()]

    def edit(self, number: int) -> None:
        self.save(edition(number))
        assert self.look() == ["ensaio"]


@pytest.fixture
def edited(tmp_path: Path, server_database: Database, clock: Now) -> Edited:
    return Edited(tmp_path / "flows", server_database, clock)


@one_of_both("sqlite")
def test_a_call_ends_on_its_own_version_through_many_reloads(edited: Edited) -> None:
    server, numbers = edited.server, iter(range(1, RELOADS + 1))
    heard = [said(server.start())]
    for turn, digits in enumerate(KEYS, 1):
        for _ in range(RELOADS // len(KEYS) + 1):
            number = next(numbers, None)
            if number:
                edited.edit(number)
        heard.append(said(server.turn(turn, Digits=digits)))
    assert next(numbers, None) is None
    assert [editions(text) for text in heard] == [{0}] * len(heard)
    assert len({turn.menu_version for turn in server.turns()}) == 1
    assert editions(said(server.start("CA" + "2" * 32))) == {RELOADS}


@one_of_both("postgresql")
def test_a_call_outlasts_many_reloads_between_two_of_its_turns(edited: Edited) -> None:
    edited.server.start()
    for number in range(1, RELOADS + 1):
        edited.edit(number)
    assert editions(said(edited.server.turn(1, Digits="9"))) == {0}


@one_of_both("sqlite")
def test_calls_during_edits_of_the_menu_hear_one_version_each(edited: Edited) -> None:
    server, done, answers = edited.server, threading.Event(), dict[str, list[str]]()
    edited_once = threading.Event()
    failed: list[BaseException] = []

    def a_call(who: int, number: int) -> None:
        sid = f"CA{who:016x}{number:016x}"
        heard = answers[sid] = [said(server.start(sid))]
        heard += [said(server.turn(turn, sid, Digits=digits)) for turn, digits in enumerate(KEYS, 1)]

    def callers(who: int) -> None:
        try:
            for number in range(CALLS):
                a_call(who, number)
        except BaseException as error:
            failed.append(error)

    def ops() -> None:
        number = 0
        while not done.is_set():
            number += 1
            text = edition(number)
            edited.save(text[: len(text) // 2])
            edited.look()  # at rest for two looks, and broken
            edited.save(text)
            edited.look()
            edited_once.set()

    # One call before the first edit and one after it: on a busy machine all the others may come between two edits.
    a_call(4, 0)
    threads = [threading.Thread(target=callers, args=(who,)) for who in range(4)]
    editor = threading.Thread(target=ops)
    for thread in (*threads, editor):
        thread.start()
    for thread in threads:
        thread.join(120)
    edited_once.wait(60)
    a_call(4, 1)
    done.set()
    editor.join(60)
    assert failed == []
    assert len(answers) == 4 * CALLS + 2
    for heard in answers.values():
        assert len(set().union(*map(editions, heard))) == 1
    assert len(set().union(*(editions(heard[0]) for heard in answers.values()))) > 1  # they were edited meanwhile


# The real process


IVR = Path(sys.executable).with_name("ivr")
SOON = 60
"""Seconds that a busy machine may take to start, or to look at its menus; it looks every two."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """Where ``ivr serve`` answers, in a process of its own, from the lines in ``tmp_path``/flows."""
    write_line(tmp_path / "flows" / "ensaio", prompts=edition(0))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    with (tmp_path / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [IVR, "serve", "--port", "0", "--follow"],
            cwd=tmp_path,
            env=clean | {"IVR_DATABASE_URL": f"sqlite:///{tmp_path / 'ivr.db'}", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert process.stdout is not None
        greeting = ""
        for row in process.stdout:
            greeting += row
            if row.startswith("Ctrl-C"):
                break
        found = re.search(r"entry webhook\s+(\S+)", greeting)
        assert found, greeting + (tmp_path / "log.txt").read_text()
        yield found[1]
    finally:
        process.terminate()
        process.communicate(timeout=SOON)


@pytest.mark.network
def test_a_served_line_answers_with_the_last_sound_menu_that_was_saved(tmp_path: Path, served: str) -> None:
    prompts, menu = tmp_path / "flows" / "ensaio" / "prompts.pt-BR.yaml", tmp_path / "flows" / "ensaio" / "menu.yaml"
    calls = iter(range(10_000))

    def next_call() -> set[int]:
        form = {"CallSid": f"CA{next(calls):032x}", "To": "+551140030015"}
        answer = requests.post(served, data=form, timeout=15)
        assert answer.status_code == 200
        return editions(answer.text)

    assert next_call() == {0}
    prompts.write_text(edition(1), encoding="utf-8")
    assert _in_time(lambda: next_call() == {1})
    broken = MENU.replace("next: principal}", "next: princpal}", 1)
    row = broken.partition("princpal")[0].splitlines()
    place = f'"place": "flows/ensaio/menu.yaml:{len(row)}:{len(row[-1]) + 1}"'
    menu.write_text(broken, encoding="utf-8")
    assert _in_time(lambda: place in (tmp_path / "log.txt").read_text())
    assert next_call() == {1}
    menu.write_text(MENU, encoding="utf-8")
    prompts.write_text(edition(2), encoding="utf-8")
    assert _in_time(lambda: next_call() == {2})
    # A menu answers a moment before it is told of.
    assert _in_time(lambda: (tmp_path / "log.txt").read_text().count("menu loaded") == 2)
    log = (tmp_path / "log.txt").read_text()
    assert log.count("menu refused") == 1
    assert "Traceback" not in log


def _in_time(true: Callable[[], bool]) -> bool:
    ends = time.monotonic() + SOON
    while not true():
        if time.monotonic() > ends:
            return False
        time.sleep(0.2)
    return True
