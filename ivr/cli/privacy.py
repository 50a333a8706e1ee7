"""``ivr privacy`` writes everything that is remembered of a customer, or erases it (LGPD art. 18)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli import clock
from ivr.cli.console import record_here
from ivr.cli.new_file import PRIVATE, NewFile, force_option
from ivr.cli.stored import open_readonly, settings_here
from ivr.errors import SettingsError, TargetError

if TYPE_CHECKING:
    from data.company import TaxDocument

NOBODY = "no customer has this document; compare it with the contract"


@click.group(short_help="Give a customer all their data, or erase it.")
def privacy() -> None:
    """Give a customer everything that is remembered of them, or erase it, as the LGPD (art. 18) entitles them to.

    The customer is the company with DOCUMENT, a CPF or CNPJ. Leave it out to be asked for it: what is written in a
    command stays in the shell's history.
    """


@privacy.command(short_help="Write everything that is remembered of a customer as JSON.")
@click.argument("document", required=False)
@click.option("--out", type=click.Path(path_type=Path), help="A new file for its owner's eyes only, instead of stdout.")
@force_option
@click.pass_context
def export(context: click.Context, document: str | None, out: Path | None, force: bool) -> None:
    """Write everything that is remembered of a customer as JSON. Exits 1 where nobody has the document.

    Documents and passwords are not in it: they are stored in a form that nobody can read back.
    """
    import json

    from data.export import export as exported
    from data.vault import Cost, Vault

    file = NewFile(out, "--out", force, mode=PRIVATE) if out else None
    settings, asked = settings_here(), _document(document)
    with open_readonly(settings) as database:
        found = exported(database, Vault(settings.secret_key, Cost.production()), asked)
        if found is not None:
            with database.transaction() as connection:
                record_here(connection, "export customer", "a customer")
    if found is None:
        click.echo(NOBODY, err=True)
        context.exit(1)
    text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    if file is None:
        click.echo(text, nl=False)
        return
    file.write(text.encode())
    click.echo(f"{out} written; only you can read it. Delete it when the customer has it.")


@privacy.command(short_help="Erase a customer.")
@click.argument("document", required=False)
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
@click.pass_context
def erase(context: click.Context, document: str | None, yes: bool) -> None:
    """Erase a customer: the company, its contacts and invoices, and whatever leads from a call to them. Exits 1 where
    nobody has the document.

    Protocol numbers, and what was agreed to in which call, stay without a name: the law asks for them. Messages and
    recorded talks are deleted at the telephone company too, with TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.
    """
    from data.database import DatabaseUnavailableError
    from data.erasure import CustomerOnLineError, RecordingsKeptError
    from data.erasure import erase as erase_data
    from data.export import addresses_of, holding
    from data.retention import RecordingNotDeletedError
    from data.vault import Cost, Vault
    from ivr.channels.twilio.recordings import client_of, deleter
    from ivr.settings import DATA_DIRECTORY, MAIL_FOLDER
    from ivr.worker.mailing import MailFolder

    settings, asked = settings_here(), _document(document)
    vault, client = Vault(settings.secret_key, Cost.production()), client_of(settings)
    with open_readonly(settings) as database:
        held = holding(database, vault, asked)
        if held is None:
            click.echo(NOBODY, err=True)
            context.exit(1)
        click.echo(
            f"to be erased: 1 company, {held.contacts} contacts, {held.invoices} invoices, {held.tickets} tickets,"
            f" {held.attempts} tried passwords, {held.messages} messages, {held.recordings} recorded talks;"
            f" no longer anybody's: {held.calls} calls, {held.callbacks} callbacks"
        )
        if not (yes or click.confirm("This cannot be undone. Erase")):
            click.echo("nothing was erased", err=True)
            context.exit(1)
        with database.reading() as connection:
            addresses = addresses_of(connection, vault, asked)
        try:
            erase_data(database, vault, asked, clock.now(), deleter(client) if client else None)
        except CustomerOnLineError as error:
            so_far = "the customer is still there, in part" if error.begun else "nothing was erased"
            raise TargetError(f"{so_far}: {error}; do it again when it has ended") from None
        except RecordingsKeptError as error:
            raise SettingsError(f"nothing was erased: {error}; set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN") from None
        except RecordingNotDeletedError as error:
            raise TargetError(f"the customer is still there: {error}; do it again later") from None
        with database.transaction() as connection:
            record_here(connection, "erase customer", "a customer")
        if settings.embedded:
            try:
                MailFolder(DATA_DIRECTORY / MAIL_FOLDER).forget(addresses)
            except OSError as error:
                raise TargetError(
                    f"the rows are gone; {DATA_DIRECTORY / MAIL_FOLDER}/ still holds mails to the customer:"
                    f" {error.strerror}; delete them"
                ) from None
        click.echo(
            f"erased. Kept, without a name: the protocol numbers of these calls, and {held.consents} acceptances of"
            " terms with their wording and moment, as the law asks for (docs/privacy.md)."
        )
        try:
            database.leave_no_remains(rewrite=True)
        except DatabaseUnavailableError as error:
            raise TargetError(f"the rows are gone, their bytes may still be in the file: {error}") from None
        if database.dialect == "postgresql":
            click.echo("PostgreSQL keeps what was deleted until its VACUUM, and in its backups until they are over.")


def _document(text: str | None) -> TaxDocument:
    """What was given, or is asked for now. Raises click.UsageError, which does not repeat it."""
    from data.company import document_reader
    from routing.documents import parse_document

    written = text if text is not None else click.prompt("Document (CPF or CNPJ)", hide_input=True)
    try:
        return document_reader(parse_document)(written)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
