"""``ivr recordings`` lists recorded talks, those of one call by its protocol, and a link to hear each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from ivr.call.answer import CALL_SID
from ivr.cli import clock
from ivr.cli.console import console_user
from ivr.cli.language import tell
from ivr.cli.stored import open_readonly, settings_here
from wording import message, phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.recorded_talks import RecordedTalk
    from ivr.settings import Settings


hours_option = click.option(
    "--hours", default=24, show_default=True, type=click.IntRange(1, 24 * 90), help="How long links are good."
)


@click.group(invoke_without_command=True, short_help="List recorded talks, or find those of one call.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
@hours_option
@click.pass_context
def recordings(context: click.Context, limit: int, hours: int) -> None:
    """The talks that were recorded last (desks with 'record: yes'), the newest first, with the protocol number of the
    call, the agents who talk in it and a link to hear it; ``ivr recordings show`` finds those of one call.

    Whoever has a link hears the talk, until the link expires: give it to the customer who asks for the recording, or
    save the sound for them. The line must be running with the same IVR_SECRET_KEY, at IVR_PUBLIC_URL.
    """
    if context.invoked_subcommand:
        return
    from data.recorded_talks import newest_recorded_talks

    settings = settings_here()
    told = _teller(settings, hours)
    with open_readonly(settings) as database, database.reading() as connection:
        found = newest_recorded_talks(connection, limit)
    for each in found:
        click.echo(told(each))
    if not found:
        tell(phrase("no recordings"))


@recordings.command(short_help="Find the recordings of one call.")
@click.argument("identity", metavar="SID|PROTOCOL")
@hours_option
@click.pass_context
def show(context: click.Context, identity: str, hours: int) -> None:
    """The recordings of one call, which is named by the protocol number that the caller was told, or by Twilio's sid.
    Exits 1 where there is no such call, or nothing of it was recorded or is kept.
    """
    from data.calls import find_call
    from data.protocols import find_by_protocol
    from data.recorded_talks import recorded_talks_of

    settings = settings_here()
    told = _teller(settings, hours)
    with open_readonly(settings) as database, database.reading() as connection:
        by_sid = CALL_SID.fullmatch(identity)
        call = find_call(connection, identity) if by_sid else find_by_protocol(connection, identity)
        sid = call.sid if call else identity if by_sid else ""
        found = recorded_talks_of(connection, sid)
    if not found:
        none_kept = message(
            "no-recordings-of-the-call",
            "no recordings of the call {identity}; nothing of it was recorded, or it is not kept any more",
            identity=identity,
        )
        no_call = message(
            "no-such-call", "there is no call {identity}; ivr calls lists the last ones", identity=identity
        )
        tell(none_kept if call else no_call, err=True)
        context.exit(1)
    for each in found:
        click.echo(told(each))


def _teller(settings: Settings, hours: int) -> Callable[[RecordedTalk], str]:
    """Tells a recording in one row, with a link that is good for ``hours``."""
    from data.vault import Cost, Vault
    from ivr.web.recordings import AT_HOME, link_to_talk

    vault = Vault(settings.secret_key, Cost.production())
    until = clock.now() + timedelta(hours=hours)

    def told(talk: RecordedTalk) -> str:
        recording, agents = talk.recording, " > ".join(talk.agents)
        link = link_to_talk(vault, settings.public_url or AT_HOME, recording.sid, until, console_user())
        return (
            f"{recording.at:%Y-%m-%d %H:%M:%S} UTC  {recording.destination or '-':32}  {talk.protocol or '-':10}"
            f"  {agents or '-':20}  {recording.seconds:4} s  {link}"
        )

    return told
