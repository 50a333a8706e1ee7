"""``ivr rollback`` lets a version that answered before answer again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli.console import record_here
from ivr.cli.language import tell
from ivr.cli.publish import by_option
from ivr.cli.version_words import going_back, no_version, nothing_published, why_of
from ivr.errors import TargetError
from wording import message, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.versions import Publication


@click.command(short_help="Let callers hear a version that was published before.")
@click.argument("line", metavar="LINE")
@click.argument("number", required=False, type=click.IntRange(1), metavar="[NUMBER]")
@click.option("-m", "--message", "why", default="", metavar="WHY", help="Why, for the record.")
@by_option
def rollback(line: str, number: int | None, why: str, by: str) -> None:
    """Let the version NUMBER of LINE answer again (default: the one that answered before the present one).

    Nothing is lost: the version that is left stays in ivr versions, and can be gone back to. The folder of the line
    stays as it is, too.
    """
    from data.versions import NumberTakenError, history, roll_back
    from ivr.cli import clock
    from ivr.cli.stored import open_database, settings_here

    with open_database(settings_here()) as database:
        try:
            with database.transaction() as connection:
                to = _meant(line, number, history(connection, line))
                roll_back(connection, to, clock.now(), by, " ".join(why.split()) or going_back(to.number))
                record_here(connection, "rollback", f"{line} {to.number}", by)
        except NumberTakenError as taken:
            raise TargetError(
                message(
                    "number-is-answered-by-now",
                    "version {number} of {line} answers {dialled}, which the line {other} answers by now; give one of "
                    "them another number",
                    number=to.number,
                    line=line,
                    dialled=to.dialled,
                    other=taken.line,
                )
            ) from None
    tell(phrase("version {number} of {line} answers again: {why}", number=to.number, line=line, why=why_of(to)))


def _meant(line: str, number: int | None, past: Sequence[Publication]) -> Publication:
    """The first publication of the version that is meant. Raises TargetError."""
    if not past:
        raise TargetError(nothing_published(line))
    present = past[-1].number
    if number is None:
        before = [each.number for each in past if each.number != present]
        if not before:
            raise TargetError(
                message(
                    "only-version",
                    "version {number} is the only one of {line} that was ever published, so that there is none to go "
                    "back to",
                    number=present,
                    line=line,
                )
            )
        number = before[-1]
    if number == present:
        raise TargetError(
            message(
                "version-answers-already",
                "version {number} of {line} is the one that answers",
                number=number,
                line=line,
            )
        )
    known = sorted({each.number for each in past})
    if number not in known:
        raise TargetError(no_version(line, number, known))
    return next(each for each in past if each.number == number)
