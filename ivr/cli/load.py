"""``ivr load URL`` has simulated callers telephone a webhook at a rate, and tells what it bears.

They call from this process, from several (``--processes``), or from several machines (``--master``, ``--worker``).
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import click

from ivr.cli import BAD_INPUT
from ivr.cli.language import tell
from ivr.errors import SettingsError
from wording import counted, message, phrase

if TYPE_CHECKING:
    from ivr.cli.load_job import LoadJob
    from ivr.replay.load import LoadReport

MOST_CALLERS = 10_000
MOST_PROCESSES = 256
MOST_WORKERS = 1000
ENDING_SECONDS = 5.0
"""For which forked processes may take to end, once all of their calls have."""

_ADDRESS = re.compile(r"(?P<host>\[[^\[\]]+\]|[^:\[\]\s]+):(?P<port>[0-9]{1,5})", re.ASCII)
_MAX_PORT = 65535
_THIS_MACHINE = "127.0.0.1"


class Quantity(click.FloatRange):
    """A number in a range; NaN, which is below and above nothing, is in none."""

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number. Raises click.BadParameter."""
        number = float(super().convert(value, param, ctx))
        if number != number:
            self.fail("nan is no number", param, ctx)
        return number


def _address(_context: click.Context, _option: click.Parameter, written: str | None) -> tuple[str, int] | None:
    """Host and port of an option; an IPv6 host stands in brackets."""
    if written is None:
        return None
    address = _ADDRESS.fullmatch(written)
    if not address or not 0 < int(address["port"]) <= _MAX_PORT:
        raise click.BadParameter(
            message("load-address", "write HOST:PORT, like 10.0.0.7:5557, not '{value}'", value=written)
        )
    return address["host"], int(address["port"])


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
@click.option(
    "--processes",
    type=click.IntRange(1, MOST_PROCESSES),
    metavar="N",
    help="Call from N processes of this machine; one takes one core.",
)
@click.option(
    "--master", callback=_address, metavar="HOST:PORT", help="Lead load workers, which reach this machine there."
)
@click.option(
    "--workers", type=click.IntRange(1, MOST_WORKERS), metavar="N", help="Of --master: begin when N have come."
)
@click.option("--worker", callback=_address, metavar="HOST:PORT", help="Call when the master there says.")
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
    processes: int | None,
    master: tuple[str, int] | None,
    workers: int | None,
    worker: tuple[str, int] | None,
    as_json: bool,
) -> None:
    """Have simulated callers telephone URL, signed as Twilio signs, --rate calls a second.

    A PROFILE is a call script or a folder of them, as often as =WEIGHT says (menus.call.yaml=3 orders.call.yaml=1).
    The server has its own clock and data: take scripts that hold at this hour, and none that bring fixtures. Every call
    writes at the server, so give it a database for it. Needs the extra: pip install 'ivr-4003-0015[load]'.

    One process has one core. Several call with --processes; several machines with the same command on each: one says
    --master 10.0.0.7:5557 --workers 2 and tells the figures of all, the others --worker 10.0.0.7:5557. The port is
    neither encrypted nor guarded: use a network of your own.

    Exits 0; 1 where a request failed, a load worker was lost, or a call went astray: it was answered otherwise than its
    script expects; 2 where URL or a PROFILE cannot be used, or the load workers do not come.
    """
    if sum(role is not None for role in (processes, master, worker)) > 1:
        raise click.UsageError(phrase("write one of --processes, --master and --worker"))
    if (workers is not None) != (master is not None):
        raise click.UsageError(phrase("--master and --workers N go together: it begins when N have come"))
    try:
        # First of all: it exchanges Python's sockets and locks for those of gevent.
        import locust  # noqa: F401
    except ImportError:
        raise SettingsError("ivr load needs locust; install it with: pip install 'ivr-4003-0015[load]'") from None
    from ivr.cli.load_job import LoadJob, read_profiles
    from ivr.cli.probe import probe
    from ivr.replay.load import LoadReport

    weighted, files, bad = read_profiles(profiles)
    if bad:
        for told in bad:
            click.echo(told, err=True)
        context.exit(BAD_INPUT)
    job = LoadJob(
        url,
        weighted,
        files,
        rate=rate,
        seconds=seconds,
        callers=callers,
        real_time=real_time,
        to=to,
        seed=seed,
        account_sid=account_sid,
        auth_token=auth_token,
        status_callback=status_callback,
    )
    report = LoadReport()
    lost = 0
    if processes is not None:
        led = _lead_processes(job, report, processes)
        if led is None:
            return
        took, was_busy, lost = led
    else:
        probe(url)
        if worker is not None:
            from ivr.cli.load_worker import work

            work(job, *worker)
            return
        if master is not None:
            from ivr.cli.load_master import LoadMaster

            leader = LoadMaster(job, report, *master)
            told = counted(
                "waits for {number} load worker at {host}:{port}",
                "waits for {number} load workers at {host}:{port}",
                workers or 1,
                host=master[0],
                port=master[1],
            )
            tell(told, err=True)
            took = leader.lead(workers or 1)
            was_busy, lost = leader.was_busy, leader.lost
        else:
            from ivr.cli.load_run import run_here

            took, was_busy = run_here(job, report)
    _tell(job, report, took, lost, was_busy=was_busy, as_json=as_json)
    context.exit(0 if report.is_good and not lost else 1)


def _lead_processes(job: LoadJob, report: LoadReport, count: int) -> tuple[float, bool, int] | None:
    """Lead ``count`` processes, and return the seconds that it took, whether one was at its limit, and how many were
    lost; None in each of these processes, when it has called.
    """
    from ivr.cli.load_master import LoadMaster
    from ivr.cli.load_processes import LoadProcesses
    from ivr.cli.load_worker import work
    from ivr.cli.probe import probe

    parent = os.getpid()
    forked = LoadProcesses()
    if forked.fork(count):
        port = forked.port()
        if port is not None:
            work(job, _THIS_MACHINE, port, parent)
        return None
    try:
        probe(job.url)
        master = LoadMaster(job, report, _THIS_MACHINE, 0)
        forked.tell(master.port)
        took = master.lead(count, forked.ended)
    finally:
        forked.end(ENDING_SECONDS)
    return took, master.was_busy, master.lost


def _tell(job: LoadJob, report: LoadReport, took: float, lost: int, *, was_busy: bool, as_json: bool) -> None:
    if as_json:
        told = report.figures(took) | {"rate": job.rate, "generator_at_its_limit": was_busy, "workers_lost": lost}
        click.echo(json.dumps(told))
    else:
        for line in report.lines(took):
            click.echo(line)
    asked = job.rate * job.seconds
    if report.calls < 0.9 * asked:
        click.echo(
            f"asked for were {asked:g} calls, made {report.calls}: the server is slower than that, or"
            f" {job.callers} --callers are too few",
            err=True,
        )
    if was_busy:
        click.echo(
            "this process was at the limit of its core: the figures tell of it more than of the server", err=True
        )
