"""Many calls at once on a URL: who calls (``Profiles``), what each request took, and what came of all of it.

Several processes may call, on several machines: each draws from a stream of its own (``stream_of``), and what their
reports take in (``taken``) is added up in one (``add``), request by request, so that percentiles are those of the
whole.

A simulated caller plays a call script. Its call went astray where the script's steps did not happen or an expectation
did not hold: the answer was another one than a caller who presses those keys must get. Nothing here makes the calls
happen at the same time; ``ivr load`` has Locust do that.
"""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, TypedDict
from urllib.parse import urlsplit

from ivr.replay.runner import Played
from ivr.replay.script import Script
from ivr.simulator.transports import Request, Response, Transport, TransportError

HEARD: Final = "; heard instead:"
"""What a failure says before it quotes the call."""

SHOWN: Final = 5
"""Kinds of failures that are told, the most frequent first."""

_NUMBERS: Final = re.compile(r"[0-9]+|[0-9a-f]{16,}")


def stream_of(seed: int, worker: int | None = None) -> Random:
    """Return what draws the profiles of a load: of its load worker ``worker`` (from 0), or of its only process."""
    return Random(seed if worker is None else f"{seed}/{worker}")  # noqa: S311 - which caller comes next is no secret


class Profiles:
    """Profiles draw the script of the next caller with ``random``, each as often as its weight says."""

    def __init__(self, weighted: Sequence[tuple[Script, float]], random: Random) -> None:
        self._scripts = [script for script, _ in weighted]
        self._weights = list(itertools.accumulate(weight for _, weight in weighted))
        self._random = random

    def draw(self) -> Script:
        """Return the script of the next caller."""
        return self._random.choices(self._scripts, cum_weights=self._weights)[0]


Told = Callable[[str, float, str | None], None]
"""Is told of a request: what was asked (``POST /twilio/turn/N``), the seconds that it took, and what was wrong."""


class TimedTransport:
    """Sends requests by another transport, and tells what each took."""

    def __init__(self, transport: Transport, tell: Told, stopwatch: Callable[[], float] = time.perf_counter) -> None:
        self._transport = transport
        self._tell = tell
        self._stopwatch = stopwatch

    def send(self, request: Request, timeout: float) -> Response:
        """Ask once, as the other transport does, and raise what it raises."""
        # Turns of a call, and calls, are one line of a report.
        asked = f"{request.method} {_NUMBERS.sub('N', urlsplit(request.url).path)}"
        began = self._stopwatch()
        try:
            response = self._transport.send(request, timeout)
        except TransportError as error:
            self._tell(asked, self._stopwatch() - began, error.reason)
            raise
        wrong = None if response.status < 400 else f"status {response.status}"
        self._tell(asked, self._stopwatch() - began, wrong)
        return response


class LoadCounts(TypedDict):
    """A report gives these away to be added to another one, in types that msgpack and JSON take."""

    calls: int
    astray: int
    requests: dict[str, list[float]]
    errors: dict[str, int]
    failures: dict[str, int]
    examples: dict[str, str]


@dataclass
class LoadReport:
    """The report counts the calls of a load, and keeps the seconds of each request."""

    calls: int = 0
    astray: int = 0
    requests: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    """By failure: the first call of that kind, with what was heard instead."""

    def asked(self, what: str, seconds: float, wrong: str | None) -> None:
        """Count a request."""
        self.requests.setdefault(what, []).append(seconds)
        if wrong:
            self.errors[f"{what}: {wrong}"] += 1

    def called(self, played: Played) -> None:
        """Count a call. Where it went astray its first failure is kept; those after it only follow from it."""
        self.calls += 1
        if played.failures or played.transcript["error"]:
            self.astray += 1
            error = played.transcript["error"]
            told = played.failures[0] if played.failures else f"error {error['code']}: {error['message']}"
            # What was heard instead may hold a number of that call.
            kind = told.partition(HEARD)[0]
            self.failures[kind] += 1
            self.examples.setdefault(kind, told)

    def taken(self) -> LoadCounts:
        """Return what was counted since this was asked last, for another report to ``add``, and count from nothing
        on.
        """
        counts = LoadCounts(
            calls=self.calls,
            astray=self.astray,
            requests=self.requests,
            errors=dict(self.errors),
            failures=dict(self.failures),
            examples=self.examples,
        )
        self.calls = self.astray = 0
        self.requests, self.examples = {}, {}
        self.errors.clear()
        self.failures.clear()
        return counts

    def add(self, counts: LoadCounts) -> None:
        """Count what another report took in."""
        self.calls += counts["calls"]
        self.astray += counts["astray"]
        for what, times in counts["requests"].items():
            self.requests.setdefault(what, []).extend(times)
        self.errors.update(counts["errors"])
        self.failures.update(counts["failures"])
        for kind, told in counts["examples"].items():
            self.examples.setdefault(kind, told)

    @property
    def is_good(self) -> bool:
        """Return whether every request was answered, and no call went astray."""
        return not self.astray and not self.errors

    def figures(self, seconds: float) -> dict[str, object]:
        """Return the figures of a load that took ``seconds``; times are in milliseconds."""
        times = sorted(itertools.chain.from_iterable(self.requests.values()))
        return {
            "seconds": round(seconds, 1),
            "calls": self.calls,
            "calls_per_second": round(self.calls / seconds, 2),
            "turns": len(times),
            "turns_per_second": round(len(times) / seconds, 1),
            "p50_ms": _milliseconds(times, 0.50),
            "p95_ms": _milliseconds(times, 0.95),
            "p99_ms": _milliseconds(times, 0.99),
            "max_ms": _milliseconds(times, 1.0),
            "errors": sum(self.errors.values()),
            "astray": self.astray,
        }

    def lines(self, seconds: float) -> list[str]:
        """Return the report for people."""
        told = self.figures(seconds)
        rows = [
            f"{told['calls']} calls in {told['seconds']} s, {told['calls_per_second']} a second;"
            f" {told['turns']} turns, {told['turns_per_second']} a second",
            f"{'':28}{'turns':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'max ms':>9}",
        ]
        every = list(itertools.chain.from_iterable(self.requests.values()))
        for what, times in [*sorted(self.requests.items()), ("all", every)]:
            ordered = sorted(times)
            figures = "".join(f"{_milliseconds(ordered, share):>9.1f}" for share in (0.50, 0.95, 0.99, 1.0))
            rows.append(f"{what:28}{len(ordered):>8}{figures}")
        rows.append(f"errors: {told['errors']}, astray: {told['astray']}")
        rows += [f"{number:6} times: {what}" for what, number in self.errors.most_common(SHOWN)]
        rows += [f"{number:6} times: {self.examples[kind]}" for kind, number in self.failures.most_common(SHOWN)]
        return rows


def _milliseconds(ordered: Sequence[float], share: float) -> float:
    """The time within which ``share`` of all requests were answered (nearest rank); 0 where there were none."""
    if not ordered:
        return 0.0
    rank = max(1, -int(-share * len(ordered) // 1))
    return round(1000 * ordered[rank - 1], 2)
