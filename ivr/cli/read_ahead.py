"""``ReadAhead`` reads call scripts and their lines in a process of its own, while this one loads the application.

Reading takes about as long as loading what plays the calls. Whatever keeps the other process from telling what it read
(there is no fork, it was killed) is made up for by reading here; so are faults of a line, to tell them here.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.folder_lines import FolderLines
from ivr.cli.lines import DEFAULT_LINE
from ivr.errors import FlowError, TargetError
from ivr.flow.folder import line_names
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


class ReadAhead:
    """Begins to read the scripts of ``files`` for the lines below ``flows``; ``beside`` this process, or when asked.
    The other process ends with the block.
    """

    def __init__(self, files: Sequence[Path], flows: Path, *, beside: bool) -> None:
        self._files = files
        self._flows = flows
        self._comes: Connection | None = None
        self.process: ForkProcess | None = None
        if beside and "fork" in multiprocessing.get_all_start_methods():
            context = multiprocessing.get_context("fork")
            self._comes, goes = context.Pipe(duplex=False)
            self.process = context.Process(target=_tell, args=(goes, files, flows), daemon=True)
            self.process.start()
            goes.close()

    def __enter__(self) -> ReadAhead:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the other process, which waits to tell what it read where nobody asked for it."""
        if self._comes is not None and self.process is not None:
            self._comes.close()
            self.process.kill()
            self.process.join()

    def result(self) -> ReadScripts:
        """Return what was read. Raises TargetError as ``line_names`` does."""
        if self._comes is not None:
            # Of what is cut off nothing is used, nor of what cannot be pickled.
            with suppress(EOFError, OSError), self._comes:
                told: ReadScripts = self._comes.recv()
                return told
        return _read(self._files, self._flows)


def _read(files: Sequence[Path], flows: Path) -> ReadScripts:
    lines = FolderLines(flows)
    scripts, bad = read_scenes_and_scripts(files, ScriptLines(flows, line_names(flows), DEFAULT_LINE, lines.prompts))
    for name in dict.fromkeys(script.line for script in scripts):
        with suppress(FlowError, TargetError):
            lines.line(name)
    return ReadScripts(scripts, bad, lines)


def _tell(goes: Connection, files: Sequence[Path], flows: Path) -> None:
    """In the other process: Ctrl-C is the first one's to handle, and so is everything that is wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(Exception), goes:
        goes.send(_read(files, flows))
