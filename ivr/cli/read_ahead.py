"""``ReadAhead`` reads call scripts and their lines in a process of its own, while this one loads the application.

Reading takes about as long as loading what plays the calls. The scripts of each line are one share of it, and the
process that has nothing else to do takes the next. Whatever keeps the other process from telling what it read (there
is no fork, it was killed) is made up for by reading here; so are faults of a line, to tell them here.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from ivr.cli.folder_lines import FolderLines
from ivr.cli.lines import DEFAULT_LINE
from ivr.errors import FlowError, TargetError
from ivr.flow.folder import line_names
from ivr.flow.line import Line
from ivr.replay.scenes.scene import read_scenes_and_scripts
from ivr.replay.script import BadScript, Script, ScriptLines
from value_class import value_class

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess


@value_class
class ReadScripts:
    """The scripts that can be used, those that cannot, and their lines as far as they were read."""

    scripts: list[Script]
    bad: list[BadScript]
    lines: FolderLines


OfFile: TypeAlias = dict[Path, tuple[list[Script], list[BadScript]]]
"""The scripts of each file, and those that cannot be used."""

MOST_SHARES: Final = 256
"""Shares of the reading, each of which has a number in one byte."""


class ReadAhead:
    """Begins to read the scripts of ``files`` for the lines below ``flows``; ``beside`` this process, or when asked.
    The other process ends with the block.
    """

    def __init__(self, files: Sequence[Path], flows: Path, *, beside: bool) -> None:
        self._files = files
        self._flows = flows
        self._comes: Connection | None = None
        self.shares: Shares | None = None
        self.process: ForkProcess | None = None
        if beside and "fork" in multiprocessing.get_all_start_methods():
            context = multiprocessing.get_context("fork")
            self.shares = Shares(files, flows)
            self._comes, goes = context.Pipe(duplex=False)
            self.process = context.Process(target=_tell, args=(goes, self.shares, flows), daemon=True)
            self.process.start()
            goes.close()

    def __enter__(self) -> ReadAhead:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the other process, which waits to tell what it read where nobody asked for it."""
        if self._comes is not None and self.shares is not None and self.process is not None:
            self._comes.close()
            self.shares.close()
            self.process.kill()
            self.process.join()

    def result(self) -> ReadScripts:
        """Return what was read, in the order of the files. Raises TargetError as ``line_names`` does."""
        read = _Read(self._flows)
        if self._comes is not None and self.shares is not None:
            for share in self.shares.taken():
                read.take(share)
            # Of what is cut off nothing is used, nor of what cannot be pickled.
            with suppress(EOFError, OSError), self._comes:
                read.join(*self._comes.recv())
        read.take(file for file in self._files if file not in read.of_file)
        each = [read.of_file[file] for file in self._files]
        return ReadScripts(
            [script for scripts, _ in each for script in scripts],
            [script for _, bad in each for script in bad],
            read.lines,
        )


class Shares:
    """The files of scripts, shared out by the line in whose folder they stand, the largest share first."""

    def __init__(self, files: Sequence[Path], flows: Path) -> None:
        lines = ScriptLines(flows, None, DEFAULT_LINE)
        shares: dict[str, list[Path]] = {}
        for file in files:
            shares.setdefault(lines.of(file), []).append(file)
        self._shares = sorted(shares.values(), key=_length, reverse=True)
        last = self._shares[MOST_SHARES - 1 :]
        if last:
            self._shares[MOST_SHARES - 1 :] = [[file for share in last for file in share]]
        # Each byte of the pipe is a share that no process has taken, and no two of them can read the same one.
        self._left, all_of_them = os.pipe()
        os.write(all_of_them, bytes(range(len(self._shares))))
        os.close(all_of_them)

    def taken(self) -> Iterator[list[Path]]:
        """Yield shares, each taken by this process, until all of them are taken."""
        while number := os.read(self._left, 1):
            yield self._shares[number[0]]

    def close(self) -> None:
        """Take no more."""
        os.close(self._left)


def _length(share: list[Path]) -> int:
    """How long the files of ``share`` are; one that is gone is told where it is read."""
    length = 0
    for file in share:
        with suppress(OSError):
            length += file.stat().st_size
    return length


class _Read:
    """What a process has read: the scripts of each file and those that cannot be used, and the lines of all."""

    def __init__(self, flows: Path) -> None:
        """Raises TargetError as ``line_names`` does."""
        self.lines = FolderLines(flows)
        self._callable = ScriptLines(flows, line_names(flows), DEFAULT_LINE, self.lines.prompts)
        self.of_file: OfFile = {}

    def take(self, files: Iterable[Path]) -> None:
        """Read ``files`` and the lines that their scripts call."""
        for file in files:
            scripts, _ = self.of_file[file] = read_scenes_and_scripts([file], self._callable)
            for name in dict.fromkeys(script.line for script in scripts):
                with suppress(FlowError, TargetError):
                    self.lines.line(name)

    def told(self) -> tuple[OfFile, dict[str, Line]]:
        """Return what ``join`` takes in another process."""
        return self.of_file, self.lines.read

    def join(self, of_file: OfFile, lines: dict[str, Line]) -> None:
        """Take over what another process has read."""
        self.of_file |= of_file
        self.lines.read |= lines


def _tell(goes: Connection, shares: Shares, flows: Path) -> None:
    """In the other process: Ctrl-C is the first one's to handle, and so is everything that is wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(Exception), goes:
        read = _Read(flows)
        for share in shares.taken():
            read.take(share)
        goes.send(read.told())
