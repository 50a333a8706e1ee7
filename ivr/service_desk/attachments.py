"""Files of tickets: taken in where their name and their content say the same harmless kind, within bounds.

They are stored as they come, opened by no program of ours, and served for downloading alone (``ivr.web.downloads``).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from data.ticket_attachments import AttachmentRecord, add_attachment, attachments_of
from data.tickets import TicketRecord
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on
from ivr.tickets.events import EventKind, TicketParty
from value_class import value_class
from wording import message

LARGEST: Final = 500 * 1000
"""Bytes of a file: a form of a page may have 640 kB."""

MOST_FILES: Final = 20
"""Files of one ticket."""

LONGEST_NAME: Final = 100

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")

_BEGINNINGS: Final[Mapping[str, tuple[str, tuple[bytes, ...]]]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    ".zip": ("application/zip", _ZIP),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP),
}
"""Each kind that is not text: its media type, and with what its content begins."""

_TEXTS: Final = frozenset({".txt", ".log", ".csv", ".ini", ".json", ".sql", ".xml"})
"""Kinds that are text: none of their bytes is a control sign but tabs and ends of lines."""

KINDS: Final = (*_BEGINNINGS, *sorted(_TEXTS))
"""The endings that are taken, for forms."""

_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@value_class
class NewAttachment:
    """A file as a person sends it; ``text`` is what is said of it. ``author`` is the name that its event shows.

    ``largest`` is how many bytes the listener takes by which it comes.
    """

    name: str
    content: bytes
    party: TicketParty
    author: str
    user_id: int | None = None
    contact_id: int | None = None
    text: str | None = None
    largest: int = LARGEST


def attach(
    connection: Connection, line: Line, ticket: TicketRecord, new: NewAttachment, attachment_id: str, now: datetime
) -> TicketRecord:
    """Put a file to a ticket under the id ``attachment_id`` (drawn, at most 34 signs); return the ticket after it.

    Raises ValueError, in words, for a file that is not taken, and all that ``act_on`` raises.
    """
    name = file_name(new.name)
    media_type = media_type_of(name, new.content, new.largest)
    if len(attachments_of(connection, ticket.number)) >= MOST_FILES:
        raise ValueError(message("too-many-files", "a ticket has {most} files at most", most=MOST_FILES))
    act = TicketAct(
        EventKind.ATTACHED,
        new.party,
        new.author,
        contact_id=new.contact_id,
        user_id=new.user_id,
        text=new.text or None,
        details={"attachment": attachment_id, "size": len(new.content)},
    )
    after = act_on(connection, line, ticket, act, now)
    add_attachment(
        connection,
        AttachmentRecord(
            attachment_id,
            ticket.number,
            after.position - 1,
            ticket.company_id,
            now,
            new.party.value,
            name,
            media_type,
            len(new.content),
            hashlib.sha256(new.content).hexdigest(),
            new.content,
        ),
    )
    return after


def file_name(written: str) -> str:
    """Return the last part of a name that a browser sent, without signs that mean something elsewhere.

    Raises ValueError where nothing is left.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", written))[-1]
    # What turns the writing around can show another ending than the name has.
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*' and sign != "\ufeff")
    stem, dot, ending = " ".join(kept.split()).strip(". ").rpartition(".")
    if not stem.strip(". ") or not dot:
        raise ValueError(
            message("file-without-name", "give the file a name with an ending, like {name}", name="log.txt")
        )
    return f"{stem.strip()[: LONGEST_NAME - len(ending) - 1]}.{ending[:10].lower()}"


def media_type_of(name: str, content: bytes, largest: int = LARGEST) -> str:
    """Return the media type of a file whose ending and content agree.

    Raises ValueError, in words, for an empty or too large one, and for a kind that is not taken.
    """
    if not content:
        raise ValueError(message("attachment-empty", "the file '{name}' is empty", name=name))
    if len(content) > largest:
        raise ValueError(
            message(
                "attachment-too-large",
                "the file '{name}' has {size} kB; {most} kB is the most: cut it, or pack it as a zip",
                name=name,
                size=-(-len(content) // 1000),
                most=largest // 1000,
            )
        )
    ending = f".{name.rpartition('.')[2]}"
    if ending in _BEGINNINGS:
        media_type, beginnings = _BEGINNINGS[ending]
        if content.startswith(beginnings):
            return media_type
    elif ending in _TEXTS and not _CONTROL.search(content):
        return "text/plain"
    raise ValueError(
        message(
            "file-of-wrong-kind",
            "the file '{name}' is none of the kinds that are taken, or its content is of another kind than its name "
            "says; send one of {kinds}",
            name=name,
            kinds=", ".join(KINDS),
        )
    )
