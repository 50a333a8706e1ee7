"""What a turn orders besides its answer: a desk closed or opened by telephone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """``scope`` as the router knows it; ``hours`` until it opens by itself, None to open it. ``by`` is a name."""

    scope: str
    hours: int | None
    by: str
