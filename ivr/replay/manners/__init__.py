"""The manners in which a caller may go about a call script, by the words of ``ivr replay --as``."""

from __future__ import annotations

from typing import Final

from ivr.replay.manners.finishing import Finishing
from ivr.replay.manners.hasty import Hasty
from ivr.replay.manners.leaving import Leaving
from ivr.replay.manners.manner import Manner
from ivr.replay.manners.mistyping import Mistyping
from ivr.replay.manners.slow import Slow

MANNERS: Final[dict[str, type[Manner]]] = {each.word: each for each in (Slow, Hasty, Finishing, Mistyping, Leaving)}
