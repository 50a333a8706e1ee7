"""``ivr versions`` tells what was published of each line, and writes a version out as a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.call.version_words import nothing_published_among, who_of, why_of
from ivr.cli.language import spoken, tell
from ivr.cli.terminal import Cell, Column, Look, show_rows
from ivr.errors import TargetError
from wording import message, phrase

if TYPE_CHECKING:
    from data.versions import Publication

HOW = {
    "publish": phrase("{why}"),
    "rollback": phrase("{why} (gone back to)"),
    "emergency": phrase("{why} (published without being tried)"),
}


@click.command(short_help="Tell what was published of a line, or write a version out as a folder.")
@click.argument("line", required=False, metavar="[LINE]")
@click.argument("number", required=False, type=click.IntRange(1), metavar="[NUMBER]")
@click.option(
    "--export", "folder", type=click.Path(path_type=Path), metavar="FOLDER", help="Write version NUMBER there."
)
@click.option("--json", "as_json", is_flag=True, help="One object a publication, in JSON Lines.")
def versions(line: str | None, number: int | None, folder: Path | None, as_json: bool) -> None:
    """What was published of LINE (default: what answers of every line), the newest first; * marks what answers now.

    With NUMBER and --export the files of that version are written into a new FOLDER, as a line that ivr check, ivr
    replay and ivr publish read like any other.
    """
    from data.versions import history, published
    from ivr.cli.stored import open_readonly, settings_here

    if (folder is None) != (number is None):
        raise click.UsageError(
            message("export-of-no-version", "a version is written out with both its number and --export FOLDER")
        )
    with open_readonly(settings_here()) as database, database.reading() as connection:
        if line is None:
            found = list(published(connection).values())
        else:
            found = history(connection, line)[::-1]
            if not found:
                raise TargetError(nothing_published_among(line, published(connection)))
        answering = {each.id for each in published(connection).values()}
    if line and number and folder:
        _export(line, number, folder)
        return
    if as_json:
        for each in found:
            click.echo(_as_json(each, each.id in answering))
        return
    show_rows(
        [
            Column(" "),
            Column(spoken(phrase("line")), whole=True),
            Column(spoken(phrase("version")), figures=True),
            Column(spoken(phrase("published (UTC)"))),
            Column(spoken(phrase("by"))),
            Column(spoken(phrase("why"))),
        ],
        [_row(each, each.id in answering) for each in found],
        (_told(each, each.id in answering) for each in found),
    )
    if not found:
        tell(phrase("nothing is published yet: ivr serve publishes what it starts with, ivr publish the rest"))


def _export(line: str, number: int, folder: Path) -> None:
    from ivr.cli.line_source import files_of_version

    files = files_of_version(line, number)
    try:
        folder.mkdir(parents=True)
        files.write_to(folder)
    except FileExistsError:
        raise TargetError(
            message(
                "export-folder-is-there",
                "{folder} is there already and is left as it is; name a folder that is to be made",
                folder=folder,
            )
        ) from None
    except OSError as error:
        raise TargetError(
            message(
                "export-folder-not-written",
                "{folder} cannot be written: {why}; name another folder",
                folder=folder,
                why=error.strerror,
            )
        ) from None
    tell(
        phrase(
            "version {number} of {line} is in {folder}/: {count} files",
            number=number,
            line=line,
            folder=folder,
            count=len(files),
        )
    )


def _told(each: Publication, answers: bool) -> str:
    sign, line, number, when, who, how = (cell.text for cell in _row(each, answers))
    return f"{sign} {line}  {number:>4}  {when} UTC  {who}: {how}"


def _row(each: Publication, answers: bool) -> list[Cell]:
    look: Look = "good" if answers else "plain"
    return [
        Cell("*" if answers else " ", look),
        Cell(each.line, look),
        Cell(str(each.number), look),
        Cell(f"{each.at:%Y-%m-%d %H:%M}"),
        Cell(spoken(who_of(each))),
        Cell(
            spoken(phrase(HOW[each.kind].template, why=why_of(each))), "fair" if each.kind == "emergency" else "plain"
        ),
    ]


def _as_json(each: Publication, answers: bool) -> str:
    told = {
        "line": each.line,
        "version": each.number,
        "menu": each.menu_version,
        "at": each.at.isoformat(),
        "who": each.who,
        "why": each.why,
        "kind": each.kind,
        "answers": answers,
    }
    return json.dumps(told, ensure_ascii=False)
