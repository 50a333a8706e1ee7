"""Keeps the files of every sound menu on the disk, so that a restart finds the last good one of a line that is faulty.

``<folder>/<version>/<line>/`` holds the files of one version, ``<folder>/<line>.latest`` the name of the newest. What
is kept is written aside and put into place whole: two processes may keep the same, and a crash leaves nothing half.
Recordings are not copied: a link leads to where they are, and a file beside it holds the digest of what they were.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ivr.errors import FlowError
from ivr.flow.audio_folder import FOLDER, digest_of
from ivr.flow.checks import Rule
from ivr.flow.folder import MENU, load_line
from ivr.flow.line import Line
from ivr.source.diagnostics import Diagnostics
from ivr.source.yaml import contents

log = logging.getLogger(__name__)

AUDIO_DIGEST: Final = "audio.sha256"

KEPT_ON_DISK: Final = 20
"""Versions of all lines that stay on the disk beside the newest of each: those kept last."""


class LastGoodMenus:
    """The sound menus below ``folder``, which is made when the first one is kept. Never raises for a disk that fails:
    lines answer from memory. ``rules`` are those of the channels, as ``ivr.flow.folder.read_line`` takes them.
    """

    def __init__(self, folder: Path, rules: Sequence[Rule] = ()) -> None:
        self._folder = folder
        self._rules = rules

    def keep(self, line: Line, source: Path) -> None:
        """Keep the files of ``line``, read from ``source``; nothing where they were edited meanwhile."""
        try:
            if not (self._folder / line.version / line.name).is_dir():
                files = _files(line, source)
                if files is None:
                    return
                self._put(line, files, source)
            self._point(line)
            self._forget()
        except OSError as error:
            log.warning("menu not kept", extra={"why": error.strerror, "menu": line.version})

    def load(self, name: str, version: str) -> Line | None:
        """The line ``name`` in that version; None where it is not kept, or where this release finds it faulty."""
        folder = self._folder / version / name
        if not version.isalnum() or not folder.is_dir():
            return None
        try:
            audio = (folder / AUDIO_DIGEST).read_bytes() if (folder / AUDIO_DIGEST).is_file() else b""
            line = load_line(folder, rules=self._rules, audio=audio)
        except (FlowError, OSError):
            return None
        return line if line.version == version else None

    def latest(self, name: str) -> Line | None:
        """The last good version of the line ``name``; None where there is none."""
        version = self.latest_version(name)
        return self.load(name, version) if version else None

    def latest_version(self, name: str) -> str | None:
        """The name of the version that ``latest`` reads; None where nothing was kept."""
        try:
            return self._pointer(name).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return None

    def _pointer(self, name: str) -> Path:
        return self._folder / f"{name}.latest"

    def _put(self, line: Line, files: dict[str, bytes], source: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".keeping-", dir=self._folder))
        try:
            (aside / line.name).mkdir()
            for file, written in files.items():
                _write(aside / line.name / file, written)
            if line.clips:
                (aside / line.name / FOLDER).symlink_to((source / FOLDER).resolve(), target_is_directory=True)
            target = self._folder / line.version
            if target.is_dir():  # another line of the same files
                (aside / line.name).replace(target / line.name)
            else:
                aside.replace(target)
        except OSError:
            if not (self._folder / line.version / line.name).is_dir():  # another process may have been faster
                raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _point(self, line: Line) -> None:
        pointer = self._pointer(line.name)
        version = line.version.encode()
        if pointer.is_file() and pointer.read_bytes() == version:
            return
        aside = pointer.with_name(f".{pointer.name}.{os.getpid()}")
        _write(aside, version)
        aside.replace(pointer)

    def _forget(self) -> None:
        """Delete the versions that were kept longest ago and that no line points at."""
        newest = {pointer.read_bytes().decode("ascii", "replace") for pointer in self._folder.glob("*.latest")}
        others = [each for each in self._folder.iterdir() if each.is_dir() and each.name not in newest]
        others = [each for each in others if not each.name.startswith(".")]
        others.sort(key=lambda each: each.stat().st_mtime_ns, reverse=True)
        for each in others[KEPT_ON_DISK:]:
            shutil.rmtree(each, ignore_errors=True)


def _files(line: Line, source: Path) -> dict[str, bytes] | None:
    """The files that ``line`` was read from, by name; None where they hold something else by now."""
    files: dict[str, bytes] = {}
    for file in (MENU, f"prompts.{line.header.language}.yaml", "routing.yaml"):
        written = contents(source / file, Diagnostics(), file)
        if written is None:
            return None
        files[file] = written
    if line.clips:
        files[AUDIO_DIGEST] = digest_of(line.clips)
    digest = hashlib.sha256(b"".join(files.values())).hexdigest()
    return files if digest.startswith(line.version) else None


def _write(path: Path, written: bytes) -> None:
    with path.open("wb") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())
