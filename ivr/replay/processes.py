"""``in_processes`` does numbered pieces of work in several processes, with results in the order of the numbers."""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final, TypeAlias, TypeVar

Result = TypeVar("Result")

Begin: TypeAlias = Callable[[], Callable[[int], Result]]
"""Asked once in each process: it makes what the pieces of work there share, and returns what does one of them."""

AT_ONCE: Final = 4
"""Pieces that a process takes at once: this one takes a processor from the others whenever it hands some out, and none
of them has long to wait at the end for the last one to be done with its own."""


def in_processes(number: int, begin: Begin[Result], jobs: int) -> Iterator[Result]:
    """Yield the result of each piece of work from 0 to ``number``, of which ``jobs`` are done at a time."""
    if min(jobs, number) <= 1:
        yield from map(begin(), range(number))
        return
    # What is there by now stays. Without this each process looks through it for garbage, and so gets pages of its own.
    gc.freeze()
    # A forked worker has everything imported already; where there is no fork, it imports for itself.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
    with ProcessPoolExecutor(
        min(jobs, number), multiprocessing.get_context(method), initializer=_begin, initargs=(begin,)
    ) as pool:
        try:
            at_once = max(1, min(AT_ONCE, number // (10 * jobs)))
            yield from pool.map(_do, range(number), chunksize=at_once)
        finally:
            pool.shutdown(cancel_futures=True)


_doer: Callable[[int], Any] | None = None


def _begin(begin: Begin[Any]) -> None:
    """In a new process: Ctrl-C is the parent's to handle."""
    global _doer
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _doer = begin()


def _do(number: int) -> Any:
    if _doer is None:
        raise RuntimeError("a process does work only after it has begun")
    return _doer(number)
