"""The terminal itself: keys without Enter, lasting text above, live lines below."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.utils import get_cwidth

from ivr.simulator.phones.screen import TtyScreen, wrap


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as keys:
        yield keys


def screen(keys: PipeInput, columns: int = 40) -> tuple[TtyScreen, io.StringIO]:
    written = io.StringIO()
    output = Vt100_Output(written, lambda: Size(rows=24, columns=columns), term="xterm", enable_cpr=False)
    return TtyScreen(keys, output), written


def test_keys_come_one_by_one_without_enter(keyboard: PipeInput) -> None:
    keyboard.send_text("2*#")
    tty, _ = screen(keyboard)
    assert [tty.key(0) for _ in range(4)] == ["2", "*", "#", None]


def test_ctrl_c_is_the_persons_wish_to_leave(keyboard: PipeInput) -> None:
    keyboard.send_text("\x03")
    tty, _ = screen(keyboard)
    with pytest.raises(KeyboardInterrupt):
        tty.key(0)


def test_live_lines_are_drawn_over_and_lasting_ones_stay_above(keyboard: PipeInput) -> None:
    tty, written = screen(keyboard)
    tty.show(["one", "status"])
    tty.show(["one two", "status"], ["said"])
    drawn = written.getvalue()
    second = drawn[drawn.rindex("\x1b[A") :]
    assert second.index("said\n") < second.index("one two\nstatus")


def test_a_live_line_never_wraps_or_it_could_not_be_erased(keyboard: PipeInput) -> None:
    tty, written = screen(keyboard, columns=10)
    tty.show(["0123456789abcdef"])
    assert written.getvalue().endswith("012345678")


def test_what_is_said_to_the_line_is_typed_and_ended_with_enter(keyboard: PipeInput) -> None:
    keyboard.send_text("suporte\r")
    tty, _ = screen(keyboard)
    assert tty.ask("you say: ", secret=False) == "suporte"


def test_secret_words_are_not_shown_as_they_are_typed(keyboard: PipeInput) -> None:
    keyboard.send_text("segredo\r")
    tty, written = screen(keyboard)
    assert tty.ask("you say: ", secret=True) == "segredo"
    assert "segredo" not in written.getvalue()


@given(st.lists(st.text("abcção ", min_size=1), max_size=12), st.integers(1, 20))
def test_wrapping_keeps_every_word_and_the_width(words: list[str], width: int) -> None:
    text = " ".join(words)
    lines = wrap(text, width)
    assert " ".join(lines).split() == text.split()
    assert all(get_cwidth(line) <= width or " " not in line for line in lines)
