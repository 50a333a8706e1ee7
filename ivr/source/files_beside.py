"""A script names files beside it: the seed of its account, sounds of its caller, the folder for what is heard.

Whoever writes a line's script at a page reaches no file of the server by it: such scripts are read ``confined`` to the
line's folder, where a file elsewhere is none, and nothing is kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from errno import ENOENT
from pathlib import Path

from ivr.source.yaml import Text

_FOLDER: ContextVar[Path | None] = ContextVar("folder", default=None)


@contextmanager
def confined(folder: Path) -> Iterator[None]:
    """Let scripts that are read meanwhile name files below ``folder`` only."""
    token = _FOLDER.set(folder.resolve())
    try:
        yield
    finally:
        _FOLDER.reset(token)


def may_be_reached(file: Path) -> bool:
    """Return whether the script that is read may name ``file``, be there one or not."""
    folder = _FOLDER.get()
    return folder is None or file.resolve().is_relative_to(folder)


def file_beside(name: str, script: str) -> Path:
    """Return the file that ``script`` calls ``name``. Raises FileNotFoundError for one that it may not reach."""
    file = Path(script).parent / name
    if not may_be_reached(file):
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT))
    return file


def folder_beside(name: Text | None, script: str) -> Path | None:
    """Return the folder that ``script`` wants something kept in; None where nothing is to be kept."""
    return Path(script).parent / name if name and _FOLDER.get() is None else None
