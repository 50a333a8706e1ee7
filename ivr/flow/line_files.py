"""The files of a line as one value: what is published, compared, and written out again as a folder.

They are read once, so that what is checked is what is published, however often the folder is saved meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from ivr.errors import TargetError
from ivr.flow.audio_folder import FOLDER
from ivr.flow.folder import MENU
from ivr.source.diagnostics import Diagnostics
from ivr.source.yaml import MAX_BYTES as MAX_BYTES_OF_TEXT
from ivr.source.yaml import contents
from wording import message

_PATTERNS: Final = (
    "*.yaml",
    "calls/**/*.call.yaml",
    "calls/**/*.scene.yaml",
    "calls/**/*.call.json",
    f"{FOLDER}/clips.jsonl",
    f"{FOLDER}/*.wav",
)
"""What belongs to a line below its folder: its menu, prompts, destinations and scripts, and its recordings."""

MAX_BYTES: Final = 256 * 1024 * 1024
"""Of all files of a line; a thousand recordings of ten seconds at 8 kHz and 16 bits have 160 MB."""

MAX_SOUND_BYTES: Final = 16 * 1024 * 1024

MAX_NAME_BYTES: Final = 200
"""Of a file or folder below a line; disks take 255, and a file that is written aside has a longer name for a moment."""


@dataclass(frozen=True)
class LineFiles(Mapping[str, bytes]):
    """The contents of a line's files by their paths below its folder, in the order of the paths.

    Raises ValueError for a path that would lead out of a folder.
    """

    contents: Mapping[str, bytes]

    def __post_init__(self) -> None:
        for path in self.contents:
            if not _is_inside(path):
                raise ValueError(f"'{path}' is no path of a file of a line")

    @classmethod
    def of_folder(cls, folder: Path) -> LineFiles:
        """Read the files of the line in ``folder``. Raises TargetError where one cannot be read or is too large."""
        found = sorted({path for pattern in _PATTERNS for path in folder.glob(pattern) if not path.is_dir()})
        read: dict[str, bytes] = {}
        for path in found:
            name = path.relative_to(folder).as_posix()
            if _is_inside(name):
                read[name] = _content(path)
        size = sum(map(len, read.values()))
        if size > MAX_BYTES:
            raise TargetError(
                message(
                    "line-too-large",
                    "{folder} holds {size} MB of files; a line has {most} MB at most",
                    folder=folder,
                    size=size >> 20,
                    most=MAX_BYTES >> 20,
                )
            )
        if MENU not in read:
            raise TargetError(
                message(
                    "folder-is-no-line",
                    "{folder} holds no {file}, so it is no line; name the folder of one",
                    folder=folder,
                    file=MENU,
                )
            )
        return cls(read)

    def __getitem__(self, path: str) -> bytes:
        return self.contents[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.contents)

    def __len__(self) -> int:
        return len(self.contents)

    def write_to(self, folder: Path) -> None:
        """Write every file below ``folder``, which is made where it is not there. Raises OSError."""
        for path, content in self.contents.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def changes_from(self, other: Mapping[str, bytes]) -> list[str]:
        """Return the paths of which these files and ``other`` hold something else, or which only one of them has."""
        return sorted(path for path in {*self, *other} if self.contents.get(path) != other.get(path))


def require_name_of_line(name: str) -> None:
    """Require that a folder of a line may have that ``name``. Raises TargetError."""
    if not _is_inside(name) or PurePosixPath(name).name != name or name.startswith("-") or not name.isprintable():
        raise TargetError(message("no-name-of-a-line", "'{name}' is no name of a line", name=name))


def require_file_of_line(path: str, content: bytes | None) -> None:
    """Require that a line may have a file at ``path`` with that ``content`` (None: none). Raises TargetError."""
    parts = PurePosixPath(path).parts
    if not path.isprintable() or any(len(part.encode()) > MAX_NAME_BYTES for part in parts):
        raise TargetError(
            message(
                "name-of-a-file-not-taken",
                "{path} is no name for a file: letters, digits and signs that can be seen, {most} bytes at most",
                path=repr(path[:40]),
                most=MAX_NAME_BYTES,
            )
        )
    if not (_is_inside(path) and any(_fits(PurePosixPath(path), pattern) for pattern in _PATTERNS)):
        raise TargetError(
            message(
                "no-file-of-a-line",
                "'{path}' is no file of a line: it has *.yaml, calls/*.call.yaml and calls/*.scene.yaml, and in audio/"
                " recordings",
                path=path,
            )
        )
    most = MAX_SOUND_BYTES if path.endswith(".wav") else MAX_BYTES_OF_TEXT
    if content is not None and len(content) > most:
        raise TargetError(
            message(
                "file-of-a-line-too-large",
                "{path} has {size} kB; such a file has {most} kB at most",
                path=path,
                size=len(content) >> 10,
                most=most >> 10,
            )
        )


def _fits(path: PurePosixPath, pattern: str) -> bool:
    """Whether a path is one that ``pattern`` finds below a folder; ``**`` stands for any number of folders."""
    folder, _, name = pattern.rpartition("/")
    here = path.parent.as_posix()
    if folder.endswith("/**"):
        top = folder.removesuffix("/**")
        return (here == top or here.startswith(f"{top}/")) and path.match(name)
    return here == (folder or ".") and path.match(name)


def _content(path: Path) -> bytes:
    """Only ordinary files are read: a pipe would never end."""
    if path.suffix == ".wav":
        try:
            if not path.is_file() or path.stat().st_size > MAX_SOUND_BYTES:
                raise TargetError(
                    message(
                        "recording-too-large",
                        "{file} is no recording of {most} MB at most; ivr check tells more",
                        file=path,
                        most=MAX_SOUND_BYTES >> 20,
                    )
                )
            return path.read_bytes()
        except OSError as error:
            raise TargetError(
                message(
                    "recording-not-read",
                    "{file} cannot be read: {why}; let this account read it",
                    file=path,
                    why=error.strerror,
                )
            ) from None
    diagnostics = Diagnostics()
    written = contents(path, diagnostics, str(path))
    if written is None:
        raise TargetError(str(diagnostics.errors[0]))
    return written


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and "\x00" not in path and not path.startswith("/") and not any(p.startswith(".") for p in parts)
