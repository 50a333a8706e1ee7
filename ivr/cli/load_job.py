"""A ``LoadJob`` is a load as it was asked for, from which each process that calls makes its callers.

Locust is not imported here. What the load workers of several machines must have alike is told by the job's ``mark``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.language import spoken
from ivr.errors import TargetError
from wording import message

if TYPE_CHECKING:
    from ivr.replay.load import LoadReport
    from ivr.replay.script import Script

MakeCaller = Callable[[], Callable[[], None]]
"""Makes a caller with a connection of its own, which makes one call each time that it is called."""


@dataclass(frozen=True)
class LoadJob:
    """``rate`` calls a second for ``seconds``, ``callers`` of them at the same time at most, to ``url``.

    ``profiles`` are scripts with their weights, and ``files`` the same as they are written: path, weight and content.
    """

    url: str
    profiles: Sequence[tuple[Script, float]]
    files: Sequence[tuple[float, bytes]]
    rate: float
    seconds: float
    callers: int
    real_time: bool
    to: str | None
    seed: int
    account_sid: str | None
    auth_token: str | None
    status_callback: str | None

    @property
    def count(self) -> int:
        """Return how many callers there are; each calls again and again."""
        return min(self.callers, max(1, round(self.rate * self.seconds)))

    @property
    def mark(self) -> str:
        """Return what differs where two processes would make different callers; account and address may differ."""
        told = hashlib.sha256()
        told.update(repr((self.rate, self.seconds, self.callers, self.real_time, self.to, self.seed)).encode())
        for weight, content in self.files:
            told.update(f"\n{weight!r} {len(content)}\n".encode() + content)
        return told.hexdigest()[:16]

    def callers_of(self, report: LoadReport, worker: int | None = None) -> MakeCaller:
        """Return what makes callers that tell ``report`` of each request and call: of the load worker ``worker`` (from
        0), which draws from a stream of its own, or of the only process.
        """
        import secrets

        from ivr.cli.url_target import NUMBER, ZONE
        from ivr.replay.call_target import UrlTarget, is_secret
        from ivr.replay.load import Profiles, TimedTransport, stream_of
        from ivr.replay.runner import play
        from ivr.simulator.carrier import Carrier, StatusCallback
        from ivr.simulator.clock import RealClock, VirtualClock
        from ivr.simulator.http_transport import HttpTransport

        own = Carrier()
        carrier = Carrier(account_sid=self.account_sid or own.account_sid, auth_token=self.auth_token or own.auth_token)
        if self.status_callback:
            carrier = replace(carrier, status_callback=StatusCallback(self.status_callback))
        drawn = Profiles(self.profiles, stream_of(self.seed, worker))

        def make_caller() -> Callable[[], None]:
            target = UrlTarget(
                self.url,
                TimedTransport(HttpTransport(), report.asked),
                to=self.to or NUMBER,
                zone=ZONE,
                carrier=carrier,
                # From the system, so that no two processes give a call the same one.
                new_sid=lambda: "CA" + secrets.token_hex(16),
                make_clock=(lambda _: RealClock()) if self.real_time else VirtualClock,
                conceals=is_secret,
            )
            return lambda: report.called(play(drawn.draw(), target))

        return make_caller


def read_profiles(
    profiles: Sequence[str],
) -> tuple[list[tuple[Script, float]], list[tuple[float, bytes]], list[str]]:
    """Return the scripts with their weights, those of a folder share its weight; their files as written; and what is
    wrong with others. Raises TargetError for a path or a weight that is none.
    """
    from ivr.cli.lines import DEFAULT_LINE, flows_folder
    from ivr.replay.script import ENDING, ScriptLines, find_scripts, read_all

    flows = flows_folder()
    weighted: list[tuple[Script, float]] = []
    written: list[tuple[float, bytes]] = []
    wrong: list[str] = []
    for profile in profiles:
        path, weight = _weighted(profile)
        files = find_scripts([path])
        if not files:
            raise TargetError(
                message(
                    "no-scripts-there",
                    "there is no call script in {path}; their names end in {ending}",
                    path=path,
                    ending=ENDING,
                )
            )
        read, bad = read_all(files, ScriptLines(flows, None, DEFAULT_LINE))
        wrong += [diagnostic.put(spoken) for each in bad for diagnostic in each.diagnostics]
        usable = [script for script in read if script.fixtures is None]
        if len(usable) < len(read):
            left = len(read) - len(usable)
            click.echo(f"{path}: {left} scripts bring fixtures, which no server elsewhere has; left out", err=True)
        weighted += [(script, weight / len(usable)) for script in usable]
        written += [(weight, file.read_bytes()) for file in files]
    if not weighted and not wrong:
        wrong.append("ivr load: no script is left to play")
    return weighted, written, wrong


def _weighted(written: str) -> tuple[Path, float]:
    path, equals, weight = written.rpartition("=")
    if not equals or Path(written).exists():
        return Path(written), 1.0
    try:
        number = float(weight)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise TargetError(f"'{written}': '{weight}' is no weight; write a number above 0, like {path}=3")
    return Path(path), number
