"""``ivr data`` loads companies, contacts and invoices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from ivr.cli import clock, one_line
from ivr.cli.language import spoken
from ivr.cli.terminal import Cell, Column, show_rows, watched
from wording import message, phrase

if TYPE_CHECKING:
    from datetime import datetime

    from data.csv_import import ImportReport
    from data.imported_sources import ImportedSource

T = TypeVar("T")


@click.group(short_help="Load companies, contacts and invoices.")
def data() -> None:
    """Load companies, contacts and invoices into the database that IVR_DATABASE_URL names."""


def _rows(file: Path, rows: Sequence[T]) -> Iterator[T]:
    """Each row, with what is left of them shown: the password of each contact takes its time to be hashed."""
    return watched(rows, phrase("loading {file}", file=file.name), len(rows))


def _source_name(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    """Read the name of a system: up to 60 printable characters."""
    if text is None or (0 < len(text.strip()) <= 60 and text.isprintable()):
        return text.strip() if text else None
    raise click.BadParameter(message("source-name-malformed", "write a name of 1 to 60 printable characters"))


def _moment_before(now: datetime, text: str | None) -> datetime:
    """Read a moment with its offset, not after ``now``; ``now`` where nothing is written."""
    from datetime import datetime

    if text is None:
        return now
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        written = None
    if written is None or written.tzinfo is None or written > now:
        raise click.BadParameter(
            message(
                "as-of-malformed",
                "write for --as-of a time that is over, with its offset, like 2026-12-24T03:00-03:00",
            )
        )
    return written


@data.command(name="import", short_help="Load CSV or JSON files.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--all-or-nothing/--no-all-or-nothing",
    default=True,
    show_default=True,
    help="Load nothing from a file that has a bad row, or load its good rows.",
)
@click.option(
    "--source",
    callback=_source_name,
    metavar="NAME",
    help="The one FILE is all that this system says; how old that is, is remembered (ivr data sources).",
)
@click.option("--as-of", metavar="TIME", help="Of when the source speaks, like 2026-12-24T03:00-03:00.  [default: now]")
@click.option(
    "--old-after",
    type=click.IntRange(1, 10_000),
    metavar="HOURS",
    help="After how many hours the source is an alarm; remembered.  [default: 48]",
)
@click.option(
    "--delete-missing",
    is_flag=True,
    help="Of all companies: block the contacts, or delete the unpaid invoices, that FILE does not have.",
)
@click.option(
    "--share",
    default=10,
    show_default=True,
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help="Refuse the import where --delete-missing would take more of them.",
)
@click.option("--dry-run", is_flag=True, help="Tell what would be added, changed and gone, and change nothing.")
@click.pass_context
def import_files(
    context: click.Context,
    files: tuple[Path, ...],
    all_or_nothing: bool,
    source: str | None,
    as_of: str | None,
    old_after: int | None,
    delete_missing: bool,
    share: int,
    dry_run: bool,
) -> None:
    """Load contacts or invoices from each CSV or JSON FILE; the header, or the keys, tell which. Contacts come before
    their invoices.

    \b
    contacts: document,company,contact,password and, where wanted, contract_until,datacenter,
              special_contract,area_code,unit,blocked,administrator,support,consultancy,
              email,mobile,surveys
    invoices: document,number,amount,due and, where wanted, grace_days,paid

    A bad row is printed as FILE:LINE (of FILE.json, a list of objects with these keys, as FILE[PLACE] from 0): what is
    wrong and what to do, and never repeats a document or a password. What was hardly meant is a warning. Importing a
    file twice changes nothing. What people changed of a contact since stays, as the telephone password that a contact
    chose, unless the file says something else than at its last import. Exits 0 where every row is good, else 1.

    With --source and --delete-missing the file is the whole truth, also about companies that it does not name. Give
    contacts and invoices of one system two names: each has an age of its own.
    """
    import os

    from data.csv_import import import_csv
    from data.database import Database, DatabaseUnavailableError
    from data.vault import Cost, Vault
    from data.whole_source import WholeSource
    from ivr.settings import Settings
    from routing.documents import parse_document

    if source is None and (delete_missing or as_of is not None or old_after is not None):
        raise click.UsageError(message("import-without-source", "say with --source of which system the file is all"))
    if source is not None and (len(files) != 1 or not all_or_nothing):
        raise click.UsageError(
            message(
                "import-not-whole", "--source takes one FILE, whole: import each alone, without --no-all-or-nothing"
            )
        )
    now = clock.now()
    whole = WholeSource(source, _moment_before(now, as_of), now, delete_missing, share, old_after) if source else None
    settings = Settings.from_environment(os.environ)
    vault = Vault(settings.secret_key, Cost.production())
    good = True
    try:
        database = Database(settings.database_url)
        database.migrate()
        for file in files:
            report = import_csv(
                database,
                vault,
                file,
                parse_document,
                all_or_nothing=all_or_nothing,
                each=partial(_rows, file),
                source=whole,
                dry_run=dry_run,
            )
            for problem in (*report.problems, *report.warnings):
                click.echo(one_line(str(problem)), err=True)
            good = good and not report.problems
            click.echo(one_line(f"{file}: {_told(report, dry_run=dry_run)}"))
        database.close()
    except DatabaseUnavailableError as error:
        raise click.ClickException(str(error)) from None
    context.exit(0 if good else 1)


def _told(report: ImportReport, *, dry_run: bool) -> str:
    """Return what became of a file."""
    loaded = f"{report.rows} {'row' if report.rows == 1 else 'rows'} of {report.kind}" if report.rows else "nothing"
    told = f"{loaded} would be loaded" if dry_run else f"{loaded} loaded"
    if report.counts:
        gone = "deleted" if report.kind == "invoices" else "blocked"
        told += f": {report.counts.added} added, {report.counts.changed} changed, {report.counts.gone} {gone}"
    if report.kept_passwords:
        told += f"; {report.kept_passwords} telephone password(s) kept that contacts chose"
    if report.kept_values:
        told += f"; {report.kept_values} other value(s) kept that people changed"
    if report.reset_passwords:
        told += f"; {report.reset_passwords} that contacts chose set anew, as the file's changed"
    return f"{told} (dry run: nothing was changed)" if dry_run else told


@data.command(short_help="List other systems whose data were imported, and their age.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--forget", metavar="NAME", help="Of a source that is imported no more: no age, no alarm. Its rows stay.")
def sources(as_json: bool, forget: str | None) -> None:
    """Each source that ivr data import --source took in: of when it spoke (UTC), its age, and what its last import did.

    Data older than ivr data import --old-after says are an alarm, data-too-old (ivr alarms).
    """
    import json

    from data.imported_sources import forget_source, imported_sources
    from ivr.cli.stored import open_readonly, settings_here

    now = clock.now()
    with open_readonly(settings_here()) as database:
        if forget is not None:
            with database.transaction() as connection:
                if not forget_source(connection, forget):
                    raise click.ClickException(
                        message("no-such-source", "there is no source of this name; ivr data sources lists them")
                    )
        with database.reading() as connection:
            found = imported_sources(connection)
    if as_json:
        for each in found:
            click.echo(json.dumps(_as_object(each, now), ensure_ascii=False))
        return
    show_rows(
        [
            Column(spoken(phrase("source")), whole=True),
            Column(spoken(phrase("as of (UTC)"))),
            Column(spoken(phrase("age"))),
            Column(spoken(phrase("added"))),
            Column(spoken(phrase("changed"))),
            Column(spoken(phrase("gone"))),
        ],
        [[Cell(text, "bad" if _is_old(each, now) else "plain") for text in _texts(each, now)] for each in found],
        ("  ".join(_texts(each, now)) for each in found),
    )
    if not found:
        click.echo(spoken(phrase("no source was imported (ivr data import --source)")))


def _texts(source: ImportedSource, now: datetime) -> list[str]:
    age = (now - source.as_of) // timedelta(hours=1)
    if _is_old(source, now):
        hours = spoken(phrase("{hours} h, too old: more than {most}", hours=age, most=source.old_after))
    else:
        hours = spoken(phrase("{hours} h", hours=age))
    return [
        source.source, f"{source.as_of:%Y-%m-%d %H:%M:%S}", hours,
        str(source.added), str(source.changed), str(source.deleted),
    ]  # fmt: skip


def _is_old(source: ImportedSource, now: datetime) -> bool:
    return now - source.as_of > timedelta(hours=source.old_after)


def _as_object(source: ImportedSource, now: datetime) -> dict[str, object]:
    return {
        "source": source.source,
        "as_of": source.as_of.isoformat(),
        "age_seconds": round((now - source.as_of).total_seconds()),
        "old_after_hours": source.old_after,
        "imported_at": source.imported_at.isoformat(),
        "added": source.added,
        "changed": source.changed,
        "gone": source.deleted,
    }
