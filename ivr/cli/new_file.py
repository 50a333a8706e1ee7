"""``NewFile`` writes the file that a user names for a command's output; without ``--force`` it replaces no other.

It is looked at before the work is done, since a call cannot be made a second time, and made with O_EXCL after it, so
that a file which came to be there meanwhile is left alone too; what was to be written is then put beside it.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path

import click

from ivr.errors import TargetError
from value_class import value_class
from wording import message, phrase

force_option = click.option("--force", is_flag=True, help="Write over files that are there already.")

ORDINARY = 0o666
PRIVATE = 0o600
"""Who may read the new file, before the user's umask: all, or only its owner."""


@value_class
class NewFile:
    """The file at ``path``, which the option ``option`` names, is checked before the work and written after it. Raises
    TargetError where it cannot or must not be written.
    """

    path: Path
    option: str
    force: bool = False
    mode: int = ORDINARY

    def __post_init__(self) -> None:
        try:
            self._look()
        except (OSError, ValueError) as error:  # a name too long, a byte that no name has
            raise self._unwritable(getattr(error, "strerror", None) or str(error)) from None

    def write(self, content: bytes) -> None:
        """Put ``content`` there, whole or not at all."""
        try:
            if self._is_device():
                _pass_on(self.path, content)
            elif self.force:
                self._replace(content)
            else:
                _make(self.path, content, self.mode)
        except FileExistsError:
            raise TargetError(
                message(
                    "file-came-meanwhile",
                    "{file} came to be there meanwhile and is left as it is; what was to be written is in {other}",
                    file=self.path,
                    other=self._beside(content),
                )
            ) from None
        except OSError as error:
            if error.errno == errno.ENXIO:
                raise TargetError(
                    message(
                        "pipe-without-a-reader",
                        "{file} is a pipe that nothing reads; what was to be written is in {other}",
                        file=self.path,
                        other=self._beside(content),
                    )
                ) from None
            raise self._unwritable(error.strerror) from None

    def take(self, made: Path) -> None:
        """Have the finished file ``made``, in the same folder or below it, take this name at once."""
        made.chmod(self.mode & ~_umask())
        with made.open("rb") as file:
            os.fsync(file.fileno())
        try:
            if self._is_device():
                raise self._unwritable(phrase("it is no ordinary file"))
            if self.force:
                made.replace(Path(os.path.realpath(self.path)))
            else:
                self.path.hardlink_to(made)
        except FileExistsError:
            raise TargetError(
                message(
                    "file-came-meanwhile-and-stays",
                    "{file} came to be there meanwhile and is left as it is; name another file",
                    file=self.path,
                )
            ) from None
        except OSError as error:
            raise self._unwritable(error.strerror) from None

    def _look(self) -> None:
        folder = self.path.parent
        try:
            os.lstat(self.path)
            there = True
        except FileNotFoundError:
            there = False
        if not there:
            if not folder.is_dir():
                raise self._unwritable(phrase("there is no folder {folder}", folder=folder))
            if not os.access(folder, os.W_OK | os.X_OK):
                raise self._unwritable(phrase("nothing may be written into {folder}", folder=folder))
        elif self.path.is_dir():
            raise self._unwritable(phrase("it is a folder"))
        elif self._is_device():
            pass  # nothing is lost: there is nothing in it
        elif not self.force:
            raise TargetError(
                message(
                    "file-is-there",
                    "{file} is there already; name another file with {option}, or write over it with --force",
                    file=self.path,
                    option=self.option,
                )
            )
        elif self.path.exists() and not os.access(self.path, os.W_OK):
            raise self._unwritable(phrase("it is write-protected"))

    def _is_device(self) -> bool:
        """Whether it is a pipe, or a device of characters such as a terminal."""
        try:
            kind = self.path.stat().st_mode
        except OSError:
            return False
        return stat.S_ISCHR(kind) or stat.S_ISFIFO(kind)

    def _replace(self, content: bytes) -> None:
        """Take the place of what is there at once; a link goes on leading there."""
        target = Path(os.path.realpath(self.path))
        stays = target.exists() and self.mode != PRIVATE
        mode = stat.S_IMODE(target.stat().st_mode) if stays else self.mode & ~_umask()
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                os.fchmod(file.fileno(), mode)
            Path(name).replace(target)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _beside(self, content: bytes) -> Path:
        """The first name of its like that is free, with ``content`` in it."""
        for number in count(1):
            other = self.path.with_name(f"{self.path.name}.{number}")
            with suppress(FileExistsError):
                _make(other, content, self.mode)
                return other
        raise AssertionError

    def _unwritable(self, reason: str | None) -> TargetError:
        return TargetError(message("file-not-written", "{file} cannot be written: {why}", file=self.path, why=reason))


def require_distinct(files: Iterable[NewFile | None]) -> None:
    """Raise TargetError where two options name the same file."""
    seen: dict[str, str] = {}
    for file in files:
        if file is None:
            continue
        place = os.path.realpath(file.path)
        if place in seen and not file._is_device():
            raise TargetError(
                message(
                    "options-name-one-file",
                    "{one} and {other} name the same file, {file}; give each its own",
                    one=seen[place],
                    other=file.option,
                    file=file.path,
                )
            )
        seen[place] = file.option


def _pass_on(path: Path, content: bytes) -> None:
    """Write into a pipe or a device. A pipe without a reader is not waited for: ENXIO."""
    descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)  # its reader may be slow
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _make(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
