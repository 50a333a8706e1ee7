"""Commands that tell what callers find read a line as it answers: its published version, not the files of its folder.

Which of the two it is stands on standard error wherever they could be confused, so that a pipe gets the answer alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.language import tell
from ivr.cli.lines import flows_folder
from ivr.cli.stored import answering_line, named_line, open_readonly, settings_here
from ivr.errors import SettingsError
from wording import phrase, reason

if TYPE_CHECKING:
    from data.versions import Publication
    from ivr.flow.line import Line

ROUTING = "routing.yaml"


def folder_option(command: click.decorators.FC) -> click.decorators.FC:
    """Add ``--folder`` to a command that reads what callers find."""
    return click.option(
        "--folder", "of_folder", is_flag=True, help="Read the line's folder, not the version that callers hear."
    )(command)


def line_read(name: str, *, of_folder: bool) -> Line:
    """Load the line ``name`` as callers hear it, or as its folder is, and tell which of the two it is where something
    of it is published. Raises TargetError, FlowError, SettingsError.
    """
    standing, differs = _standing(name)
    if standing is None:
        return named_line(name)
    told = {"number": standing.number, "line": name, "folder": flows_folder() / name}
    if of_folder:
        line = named_line(name)
        tell(phrase("read from {folder}; callers hear version {number} of {line}", **told), err=True)
        return line
    line = answering_line(name)
    if differs:
        tell(
            phrase(
                "version {number} of {line}, which callers hear; {folder}/{file} has changed since: --folder reads it",
                file=ROUTING,
                **told,
            ),
            err=True,
        )
    else:
        tell(phrase("version {number} of {line}, which callers hear", **told), err=True)
    return line


def line_read_anyhow(name: str, *, of_folder: bool) -> Line:
    """Load the line ``name`` as ``line_read`` does; from its folder where the database cannot be asked, which is told:
    who is on call is wanted most while something is broken. Raises TargetError, FlowError.
    """
    try:
        return line_read(name, of_folder=of_folder)
    except SettingsError as error:
        for fault in reason(error).splitlines():
            tell(phrase("{fault}; what follows is read from the folder of {line}", fault=fault, line=name), err=True)
        return named_line(name)


def _standing(name: str) -> tuple[Publication | None, bool]:
    """What of the line answers, and whether its folder says something else of where calls go."""
    from data.versions import files_of, published, sha256

    with open_readonly(settings_here()) as database, database.reading() as connection:
        standing = published(connection).get(name)
        if standing is None:
            return None, False
        there = files_of(connection, name, standing.number).get(ROUTING)
    try:
        here = sha256(Path(flows_folder() / name / ROUTING).read_bytes())
    except OSError:
        return standing, False
    return standing, here != there
