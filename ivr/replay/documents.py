"""``read_documents`` splits a file of call scripts into its documents, so that an error in one keeps no other back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ivr.source.diagnostics import MOST, Diagnostic, Diagnostics, Mark, TooManyDiagnosticsError
from ivr.source.yaml import Text, Value, contents, decode, parse
from wording import message

Document = tuple[Value | None, list[Diagnostic]]
"""One call script as a value, and what is wrong with its YAML; None where it is none."""

MOST_EMPTY = 2_000_000
"""Empty lines that are read to tell the faults of a file's documents one by one; of a larger one the first is told."""

_SEPARATOR = re.compile(r"^---(?=[ \t\r\n]|$)", re.MULTILINE)
"""Three dashes begin a document wherever they stand at the beginning of a line (YAML 1.2, 9.1.2)."""


def read_documents(path: Path) -> list[Document]:
    """Return the call scripts of the file at ``path``, at least one."""
    diagnostics = Diagnostics(most=MOST)
    written = contents(path, diagnostics, str(path))
    return [(None, diagnostics.errors)] if written is None else documents_of(written, str(path))


def documents_of(written: bytes, name: str) -> list[Document]:
    """Return the call scripts of a file that holds ``written``, at least one; ``name`` is what faults call it."""
    diagnostics = Diagnostics(most=MOST)
    try:
        values = decode(written, name, diagnostics)
    except TooManyDiagnosticsError:
        return [(None, diagnostics.errors)]
    if diagnostics.errors and not values and (parts := _parts(written)):
        return [document for part in parts for document in _documents_of(part, name)]
    return _sorted(values, diagnostics.errors, name)


def _parts(written: bytes) -> list[str]:
    """The documents of a file that cannot be read as a whole, each below as many empty lines as stand above it."""
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError:
        return []
    if (text.count("\n---") + 1) * text.count("\n") > MOST_EMPTY:
        return []
    begins = [0, *(found.start() for found in _SEPARATOR.finditer(text))]
    parts = [
        (text[begin:end], text.count("\n", 0, begin)) for begin, end in zip(begins, [*begins[1:], None], strict=True)
    ]
    return ["\n" * above + part for part, above in parts if part.strip()]


def _documents_of(part: str, name: str) -> list[Document]:
    diagnostics = Diagnostics(most=MOST)
    try:
        values = parse(part, name, diagnostics)
    except TooManyDiagnosticsError:
        return [(None, diagnostics.errors)]
    return _sorted(values, diagnostics.errors, name) if values or diagnostics.errors else []


def _sorted(values: list[Value], diagnostics: list[Diagnostic], name: str) -> list[Document]:
    """Each document with the faults that stand in it."""
    documents = [value for value in values if not (isinstance(value, Text) and value.is_null)]
    if not documents:
        told = message(
            "file-without-scripts",
            "the file holds no call script; begin one with 'call: <title>', a scene with 'scene: <title>'",
        )
        nothing = Diagnostic(Mark(name, 1, 1), told)
        return [(None, diagnostics or [nothing])]
    return list(_with_faults(documents, diagnostics))


def _with_faults(documents: list[Value], diagnostics: list[Diagnostic]) -> Iterator[Document]:
    begins = [document.mark.line for document in documents[1:]]
    for document, begin, end in zip(documents, [0, *begins], [*begins, 1 << 62], strict=True):
        yield document, [diagnostic for diagnostic in diagnostics if begin <= diagnostic.mark.line < end]
