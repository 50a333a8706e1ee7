"""A call waits for an AI agent behind a websocket in real seconds, since agents think by the wall clock."""

from __future__ import annotations

from value_class import value_class


@value_class
class RelaySettings:
    """``patience`` is how long a step that needs a message of the agent waits for one; ``pause`` is how long the agent
    may send nothing within an answer until that counts as its end, where it does not say ``last``.
    """

    patience: float = 5.0
    pause: float = 0.5
