"""What is wrong in a YAML file, and where: ``file:line:column: message``."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; lines and columns are counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake: where it is, and what it is together with what to do about it."""

    mark: Mark
    message: str

    def __str__(self) -> str:
        return f"{self.mark}: {self.message}"


@dataclass(slots=True)
class Faults:
    """Collects the faults and the warnings of one reading, so that all are told in one pass."""

    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def error(self, mark: Mark, message: str) -> None:
        """Note a mistake that keeps the file from being used."""
        self.errors.append(Fault(mark, _one_line(message)))

    def warning(self, mark: Mark, message: str) -> None:
        """Note what is allowed but was hardly meant."""
        self.warnings.append(Fault(mark, _one_line(message)))


def _one_line(message: str) -> str:
    """A message may quote what was written, and a text of YAML may hold line breaks."""
    return "\\n".join(message.splitlines())
