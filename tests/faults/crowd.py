"""Several processes that do the same thing at once, as the workers and machines of a line do."""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

PATIENCE = 120
"""Seconds until a process that neither answers nor dies is given up."""

_CONTEXT = multiprocessing.get_context("forkserver")
# Imported once; the processes are forked from there, free of the threads and connections of whoever runs the tests.
_CONTEXT.set_forkserver_preload(["app", "tests.line_server", "ivr.cli.serve", "ivr.cli.pages"])


class CrowdError(AssertionError):
    """One of the processes failed; the text is its traceback."""


def crowd(tasks: list[tuple[Any, ...]], act: Callable[..., Any]) -> list[Any]:
    """What ``act(meet, *task)`` returned in a process of its own for each task, in their order.

    ``act`` stands in a module; it calls ``meet()`` when it is ready, which returns when all are. Raises CrowdError.
    """
    barrier = _CONTEXT.Barrier(len(tasks))
    running = []
    for task in tasks:
        mine, theirs = _CONTEXT.Pipe(duplex=False)
        process = _CONTEXT.Process(target=_run, args=(theirs, barrier, act, task), daemon=True)
        process.start()
        theirs.close()
        running.append((process, mine))
    try:
        return [_result(pipe) for _, pipe in running]
    finally:
        for process, pipe in running:
            pipe.close()
            if process.is_alive():
                process.join(1)
                process.kill()
            process.join()
            process.close()


def _result(pipe: Connection) -> Any:
    if not pipe.poll(PATIENCE):
        raise CrowdError(f"a process said nothing for {PATIENCE} s")
    try:
        failed, result = pipe.recv()
    except EOFError:
        raise CrowdError("a process died without a word") from None
    if failed:
        raise CrowdError(result)
    return result


def _run(answer: Connection, barrier: Barrier, act: Callable[..., Any], task: tuple[Any, ...]) -> None:
    try:
        answer.send((False, act(lambda: barrier.wait(PATIENCE), *task)))
    except BaseException:
        # Whoever waits for this one need not wait any longer.
        barrier.abort()
        answer.send((True, traceback.format_exc()))
