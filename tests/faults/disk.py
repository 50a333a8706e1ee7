"""A disk that fails or dawdles on demand, for the processes that are started with its ``environment``.

The library between them and the C library is built here from faulty.c. Linux only, since it is LD_PRELOAD that puts it
there; and only what is written through system calls passes it: a file that is mapped into memory does not.
"""

from __future__ import annotations

import errno
import mmap
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_name("faulty.c")

NO_SPACE = errno.ENOSPC
BROKEN = errno.EIO
FOR_EVER = 2**62

_LAYOUT = struct.Struct("=8q256s")
"""``struct control`` of faulty.c."""

_NAMES = ("writes", "syncs", "failed", "first", "last", "error", "delay", "sync_error")


class NoFaultyDiskError(Exception):
    """No such disk can be made here; the text says why and what to do."""


class FaultyDisk:
    """``environment`` is what a process is started with to write to it. ``path`` is a piece of the path of the files
    that are on it.

    Raises NoFaultyDiskError where there is no Linux or no C compiler.
    """

    def __init__(self, path: str) -> None:
        if sys.platform != "linux":
            raise NoFaultyDiskError("a library can be put before a process by LD_PRELOAD on Linux only")
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            raise NoFaultyDiskError("there is no C compiler; install one (Debian: apt-get install gcc libc6-dev)")
        # A server runs as somebody else and must come at both files, so they lie outside of pytest's own folders.
        self._folder = Path(tempfile.mkdtemp(prefix="ivr-disk-"))
        self._folder.chmod(0o755)
        library = self._folder / "faulty.so"
        built = subprocess.run(
            [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, SOURCE, "-ldl"],
            capture_output=True,
            text=True,
            check=False,
        )
        if built.returncode:
            shutil.rmtree(self._folder)
            raise NoFaultyDiskError(f"faulty.c cannot be built: {' '.join(built.stderr.split())[:300]}")
        self._control = self._folder / "control"
        self._control.write_bytes(bytes(_LAYOUT.size))
        self._control.chmod(0o666)
        with self._control.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _LAYOUT.size)
        self._path = path.encode()
        self.environment = {"LD_PRELOAD": str(library), "IVR_TEST_FAULTY_DISK": str(self._control)}
        self.lift()

    def lift(self) -> None:
        """All is well; counting begins anew."""
        self._write()

    def fail(self, number: int, error: int, *, times: int = 1) -> None:
        """The write of that ``number``, counted from now and 1, and the next ones, ``times`` in all, fail."""
        self._write(first=number, last=number + times - 1, error=error)

    def fill(self) -> None:
        """No write succeeds any more."""
        self.fail(1, NO_SPACE, times=FOR_EVER)

    def slow(self, seconds: float) -> None:
        """Each sync takes so much longer."""
        self._write(delay=int(seconds * 1_000_000))

    def forget_syncs(self) -> None:
        """No sync succeeds any more."""
        self._write(sync_error=BROKEN)

    @property
    def writes(self) -> int:
        """Writes since the last change here."""
        return self._read("writes")

    @property
    def syncs(self) -> int:
        """Syncs since the last change here."""
        return self._read("syncs")

    @property
    def failed(self) -> int:
        """How many of either failed on demand."""
        return self._read("failed")

    def close(self) -> None:
        """Take the library away again."""
        self._map.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, **values: int) -> None:
        fields = (values.get(name, 0) for name in _NAMES)
        self._map[:] = _LAYOUT.pack(*fields, self._path)

    def _read(self, name: str) -> int:
        return int(_LAYOUT.unpack(self._map[:])[_NAMES.index(name)])
