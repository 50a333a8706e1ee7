"""Plays a line's scripts on each mutant of it, until one notices; mutants that no call can tell apart are proven so.

A script notices where it fails: it heard, pressed or came to something else than it expects. Only the scripts that come
to what was changed are played, the nearest first.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from ivr.flow.line import Line
from ivr.flow.mutants.difference import difference
from ivr.flow.mutants.equivalence import Equivalence
from ivr.flow.mutants.mutable_line import MutableLine
from ivr.flow.mutants.mutant import Mutant
from ivr.replay.call_target import CallTarget
from ivr.replay.reached_places import ReachedPlaces, worth_playing
from ivr.replay.runner import play
from ivr.source.diagnostics import Diagnostic
from value_class import value_class

Verdict: TypeAlias = Literal["noticed", "unnoticed", "equivalent", "refused"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)

TargetOn = Callable[[Line], CallTarget]
"""Makes a target that plays scripts on a line of which there is no folder."""


@value_class
class TriedMutant:
    """A mutant and what came of it: ``by`` is the script that noticed, ``came`` those that came to it and did not.

    ``reason`` is why no call can tell it from the line, or for what ``ivr check`` refuses it.
    """

    mutant: Mutant
    verdict: Verdict
    by: str = ""
    came: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Mutation:
    """The trial of all ``mutants`` of one line by ``calls``, which went as their scripts expect on the line itself."""

    line: MutableLine
    mutants: Sequence[Mutant]
    calls: Sequence[ReachedPlaces]
    target_on: TargetOn

    def try_each(self, jobs: int = 1) -> Iterator[TriedMutant]:
        """Yield what came of each mutant, in their order, ``jobs`` of them tried at a time."""
        jobs = min(jobs, len(self.mutants))
        if jobs <= 1:
            yield from map(_Trial(self).of, self.mutants)
            return
        # A forked worker has the line and the scripts already; where there is no fork, they are sent to it once.
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else None
        with ProcessPoolExecutor(
            jobs, multiprocessing.get_context(method), initializer=_begin, initargs=(self,)
        ) as pool:
            try:
                yield from pool.map(_try_numbered, range(len(self.mutants)), chunksize=1)
            finally:
                pool.shutdown(cancel_futures=True)


class _Trial:
    """One process's part of a mutation."""

    def __init__(self, mutation: Mutation) -> None:
        self._mutation = mutation
        self._equivalence = Equivalence(mutation.line.line)

    def of(self, mutant: Mutant) -> TriedMutant:
        """Try one mutant, or another in its place where ``ivr check`` refuses it."""
        refused = None
        for each in (mutant, *mutant.others):
            made = self._mutation.line.make(each)
            if isinstance(made, Line):
                return self._played(each, made)
            refused = refused or TriedMutant(each, "refused", reason=_told(made))
        return refused or TriedMutant(mutant, "refused")

    def _played(self, mutant: Mutant, mutated: Line) -> TriedMutant:
        line = self._mutation.line.line
        differs = difference(line, mutated)
        proof = self._equivalence.proof(mutated, differs)
        if proof:
            return TriedMutant(mutant, "equivalent", reason=proof)
        came = worth_playing(line, differs, self._mutation.calls)
        target = self._mutation.target_on(mutated) if came else None
        for call in came:
            if target and not play(call.script, target).passed:
                return TriedMutant(mutant, "noticed", call.script.where)
        return TriedMutant(mutant, "unnoticed", came=tuple(call.script.where for call in came))


def _told(diagnostic: Diagnostic) -> str:
    return diagnostic.message


_trial: _Trial | None = None
_mutants: Sequence[Mutant] = ()


def _begin(mutation: Mutation) -> None:
    """In a new process: Ctrl-C is the parent's to handle."""
    global _trial, _mutants
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _trial, _mutants = _Trial(mutation), mutation.mutants


def _try_numbered(number: int) -> TriedMutant:
    if _trial is None:
        raise RuntimeError("a worker tries mutants only after it has begun")
    return _trial.of(_mutants[number])
