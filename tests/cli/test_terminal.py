"""What a person sees at a terminal, and what a pipe gets."""

from __future__ import annotations

import io
import re
import sys

import pytest

from ivr.cli.terminal import (
    Cell,
    Column,
    TreeRow,
    plain_table,
    progress,
    show_rows,
    show_signs,
    show_table,
    show_tree,
    watched,
)

COLUMNS = [Column("destination"), Column("calls", figures=True)]
ROWS = [[Cell("[bold]suporte[/]"), Cell("12", "good")], [Cell("cst"), Cell("3", "bad")]]


class Terminal(io.StringIO):
    """A stream at which a person looks."""

    def isatty(self) -> bool:
        return True


def seen(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal of 80 columns in the place of standard output and of errors; pytest takes its own back after."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", terminal)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    return terminal


def test_a_pipe_gets_plain_columns(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(COLUMNS, ROWS)
    assert capsys.readouterr().out.splitlines() == [
        "destination       calls",
        "[bold]suporte[/]     12",
        "cst                   3",
    ]


def test_a_person_sees_colours_and_the_words_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = seen(monkeypatch)
    show_table(COLUMNS, ROWS)
    assert "\x1b[32m   12" in screen.getvalue()
    assert "[bold]suporte[/]" in screen.getvalue()


def test_no_color_takes_the_colours_away(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = seen(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    show_table(COLUMNS, ROWS)
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", screen.getvalue())
    assert "12" in screen.getvalue()


def test_a_table_without_rows_is_its_headings() -> None:
    assert list(plain_table(COLUMNS, [])) == ["destination  calls"]


def test_progress_in_a_pipe_is_the_commands_own_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(2, "playing") as shown:
        shown.echo("a")
        shown.advance("suporte")
        shown.echo("b")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("a\nb\n", "")


def test_a_person_sees_how_far_the_work_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = seen(monkeypatch)
    with progress(3, "playing") as shown:
        shown.advance("[i]suporte[/i]")
        shown.echo("a [link] of a call")
    told = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", screen.getvalue())
    assert "playing [i]suporte[/i]" in told
    assert "1/3" in told
    assert "a [link] of a call" in told


@pytest.mark.parametrize(("total", "quiet"), [(1, False), (3, True)])
def test_one_thing_to_do_and_quiet_work_show_nothing(monkeypatch: pytest.MonkeyPatch, total: int, quiet: bool) -> None:
    screen = seen(monkeypatch)
    with progress(total, "playing", quiet=quiet) as shown:
        shown.advance()
    assert screen.getvalue() == ""


def test_a_window_that_is_too_narrow_gets_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [Column("call"), Column("SID", whole=True)]
    rows = [[Cell("first"), Cell("CA" + "0" * 32)]]
    screen = seen(monkeypatch)
    show_rows(columns, rows, ["a line"])
    assert "\x1b[1m" in screen.getvalue()
    screen = seen(monkeypatch)
    monkeypatch.setenv("COLUMNS", "40")
    show_rows(columns, rows, ["a line"])
    assert screen.getvalue() == "a line\n"


def test_a_tree_is_drawn_for_a_person_and_told_in_lines_to_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = [TreeRow(Cell("rota"), [TreeRow(Cell("[ana]"), [TreeRow(Cell("+55"))]), TreeRow(Cell("bruno"))])]
    show_tree(tree, ["rota", "  ana"])
    assert capsys.readouterr().out == "rota\n  ana\n"
    screen = seen(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    show_tree(tree, [])
    drawn = re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue())
    assert [line.rstrip() for line in drawn.splitlines()] == ["rota", "├── [ana]", "│   └── +55", "└── bruno"]


def test_signs_have_colours_for_a_person_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    show_signs("Mon ██··", {"█": "good"})
    assert capsys.readouterr().out == "Mon ██··\n"
    screen = seen(monkeypatch)
    show_signs("Mon ██··", {"█": "good"})
    assert screen.getvalue() == "Mon \x1b[32m██\x1b[0m··\n"


def test_things_are_handed_out_while_a_person_sees_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = seen(monkeypatch)
    assert list(watched(iter("abc"), "loading", 3)) == ["a", "b", "c"]
    assert "loading" in screen.getvalue()
