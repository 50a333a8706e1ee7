"""``ivr call`` telephones one of our lines, or any TwiML webhook, from the terminal or by a call script."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from click.core import ParameterSource

from ivr.cli.account_options import AccountOptions, account_options, dialled_number
from ivr.cli.beside_the_api import OtherCalls, beside_the_api
from ivr.cli.lines import DEFAULT_LINE, flows_folder, line_meant
from ivr.cli.new_file import NewFile, force_option, require_distinct
from ivr.cli.tunnel_option import tunnel_option
from ivr.errors import TargetError
from wording import reason

if TYPE_CHECKING:
    from ivr.cli.targets import LocalLines
    from ivr.flow.prompts import Prompt
    from ivr.replay.call_target import CallTarget, Conceals, MakeClock
    from ivr.replay.carriers import CarrierChanges
    from ivr.replay.heard_prompts import PromptsOf
    from ivr.replay.recording_phone import RecordingPhone
    from ivr.replay.runner import Played
    from ivr.replay.script import Script
    from ivr.simulator.call_setup import CallSetup
    from ivr.simulator.phones.base import Phone
    from ivr.simulator.rest.account import AccountSeed
    from ivr.simulator.rest.callees import CalleeBehaviour
    from ivr.simulator.rest.queue_agents import QueueBehaviour
    from ivr.simulator.texts.account_texts import TextFate
    from ivr.simulator.tunnel import Tunnel

T = TypeVar("T")

ACCOUNT = ("account_sid", "auth_token")
"""Options that name the account; the environment may give them, too, which a seed goes over."""

PhoneFor = Callable[["CallSetup"], "Phone"]


def address_option(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Return the number that an option gives, where it is one."""
    from ivr.replay.addresses import parse_address

    return _checked(parse_address, value)


