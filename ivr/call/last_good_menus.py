"""Keeps the files of every sound menu on the disk: a restart finds the last good one of a line that is faulty, and a
server the version that it answered with last, whatever has become of the database.

``<folder>/<version>/<line>/`` holds the files of one version, ``<folder>/<line>.latest`` the name of the newest that
was read from a folder, ``<folder>/<line>.published`` of the one that was published last. What is kept is written aside
and put into place whole: two processes may keep the same, and a crash leaves nothing half. A file beside the menu holds
the digest of its recordings. Those of a folder are not copied: a link leads to where they are. Those of a published
version are in ``<folder>/sounds/`` once, by the digest of their content, and links lead there.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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

SOUNDS: Final = "sounds"

KEPT_ON_DISK: Final = 20
"""Versions of all lines that stay on the disk beside the newest of each: those kept last."""


class LastGoodMenus:
    """The sound menus below ``folder``, which is made when the first one is kept. Never raises for a disk that fails:
    lines answer from memory. ``rules`` are those of the channels, as ``ivr.flow.folder.read_line`` takes them.
    ``shown`` is the folder of lines that places of published menus name (None: where they are kept).
    """

    def __init__(self, folder: Path, rules: Sequence[Rule] = (), shown: Path | None = None) -> None:
        self._folder = folder
        self._rules = rules
        self._shown = shown

    def keep(self, line: Line, source: Path) -> None:
        """Keep the files of ``line``, read from ``source``; nothing where they were edited meanwhile."""
        try:
            if not (self._folder / line.version / line.name).is_dir():
                files = _files(line, source)
                if files is None:
                    return
                self._put(line, files, source)
            self._point(self._pointer(line.name), line.version)
            self._forget()
        except OSError as error:
            log.warning("menu not kept", extra={"why": error.strerror, "menu": line.version})

    def keep_published(
        self, name: str, version: str, audio: bytes, files: Mapping[str, str], content: Callable[[str], bytes]
    ) -> bool:
        """Keep a published version of the line ``name``: ``files`` are its paths with the SHA-256 of what they hold,
        ``content`` gets that, and is asked for what is not on the disk only. ``audio`` is the digest of its recordings.

        Return whether it is kept: False where the disk fails, which the log tells. What ``content`` raises goes
        through.
        """
        try:
            there = self._folder / version / name
            if (there / FOLDER).is_symlink():
                # The same menu was read from a folder once, whose recordings may change.
                shutil.rmtree(there)
            if not there.is_dir():
                with self._aside(name, version) as folder:
                    for path, digest in files.items():
                        self._put_published(folder / path, digest, content)
                    if audio:
                        _write(folder / AUDIO_DIGEST, audio)
        except OSError as error:
            log.warning("menu not kept", extra={"why": error.strerror, "menu": version})
            return False
        return True

    def answer_with(self, name: str, version: str) -> None:
        """Note that the line ``name`` answers with that published version, which a start without a database takes."""
        try:
            self._point(self._published(name), version)
            self._forget()
        except OSError as error:
            log.warning("menu not kept", extra={"why": error.strerror, "menu": version})

    def published(self) -> dict[str, Line]:
        """Return the lines that were published when this machine last knew, each in the version that it noted."""
        found = {}
        for pointer in sorted(self._folder.glob("*.published")):
            line = self._pointed_at(pointer, pointer.stem)
            if line:
                found[line.name] = line
        return found

    def load(self, name: str, version: str) -> Line | None:
        """The line ``name`` in that version; None where it is not kept, or where this release finds it faulty."""
        folder = self._folder / version / name
        if not version.isalnum() or not folder.is_dir():
            return None
        try:
            audio = (folder / AUDIO_DIGEST).read_bytes() if (folder / AUDIO_DIGEST).is_file() else b""
            shown = self._shown / name if self._shown else None
            line = load_line(folder, rules=self._rules, audio=audio, shown=shown)
        except (FlowError, OSError):
            return None
        return line if line.version == version else None

    def latest(self, name: str) -> Line | None:
        """The last good version of the line ``name``; None where there is none."""
        return self._pointed_at(self._pointer(name), name)

    def latest_version(self, name: str) -> str | None:
        """The name of the version that ``latest`` reads; None where nothing was kept."""
        return _version_at(self._pointer(name))

    def _pointed_at(self, pointer: Path, name: str) -> Line | None:
        version = _version_at(pointer)
        return self.load(name, version) if version else None

    def _pointer(self, name: str) -> Path:
        return self._folder / f"{name}.latest"

    def _published(self, name: str) -> Path:
        return self._folder / f"{name}.published"

    def _put(self, line: Line, files: dict[str, bytes], source: Path) -> None:
        with self._aside(line.name, line.version) as folder:
            for file, written in files.items():
                _write(folder / file, written)
            if line.clips:
                (folder / FOLDER).symlink_to((source / FOLDER).resolve(), target_is_directory=True)

    def _put_published(self, file: Path, digest: str, content: Callable[[str], bytes]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix != ".wav":
            _write(file, content(digest))
            return
        # A recording that a power cut damages is said by the voice: it need not wait for the disk.
        sound = self._folder / SOUNDS / f"{digest}.wav"
        if not sound.is_file() or hashlib.sha256(sound.read_bytes()).hexdigest() != digest:
            sound.parent.mkdir(exist_ok=True)
            made = sound.with_name(f".{sound.name}.{os.getpid()}")
            made.write_bytes(content(digest))
            made.replace(sound)
        file.symlink_to(Path(os.path.relpath(sound, file.parent)))

    @contextmanager
    def _aside(self, name: str, version: str) -> Iterator[Path]:
        """A folder for the files of a version of the line ``name``, which is put into its place when it is whole."""
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".keeping-", dir=self._folder))
        try:
            (aside / name).mkdir()
            yield aside / name
            target = self._folder / version
            if target.is_dir():  # another line of the same files
                (aside / name).replace(target / name)
            else:
                aside.replace(target)
        except OSError:
            if not (self._folder / version / name).is_dir():  # another process may have been faster
                raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _point(self, pointer: Path, version: str) -> None:
        written = version.encode()
        if pointer.is_file() and pointer.read_bytes() == written:
            return
        aside = pointer.with_name(f".{pointer.name}.{os.getpid()}")
        _write(aside, written)
        aside.replace(pointer)

    def _forget(self) -> None:
        """Delete the versions that were kept longest ago and that no line points at, and recordings of none."""
        pointers = (*self._folder.glob("*.latest"), *self._folder.glob("*.published"))
        newest = {pointer.read_bytes().decode("ascii", "replace") for pointer in pointers} | {SOUNDS}
        others = [each for each in self._folder.iterdir() if each.is_dir() and each.name not in newest]
        others = [each for each in others if not each.name.startswith(".")]
        others.sort(key=lambda each: each.stat().st_mtime_ns, reverse=True)
        gone = others[KEPT_ON_DISK:]
        unused = set().union(*map(_sounds_of, gone))
        for each in gone:
            shutil.rmtree(each, ignore_errors=True)
        if unused:
            for sound in unused.difference(*map(_sounds_of, self._folder.iterdir())):
                (self._folder / SOUNDS / sound).unlink(missing_ok=True)


def _sounds_of(version: Path) -> set[str]:
    """The names of the published recordings to which the files of a version lead."""
    links = (each for each in version.glob(f"*/{FOLDER}/*.wav") if each.is_symlink())
    return {each.readlink().name for each in links}


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


def _version_at(pointer: Path) -> str | None:
    try:
        return pointer.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
