"""What ``make`` installs: four locks, each whole, exact and of no machine in particular."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
RUN, DEVELOP, BUILD = "requirements.lock", "requirements-dev.lock", "requirements-build.lock"
VOICE = "requirements-voice.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
BASE: list[str] = PROJECT["project"]["dependencies"]
RUNTIME = [*BASE, *EXTRAS["line"]]
FOR_ONE_THING = [*EXTRAS["load"], *EXTRAS["traces"]]
SPEAK = [*EXTRAS["voice"], *PROJECT["dependency-groups"]["judge"]]

_ENTRY = re.compile(r"([a-z0-9-]+)==(\S+)(?: ; ([^\\]+?))? \\((?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+)\n")
_NOTE = re.compile(r"    #.*\n")

TO_DEVELOP = {"pytest", "hypothesis", "schemathesis", "mypy", "ruff", "coverage", "import-linter", "pre-commit"}
"""Packages that nothing of a running line needs; voices and browsers would stand here too."""


def _entries(lock: str) -> dict[str, Requirement]:
    """What ``lock`` names. Every line of it is a package, one of its hashes or a note."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    found = {
        name: Requirement(f"{name}=={exact}" + (f" ; {marker}" if marker else ""))
        for name, exact, marker, _ in _ENTRY.findall(text)
    }
    rest = _NOTE.sub("", _ENTRY.sub("", text))
    assert rest == "", f"{lock} holds more than packages with their hashes: {rest.splitlines()[0]!r}"
    return found


def _here(lock: str) -> set[str]:
    """The packages of ``lock`` that this Python on this system needs."""
    return {name for name, entry in _entries(lock).items() if entry.marker is None or entry.marker.evaluate()}


def _closure(*written: str) -> set[str]:
    """Every package that ``written`` need, as the packages themselves say."""
    found: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(each) for each in written]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if (name, frozenset(wanted.extras)) in seen:
            continue
        seen.add((name, frozenset(wanted.extras)))
        found.add(name)
        for line in requires(name) or ():
            needed = Requirement(line)
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in ("", *sorted(wanted.extras))
            ):
                waiting.append(needed)
    return found


@pytest.mark.parametrize("lock", [RUN, DEVELOP, BUILD, VOICE])
def test_a_lock_names_exact_versions_and_hashes_and_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert _entries(lock)
    for place in ("://", "--index", "--extra-index", "--find-links", "-f ", "file:", "/opt", "/home"):
        assert place not in text


def test_a_line_runs_with_60_packages_and_no_tool_of_developers() -> None:
    assert _here(RUN) == _closure(*RUNTIME)
    assert len(_here(RUN)) == 60
    assert not _here(RUN) & TO_DEVELOP


def test_the_simulator_alone_needs_no_database_server_or_web_framework() -> None:
    needed = _closure(*BASE)
    assert not needed & {canonicalize_name(Requirement(each).name) for each in EXTRAS["line"]}
    assert len(needed) == 20


def test_the_five_packages_of_the_task_close_over_33() -> None:
    assert len(_closure("twilio", "flask", "transitions", "sqlmodel", "phonenumbers")) == 33


def test_what_develops_is_what_runs_and_more() -> None:
    run, develop = _entries(RUN), _entries(DEVELOP)
    assert {name: str(entry) for name, entry in run.items()} == {name: str(develop[name]) for name in run}
    assert set(develop) - set(run) >= TO_DEVELOP
    assert _here(DEVELOP) >= _closure(*RUNTIME, *FOR_ONE_THING)
    assert {name: str(develop[name]) for name in _entries(BUILD)} == {
        name: str(entry) for name, entry in _entries(BUILD).items()
    }


def test_what_builds_the_checkout_is_locked_too() -> None:
    assert _here(BUILD) >= _closure(*PROJECT["build-system"]["requires"], "editables")


def test_the_locks_are_within_the_ranges_of_the_project() -> None:
    locked = _entries(DEVELOP)
    groups = PROJECT["dependency-groups"]
    develops = [(locked, each) for each in (*RUNTIME, *FOR_ONE_THING, *groups["dev"], *groups["build"])]
    for lock, written in [*develops, *((_entries(VOICE), each) for each in SPEAK)]:
        wanted = Requirement(written)
        (exact,) = lock[canonicalize_name(wanted.name)].specifier
        assert wanted.specifier.contains(exact.version, prereleases=True), f"{written}: 'make lock' was forgotten"


def test_the_voice_has_a_python_of_its_own_with_the_line_as_it_runs() -> None:
    run, voice = _entries(RUN), _entries(VOICE)
    assert {name: str(entry) for name, entry in run.items()} == {name: str(voice[name]) for name in run}
    assert {"onnxruntime", "espeakng-loader", "faster-whisper"} <= set(voice) - set(_entries(DEVELOP))


def test_setting_up_ends_with_the_judgement_of_pip_and_the_count() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "pip", "check", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=False,
    )
    counted = subprocess.run(
        [sys.executable, ROOT / ".ci" / "installed.py", RUN], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert (checked.returncode, checked.stdout) == (0, "No broken requirements found.\n")
    assert counted.stdout.startswith(f"{len(_here(RUN))} packages of ")