def _moment(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    from ivr.replay.script import parse_moment

    return _checked(parse_moment, value)


def _web_address(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from ivr.replay.carriers import parse_url

    return _checked(parse_url, value)


def _checked(parse: Callable[[str], T], value: str | None) -> T | None:
    try:
        return None if value is None else parse(value)
    except ValueError as error:
        raise click.BadParameter(reason(error)) from None


@click.command(short_help="Telephone a line, or any TwiML webhook, from the terminal.")
@click.argument("target", required=False)
@click.option("--script", type=click.Path(path_type=Path), metavar="FILE", help="Play this call script.")
@click.option("--json", "as_json", is_flag=True, help="Write the transcript as one JSON object on standard output.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the transcript as JSON to FILE.")
@click.option("--secret", is_flag=True, help="Show what is keyed or said as • marks (our own lines ask for it).")
@click.option("--from", "from_", callback=address_option, metavar="NUMBER", help="Who calls.")
@click.option(
    "--to", callback=address_option, metavar="NUMBER", help="What is dialled: tells a URL which line is called."
)
@click.option("--at", callback=_moment, metavar="TIME", help="Local time of the call, such as 2026-03-10T10:00.")
@click.option("--account-sid", envvar="TWILIO_ACCOUNT_SID", metavar="SID", help="Account that calls a URL.")
@click.option("--auth-token", envvar="TWILIO_AUTH_TOKEN", metavar="TOKEN", help="Token that signs requests to a URL.")
@click.option("--status-callback", callback=_web_address, metavar="URL", help="Told how the call ended.")
@click.option("--fallback", callback=_web_address, metavar="URL", help="Asked where the webhook failed.")
@click.option(
    "--record", type=click.Path(path_type=Path), metavar="FILE", help="Write the call as a script that plays it again."
)
@account_options
@click.option(
    "--keep-sound",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Keep what is heard of media streams in FOLDER, as WAV files.",
)
@tunnel_option
@force_option
@click.option("--record-secrets", is_flag=True, help="Write what went into secret fields into that script, too.")
@click.pass_context
def call(
    context: click.Context,
    target: str | None,
    script: Path | None,
    as_json: bool,
    out: Path | None,
    secret: bool,
    from_: str | None,
    to: str | None,
    at: datetime | None,
    account_sid: str | None,
    auth_token: str | None,
    status_callback: str | None,
    fallback: str | None,
    record: Path | None,
    record_secrets: bool,
    rest: int | None,
    seed: AccountSeed | None,
    callees: dict[str, CalleeBehaviour],
    queues: dict[str, QueueBehaviour],
    fates: dict[str, TextFate],
    keep_sound: Path | None,
    tunnel: Tunnel,
    force: bool,
) -> None:
    """Telephone TARGET: a line (default: 4003-0015), in this process with the demo data, the URL of a webhook, or a
    number of the --seed, such as +551140030015.

    At a terminal you press the keys yourself, in real time. With --script they come from a call script; keys from a
    pipe are pressed one by one. Neither waits: the clock is virtual, and begins at a fixed hour unless --at or the
    script says another.

    Exits 0; 1 where the call failed or an expectation did not hold; 2 where the script or TARGET cannot be used, or a
    file for --out or --record is there already; no call is made then.
    """
    from ivr.cli.paced_clock import paced
    from ivr.cli.probe import is_url, probe
    from ivr.cli.url_target import NUMBER, url_target
    from ivr.replay.call_target import all_is_secret, is_secret
    from ivr.replay.report import json_line
    from ivr.simulator.clock import VirtualClock

    out_file = NewFile(out, "--out", force) if out else None
    record_file = NewFile(record, "--record", force) if record else None
    require_distinct([out_file, record_file])
    live = script is None and sys.stdin.isatty()
    make_clock = paced(from_now=at is None) if live else VirtualClock
    conceals = all_is_secret if secret else is_secret
    webhooks = dialled_number(target, seed) if seed and target and target.startswith("+") else None
    url = webhooks.voice_url if webhooks else target if target and is_url(target) else None
    local_lines = None if url else _local_lines(make_clock, conceals)
    prompts = None if local_lines is None else partial(_prompts, local_lines, target)
    written = _written(script, target, prompts) if script else _improvised(target)
    written = replace(
        written,
        from_=from_ or written.from_,
        at=at or written.at,
        keep_sound=keep_sound or written.keep_sound,
        texts={**written.texts, **fates},
        carrier=_configured(written.carrier, to, status_callback, fallback).with_tunnel(tunnel),
    )
    dialled: CallTarget
    if url:
        # A script that brings a fallback wants to see what becomes of a call whose first webhook is away.
        if written.carrier.fallback is None:
            probe(url, written.carrier.tunnel)
        number = target if webhooks and target else NUMBER
        dialled = url_target(url, account_sid, auth_token, make_clock, conceals, webhooks, number)
    elif local_lines:
        from ivr.cli.targets import check_scripts

        check_scripts([written], {written.line: local_lines.line(written.line)})
        dialled = local_lines.target(written.line)
    options = AccountOptions(rest, seed, callees, queues, _named_otherwise(context, ours=url is None))
    others = OtherCalls()
    with _by_script(written) if script else _by_hand(live, as_json, others) as phone_for:
        played, recorder = _play(written, dialled, phone_for, others, options, recorded=record is not None)
    _tell(played, with_dialogue=script is not None and not as_json, to_stderr=as_json)
    document = json_line(played)
    if as_json:
        click.echo(document, nl=False)
    unwritten: list[TargetError] = []
    for file in (out_file, record_file):
        try:  # where one cannot be written, the other still is: the call cannot be made again
            if file and file is out_file:
                file.write(document)
            elif file and recorder:
                _record(file, recorder, written, dialled, played, secrets=record_secrets, to_stderr=as_json)
        except TargetError as error:
            unwritten.append(error)
    if unwritten:
        raise TargetError("; ".join(str(error) for error in unwritten))
    context.exit(0 if played.passed else 1)


def _local_lines(make_clock: MakeClock, conceals: Conceals) -> LocalLines:
    """Our own lines, which alone take what stores their calls."""
    from app import create_app
    from ivr.cli.targets import LocalLines

    return LocalLines(create_app, flows_folder(), make_clock, conceals)


def _prompts(local_lines: LocalLines, target: str | None, line: str) -> Mapping[str, Prompt] | None:
    return local_lines.prompts(target or line)


def _named_otherwise(context: click.Context, *, ours: bool) -> frozenset[str]:
    """What of the account a seed does not decide: what an option names, and all where the line has its own account."""
    return frozenset(
        name for name in ACCOUNT if ours or context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    )


def _written(file: Path, target: str | None, prompts: PromptsOf | None) -> Script:
    """The one script in ``file``; where a TARGET is given, it takes the place of the script's line. ``prompts`` are
    those that it may name.
    """
    from ivr.flow.folder import line_names
    from ivr.replay.script import ScriptLines, read_scripts

    if not file.is_file():
        raise TargetError(f"{file} is no file; give --script a call script")
    flows = flows_folder()
    names = None if target else line_names(flows)
    scripts = read_scripts([file], ScriptLines(flows, names, DEFAULT_LINE, prompts))
    if len(scripts) > 1:
        raise TargetError(
            f"{file} holds {len(scripts)} call scripts, and --script plays one; split it, or play them with: ivr replay"
        )
    return replace(scripts[0], line=target or scripts[0].line)


def _improvised(target: str | None) -> Script:
    from ivr.replay.script import improvised

    return improvised(target or line_meant(flows_folder()))


def _configured(
    carrier: CarrierChanges, to: str | None, status_callback: str | None, fallback: str | None
) -> CarrierChanges:
    """``carrier`` with what the options say."""
    from ivr.simulator.carrier import Fallback, StatusCallback

    carrier = replace(carrier, to=to or carrier.to)
    if status_callback:
        carrier = replace(carrier, status_callback=StatusCallback(status_callback))
    return replace(carrier, fallback=Fallback(fallback)) if fallback else carrier


def _play(
    script: Script,
    target: CallTarget,
    phone_for: PhoneFor,
    others: OtherCalls,
    options: AccountOptions,
    *,
    recorded: bool,
) -> tuple[Played, RecordingPhone | None]:
    """The call, and who recorded it."""
    from ivr.replay.recording_phone import RecordingPhone
    from ivr.replay.runner import play

    recorders: list[RecordingPhone] = []

    def recording(setup: CallSetup) -> Phone:
        recorders.append(RecordingPhone(phone_for(setup), setup.clock.now().astimezone(target.zone)))
        return recorders[0]

    place = partial(beside_the_api, options, script, others) if options.any or script.seed else None
    played = play(script, target, phone_for=recording if recorded else phone_for, place=place)
    return played, recorders[0] if recorders else None


def _record(
    file: NewFile,
    recorder: RecordingPhone,
    script: Script,
    target: CallTarget,
    played: Played,
    *,
    secrets: bool,
    to_stderr: bool,
) -> None:
    from ivr.replay.recording import script_of

    recording = script_of(recorder, script, target, played, secrets=secrets)
    file.write(recording.text.encode())
    click.echo(f"recorded to {file.path}", err=to_stderr)
    if recording.to_fill_in:
        lines = ", ".join(str(line) for line in recording.to_fill_in)
        plural = "s" if len(recording.to_fill_in) > 1 else ""
        more = "" if secrets else ", or record with --record-secrets"
        what = (
            "what was keyed into a payment is never in it" if secrets else "what went into secret fields is not in it"
        )
        click.echo(
            f"{what}: fill in line{plural} {lines}{more}",
            err=True,
        )


@contextmanager
def _by_script(script: Script) -> Iterator[PhoneFor]:
    from ivr.simulator.phones.scripted import ScriptedPhone

    yield lambda _: ScriptedPhone(script.steps)


@contextmanager
def _by_hand(live: bool, as_json: bool, others: OtherCalls) -> Iterator[PhoneFor]:
    """A phone for the person at the terminal, or for keys that come down a pipe."""
    if live:
        from ivr.simulator.phones.screen import TtyScreen
        from ivr.simulator.phones.terminal import TerminalPhone

        with TtyScreen().opened() as screen:
            yield lambda setup: TerminalPhone(screen, setup.clock.elapsed, lambda: others.are_due())
    else:
        from ivr.simulator.phones.piped import PipedPhone

        tell = partial(click.echo, err=as_json)
        yield lambda _: PipedPhone(sys.stdin, tell)


def _tell(played: Played, *, with_dialogue: bool, to_stderr: bool) -> None:
    """How the call went, for people."""
    from ivr.simulator.phones.dialogue import dialogue

    transcript = played.transcript
    if with_dialogue:
        for line in dialogue(transcript["events"]):
            click.echo(line)
    for made in transcript.get("calls", ()):
        click.echo(f"the call to {made['to']} that the application made: {made['status']}", err=to_stderr)
        if with_dialogue:
            for line in dialogue(made["events"]):
                click.echo(f"  {line}")
    for warning in played.warnings:
        click.echo(warning, err=True)
    for failure in played.failures:
        click.echo(failure, err=True)
    if transcript["error"]:
        told = "error {code}: {message}".format(**transcript["error"])
        if not any(told in failure for failure in played.failures):
            click.echo(told, err=True)
    if not any(event["kind"] == "hangup" for event in transcript["events"]):
        return  # people only texted
    click.echo(f"call {transcript['status']} after {transcript['duration']:g} s", err=to_stderr)
