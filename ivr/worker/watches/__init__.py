"""The watches, one a file: a new one is its file and its line here."""

from __future__ import annotations

from ivr.worker.watch import StandingWatch
from ivr.worker.watches.distribution import Distribution
from ivr.worker.watches.talk_sweep import TalkSweeping

WATCHES: tuple[type[StandingWatch], ...] = (Distribution, TalkSweeping)
