"""A diagnostic says what is wrong in a YAML file, and where: ``file:line:column: message``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

MOST: Final = 100
"""Diagnostics of one line that are told: of more, one mistake explains most, or they are meant to do harm."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; lines and columns are counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One mistake: where it is, and what it is together with what to do about it."""

    mark: Mark
    message: str

    def __str__(self) -> str:
        return f"{self.mark}: {self.message}"


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

    def error(self, mark: Mark, message: str) -> None:
        """Note a mistake that keeps the file from being used.

        Raises TooManyDiagnosticsError where it is one too many.
        """
        if self.most is not None and len(self.errors) >= self.most:
            self.errors.append(
                Diagnostic(mark, "there are more faults, here and elsewhere; mend those that are told first")
            )
            raise TooManyDiagnosticsError
        self.errors.append(Diagnostic(mark, _one_line(message)))

    def warning(self, mark: Mark, message: str) -> None:
        """Note what is allowed but was hardly meant."""
        if self.most is None or len(self.warnings) < self.most:
            self.warnings.append(Diagnostic(mark, _one_line(message)))


def bounded(diagnostics: Sequence[Diagnostic], most: int) -> list[Diagnostic]:
    """The first ``most`` faults; where there are more, a last one tells how many are left out."""
    left = len(diagnostics) - most
    if left <= 0:
        return list(diagnostics)
    return [
        *diagnostics[:most],
        Diagnostic(diagnostics[most].mark, f"{left} more faults from here on; see them with: ivr check"),
    ]


def _one_line(message: str) -> str:
    """A message may quote what was written, and a text of YAML may hold line breaks, and be as long as a book."""
    line = "\\n".join(message.splitlines())
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} ... {line[-LONGEST // 2 :]}"
