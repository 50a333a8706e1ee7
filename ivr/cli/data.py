"""``ivr data`` loads companies, contacts and invoices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from ivr.cli import one_line
from ivr.cli.terminal import watched
from wording import phrase

T = TypeVar("T")


@click.group(short_help="Load companies, contacts and invoices.")
def data() -> None:
    """Load companies, contacts and invoices into the database that IVR_DATABASE_URL names."""


def _rows(file: Path, rows: Sequence[T]) -> Iterator[T]:
    """Each row, with what is left of them shown: the password of each contact takes its time to be hashed."""
    return watched(rows, phrase("loading {file}", file=file.name), len(rows))


@data.command(name="import", short_help="Load CSV files.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--all-or-nothing/--no-all-or-nothing",
    default=True,
    show_default=True,
    help="Load nothing from a file that has a bad row, or load its good rows.",
)
@click.pass_context
def import_files(context: click.Context, files: tuple[Path, ...], all_or_nothing: bool) -> None:
    """Load contacts or invoices from each CSV FILE; the header tells which. Contacts come before their invoices.

    \b
    contacts: document,company,contact,password and, where wanted, contract_until,datacenter,
              special_contract,area_code,unit,blocked,administrator,support,consultancy,
              email,mobile,surveys
    invoices: document,number,amount,due and, where wanted, grace_days,paid

    A bad row is printed as FILE:LINE: what is wrong and what to do, and never repeats a document or a password.
    What was hardly meant is a warning. Importing a file twice changes nothing. Exits 0 where every row is good, else 1.
    """
    import os

    from data.csv_import import import_csv
    from data.database import Database, DatabaseUnavailableError
    from data.vault import Cost, Vault
    from ivr.settings import Settings
    from routing.documents import parse_document

    settings = Settings.from_environment(os.environ)
    vault = Vault(settings.secret_key, Cost.production())
    good = True
    try:
        database = Database(settings.database_url)
        database.migrate()
        for file in files:
            report = import_csv(
                database, vault, file, parse_document, all_or_nothing=all_or_nothing, each=partial(_rows, file)
            )
            for problem in (*report.problems, *report.warnings):
                click.echo(one_line(str(problem)), err=True)
            good = good and not report.problems
            loaded = (
                f"{report.rows} {'row' if report.rows == 1 else 'rows'} of {report.kind}" if report.rows else "nothing"
            )
            click.echo(one_line(f"{file}: {loaded} loaded"))
        database.close()
    except DatabaseUnavailableError as error:
        raise click.ClickException(str(error)) from None
    context.exit(0 if good else 1)
