"""Commands speak the language of ``--language``, of ``IVR_LANGUAGE`` or of the locale; English where nothing is set.

What programs read (JSON, names, codes, places) is the same in every language.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date
from typing import Final

import click

from ivr.errors import SettingsError
from wording import Message, message, phrase
from wording.catalogues import LANGUAGES, SOURCE, known_tag, put

VARIABLE: Final = "IVR_LANGUAGE"

_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where a POSIX system says in which language people are spoken to; the first that is set counts."""

_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """Return the language of what is told: the option's, else the environment's."""
    return _chosen.get() or of_environment(os.environ)


def of_environment(environ: Mapping[str, str]) -> str:
    """Return the language that ``environ`` asks for, English where it asks for none that there is."""
    asked = environ.get(VARIABLE) or next((environ[name] for name in _LOCALE if environ.get(name)), "")
    return known_tag(asked) or SOURCE


def require_known(environ: Mapping[str, str]) -> None:
    """Raise SettingsError for an IVR_LANGUAGE that names no language of ours; a locale may be one."""
    asked = environ.get(VARIABLE)
    if asked and known_tag(asked) is None:
        raise SettingsError(phrase("IVR_LANGUAGE: {fault}", fault=_unknown(asked)))


def spoken(told: str) -> str:
    """Return a message in the language of the command; another text stays as it is."""
    return put(told, language()) if isinstance(told, Message) else told


def tell(told: str, *, err: bool = False) -> None:
    """Print a message in the language of the command."""
    click.echo(spoken(told), err=err)


WEEKDAYS: Final = (
    phrase("Monday"),
    phrase("Tuesday"),
    phrase("Wednesday"),
    phrase("Thursday"),
    phrase("Friday"),
    phrase("Saturday"),
    phrase("Sunday"),
)

SHORT_WEEKDAYS: Final = (
    phrase("Mon"),
    phrase("Tue"),
    phrase("Wed"),
    phrase("Thu"),
    phrase("Fri"),
    phrase("Sat"),
    phrase("Sun"),
)


def weekday(day: date) -> Message:
    """Return the name of the day of the week of ``day``."""
    return WEEKDAYS[day.weekday()]


OF_CLICK: Final = (
    (re.compile(r"Missing argument (?P<name>'[^']*')\."), phrase("Missing argument {name}.")),
    (re.compile(r"Missing option (?P<name>'[^']*')\."), phrase("Missing option {name}.")),
    (re.compile(r"No such option (?P<name>'[^']*')\."), phrase("No such option {name}.")),
    (re.compile(r"No such command (?P<name>'[^']*')\."), phrase("No such command {name}.")),
    (re.compile(r"Option (?P<name>'[^']*') requires an argument\."), phrase("Option {name} requires an argument.")),
    (re.compile(r"Got unexpected extra arguments? (?P<name>\(.*\))"), phrase("Got unexpected extra argument {name}")),
    (
        re.compile(r"Invalid value for (?P<name>'[^']*'): (?P<given>'.*') is not one of (?P<known>'.*')\."),
        phrase("Invalid value for {name}: {given} is not one of {known}."),
    ),
)
"""What click says itself of a command's arguments, and how we say it."""


def usage_fault(error: click.ClickException) -> str:
    """Return what is wrong with a command's arguments, in its language, as far as click's own words are known."""
    plain = error.format_message()
    if not isinstance(error.message, Message) or not plain.endswith(error.message):
        said = ((pattern.fullmatch(plain), told) for pattern, told in OF_CLICK)
        return next((spoken(phrase(told.template, **found.groupdict())) for found, told in said if found), plain)
    before = re.fullmatch(r"Invalid value(?: for (.+))?: ", plain.removesuffix(error.message))
    if before and before[1]:
        return spoken(phrase("Invalid value for {option}: {fault}", option=before[1], fault=error.message))
    if before:
        return spoken(phrase("Invalid value: {fault}", fault=error.message))
    return plain.removesuffix(error.message) + spoken(error.message)


def choose(tag: str | None) -> None:
    """Speak the language ``tag`` from now on; None: that of the environment."""
    _chosen.set(tag)


def add_option(command: click.Command) -> click.Command:
    """Give ``command``, and each one below it, the option ``--language``."""
    if not any("--language" in each.opts for each in command.params):
        command.params.append(
            click.Option(
                ["--language"],
                metavar="LANGUAGE",
                expose_value=False,
                is_eager=True,
                callback=_take,
                help=f"Speak {' or '.join(LANGUAGES)} (default: {VARIABLE}, else the locale).",
            )
        )
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        add_option(below)
    return command


def _take(_context: click.Context, _option: click.Parameter, written: str | None) -> None:
    if written is None:
        return
    tag = known_tag(written)
    if tag is None:
        raise click.BadParameter(_unknown(written))
    choose(tag)


def _unknown(written: str) -> Message:
    return message(
        "unknown-language",
        "'{written}' is no language that ivr speaks; write one of {known}",
        written=written,
        known=", ".join(LANGUAGES),
    )
