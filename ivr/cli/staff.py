"""``ivr staff`` lists, adds and removes the staff who may close destinations by telephone."""

from __future__ import annotations

import click

from ivr.cli.console import record_here
from ivr.cli.language import tell
from ivr.cli.stored import open_database, settings_here
from ivr.errors import TargetError
from wording import message, phrase


@click.group(invoke_without_command=True, short_help="Say who may close desks by telephone.")
@click.pass_context
def staff(context: click.Context) -> None:
    """Those who may close desks by telephone: number and name of each."""
    if context.invoked_subcommand:
        return
    from data.staff import all_staff

    with open_database(settings_here()) as database, database.reading() as connection:
        found = all_staff(connection)
    for number, name in found:
        click.echo(f"{number:6}  {name}")
    if not found:
        tell(phrase("nobody may close desks by telephone; ivr staff add NUMBER NAME"))


@staff.command(short_help="Add a person, or give one another password.")
@click.argument("number")
@click.argument("name")
@click.password_option(help="Eight to twelve digits; asked for where it is not given, and then not shown.")
def add(number: str, name: str, password: str) -> None:
    """Let NAME close desks by telephone, under NUMBER (three to six digits) and a password."""
    from data.staff import save_staff, staff_hash, staff_number, staff_password
    from data.users import UserError
    from data.values import words
    from data.vault import Cost, Vault

    settings = settings_here()
    vault = Vault(settings.secret_key, Cost.production())
    try:
        under, called, secret = staff_number(number), words(name), staff_password(password)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    hashed = staff_hash(vault, under, secret)
    with open_database(settings) as database:
        try:
            with database.transaction() as connection:
                save_staff(connection, under, called, hashed)
                record_here(connection, "give number", under)
        except UserError as error:
            raise TargetError(str(error)) from None
    tell(phrase("{name} may close desks by telephone, as {number}", name=called, number=under))


@staff.command(short_help="Take a person off the list.")
@click.argument("number")
@click.pass_context
def remove(context: click.Context, number: str) -> None:
    """Take whoever has NUMBER off the list. Exits 1 where there is nobody."""
    from data.staff import remove_staff

    with open_database(settings_here()) as database, database.transaction() as connection:
        removed = remove_staff(connection, number)
        if removed:
            record_here(connection, "take number", number)
    if removed:
        tell(phrase("{number} is taken off the list", number=number))
    else:
        tell(message("nobody-has-the-number", "nobody has the number {number}", number=number), err=True)
    context.exit(0 if removed else 1)
