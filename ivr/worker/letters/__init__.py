"""``LETTERS`` are the mails that the line writes to contacts, one a file: a new one is its file and its line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ivr.worker.letters.letter import Letter
from ivr.worker.letters.portal_code import PortalCode
from ivr.worker.letters.portal_invitation import PortalInvitation
from ivr.worker.letters.ticket_letters import TICKET_LETTERS

LETTERS: Final[Mapping[str, Letter]] = {each.name: each for each in (PortalCode(), PortalInvitation(), *TICKET_LETTERS)}
