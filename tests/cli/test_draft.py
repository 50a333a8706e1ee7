"""A draft is pulled, edited in a folder, pushed, looked at, brought up to date, published and dropped by commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Ivr
from tests.cli.test_publishing import line

__all__ = ["line"]

NAME = "prompts.pt-BR.yaml"


@pytest.fixture
def desk(ivr: Ivr, line: Path, tmp_path: Path) -> Path:
    """Ana's copy of the draft of a line of which version 1 is published."""
    ivr("publish", "ensaio", "-m", "como está", "--by", "bia")
    assert ivr("draft", "pull", "ana/ensaio")[0] == 0
    return tmp_path / "ana" / "ensaio"


def edit(folder: Path, new: str, old: str = "Bem-vindo.") -> None:
    file = folder / NAME
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_draft_goes_from_a_folder_to_callers(ivr: Ivr, desk: Path, line: Path) -> None:
    assert ivr("draft") == (0, "there is no draft of any line\n", "")
    assert ivr("draft", "show", "ensaio")[1] == "there is no draft of ensaio; version 1 answers\n"
    edit(desk, "Olá.")
    assert ivr("draft", "push", desk, "--by", "ana") == (
        0,
        "the draft of ensaio is saved: prompts.pt-BR.yaml\nthe draft has no faults\n",
        "",
    )
    assert ivr("draft", "push", desk)[1].startswith("nothing was edited in ")
    assert ivr("draft", "show")[1] == "ensaio  2026-03-10 13:30 UTC  ana, from version 1, without faults\n"
    assert ivr("draft", "show", "ensaio")[1].splitlines() == [
        "  prompts.pt-BR.yaml  saved 2026-03-10 13:30 UTC by ana",
        "the draft has no faults",
    ]
    code, out, err = ivr("publish", "ensaio", "--draft", "-m", "saudação", "--by", "bia")
    assert (code, err) == (0, "")
    assert "version 2 of ensaio is published" in out
    assert out.endswith("changed: prompts.pt-BR.yaml\n")
    assert ivr("draft", "show")[1] == "there is no draft of any line\n"
    assert "publish: ensaio 2  from console" in ivr("audit")[1]
    # The folder below flows/ is as it was: what is published came from the draft.
    assert "Bem-vindo." in (line / NAME).read_text(encoding="utf-8")
    assert "Olá." in (desk / NAME).read_text(encoding="utf-8")


def test_a_folder_pulled_here_is_not_taken_for_the_line_of_its_name(ivr: Ivr, desk: Path, line: Path) -> None:
    assert ivr("draft", "pull", "ensaio")[0] == 0
    edit(Path("ensaio"), "Olá.")
    assert "holds the same files" in ivr("publish", "ensaio", "-m", "como está")[2]
    assert ivr("publish", "./ensaio", "-m", "a pasta daqui")[0] == 0


