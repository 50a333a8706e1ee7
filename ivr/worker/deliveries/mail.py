"""Letters to contacts are sent by mail, and codes by a text where the contact asked for one at a mobile."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, ClassVar

from data.mails import CODE_TEXT, LONGEST_WAIT, MAIL, addressee, read_mail
from data.outbox import prove_sent
from data.texts import TEXT, UNSUBSCRIBED, why_no_text
from ivr.call.outgoing import NotSentError
from ivr.call.outgoing_texts import OutgoingText
from ivr.worker.delivery import Delivery
from ivr.worker.letters import LETTERS
from ivr.worker.mailing import MailFolder
from ivr.worker.tools import NOT_SET_UP

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.contact_profile import PortalContact
    from data.mails import WantedMail
    from data.outbox import OutboxRecord
    from ivr.call.outgoing import CarrierCall
    from ivr.worker.letters.letter import LetterText

NO_MAIL = "IVR_SMTP_URL and IVR_MAIL_FROM are not set"


class MailDelivery(Delivery):
    """The row's content names the letter and its contact. What is not known to be taken is sent again, under the same
    Message-ID: a code is the same one, and mail programs show one mail.
    """

    kind: ClassVar[str] = MAIL
    first_look: ClassVar[timedelta] = timedelta(seconds=1)
    certain: ClassVar[timedelta] = timedelta(seconds=1)

    @property
    def is_set_up(self) -> bool:
        """Return whether mails can be sent, or written into a folder."""
        return self._tools.mail is not None

    def why_not(self, connection: Connection, row: OutboxRecord, now: datetime) -> str | None:
        """Return why: the contact has another address by now, or the letter is over; see ``Delivery``."""
        try:
            wanted, digest = read_mail(row)
        except ValueError as error:
            return str(error)
        letter = LETTERS.get(wanted.letter)
        if letter is None:
            return f"this release knows no letter {wanted.letter}"
        contact = addressee(connection, wanted, digest, self.kind)
        if contact is None or contact.blocked:
            return "the contact has no such address any more, or is blocked"
        if row.created_at <= now - LONGEST_WAIT:
            return "it could not be sent for two days"
        return letter.why_not(connection, wanted, now)

    def send(self, row: OutboxRecord) -> str:
        """Write the letter and have it sent; see ``Delivery``."""
        if self._tools.mail is None:
            raise NotSentError(NO_MAIL, for_good=False)
        contact, text, blanks = self._letter(row)
        mail = EmailMessage()
        mail["From"] = self._tools.mail_from
        mail["To"] = contact.email_of(self._tools.vault)
        mail["Date"] = format_datetime(row.created_at)
        mail["Message-ID"] = f"<{row.id}@{self._tools.mail_from.rpartition('@')[2].rstrip('>')}>"
        mail["Subject"] = text.subject.format_map(blanks)
        # Mail that programs write asks for no automatic answer (RFC 3834 5.1).
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text.body.format_map(blanks))
        self._tools.mail.send(mail)
        return row.id

    def candidates(self, row: OutboxRecord) -> list[CarrierCall]:
        """Return nothing: what is not known to be taken is sent again; see ``Delivery``."""
        del row
        return []

    def proved(self, connection: Connection, row: OutboxRecord, made: CarrierCall, now: datetime) -> None:
        """The server has it."""
        prove_sent(connection, row.id, made.sid, now)

    def withdrawn(self, connection: Connection, row: OutboxRecord) -> None:
        """Nothing waits for it."""

    def given_up(self, connection: Connection, row: OutboxRecord, now: datetime) -> None:
        """Nothing waits for it: who waits for a code asks for another."""

    def reopened(self, connection: Connection, row: OutboxRecord, now: datetime) -> bool:
        """Return True: ``why_not`` tells whether it is still wanted."""
        del connection, row, now
        return True

    def _letter(self, row: OutboxRecord) -> tuple[PortalContact, LetterText, dict[str, str]]:
        """To whom, which words, and what is filled in. Raises NotSentError where there is nobody any more."""
        wanted: WantedMail
        wanted, digest = read_mail(row)
        letter = LETTERS[wanted.letter]
        with self._tools.database.reading() as connection:
            contact = addressee(connection, wanted, digest, self.kind)
            if contact is None:
                raise NotSentError("the contact has no such address any more", for_good=True)
            own = letter.blanks(connection, self._tools.vault, wanted)
        blanks = {"name": contact.contact_name, "company": contact.company_name, "portal": self._tools.portal_url}
        return contact, letter.text(contact, wanted), blanks | dict(own)


class CodeTextDelivery(MailDelivery):
    """The short form of a letter, to the contact's mobile. Where no account is set up it is written into the folder of
    mails, as long as there is one.
    """

    kind: ClassVar[str] = CODE_TEXT

    @property
    def is_set_up(self) -> bool:
        """Return whether texts can be sent, or written into a folder."""
        return self._tools.texts is not None or isinstance(self._tools.mail, MailFolder)

    def why_not(self, connection: Connection, row: OutboxRecord, now: datetime) -> str | None:
        """Return why, as for a mail; or that the number wants no texts."""
        why = super().why_not(connection, row, now)
        if why:
            return why
        wanted, digest = read_mail(row)
        contact = addressee(connection, wanted, digest, self.kind)
        number = contact.mobile_of(self._tools.vault) if contact else None
        unwanted = why_no_text(connection, TEXT, number or "", now)
        return unwanted if unwanted == UNSUBSCRIBED else None

    def send(self, row: OutboxRecord) -> str:
        """Have the text sent; see ``Delivery``."""
        contact, text, blanks = self._letter(row)
        number = contact.mobile_of(self._tools.vault) or ""
        words = text.short.format_map(blanks)
        if isinstance(self._tools.mail, MailFolder):
            mail = EmailMessage()
            mail["To"] = number
            mail["Date"] = format_datetime(row.created_at)
            mail["Message-ID"] = f"<{row.id}@text>"
            mail.set_content(f"{words}\n")
            self._tools.mail.send(mail)
            return row.id
        line = next((engine.line for engine in self._tools.lines()), None)
        if self._tools.texts is None or line is None:
            raise NotSentError(NOT_SET_UP, for_good=False)
        return self._tools.texts.send(OutgoingText(row.id, number, line.header.number, words))
