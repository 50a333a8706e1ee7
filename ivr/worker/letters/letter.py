"""A letter is a mail to a contact: its words in each language of the portal, and what is filled into them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from value_class import value_class

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.contact_profile import PortalContact
    from data.mails import WantedMail
    from data.vault import Vault


@value_class
class LetterText:
    """Subject and body of a letter in one language, with {blanks}; ``short`` is for a text to a mobile, if it is sent
    as one.
    """

    subject: str
    body: str
    short: str = ""


class Letter(ABC):
    """A kind of letter. Every body has ``{name}``, ``{company}`` and ``{portal}``, the address of the portal, for its
    blanks, and those of ``blanks``.
    """

    name: ClassVar[str]
    """Stands in the rows of the outbox, so that it is read by every release after this one."""

    texts: ClassVar[Mapping[str, LetterText]]
    """By the languages of the portal."""

    def why_not(self, connection: Connection, wanted: WantedMail, now: datetime) -> str | None:
        """Return why the letter is not wanted any more at ``now`` (aware); None where it is."""
        del connection, wanted, now
        return None

    @abstractmethod
    def blanks(self, connection: Connection, vault: Vault, wanted: WantedMail) -> Mapping[str, str]:
        """Return what is filled in beside name, company and portal."""

    def text(self, contact: PortalContact, wanted: WantedMail) -> LetterText:
        """Return the words in the contact's language, else in that of the page at which the letter was asked for."""
        return self.texts.get(contact.language or wanted.language) or self.texts["pt-BR"]
