"""The command itself: an instant help page, and every failure in one clear line with its own exit code."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import click
import pytest

import ivr.cli
from ivr.cli import COMMANDS, Entry
from ivr.errors import FlowError, IvrError, SettingsError, TargetError
from ivr.source.diagnostics import Diagnostic, Mark
from tests.cli.conftest import Ivr

ROOT = Path(__file__).parents[2]
SECRET = "11222333000181"


FailWith = Callable[[BaseException], None]


@pytest.fixture
def fail_with(monkeypatch: pytest.MonkeyPatch) -> FailWith:
    """Gives the command line one more command, ``fail``, that raises the exception that this is called with."""

    def fail_with(error: BaseException) -> None:
        @click.command()
        def fail() -> None:
            raise error

        module = ModuleType("failing_command")
        setattr(module, "fail", fail)  # noqa: B010 - a module made here declares no attributes
        monkeypatch.setitem(sys.modules, "failing_command", module)
        monkeypatch.setitem(COMMANDS, "fail", Entry("failing_command", "Fail."))

    return fail_with


def test_help_lists_every_command(ivr: Ivr) -> None:
    code, out, err = ivr("--help")
    assert (code, err) == (0, "")
    assert all(f"  {name} " in out and entry.help.split()[0] in out for name, entry in COMMANDS.items())


def test_no_command_at_all_shows_the_help(ivr: Ivr) -> None:
    assert ivr() == ivr("--help")


def test_help_imports_little_and_nothing_heavy() -> None:
    """Importing is what help takes its time for; ``make bench`` has the time itself."""
    heavy = {"yaml", "flask", "twilio", "sqlmodel", "sqlalchemy", "lxml", "transitions", "requests", "prompt_toolkit"}
    code = "import sys; from ivr.cli import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(ran.stderr.split())
    assert modules & heavy == set()
    assert len(modules) < 200


def test_playing_in_this_process_loads_no_http_and_no_other_driver() -> None:
    heavy = {"alembic", "psycopg", "requests", "urllib3", "urllib.request", "http.cookiejar", "holidays", "stdnum"}
    code = "import sys, app, ivr.cli.targets, ivr.replay.runner; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(ran.stdout.split())
    assert modules & heavy == set()
    assert len(modules) < 1_450


MADE_AT_A_START = """
import app, ivr.cli.targets, ivr.replay.scenes.player
from data.tables import Stored
from ivr.simulator.rest.app import _map
models = Stored.__subclasses__()
assert len(models) > 20 and not [each for each in models if each.__pydantic_complete__], "rows can be validated"
assert not _map.cache_info().currsize, "addresses of the simulated API are compiled"
"""


def test_a_start_makes_nothing_that_no_call_may_need() -> None:
    subprocess.run([sys.executable, "-c", MADE_AT_A_START], check=True, timeout=60)


def test_every_frozen_class_with_slots_is_a_value_class() -> None:
    """Python compiles six methods of each at every start, ``value_class`` those that are called."""
    files = [path for room in ("ivr", "data", "routing", "wording") for path in (ROOT / room).rglob("*.py")]
    assert len(files) > 700
    assert [path for path in files if "@dataclass(frozen=True, slots=True)" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_page_says_of_a_command_what_the_command_says_of_itself(name: str) -> None:
    command = ivr_command(name)
    assert command.name == name
    assert COMMANDS[name].help.rstrip(".") in f"{command.short_help or ''} {command.help or ''}"


def ivr_command(name: str) -> click.Command:
    command = ivr.cli.ivr.get_command(click.Context(ivr.cli.ivr), name)
    assert isinstance(command, click.Command)
    return command


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_page_that_tells_its_exit(name: str, ivr: Ivr) -> None:
    code, out, _ = ivr(name, "--help")
    assert code == 0
    assert out.startswith(f"Usage: ivr {name}")


def test_the_version_is_told(ivr: Ivr) -> None:
    code, out, _ = ivr("--version")
    assert code == 0
    assert out.startswith("ivr, version ")


def test_a_mistyped_command_is_one_line_with_the_nearest_name(ivr: Ivr) -> None:
    assert ivr("reply") == (
        2,
        "",
        f"ivr: there is no command 'reply'; did you mean 'replay'? (commands: {', '.join(COMMANDS)})\n",
    )


def test_a_mistyped_option_is_one_line_that_names_the_command(ivr: Ivr) -> None:
    code, out, err = ivr("replay", "--jsn", "flows")
    assert (code, out) == (2, "")
    assert err.startswith("ivr replay: No such option '--jsn'")
    assert err.count("\n") == 1


@pytest.mark.parametrize("failure", [IvrError, SettingsError, TargetError])
def test_a_mistake_of_the_users_is_its_own_text_and_exit_2(fail_with: FailWith, ivr: Ivr, failure: type) -> None:
    fail_with(failure("IVR_PUBLIC_URL: write an address"))
    assert ivr("fail") == (2, "", "ivr: IVR_PUBLIC_URL: write an address\n")


def test_faults_are_told_bare_so_that_an_editor_finds_the_place(fail_with: FailWith, ivr: Ivr) -> None:
    fail_with(FlowError([Diagnostic(Mark("menu.yaml", 3, 5), "no such state"), Diagnostic(Mark("m.yaml", 9, 1), "x")]))
    assert ivr("fail") == (2, "", "menu.yaml:3:5: no such state\nm.yaml:9:1: x\n")


def test_a_defect_of_ours_is_one_line_without_what_it_was_about(fail_with: FailWith, ivr: Ivr) -> None:
    fail_with(KeyError(SECRET))
    code, out, err = ivr("fail")
    assert (code, out) == (70, "")
    assert err.startswith("ivr: a defect of ivr itself, not of what you gave it (KeyError at ")
    assert err.endswith("run it again with IVR_TRACE=1 to see the traceback\n")
    assert err.count("\n") == 1
    assert SECRET not in err


def test_the_traceback_of_a_defect_is_there_for_who_asks(
    fail_with: FailWith, ivr: Ivr, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_TRACE", "1")
    fail_with(KeyError("x"))
    assert "Traceback (most recent call last)" in ivr("fail")[2]


def test_ctrl_c_leaves_quietly(fail_with: FailWith, ivr: Ivr) -> None:
    fail_with(KeyboardInterrupt())
    code, out, err = ivr("fail")
    assert (code, out, err.strip()) == (130, "", "")


def test_a_reader_that_goes_away_is_no_failure_worth_a_word() -> None:
    command = f"{sys.executable} -c 'from ivr.cli import main; main()' graph 4003-0015"
    reading = subprocess.run(f"{command} | head -c 1", shell=True, capture_output=True, text=True, check=True)
    assert (reading.stdout, reading.stderr) == ("%", "")


def test_no_help_and_no_page_for_strangers_promises_what_is_not_there() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    helps = [command.get_help(click.Context(command)) for command in map(ivr_command, COMMANDS)]
    for told in (readme, *(entry.help for entry in COMMANDS.values()), *helps):
        assert not re.search(r"ops pages", told, re.IGNORECASE)
    # Each command that the README shows is there.
    assert set(re.findall(r"^\| `ivr ([a-z]+)", readme, re.MULTILINE)) <= set(COMMANDS)
