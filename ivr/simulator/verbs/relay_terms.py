"""The terms on which an AI agent talks with a caller, as the document's attributes say."""

from __future__ import annotations

from value_class import value_class

SENSITIVITY_SECONDS = {"high": 0.0, "medium": 0.5, "low": 1.0}
"""For how long a caller has to speak until the agent falls silent, by interruptSensitivity; no times are published."""

BACKCHANNEL = frozenset(
    ("aham", "ah", "ahn", "entendi", "hum", "hm", "mhm", "mm", "mmhm", "ok", "okay", "oh", "right", "tá", "uh", "uhhuh")
)
"""Words by which a listener only says that it listens; the vendor publishes no list."""

END_OF_SPEECH = 1.0
"""Seconds of silence after which the caller's speech is taken to be over, where the document does not say."""


@value_class
class RelayTerms:
    """``greeting`` is said first, and cut short by what ``greeting_interruptible`` names; an agent's speech by what
    ``interruptible`` does. What the caller says or keys meanwhile without cutting it short is told where it is
    ``reported``. ``events`` are those that the agent asks for.
    """

    greeting: str = ""
    greeting_interruptible: str = "any"
    interruptible: str = "any"
    reported: str = "none"
    preemptible: bool = False
    dtmf: bool = False
    partial: bool = False
    sensitivity: str = "high"
    ignores_backchannel: bool = False
    events: frozenset[str] = frozenset()
    spoken_language: str = "en-US"
    heard_language: str = "en-US"
    end_of_speech: float | None = None
    parameters: tuple[tuple[str, str], ...] = ()

    def speech_cuts(self, interruptible: str, words: str, seconds: float) -> float | None:
        """Return after how many seconds of ``words``, which take ``seconds``, they silence the agent; None: not at all.

        ``interruptible`` is what cuts short what is being said.
        """
        if interruptible not in {"speech", "any"}:
            return None
        if self.ignores_backchannel and _is_backchannel(words):
            return None
        needed = SENSITIVITY_SECONDS[self.sensitivity]
        return needed if seconds >= needed else None

    def reports(self, kind: str) -> bool:
        """Return whether what the caller does while the agent speaks is told: ``kind`` is speech or dtmf."""
        return self.reported in {kind, "any"}


def _is_backchannel(words: str) -> bool:
    plain = ["".join(sign for sign in word.lower() if sign.isalpha()) for word in words.split()]
    return bool(plain) and all(word in BACKCHANNEL for word in plain)
