"""An outcome is how the ringing of a target, or the wait in its queue, ended, in words of the router's own.

Each channel maps what its carrier says to one of these words where the request comes in. The word is stored with the
turn (``next target: busy``), so none is ever renamed.
"""

from __future__ import annotations

from typing import Final, Literal

TargetOutcome = Literal[
    "answered",  # the caller was connected; out of a queue, too
    "completed",  # ... and the talk has ended
    "busy",
    "no-answer",
    "canceled",  # the ringing was broken off before an answer
    "failed",  # the target could not be rung at all
    "queue-full",
    "queue-timeout",  # the line took the caller out of the queue: after the longest wait, or for a key that was pressed
    "hangup",  # the caller hung up in the queue
    "redirected",  # another request took the call out of the queue; the router takes this and the rest as failed
    "redirected-from-bridged",
    "error",
    "system-error",
]

REACHED: Final = frozenset[TargetOutcome]({"answered", "completed"})
"""The caller has talked with people."""

BUSY: Final = frozenset[TargetOutcome]({"busy", "queue-full"})

NO_ANSWER: Final = frozenset[TargetOutcome]({"no-answer", "canceled", "queue-timeout"})
