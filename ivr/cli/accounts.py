"""``ivr accounts`` lists the accounts that too many wrong passwords have locked, until when, and unlocks one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ivr.cli import clock
from ivr.cli.console import record_here
from ivr.cli.stored import open_database, open_readonly, settings_here

if TYPE_CHECKING:
    from data.company import TaxDocument

DOCUMENT = "CNPJ or CPF"


@click.group(invoke_without_command=True, short_help="List accounts locked by wrong passwords, or unlock one.")
@click.pass_context
def accounts(context: click.Context) -> None:
    """Accounts that take no password by telephone now, since too many wrong ones were keyed. Their callers are led to
    people as after wrong data; each account frees itself at the time told.
    """
    if context.invoked_subcommand:
        return
    from data.attempts import failures
    from data.company import companies_keyed
    from data.locked_accounts import locked_accounts
    from data.staff import all_staff, staff_account
    from data.vault import Cost, Vault

    settings, now = settings_here(), clock.now()
    vault = Vault(settings.secret_key, Cost.production())
    with open_readonly(settings) as database, database.reading() as connection:
        staff = {staff_account(vault, number): f"staff {number}, {name}" for number, name in all_staff(connection)}
        locked = locked_accounts(connection, settings.guesses, now, staff)
        wrong = failures(connection, now)
        owners = companies_keyed(connection, [each.account for each in locked])
    nobodys = 0
    for each in locked:
        names = [f"{name}, document ending in {last_two}" for name, last_two in owners.get(each.account, ())]
        names += [staff[each.account]] if each.account in staff else []
        nobodys += not names
        for name in names:
            click.echo(f"{name}: {each.wrong} wrong passwords, free at {each.until:%Y-%m-%d %H:%M} UTC")
    if nobodys:
        click.echo(f"documents that no customer has: {nobodys}")
    if not locked:
        click.echo("no account is locked")
    click.echo(f"wrong passwords: {wrong.hour} in the last hour, {wrong.day} compared in the last 24 hours")
    if wrong.spent(settings.guesses):
        click.echo("no password is taken by telephone until there are fewer a day; IVR_GUESSES sets how many", err=True)


@accounts.command(name="unlock", short_help="Give an account its tries back.")
@click.argument("document", required=False)
@click.option("--staff", "number", help="Unlock this number of the staff, and no customer.")
@click.pass_context
def unlock_(context: click.Context, document: str | None, number: str | None) -> None:
    """Let the customer with DOCUMENT key passwords again. It is asked for where it is not given, unseen, so that it
    stands in no history of the shell. Exits 1 where nobody has it, and where it is not locked.

    Be sure first that it is the customer who asks, and not whoever keyed the wrong passwords.
    """
    from data.company import find_company
    from data.locked_accounts import locked_accounts, unlock
    from data.staff import all_staff, staff_account
    from data.vault import Cost, Vault

    if document and number:
        raise click.UsageError("give a document or --staff, not both")
    settings, now = settings_here(), clock.now()
    vault = Vault(settings.secret_key, Cost.production())
    asked = None if number else _read(document or click.prompt(DOCUMENT, hide_input=True))
    with open_database(settings) as database, database.transaction() as connection:
        if asked:
            account = vault.keypad_digest(asked.number)
            known = find_company(connection, vault, asked) is not None
            whose = f"the account whose document ends in {asked.last_two}"
        else:
            account = staff_account(vault, number or "")
            known = number in dict(all_staff(connection))
            whose = f"the staff number {number}"
        staff = [account] if number else []
        locked = account in {each.account for each in locked_accounts(connection, settings.guesses, now, staff)}
        cleared = unlock(connection, [account], now) if known and locked else 0
        if cleared:
            record_here(connection, "unlock account", f"staff number {number}" if number else "a customer")
    if cleared:
        click.echo(f"{whose} is unlocked: {cleared} wrong passwords do not count for it any more")
        context.exit(0)
    fault = "is not locked; ivr accounts lists those that are" if known else "is nobody's; compare it with the contract"
    click.echo(f"{whose} {fault}", err=True)
    context.exit(1)


def _read(text: str) -> TaxDocument:
    """Raises click.BadParameter, which does not repeat the document."""
    from data.company import document_reader
    from routing.documents import parse_document

    try:
        return document_reader(parse_document)(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
