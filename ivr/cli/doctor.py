"""``ivr doctor`` looks at a deployment before it goes live; it reads, and changes nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from ivr.cli import clock
from ivr.cli.language import spoken, tell
from ivr.cli.lines import flows_folder
from ivr.errors import FlowError, SettingsError
from wording import counted, message, phrase

if TYPE_CHECKING:
    from ivr.doctor.examined import Examined
    from ivr.flow.line import Line
    from ivr.settings import Settings

EXITS = {"ok": 0, "warning": 1, "fault": 2}

STATES = {"ok": phrase("ok"), "warning": phrase("warning"), "fault": phrase("fault")}

STAND_IN_KEY = "no key: nothing is decrypted here"
"""In place of a key that was not made yet, since to read the settings would make one."""


def _api(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    from ivr.addresses import is_loopback

    if value is None:
        return None
    try:
        parts = urlsplit(value)
        good = (
            parts.port != 0
            and parts.hostname
            and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname)))
        )
    except ValueError:
        good = False
    if not good:
        raise click.BadParameter(
            message(
                "doctor-api-malformed",
                "the token is sent there, so that it must be https, or http on this machine, like http://127.0.0.1:5099",
            )
        )
    return value.rstrip("/")


@click.command(short_help="Look at a deployment before it goes live; nothing is changed.")
@click.option("--json", "as_json", is_flag=True, help="One check a line (JSON Lines) on standard output.")
@click.option(
    "--api",
    envvar=["IVR_API_URL", "TWILIO_API_URL"],
    callback=_api,
    metavar="URL",
    help="Ask a simulated API in place of Twilio's.",
)
@click.option("--no-account", is_flag=True, help="Look at nothing of the account: ask no API.")
@click.pass_context
def doctor(context: click.Context, as_json: bool, api: str | None, no_account: bool) -> None:
    """Look whether calls will come in, be answered and go out: settings, the public address as the carrier sees it and
    its certificate, the number's webhooks, the account, whom it may call, queues, the database, what is published.

    Every request is a GET, and nothing is written. Each check is ok, a warning or a fault, with where it is and what to
    do. Run it where the server runs, with the same environment.

    Exits 0 where all is well; 1 where there are warnings; 2 where there is a fault.
    """
    from ivr.doctor.examined import worst

    examined = []
    for each in _examine(api, no_account=no_account):
        examined.append(each)
        if as_json:
            click.echo(json.dumps(each.as_dict(), ensure_ascii=False))
        else:
            click.echo(_row(each))
    if not as_json:
        states = [each.state for each in examined]
        tell(
            phrase(
                "{checks}: {faults}, {warnings}",
                checks=counted("{number} check", "{number} checks", len(states)),
                faults=counted("{number} fault", "{number} faults", states.count("fault")),
                warnings=counted("{number} warning", "{number} warnings", states.count("warning")),
            )
        )
    context.exit(EXITS[worst(examined)])


def _row(each: Examined) -> str:
    return f"{spoken(STATES[each.state]):8} {each.check:16} {each.where}: {spoken(each.told)}"


def _examine(api: str | None, *, no_account: bool) -> Iterator[Examined]:
    """Each check, as soon as it is done."""
    from ivr.doctor import public_address
    from ivr.doctor.carrier_account import CarrierAccount
    from ivr.doctor.examined import wrong
    from ivr.doctor.get_only import GetOnly
    from ivr.doctor.this_machine import look_at_database, look_at_settings, numbers_of

    try:
        settings = _settings()
    except SettingsError as error:
        for line in str(error).splitlines():
            variable, _, told = line.partition(": ")
            yield wrong("settings", variable, message("doctor-settings", "{fault}", fault=told or line))
        return
    yield from look_at_settings(settings)
    lines = []
    for each in _lines(settings):
        if isinstance(each, tuple):
            lines.append(each[0])
        else:
            yield each
    yield from look_at_database(settings, lines)
    get_only = GetOnly()
    yield from public_address.look_at(settings, get_only, clock.now())
    if not no_account:
        yield from CarrierAccount(settings, get_only, api, clock.now()).look(numbers_of(settings, lines))


def _settings() -> Settings:
    """The settings as the server would read them, without the key that reading them makes on a first start."""
    from ivr.settings import Settings

    environ = dict(os.environ)
    environ.setdefault("IVR_FLOWS", str(flows_folder()))
    embedded = not environ.get("IVR_DATABASE_URL", "").startswith("postgres")
    if embedded and not environ.get("IVR_SECRET_KEY"):
        environ["IVR_SECRET_KEY"] = STAND_IN_KEY
    return Settings.from_environment(environ)


def _lines(settings: Settings) -> Iterator[tuple[Line] | Examined]:
    """The lines, each in a tuple, and what is wrong with them."""
    from ivr.channels import RULES
    from ivr.doctor.examined import well, wrong
    from ivr.flow.folder import line_names, load_line

    for name in line_names(settings.flows):
        try:
            line = load_line(settings.flows / name, rules=RULES)
        except FlowError as error:
            told = message(
                "doctor-line-faulty",
                "its files have {faults}; ivr check tells them",
                faults=counted("{number} fault", "{number} faults", len(error.diagnostics)),
            )
            yield wrong("line", name, told)
        else:
            yield (line,)
            yield well("line", name, phrase("its files are sound, and it answers {number}", number=line.header.number))
