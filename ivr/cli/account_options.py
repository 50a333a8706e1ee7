"""The options of ``ivr call`` about the account whose API it answers: where, what it has, and who answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ivr.errors import TargetError
from wording import reason

if TYPE_CHECKING:
    from ivr.simulator.rest.account import AccountSeed, ConfiguredWebhooks
    from ivr.simulator.rest.callees import CalleeBehaviour
    from ivr.simulator.rest.queue_agents import QueueBehaviour
    from ivr.simulator.texts.account_texts import TextFate

Command = TypeVar("Command", bound=Callable[..., Any])
T = TypeVar("T")


@dataclass(frozen=True)
class AccountOptions:
    """The options say on which ``port`` the account's API is answered (None: on none), its ``seed``, and what goes over
    that. Of ``account_sid`` and ``auth_token`` those ``named_otherwise`` are not the seed's to say.
    """

    port: int | None = None
    seed: AccountSeed | None = None
    callees: Mapping[str, CalleeBehaviour] = field(default_factory=dict)
    queues: Mapping[str, QueueBehaviour] = field(default_factory=dict)
    named_otherwise: frozenset[str] = frozenset()

    @property
    def any(self) -> bool:
        """Return whether anything was said of the account, so that the call is made on a switchboard."""
        return self.port is not None or self.seed is not None or bool(self.callees or self.queues)

    def seed_for(self, callees: Mapping[str, CalleeBehaviour], seed: AccountSeed | None) -> AccountSeed:
        """Return what the account has in a call whose script has ``callees`` and a ``seed`` of its own; options win."""
        from ivr.simulator.rest.account import AccountSeed

        base = self.seed or seed or AccountSeed()
        return replace(
            base,
            sid=None if "account_sid" in self.named_otherwise else base.sid,
            token=None if "auth_token" in self.named_otherwise else base.token,
            callees={**base.callees, **callees, **self.callees},
            queues={**base.queues, **self.queues},
        )


def texted_number(target: str, seed: AccountSeed) -> ConfiguredWebhooks:
    """Return the webhooks that a text to the number ``target`` asks. Raises TargetError where it has none."""
    webhooks = _of_the_seed(target, seed, seed.text_webhooks(target))
    if webhooks.sms_url is None:
        raise TargetError(
            f"the number {target} has no sms_url; write one into the seed, or an application that has one"
        )
    return webhooks


def _of_the_seed(target: str, seed: AccountSeed, webhooks: ConfiguredWebhooks | None) -> ConfiguredWebhooks:
    if webhooks is None:
        known = ", ".join(one.number for one in seed.numbers) or "none"
        raise TargetError(f"the seed has no number {target}; it has {known}")
    return webhooks


def dialled_number(target: str, seed: AccountSeed) -> ConfiguredWebhooks:
    """Return the webhooks that a call to the number ``target`` asks. Raises TargetError where it has none."""
    webhooks = _of_the_seed(target, seed, seed.voice_webhooks(target))
    if webhooks.voice_url is None:
        raise TargetError(
            f"the number {target} has no voice_url; write one into the seed, or an application that has one"
        )
    return webhooks


def account_options(command: Command) -> Command:
    """Add the options to ``command``, which gets them as ``rest``, ``seed``, ``callees``, ``queues`` and ``fates``."""
    for option in (_REST, seed_option, _CALLEE, _QUEUE, text_option):
        command = option(command)
    return command


def _seed(_context: click.Context, _parameter: click.Parameter, file: Path | None) -> AccountSeed | None:
    from ivr.simulator.rest.seed import read_seed

    return None if file is None else read_seed(file)


def _callees(
    _context: click.Context, _parameter: click.Parameter, written: tuple[str, ...]
) -> dict[str, CalleeBehaviour]:
    from ivr.simulator.rest.written_behaviours import parse_named_callee

    return _each(parse_named_callee, written)


def _queues(
    _context: click.Context, _parameter: click.Parameter, written: tuple[str, ...]
) -> dict[str, QueueBehaviour]:
    from ivr.simulator.rest.written_behaviours import parse_named_queue

    return _each(parse_named_queue, written)


def _fates(_context: click.Context, _parameter: click.Parameter, written: tuple[str, ...]) -> dict[str, TextFate]:
    from ivr.replay.text_fates import parse_named_text

    return _each(parse_named_text, written)


def _each(parse: Callable[[str], tuple[str, T]], written: tuple[str, ...]) -> dict[str, T]:
    if not written:
        return {}
    try:
        return dict(parse(each) for each in written)
    except ValueError as error:
        raise click.BadParameter(reason(error)) from None


_REST = click.option(
    "--rest",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Also answer the API that a voice app calls back, on this port of the loopback (0: a free one).",
)
seed_option = click.option(
    "--seed",
    type=click.Path(path_type=Path),
    callback=_seed,
    metavar="FILE",
    help="What the account has: keys, numbers with their webhooks, applications, callees, queues (YAML).",
)
_CALLEE = click.option(
    "--callee",
    "callees",
    multiple=True,
    callback=_callees,
    metavar="NUMBER=HOW",
    help="Who picks up when the app calls: +5511900000001=busy, =machine:5:30. May be repeated.",
)
_QUEUE = click.option(
    "--queue",
    "queues",
    multiple=True,
    callback=_queues,
    metavar="NAME=HOW",
    help="What happens in a queue: support=bridged:20:60, =wait, =full. May be repeated.",
)
text_option = click.option(
    "--text",
    "fates",
    multiple=True,
    callback=_fates,
    metavar="NUMBER=HOW",
    help="What becomes of the app's texts: +5511900000001=undelivered, +44=failed:30007, +1=refused:21610. May be"
    " repeated.",
)
