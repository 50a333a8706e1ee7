"""``ivr text`` texts an application: its messaging webhook is asked as Twilio asks it, and what it answers is shown."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import click

from ivr.cli.account_options import AccountOptions, seed_option, text_option, texted_number
from ivr.cli.beside_the_api import OtherCalls, beside_the_api
from ivr.cli.call import address_option
from ivr.cli.tunnel_option import tunnel_option

if TYPE_CHECKING:
    from ivr.simulator.acts import Act
    from ivr.simulator.moments import Moment
    from ivr.simulator.rest.account import AccountSeed
    from ivr.simulator.texts.account_texts import TextFate
    from ivr.simulator.transcript import Event
    from ivr.simulator.tunnel import Tunnel


@click.command(short_help="Text an application, and see what it answers.")
@click.argument("target")
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--json", "as_json", is_flag=True, help="Write the transcript as one JSON object on standard output.")
@click.option("--from", "from_", callback=address_option, metavar="NUMBER", help="Who texts.")
@click.option("--to", callback=address_option, metavar="NUMBER", help="Which number of the application is texted.")
@click.option("--media", multiple=True, metavar="URL", help="A medium that comes with the first text; repeatable.")
@click.option("--method", type=click.Choice(["POST", "GET"]), default="POST", show_default=True, help="How to ask.")
@click.option("--secret", is_flag=True, help="Show what is texted as • marks.")
@click.option("--account-sid", envvar="TWILIO_ACCOUNT_SID", metavar="SID", help="Account that asks.")
@click.option("--auth-token", envvar="TWILIO_AUTH_TOKEN", metavar="TOKEN", help="Token that signs the requests.")
@click.option(
    "--rest",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Also answer the API that the application calls back, on this port of the loopback (0: a free one).",
)
@seed_option
@text_option
@tunnel_option
@click.pass_context
def text(
    context: click.Context,
    target: str,
    texts: tuple[str, ...],
    as_json: bool,
    from_: str | None,
    to: str | None,
    media: tuple[str, ...],
    method: str,
    secret: bool,
    account_sid: str | None,
    auth_token: str | None,
    rest: int | None,
    seed: AccountSeed | None,
    fates: dict[str, TextFate],
    tunnel: Tunnel,
) -> None:
    """Send each TEXT to the messaging webhook at TARGET, a URL or a number of the --seed, one after the other, and
    show what is answered.

    Without a TEXT each line of standard input is one, until its end. The clock is virtual: what becomes of the texts
    that are answered is told at once. A script of texts (sms, texted) is played by: ivr call URL --script FILE.

    Exits 0; 1 where the application failed or wanted something that Twilio would not do; 2 where TARGET cannot be used.
    """
    from ivr.cli.probe import probe
    from ivr.cli.url_target import url_target
    from ivr.replay.call_target import all_is_secret, is_secret
    from ivr.replay.report import json_line
    from ivr.replay.runner import play
    from ivr.replay.script import improvised
    from ivr.simulator.clock import VirtualClock
    from ivr.simulator.phones import steps

    webhooks = texted_number(target, seed) if seed and target.startswith("+") else None
    url = (webhooks and webhooks.sms_url) or target
    if webhooks:
        to, method = to or target, webhooks.sms_method
    script = improvised(url)
    fallback = webhooks.messaging.fallback if webhooks and webhooks.messaging else None
    carrier = replace(script.carrier, to=to, method=method, fallback=fallback).with_tunnel(tunnel)
    # The step says that there is no call; the phone below is who texts.
    script = replace(script, from_=from_ or script.from_, carrier=carrier, steps=(steps.Sms(""),), texts=fates)
    probe(url, tunnel)
    answered_by = url_target(url, account_sid, auth_token, VirtualClock, all_is_secret if secret else is_secret)
    options = AccountOptions(rest, seed)
    place = partial(beside_the_api, options, script, OtherCalls()) if options.any else None
    tell = partial(click.echo, err=as_json)
    phone = _Texter(texts or _lines(as_json), media, tell)
    played = play(script, answered_by, phone_for=lambda _: phone, place=place)
    if as_json:
        click.echo(json_line(played), nl=False)
    for told in (*played.warnings, *played.failures):
        click.echo(told, err=True)
    context.exit(0 if played.passed else 1)


def _lines(as_json: bool) -> Iterator[str]:
    """Each line of standard input that holds anything; a person at a terminal is asked for it."""
    asks = sys.stdin.isatty()
    while True:
        if asks:
            click.echo("text: ", nl=False, err=as_json)
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.rstrip("\r\n")


class _Texter:
    """Texts one after the other; the ``media`` come with the first, and ``tell`` prints what happens."""

    def __init__(self, texts: Iterable[str], media: tuple[str, ...], tell: partial[None]) -> None:
        self._texts = iter(texts)
        self._media = media
        self._tell = tell

    def act(self, moment: Moment) -> Act | None:  # noqa: ARG002
        from ivr.simulator.acts import SendText

        words = next(self._texts, None)
        if words is None:
            return None
        media, self._media = self._media, ()
        return SendText(words, media)

    def notice(self, event: Event) -> None:
        from ivr.simulator.phones.dialogue import describe

        if event.kind == "text":
            self._tell(": ".join(describe(event.kind, event.details)))

    def ended(self) -> str | None:
        return None
