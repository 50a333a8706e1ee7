"""A diagnostic says what is wrong in a YAML file, and where: ``file:line:column: message``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from wording import Message, message

MOST: Final = 100
"""Diagnostics of one line that are told: of more, one mistake explains most, or they are meant to do harm."""


class Mark(NamedTuple):
    """A place in a file; lines and columns are counted from 1. Each value that is read has one, so it is a tuple."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One mistake: where it is, and what it is together with what to do about it.

    ``message`` is English. Where it is a Message of ``wording``, it has a code and can be said in another language.
    """

    mark: Mark
    message: str

    def __str__(self) -> str:
        return f"{self.mark}: {self.message}"

    @property
    def code(self) -> str:
        """Return the stable name of the mistake; empty where a text without one was told."""
        return self.message.code if isinstance(self.message, Message) else ""

    def as_dict(self) -> dict[str, str | int]:
        """Return what programs read of it, which is the same in every language."""
        mark = self.mark
        return {
            "file": mark.file, "line": mark.line, "column": mark.column, "code": self.code, "message": str(self.message)
        }  # fmt: skip

    def put(self, say: Callable[[str], str]) -> str:
        """Return the line that tells it, in the words that ``say`` makes of its message."""
        return f"{self.mark}: {one_line(say(self.message))}"


LONGEST: Final = 600
"""Characters of a message; whatever is quoted in a longer one is cut in its middle, so that the remedy stays."""


class TooManyDiagnosticsError(Exception):
    """Ends a reading that has told enough; what was told stands in its Diagnostics."""


@dataclass(slots=True)
class Diagnostics:
    """Collects the faults and the warnings of one reading, so that all are told in one pass.

    With ``most`` the reading ends with that many faults, and more warnings than that are left out.
    """

    errors: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)
    most: int | None = None

    def error(self, mark: Mark, told: str) -> None:
        """Note a mistake that keeps the file from being used.

        Raises TooManyDiagnosticsError where it is one too many.
        """
        if self.most is not None and len(self.errors) >= self.most:
            self.errors.append(
                Diagnostic(
                    mark,
                    message("more-faults", "there are more faults, here and elsewhere; mend those that are told first"),
                )
            )
            raise TooManyDiagnosticsError
        self.errors.append(Diagnostic(mark, _kept_short(told)))

    def warning(self, mark: Mark, told: str) -> None:
        """Note what is allowed but was hardly meant."""
        if self.most is None or len(self.warnings) < self.most:
            self.warnings.append(Diagnostic(mark, _kept_short(told)))


def bounded(diagnostics: Sequence[Diagnostic], most: int) -> list[Diagnostic]:
    """The first ``most`` faults; where there are more, a last one tells how many are left out."""
    left = len(diagnostics) - most
    if left <= 0:
        return list(diagnostics)
    return [
        *diagnostics[:most],
        Diagnostic(
            diagnostics[most].mark,
            message("more-faults-left-out", "{left} more faults from here on; see them with: ivr check", left=left),
        ),
    ]


def _kept_short(told: str) -> str:
    """The message itself where it is one line, of a bearable length."""
    line = one_line(told)
    if line == told:
        return told
    return told.shown_as(line) if isinstance(told, Message) else line


def one_line(told: str) -> str:
    """Return a message as one line that can be borne: it may quote what was written, and a text of YAML may hold line
    breaks, and be as long as a book.
    """
    line = "\\n".join(told.splitlines())
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} ... {line[-LONGEST // 2 :]}"
