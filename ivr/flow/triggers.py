"""The closed vocabulary of what can move a call. Names are ours: no text of a YAML file ever becomes a trigger.

``transitions`` imports and runs dotted names that reach it as callbacks, and binds triggers as attributes; so only
these words, which stand in this file, are ever given to it.
"""

from __future__ import annotations

from typing import Final

KEYS: Final = "0123456789*#"
FINISH_KEY: Final = "#"
_NAMED_KEYS: Final = {"*": "star", "#": "hash"}

# The words themselves are stored with turns and shown in X-IVR-Edges: those of the first release stay.
NO_INPUT: Final = "no_input"
NO_MATCH: Final = "invalid"
MAX_REPROMPTS: Final = "given_up"
MAX_ATTEMPTS: Final = "struck_out"
COLLECTED: Final = "collected"
READ_BACK: Final = "read_back"
SKIPPED: Final = "skipped"
NEXT: Final = "next"
ROUTED: Final = "routed"
UNKNOWN_CODE: Final = "unknown_code"
SERVED: Final = "served"
CLOSED: Final = "closed"
UNREACHABLE: Final = "unreachable"
OPENED: Final = "opened"
REFUSED: Final = "refused"
RECORDED: Final = "recorded"
NO_MESSAGE: Final = "no_message"
NO_NUMBER: Final = "no_number"
CODE: Final = "code"
BILLED: Final = "billed"
LINKED: Final = "linked"
IMPOSSIBLE: Final = "impossible"
DENIED: Final = "denied"
NO_DESK: Final = "no_desk"
NO_ADMINISTRATOR: Final = "no_administrator"


def key(pressed: str) -> str:
    """The trigger of one key: ``key_2``, ``key_star``, ``key_hash``."""
    return f"key_{_NAMED_KEYS.get(pressed, pressed)}"


def outcome(word: str) -> str:
    """The trigger of a check's outcome: ``is_overdue``."""
    return f"is_{word.replace('-', '_')}"
