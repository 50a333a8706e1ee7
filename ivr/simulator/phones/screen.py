"""The terminal itself: keys one by one, text that stays, and a few live lines below it."""

from __future__ import annotations

import select
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.input import Input, create_input
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import Output, create_output
from prompt_toolkit.utils import get_cwidth


class Screen(Protocol):
    """The screen is what a phone in a terminal needs of it."""

    def key(self, timeout: float) -> str | None:
        """The next key; None where none comes within ``timeout`` seconds. Ctrl-C raises KeyboardInterrupt."""
        ...

    def ask(self, question: str, *, secret: bool) -> str:
        """A line of text, typed and ended with Enter; shown as stars where it is secret."""
        ...

    def show(self, live: Sequence[str], lasting: Sequence[str] = ()) -> None:
        """Put ``lasting`` lines where they stay, and ``live`` ones below in place of the live ones before."""
        ...


class TtyScreen:
    """A POSIX terminal. Use it within ``opened()``, which gives the terminal back as it was."""

    def __init__(self, input_: Input | None = None, output: Output | None = None) -> None:
        self._input = input_ or create_input()
        # Where standard output goes to a file, the terminal is still there on standard error.
        self._output = output or create_output(always_prefer_tty=True)
        self._waiting: list[str] = []
        self._drawn = 0

    @contextmanager
    def opened(self) -> Iterator[TtyScreen]:
        """Take keys without Enter and without echo for as long as the block lasts."""
        with self._input.raw_mode():
            try:
                yield self
            finally:
                self.show([])

    def key(self, timeout: float) -> str | None:
        """One key; keys typed ahead are kept for the next time."""
        if not self._waiting and select.select([self._input.fileno()], [], [], max(timeout, 0))[0]:
            for press in self._input.read_keys():
                if press.key == Keys.ControlC:
                    raise KeyboardInterrupt
                self._waiting.append(press.key.value if isinstance(press.key, Keys) else press.key)
        if self._input.closed:
            raise KeyboardInterrupt
        return self._waiting.pop(0) if self._waiting else None

    def ask(self, question: str, *, secret: bool) -> str:
        """Ask below the text, with the line editing that prompt_toolkit brings."""
        self.show([])
        session: PromptSession[str] = PromptSession(erase_when_done=True, input=self._input, output=self._output)
        return session.prompt(question, is_password=secret)

    def show(self, live: Sequence[str], lasting: Sequence[str] = ()) -> None:
        """Erase the live lines, write what lasts, and draw the live lines anew."""
        width = max(self._output.get_size().columns - 1, 1)
        shown = [_cut(line, width) for line in live]
        self._output.write_raw("\r")
        if self._drawn > 1:
            self._output.cursor_up(self._drawn - 1)
        self._output.erase_down()
        for line in lasting:
            self._output.write(line + "\n")
        self._output.write("\n".join(shown))
        self._output.flush()
        self._drawn = len(shown)


def wrap(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns, broken between words where that is possible."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and get_cwidth(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _cut(line: str, width: int) -> str:
    """``line`` as far as it fits: a live line must not wrap, or it could not be erased."""
    while get_cwidth(line) > width:
        line = line[:-1]
    return line
