"""``ivr load URL`` has simulated callers telephone a webhook at a rate, and tells what it bears."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli import BAD_INPUT
from ivr.cli.language import spoken
from ivr.errors import SettingsError, TargetError
from wording import message

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.replay.load import LoadReport, Profiles
    from ivr.replay.script import Script

GRACE_SECONDS = 60
"""For which calls that have begun may go on when the time is up."""

MOST_CALLERS = 10_000


class Quantity(click.FloatRange):
    """A number in a range; NaN, which is below and above nothing, is in none."""

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number. Raises click.BadParameter."""
        number = float(super().convert(value, param, ctx))
        if number != number:
            self.fail("nan is no number", param, ctx)
        return number


@click.command(short_help="Have many simulated callers telephone a webhook.")
@click.argument("url")
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE...")
@click.option("--rate", type=Quantity(0.01, 10_000), default=1.0, show_default=True, help="Calls a second.")
@click.option("--seconds", type=Quantity(1, 86_400), default=60.0, show_default=True, help="For how long.")
@click.option(
    "--callers",
    type=click.IntRange(1, MOST_CALLERS),
    default=100,
    show_default=True,
    help="Calls at the same time, at most.",
)
@click.option("--real-time", is_flag=True, help="Callers hear every prompt out, at the pace of speech.")
@click.option("--to", metavar="NUMBER", help="What is dialled: tells the URL which line is called.")
@click.option("--account-sid", envvar="TWILIO_ACCOUNT_SID", metavar="SID", help="Account that calls.")
@click.option("--auth-token", envvar="TWILIO_AUTH_TOKEN", metavar="TOKEN", help="Token that signs the requests.")
@click.option("--status-callback", metavar="URL", help="Told how each call ended.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the draw of profiles.")
@click.option("--json", "as_json", is_flag=True, help="The figures as one JSON object on standard output.")
@click.pass_context
def load(
    context: click.Context,
    url: str,
    profiles: tuple[str, ...],
    rate: float,
    seconds: float,
    callers: int,
    real_time: bool,
    to: str | None,
    account_sid: str | None,
    auth_token: str | None,
    status_callback: str | None,
    seed: int,
    as_json: bool,
) -> None:
    """Have simulated callers telephone URL, signed as Twilio signs, --rate calls a second.

    A PROFILE is a call script or a folder of them, as often as =WEIGHT says (menus.call.yaml=3 orders.call.yaml=1).
    The server has its own clock and data: take scripts that hold at this hour, and none that bring fixtures. Every call
    writes at the server, so give it a database for it. Needs the extra: pip install 'ivr-4003-0015[load]'.

    Exits 0; 1 where a request failed, or a call went astray: it was answered otherwise than its script expects; 2 where
    URL or a PROFILE cannot be used.
    """
    try:
        # First of all: it exchanges Python's sockets and locks for those of gevent.
        import locust  # noqa: F401
    except ImportError:
        raise SettingsError("ivr load needs locust; install it with: pip install 'ivr-4003-0015[load]'") from None
    from random import Random

    from ivr.cli.probe import probe
    from ivr.replay.load import LoadReport, Profiles

    weighted, bad = _read(profiles)
    if bad:
        for told in bad:
            click.echo(told, err=True)
        context.exit(BAD_INPUT)
    probe(url)
    report = LoadReport()
    drawn = Profiles(weighted, Random(seed))  # noqa: S311 - which caller comes next is no secret
    make_caller = _callers(url, drawn, report, to, account_sid, auth_token, status_callback, real_time=real_time)
    took, was_busy = _run(make_caller, rate, seconds, callers)
    if as_json:
        click.echo(json.dumps(report.figures(took) | {"rate": rate, "generator_at_its_limit": was_busy}))
    else:
        for line in report.lines(took):
            click.echo(line)
    if report.calls < 0.9 * rate * seconds:
        click.echo(
            f"asked for were {rate * seconds:g} calls, made {report.calls}: the server is slower than that, or"
            f" {callers} --callers are too few",
            err=True,
        )
    if was_busy:
        click.echo(
            "this process was at the limit of its core: the figures tell of it more than of the server", err=True
        )
    context.exit(0 if report.is_good else 1)


def _read(profiles: Sequence[str]) -> tuple[list[tuple[Script, float]], list[str]]:
    """The scripts with their weights, those of a folder share its weight; and what is wrong with others."""
    from ivr.cli.lines import DEFAULT_LINE, flows_folder
    from ivr.replay.script import ENDING, ScriptLines, find_scripts, read_all

    flows = flows_folder()
    weighted: list[tuple[Script, float]] = []
    wrong: list[str] = []
    for written in profiles:
        path, weight = _weighted(written)
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
    if not weighted and not wrong:
        wrong.append("ivr load: no script is left to play")
    return weighted, wrong


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


def _callers(
    url: str,
    profiles: Profiles,
    report: LoadReport,
    to: str | None,
    account_sid: str | None,
    auth_token: str | None,
    status_callback: str | None,
    *,
    real_time: bool,
) -> Callable[[], Callable[[], None]]:
    """What makes a caller: with a connection of its own, and each time one call with one of the scripts."""
    import secrets
    from dataclasses import replace

    from ivr.cli.url_target import NUMBER, ZONE
    from ivr.replay.call_target import UrlTarget, is_secret
    from ivr.replay.load import TimedTransport
    from ivr.replay.runner import play
    from ivr.simulator.carrier import Carrier, StatusCallback
    from ivr.simulator.clock import RealClock, VirtualClock
    from ivr.simulator.http_transport import HttpTransport

    own = Carrier()
    carrier = Carrier(account_sid=account_sid or own.account_sid, auth_token=auth_token or own.auth_token)
    if status_callback:
        carrier = replace(carrier, status_callback=StatusCallback(status_callback))

    def make_caller() -> Callable[[], None]:
        target = UrlTarget(
            url,
            TimedTransport(HttpTransport(), report.asked),
            to=to or NUMBER,
            zone=ZONE,
            carrier=carrier,
            new_sid=lambda: "CA" + secrets.token_hex(16),
            make_clock=(lambda _: RealClock()) if real_time else VirtualClock,
            conceals=is_secret,
        )
        return lambda: report.called(play(profiles.draw(), target))

    return make_caller


def _run(
    make_caller: Callable[[], Callable[[], None]], rate: float, seconds: float, callers: int
) -> tuple[float, bool]:
    """Have Locust make calls, and return the seconds that it took and whether this process was at its limit."""
    import time

    from locust import User, constant_throughput, task
    from locust.env import Environment

    # Each caller calls again and again; they begin one after the other, so that calls come evenly.
    count = min(callers, max(1, round(rate * seconds)))

    class Caller(User):
        wait_time = constant_throughput(rate / count)

        def on_start(self) -> None:
            self.call = make_caller()

        @task
        def telephone(self) -> None:
            self.call()

    environment = Environment(user_classes=[Caller], stop_timeout=GRACE_SECONDS, catch_exceptions=False)
    runner = environment.create_local_runner()
    began = time.perf_counter()
    runner.start(count, spawn_rate=rate)
    try:
        time.sleep(seconds)
    except KeyboardInterrupt:
        click.echo("interrupted: what follows is of the time until now", err=True)
    runner.stop()
    took = time.perf_counter() - began
    runner.quit()
    return took, runner.cpu_warning_emitted
