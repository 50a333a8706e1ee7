"""``FirstClient`` waits until a client connects to a socket, so that what answers there is made only then."""

from __future__ import annotations

import select
import signal
import socket

_ENDING = (signal.SIGTERM, signal.SIGINT)


class FirstClient:
    """The first client of ``listener``, a socket that listens: it stays in the socket's queue, and is not taken.

    ``wait`` is for the main thread; ``stop`` may be called by any.
    """

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._woken, self._wakes = socket.socketpair()
        self._wakes.setblocking(False)

    def wait(self) -> bool:
        """Return whether a client has connected: False where SIGTERM, SIGINT or ``stop`` came before."""
        wakes_before = signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
        # Python writes a signal's number for ``select`` only where the signal has a handler.
        handlers = [signal.signal(each, lambda *_: None) for each in _ENDING]
        try:
            ready, _, _ = select.select([self._woken, self._listener], [], [])
        finally:
            for each, handler in zip(_ENDING, handlers, strict=True):
                signal.signal(each, handler)
            signal.set_wakeup_fd(wakes_before)
        return self._woken not in ready

    def stop(self) -> None:
        """End the waiting, also one that has not begun yet."""
        self._wakes.send(b"\\0")

    def close(self) -> None:
        """Let go of what ``stop`` wakes the waiting with; the listener stays open."""
        self._woken.close()
        self._wakes.close()
