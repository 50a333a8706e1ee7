"""Mails leave by SMTP, or are written into a folder where no server of mail is set up, so that the line can be tried.

How a sending can come out is told as of calls: it was not sent (``NotSentError``), or it is not known.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Collection
from dataclasses import field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from ivr.addresses import is_loopback
from ivr.call.outgoing import NotSentError, OutcomeUnknownError
from value_class import value_class

PATIENCE_SECONDS: Final = 15.0
"""For each answer of the server."""

_REFUSED_FOR_GOOD: Final = 500
"""Answers of SMTP from this number on are for good (RFC 5321 4.2.1)."""


class MailSender(Protocol):
    """Sends mails."""

    def send(self, mail: EmailMessage) -> None:
        """Have a mail sent. Raises NotSentError and OutcomeUnknownError, whose texts name no address."""
        ...


@value_class
class SmtpServer:
    """The server of ``IVR_SMTP_URL``: ``smtps://user:password@host:465`` (TLS at once), or ``smtp://``, which must
    offer STARTTLS unless it is this machine.
    """

    url: str = field(repr=False)

    def send(self, mail: EmailMessage) -> None:
        """Have a mail sent; see ``MailSender``."""
        accepted = False
        try:
            with self._connected() as server:
                server.send_message(mail)
                accepted = True
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            for_good = min(codes, default=0) >= _REFUSED_FOR_GOOD
            raise NotSentError("the server of mail refuses the address", for_good=for_good) from None
        except smtplib.SMTPAuthenticationError:
            raise NotSentError("the server of mail refuses user or password of IVR_SMTP_URL", for_good=False) from None
        except smtplib.SMTPResponseException as error:
            for_good = error.smtp_code >= _REFUSED_FOR_GOOD and isinstance(error, smtplib.SMTPDataError)
            raise NotSentError(f"the server of mail answers {error.smtp_code}", for_good=for_good) from None
        except smtplib.SMTPServerDisconnected:
            if not accepted:
                raise OutcomeUnknownError("the server of mail hung up") from None
        except (smtplib.SMTPException, ssl.SSLError, OSError) as error:
            # After it was accepted only the leave-taking failed.
            if not accepted:
                raise NotSentError(
                    f"the server of mail cannot be reached: {type(error).__name__}", for_good=False
                ) from None

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        trusted = ssl.create_default_context()
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE_SECONDS, context=trusted)
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=PATIENCE_SECONDS)
            if not is_loopback(host):
                server.starttls(context=trusted)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


@value_class
class MailFolder:
    """A folder in which each mail is a file that only its owner reads. Codes stand there, and nowhere else."""

    folder: Path

    def send(self, mail: EmailMessage) -> None:
        """Write a mail; see ``MailSender``."""
        name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self.folder / f"{name}.eml", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(mail.as_bytes())
        except OSError as error:
            raise NotSentError(f"{self.folder}/ cannot be written to: {error.strerror}", for_good=False) from None

    def forget(self, addresses: Collection[str]) -> None:
        """Delete the mails to these addresses, as their people are erased. Raises OSError."""
        wanted = {each.lower() for each in addresses}
        for file in self.folder.glob("*.eml"):
            if str(message_from_bytes(file.read_bytes(), policy=default)["To"]).lower() in wanted:
                file.unlink()
