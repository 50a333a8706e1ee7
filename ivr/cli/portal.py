"""``ivr portal`` lets the administrator of a customer's company into the portal, and tells who is who there."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import click

from ivr.cli import clock
from ivr.cli.console import record_here
from ivr.cli.language import spoken, tell
from ivr.cli.stored import open_database, settings_here
from ivr.errors import TargetError
from wording import message, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from data.contact_profile import PortalContact
    from data.vault import Vault

ASK = "-"
"""In the place of a document that is to stand in no history of the shell."""


@click.group(short_help="Let the administrator of a company into the customers' portal.")
def portal() -> None:
    """Let the administrator of a customer's company into the portal (Assessoria, key 7), and tell who is who there.

    DOCUMENT is the company's CNPJ or CPF; write - to be asked for it, unseen, so that it stands in no history.
    """


@portal.command(short_help="Let an administrator choose a password of the portal.")
@click.argument("document")
@click.argument("contact")
def activate(document: str, contact: str) -> None:
    """Let CONTACT, the administrator of the company with DOCUMENT, choose a password of the portal, for seven days.

    Be sure first that it is the administrator who asks. An invitation goes to the e-mail address that was registered;
    the code with which the password is chosen comes there too, once the contact asks for it at the portal. Neither the
    code nor the password is ever known here.
    """
    from data.portal_access import let_administrator_in, masked

    def work(connection: Connection, vault: Vault, found: PortalContact) -> None:
        let_administrator_in(connection, vault, found.contact_id, f"ML{secrets.token_hex(16)}", clock.now())
        record_here(connection, "let into the portal", _subject(found))
        address = masked(found.email_of(vault))
        tell(phrase("{name} may choose a password; an invitation goes to {to}", name=found.contact_name, to=address))

    _with_contact(document, contact, work)


@portal.command(short_help="Make a contact the administrator of the company.")
@click.argument("document")
@click.argument("contact")
def administrator(document: str, contact: str) -> None:
    """Make CONTACT the administrator of the company with DOCUMENT, in the place of whoever is: where that person left
    the company. Both stand in the audit.
    """
    from data.portal_access import make_administrator

    def work(connection: Connection, _vault: Vault, found: PortalContact) -> None:
        names = make_administrator(connection, found.company_id, found.contact_id)
        record_here(connection, "make administrator", f"{names} ({_subject(found)})")
        tell(phrase("{names}: the administrator of the company", names=names))

    _with_contact(document, contact, work)


@portal.command(short_help="Tell the contacts of a company, and who uses the portal.")
@click.argument("document")
def show(document: str) -> None:
    """Tell each contact of the company with DOCUMENT: administrator or not, blocked, let in, using the portal."""
    from data.portal_access import masked
    from data.vault import Cost, Vault

    settings = settings_here()
    vault = Vault(settings.secret_key, Cost.production())
    with open_database(settings) as database, database.reading() as connection:
        for each in _contacts(connection, vault, document):
            marks = [phrase("administrator")] if each.administrator else []
            marks += [phrase("blocked")] if each.blocked else []
            if each.activated_at:
                marks.append(phrase("uses the portal since {day}", day=f"{each.activated_at:%Y-%m-%d}"))
            elif each.may_choose_password(clock.now()):
                marks.append(phrase("let in"))
            address = masked(each.email_of(vault)) or spoken(phrase("no e-mail"))
            click.echo(f"{each.contact_name}: {', '.join([*map(spoken, marks), address])}")


def _with_contact(document: str, name: str, work: object) -> None:
    """Do ``work`` with the contact of that name, in a transaction. Raises TargetError where that is not possible."""
    from data.contact import folded
    from data.vault import Cost, Vault

    settings = settings_here()
    vault = Vault(settings.secret_key, Cost.production())
    with open_database(settings) as database:
        try:
            with database.transaction() as connection:
                contacts = _contacts(connection, vault, document)
                found = next((each for each in contacts if folded(each.contact_name) == folded(name)), None)
                if found is None:
                    raise TargetError(
                        message(
                            "portal-no-contact", "no contact of this company has that name; ivr portal show lists them"
                        )
                    )
                work(connection, vault, found)  # type: ignore[operator]
        except ValueError as error:
            raise TargetError(error.args[0]) from None


def _contacts(connection: Connection, vault: Vault, document: str) -> Sequence[PortalContact]:
    """The contacts of the company with the document. Raises TargetError where no company has it."""
    from data.company import document_reader, find_company
    from data.contact_profile import contacts_of
    from routing.documents import parse_document

    written = click.prompt("CNPJ or CPF", hide_input=True) if document == ASK else document
    try:
        company = find_company(connection, vault, document_reader(parse_document)(written))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="DOCUMENT") from None
    if company is None:
        raise TargetError(message("portal-no-customer", "no customer has this document; compare it with the contract"))
    return contacts_of(connection, company)


def _subject(contact: PortalContact) -> str:
    """How the audit names a contact whom staff do something to: by numbers, which mean nothing once it is erased."""
    return f"contact {contact.contact_id} of company {contact.company_id}"
