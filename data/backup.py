"""A backup is one file: a dump of the database, and a manifest that says what is in it and with which key it is read.

It is an ordinary tar (``tar tf FILE``), the manifest first. The key is not in it, only a mark of it, so that the file
alone gives no document or password away, and a restore with another key is refused instead of giving a database in
which every customer is unknown. The mark tells nothing of a key that was made by ``ivr serve`` (32 random bytes).

The manifest is sealed with the key, and holds the digest of the dump: a dump is a program (of SQL, on PostgreSQL), and
one that others have written is not run.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final

from data.dump import VERSION_TABLE, Content, Counts
from value_class import value_class

FORMAT: Final = 1
"""Of the file; a reader refuses what is newer than it knows."""

_MANIFEST: Final = "manifest.json"
_DUMP: Final = "database.dump"
_MOST_MANIFEST: Final = 1024 * 1024
_PIECE: Final = 1024 * 1024


class BackupError(Exception):
    """A file is no backup, or not a whole one; the text says why."""


@value_class
class Manifest:
    """The manifest says which database was dumped (``kind``), when, at which ``revision`` of its tables and with how
    many rows of each; the SHA-256 of the dump and its size in bytes; and the mark of the key. ``seal`` is made of all
    this with the key.
    """

    kind: str
    made_at: datetime
    revision: str
    rows: Counts
    sha256: str
    size: int
    key_mark: str
    seal: str = ""

    @property
    def total(self) -> int:
        """Return how many rows there are in all."""
        return sum(number for name, number in self.rows.items() if name != VERSION_TABLE)

    def as_json(self) -> bytes:
        """Return the manifest as it is written."""
        return json.dumps({"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}, indent=1).encode()

    def sealed(self, key: bytes) -> Manifest:
        """Return the manifest with the seal that belongs to it."""
        return replace(self, seal=_seal(self, key))

    def is_sealed(self, key: bytes) -> bool:
        """Return whether ``ivr backup`` made it with ``key``, and nothing in it was changed since."""
        return hmac.compare_digest(self.seal.encode(), _seal(self, key).encode())

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read a manifest. Raises BackupError."""
        try:
            told = json.loads(text)
            if told.pop("format") > FORMAT:
                raise BackupError("it was made by a newer release; restore it with that one")
            made_at = datetime.fromisoformat(told.pop("made_at"))
            rows = {str(name): int(number) for name, number in told.pop("rows").items()}
            size = int(told.pop("size"))
            texts = {str(name): str(value) for name, value in told.items()}
            texts["seal"]  # there, or it is none of ours
            return cls(made_at=made_at, rows=rows, size=size, **texts)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise BackupError("its manifest cannot be read") from None


def key_mark(key: bytes) -> str:
    """Return what tells keys apart: 16 hex digits, from which no key can be found."""
    return hmac.new(key, b"mark of the key of a backup", hashlib.sha256).hexdigest()[:16]


def write_backup(file: Path, dump: Path, kind: str, content: Content, key: bytes, now: datetime) -> Manifest:
    """Write the backup of ``dump``, which holds ``content``, into the new file ``file``, and return its manifest."""
    size = dump.stat().st_size
    made = Manifest(kind, now, content.revision, content.rows, _sha256_of(dump), size, key_mark(key))
    manifest = made.sealed(key)
    told = manifest.as_json()
    with tarfile.open(file, "x", format=tarfile.PAX_FORMAT) as archive:
        head = tarfile.TarInfo(_MANIFEST)
        head.size, head.mode, head.mtime = len(told), 0o600, int(now.timestamp())
        archive.addfile(head, io.BytesIO(told))
        body = tarfile.TarInfo(_DUMP)
        body.size, body.mode, body.mtime = manifest.size, 0o600, head.mtime
        with dump.open("rb") as dumped:
            archive.addfile(body, dumped)
    return manifest


@contextmanager
def open_backup(file: Path) -> Iterator[tuple[Manifest, Path]]:
    """Read the backup through, and yield its manifest and its dump in a file of its own, which goes with the block.

    Raises BackupError where it is none, or not whole.
    """
    with TemporaryDirectory(prefix="ivr-restore-") as folder:
        dump = Path(folder) / _DUMP
        try:
            with tarfile.open(file, "r:") as archive:
                head, body = archive.next(), archive.next()
                if head is None or body is None or (head.name, body.name) != (_MANIFEST, _DUMP):
                    raise BackupError("it is no backup of ivr")
                manifest = Manifest.from_json(_content(archive, head).read(_MOST_MANIFEST))
                if body.size == manifest.size:
                    _copy(_content(archive, body), dump)
        except (tarfile.TarError, EOFError):
            raise BackupError("it is no backup of ivr, or not a whole one") from None
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise BackupError(f"there is no room below {Path(folder).parent} to unpack it; set TMPDIR") from None
            raise BackupError(f"it cannot be read: {error.strerror or error}") from None
        if body.size != manifest.size or _sha256_of(dump) != manifest.sha256:
            raise BackupError("it is damaged: what is in it is not what was written")
        yield manifest, dump


def verify_rows(found: Counts, manifest: Manifest) -> None:
    """Raise BackupError where a database has not exactly the rows of the manifest."""
    for name in sorted(found.keys() | manifest.rows.keys()):
        there, meant = found.get(name), manifest.rows.get(name)
        if there != meant:
            raise BackupError(f"what was restored is not what it holds: {there} rows of {name} instead of {meant}")


def _seal(manifest: Manifest, key: bytes) -> str:
    return hmac.new(key, b"seal of a backup" + replace(manifest, seal="").as_json(), hashlib.sha256).hexdigest()


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(member)
    if content is None:
        raise BackupError("it is no backup of ivr")
    return content


def _copy(source: IO[bytes], into: Path) -> None:
    into.touch(mode=0o600)
    with into.open("wb") as file:
        while piece := source.read(_PIECE):
            file.write(piece)


def _sha256_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
