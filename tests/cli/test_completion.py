"""``ivr completion``: what a shell is offered while a user types."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from ivr.cli import COMMANDS
from ivr.cli import ivr as command
from ivr.cli.completion import VARIABLE
from tests.cli.conftest import FLOWS, Ivr

HERE = Path(sys.executable).parent


def offered(*words: str) -> list[str]:
    """What is offered for the last of ``words``, which stand behind ivr."""
    *before, last = words
    return [item.value for item in ShellComplete(command, {}, "ivr", VARIABLE).get_completions(before, last)]


def test_commands_are_offered_and_none_is_loaded_for_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(command), "get_command", lambda *_: pytest.fail("a command was loaded"))
    assert offered("re") == ["replay", "report", "recordings", "restore"]
    assert offered("") == list(COMMANDS)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("check", ""), ["4003-0015", "internacional"]),
        (("check", "4003-0015", "int"), ["internacional"]),
        (("call", "4"), ["4003-0015"]),
        (("prompts", "voice", "in"), ["internacional"]),
        (("oncall", "--line", "in"), ["internacional"]),
        (("route", "suporte.v"), ["suporte.vitrine"]),
        (("route", "--line", "internacional", "pr"), ["prime"]),
        (("hours", "cst.co"), ["cst.cobranca"]),
        (("open", "suporte.pro"), [
            "suporte.protheus", "suporte.protheus.backoffice", "suporte.protheus.rh", "suporte.protheus.saude-juridico",
        ]),
        (("close", "al"), ["all"]),
        (("where", "conferir-documento-i"), ["conferir-documento-invalido"]),
        (("graph", "4003-0015", "--format", "t"), ["tree"]),
        (("check", "--language", "p"), ["pt-BR"]),
        (("replay", "--jun"), ["--junit"]),
        (("replay", "--as", "h"), ["hasty", "hash"]),
        (("users", "re"), ["remove", "reset"]),
        (("nonsense", "x"), []),
    ],
)  # fmt: skip
def test_words_that_fit_are_offered(words: tuple[str, ...], found: list[str]) -> None:
    assert offered(*words) == found


def test_where_no_word_fits_the_shell_offers_paths() -> None:
    for words in (("check", "./flo"), ("replay", "flo"), ("lint", "a.x")):
        (item,) = ShellComplete(command, {}, "ivr", VARIABLE).get_completions(list(words[:1]), words[1])
        assert item.type in {"dir", "file"}


def test_what_cannot_be_read_offers_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "menu.yaml").write_text("line: [", encoding="utf-8")
    (tmp_path / "broken" / "routing.yaml").write_text("destinations: {a: ", encoding="utf-8")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path))
    assert offered("check", "b") == ["broken"]
    assert offered("route", "--line", "broken", "") == []
    assert offered("route", "--line", "nowhere", "") == []
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "gone"))
    assert offered("oncall", "--line", "") == []
    monkeypatch.setenv("IVR_LANGUAGE", "xx")
    assert offered("check", "--al") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_own_script(ivr: Ivr, shell: str) -> None:
    code, out, err = ivr("completion", shell)
    assert (code, err) == (0, "")
    assert f"{VARIABLE}={shell}_complete" in out


def test_a_shell_that_is_not_known_is_told(ivr: Ivr) -> None:
    code, _, err = ivr("completion", "tcsh")
    assert code == 2
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in err


def test_bash_completes_by_the_script(tmp_path: Path) -> None:
    asked = 'eval "$(ivr completion bash)"; COMP_WORDS=(ivr route suporte.b); COMP_CWORD=2; _ivr_completion ivr; '
    environ = {"PATH": f"{HERE}:{os.environ['PATH']}", "IVR_FLOWS": str(FLOWS), "HOME": str(tmp_path)}
    done = subprocess.run(
        ["bash", "--norc", "-c", asked + 'printf "%s\\n" "${COMPREPLY[@]}"; complete -p ivr'],
        env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["suporte.banco-de-dados", "complete -o nosort -F _ivr_completion ivr"]
    assert done.stderr == ""
