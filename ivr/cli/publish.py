"""``ivr publish`` lets callers hear a line as its files are now: a version with a number, which nothing changes."""

from __future__ import annotations

import click

from ivr.cli.console import console_user, record_here
from ivr.cli.language import tell
from ivr.errors import TargetError
from wording import Message, message, phrase

by_option = click.option(
    "--by", default=console_user, metavar="NAME", help="Who does it, for the record (default: you)."
)


@click.command(short_help="Let callers hear a line as its files are now, as a numbered version.")
@click.argument("line", metavar="LINE")
@click.option("-m", "--message", "why", metavar="WHY", help="What changes, and why; ivr versions shows it.")
@by_option
def publish(line: str, why: str | None, by: str) -> None:
    """Publish the files of LINE (a name, or a folder of that name) as its next version.

    Every server of the database answers the next call with it within a second; calls that go on end on the version that
    they began with. What ivr check calls a fault is refused. ivr rollback goes back.
    """
    from data.versions import NumberTakenError, PublishedMeanwhileError, files_of, published, sha256
    from data.versions import publish as publish_version
    from ivr.call.published import checked_line, new_version
    from ivr.channels import RULES
    from ivr.cli import clock
    from ivr.cli.lines import flows_folder, folder_of
    from ivr.cli.stored import open_database, settings_here
    from ivr.flow.line_files import LineFiles

    if not why or not why.strip():
        raise click.UsageError(
            message(
                "version-without-a-message",
                "a version needs its message: -m says what changes, and why, to who reads it later",
            )
        )
    folder = folder_of(line, flows_folder())
    files = LineFiles.of_folder(folder)
    read = checked_line(files, folder, RULES, clock.now())
    with open_database(settings_here()) as database:
        with database.reading() as connection:
            standing = published(connection).get(read.name)
            there = files_of(connection, read.name, standing.number) if standing else {}
        digests = {path: sha256(content) for path, content in files.items()}
        changed = sorted(path for path in {*digests, *there} if digests.get(path) != there.get(path))
        if not changed:
            assert standing is not None  # noqa: S101 - a line has files
            raise TargetError(
                message(
                    "published-already",
                    "version {number} of {line} is published and holds the same files",
                    number=standing.number,
                    line=read.name,
                )
            )
        new = new_version(read, files, after=standing.number if standing else 0)
        try:
            with database.transaction() as connection:
                number = publish_version(connection, new, clock.now(), by, " ".join(why.split()))
                record_here(connection, "publish", f"{read.name} {number}", by)
        except PublishedMeanwhileError:
            raise TargetError(
                message(
                    "published-meanwhile",
                    "another version of {line} was published just now; look at it (ivr versions {line}), and publish "
                    "again",
                    line=read.name,
                )
            ) from None
        except NumberTakenError as taken:
            raise TargetError(
                message(
                    "number-is-published",
                    "{number} is the number of the line {other}, which is published; give {line} a number of its own",
                    number=read.header.number,
                    other=taken.line,
                    line=read.name,
                )
            ) from None
    tell(
        phrase(
            "version {number} of {line} is published: calls that begin from now on hear it",
            number=number,
            line=read.name,
        )
    )
    tell(_told(changed) if standing else phrase("  {count} files, menu {menu}", count=len(files), menu=read.version))


def _told(changed: list[str]) -> Message:
    most = 6
    named = ", ".join(changed[:most])
    if len(changed) > most:
        return phrase("  changed: {files} and {count} more", files=named, count=len(changed) - most)
    return phrase("  changed: {files}", files=named)