def test_a_second_person_publishes_or_one_alone_in_an_emergency(
    ivr: Ivr, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_SECOND_PERSON", "yes")
    edit(desk, "Olá.")
    ivr("draft", "push", desk, "--by", "ana")
    alone = ("publish", "ensaio", "--draft", "-m", "saudação", "--by", "ana")
    code, _, err = ivr(*alone, "--language", "pt-BR")
    assert code == 2
    assert err.startswith("ivr: ana salvou este rascunho, e outra pessoa deve publicar (IVR_SECOND_PERSON)")
    assert "version 2 of ensaio is published" in ivr(*alone, "--emergency", "linha muda")[1]
    assert "emergency publish: ensaio 2: linha muda  from console" in ivr("audit")[1]


def test_a_draft_with_faults_is_saved_and_told_and_not_published(ivr: Ivr, desk: Path) -> None:
    file = desk / "menu.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("start: chegada", "start: chegad"), encoding="utf-8")
    code, out, err = ivr("draft", "push", desk, "--by", "ana")
    assert (code, out) == (1, "the draft of ensaio is saved: menu.yaml\n")
    assert f"{desk}/menu.yaml:6:10: " in err
    assert err.endswith("the draft has 1 fault\n")
    assert ivr("draft", "show")[1].endswith("with faults\n")
    code, out, err = ivr("draft", "show", "ensaio")
    assert (code, "ensaio/menu.yaml:6:10: " in err) == (1, True)
    code, out, err = ivr("publish", "ensaio", "--draft", "-m", "sem querer")
    assert (code, out, "ensaio/menu.yaml:6:10: " in err) == (2, "", True)
    assert ivr("versions", "ensaio")[1].count("\n") == 1


def test_the_second_editor_is_told_and_loses_nothing(ivr: Ivr, desk: Path, tmp_path: Path) -> None:
    other = tmp_path / "rui" / "ensaio"
    ivr("draft", "pull", other)
    edit(desk, "Olá.")
    edit(other, "Alô.")
    ivr("draft", "push", desk, "--by", "ana")
    code, out, err = ivr("draft", "push", other, "--by", "rui")
    assert (code, out) == (2, "")
    assert "prompts.pt-BR.yaml were saved by ana at 2026-03-10 13:30 UTC since you opened them" in err
    code, _, err = ivr("draft", "pull", other)
    assert (code, "were edited here and saved by another there" in err) == (2, True)
    assert "Alô." in (other / NAME).read_text(encoding="utf-8")
    # The way out that both messages name.
    assert ivr("draft", "pull", "fresh/ensaio")[0] == 0
    edit(tmp_path / "fresh" / "ensaio", "Alô, olá.", "Olá.")
    assert ivr("draft", "push", "fresh/ensaio", "--by", "rui")[0] == 0
    assert ivr("draft", "pull", "--force", other)[1].endswith("1 file written\n")
    assert "Alô, olá." in (other / NAME).read_text(encoding="utf-8")


def test_a_pull_brings_what_others_saved_and_leaves_what_is_edited_here(ivr: Ivr, desk: Path, tmp_path: Path) -> None:
    other = tmp_path / "rui" / "ensaio"
    ivr("draft", "pull", other)
    edit(desk, "Olá.")
    ivr("draft", "push", desk)
    (other / "calls").mkdir()
    (other / "calls" / "um.call.yaml").write_text("call: um\nsteps: []\n", encoding="utf-8")
    assert ivr("draft", "pull", other)[1].endswith("1 file written\n")
    assert "Olá." in (other / NAME).read_text(encoding="utf-8")
    assert ivr("draft", "push", other)[1].startswith("the draft of ensaio is saved: calls/um.call.yaml\n")
    assert ivr("draft", "pull", desk)[1].endswith("1 file written\n")
    (desk / "calls" / "um.call.yaml").unlink()
    assert ivr("draft", "push", desk)[1].startswith("the draft of ensaio is saved: calls/um.call.yaml\n")
    ivr("draft", "pull", other)
    assert not (other / "calls" / "um.call.yaml").exists()


@pytest.mark.untraced
def test_a_checkout_is_pushed_without_a_pull_where_there_is_no_draft(ivr: Ivr, desk: Path, line: Path) -> None:
    edit(line, "Olá.")
    assert ivr("draft", "push", line, "--by", "ana")[0] == 0
    edit(line, "Alô.", "Olá.")
    assert ivr("draft", "push", line, "--by", "ana")[0] == 0
    (line / ".ivr-draft.json").unlink()
    code, _, err = ivr("draft", "push", line, "--by", "rui")
    assert (code, "ensaio has a draft, which ana saved at" in err) == (2, True)


def test_a_draft_that_is_behind_is_not_published_before_an_update(ivr: Ivr, desk: Path, line: Path) -> None:
    edit(desk, "Olá.")
    ivr("draft", "push", desk)
    routing = line / "routing.yaml"
    routing.write_text(routing.read_text(encoding="utf-8").replace("ring: 30", "ring: 31"), encoding="utf-8")
    ivr("publish", "ensaio", "-m", "toca mais")
    code, out, err = ivr("publish", "ensaio", "--draft", "-m", "saudação")
    assert (code, out) == (2, "")
    assert "version 2 of ensaio was published since this draft was begun from version 1; bring it in first" in err
    assert ivr("draft", "update", "ensaio")[1].splitlines() == [
        "taken from version 2: routing.yaml",
        "the draft of ensaio is of version 2 now",
        "the draft has no faults",
    ]
    assert ivr("publish", "ensaio", "--draft", "-m", "saudação")[1].endswith("changed: prompts.pt-BR.yaml\n")


def test_a_draft_that_is_dropped_is_gone_and_audited(ivr: Ivr, desk: Path) -> None:
    edit(desk, "Olá.")
    ivr("draft", "push", desk, "--by", "ana")
    assert ivr("draft", "drop", "ensaio", "--by", "rui")[1] == "the draft of ensaio, saved last by ana, is dropped\n"
    assert "drop draft" in ivr("audit")[1]
    for arguments in (("draft", "drop", "ensaio"), ("publish", "ensaio", "--draft", "-m", "x")):
        code, out, err = ivr(*arguments)
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        assert "there is no draft of ensaio" in err


def test_what_cannot_be_pulled_or_pushed_is_told_in_one_line(ivr: Ivr, desk: Path, tmp_path: Path) -> None:
    (tmp_path / "vazia").mkdir()
    for arguments, told in {
        ("draft", "pull", "outra"): "nothing of a line 'outra' is published, and it has no draft",
        ("draft", "push", "vazia"): "holds no menu.yaml, so it is no line",
        ("draft", "show", "outra"): "nothing of a line 'outra' is published, and it has no draft",
        ("draft", "update", "ensaio"): "there is no draft of ensaio",
        ("draft", "drop", "../../x"): "there is no draft of ../../x",
    }.items():
        code, out, err = ivr(*arguments)
        assert (code, out, len(err.splitlines())) == (2, "", 1), (arguments, out, err)
        assert told in err
    for broken in ("{", "[]", json.dumps({"files": 3}), "\x00"):
        (desk / ".ivr-draft.json").write_text(broken, encoding="utf-8")
        code, _, err = ivr("draft", "push", desk)
        assert (code, ".ivr-draft.json cannot be read; delete it" in err) == (2, True)


@pytest.mark.untraced
def test_everything_is_told_in_portuguese(ivr: Ivr, desk: Path) -> None:
    edit(desk, "Olá.")
    assert ivr("draft", "push", desk, "--by", "ana", "--language", "pt-BR")[1].splitlines() == [
        "o rascunho de ensaio está salvo: prompts.pt-BR.yaml",
        "o rascunho não tem erros",
    ]
