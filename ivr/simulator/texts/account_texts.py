"""The texts of one account: which there are, what becomes of those to a number, and who wants none any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from ivr.simulator.texts import refusals
from ivr.simulator.texts.refusals import TextRefusedError
from ivr.simulator.texts.text_message import Direction, TextDraft, TextMessage
from value_class import value_class

LONGEST = 1600
"""Characters of a text that the vendor takes."""

MOST_MEDIA = 10

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})
"""A text that is one of these words, and nothing else, ends or begins what a number may be sent (Twilio's default)."""

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_WEB = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


NextSid: TypeAlias = Callable[[str], str]
"""Gives an identifier that begins with two letters."""


@value_class
class TextFate:
    """A fate is what becomes of texts to a number: ``refused`` is the number with which the account may not send there
    at all; else they come to ``status``, with ``error`` where that is undelivered or failed.
    """

    status: str = "delivered"
    error: int | None = None
    refused: int | None = None


DELIVERED = TextFate()

UNREACHABLE = 30003
"""The error of a text that is not delivered, where nobody says another."""


@dataclass(eq=False)
class AccountTexts:
    """``fates`` are found by number, or by the beginning of one (the longest counts); ``numbers`` are the account's
    own, as far as they are known: where none is, any may send.
    """

    fates: Mapping[str, TextFate] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    unsubscribed: set[tuple[str, str]] = field(default_factory=set)
    """Who wants no texts any more, each with the account's number from which none is wanted."""
    kept: dict[str, TextMessage] = field(default_factory=dict)
    """Every text by its identifier, in the order in which they were sent."""
    told: Callable[[TextMessage], None] = lambda _: None
    """Hears of each text of the application's as it is taken on."""

    @property
    def are_under_way(self) -> bool:
        """Return whether something is still to become of one of them."""
        return any(
            message.status == "queued" or (message.status == "sent" and self.fate(message.to).status != "sent")
            for message in self.kept.values()
        )

    def fate(self, number: str) -> TextFate:
        """Return what becomes of texts to ``number``."""
        begun = max((key for key in self.fates if number.startswith(key)), key=len, default=None)
        return DELIVERED if begun is None else self.fates[begun]

    def send(self, draft: TextDraft, direction: Direction, sids: NextSid, now: datetime) -> TextMessage:
        """Take a text of the application's on; raises TextRefusedError where the vendor would not."""
        draft = replace(draft, from_=plain(draft.from_), to=plain(draft.to))
        self._require(draft)
        message = TextMessage.of(draft, sids("MM" if draft.media else "SM"), direction, now)
        self.kept[message.sid] = message
        self.told(message)
        return message

    def receive(self, draft: TextDraft, sids: NextSid, now: datetime) -> TextMessage:
        """Take a text on that comes in at a number of the account's, and heed what it wants of more texts."""
        message = TextMessage.of(draft, sids("MM" if draft.media else "SM"), "inbound", now)
        message.move("received", now)
        self.kept[message.sid] = message
        word = draft.body.strip().upper()
        if word in STOP_WORDS:
            self.unsubscribed.add((draft.from_, draft.to))
        elif word in START_WORDS:
            self.unsubscribed.discard((draft.from_, draft.to))
        return message

    def _require(self, draft: TextDraft) -> None:
        to, from_ = draft.to, draft.from_
        if not to:
            raise TextRefusedError(refusals.NO_TO, "A 'To' phone number is required")
        if not _NUMBER.fullmatch(to):
            raise TextRefusedError(refusals.INVALID_TO, f"The 'To' number {to} is not a valid phone number")
        if not from_:
            raise TextRefusedError(refusals.NO_FROM, "A 'From' phone number is required")
        number = _NUMBER.fullmatch(from_) or _SHORT_CODE.fullmatch(from_)
        if not number and not _SENDER_ID.fullmatch(from_):
            what = f"The 'From' number {from_} is not a valid phone number, short code or alphanumeric sender"
            raise TextRefusedError(refusals.INVALID_FROM, what)
        if number and self.numbers and from_ not in self.numbers:
            own = ", ".join(sorted(self.numbers))
            what = f"'From' {from_} is not a Twilio phone number of this account, which has {own}"
            raise TextRefusedError(refusals.FOREIGN_FROM, what)
        if to == from_:
            what = "'To' and 'From' number cannot be the same"
            raise TextRefusedError(refusals.SAME_NUMBER, what)
        self._require_words(draft)
        refused = self.fate(to).refused
        if (to, from_) in self.unsubscribed or refused == refusals.UNSUBSCRIBED:
            raise TextRefusedError(refusals.UNSUBSCRIBED, "Attempt to send to unsubscribed recipient")
        if refused:
            raise TextRefusedError(refused, f"{refusals.NAMES.get(refused, 'The script refuses it')}: {to}")

    def _require_words(self, draft: TextDraft) -> None:
        if not draft.body and not draft.media:
            raise TextRefusedError(refusals.NO_BODY, "Message body is required: give Body, or MediaUrl")
        if len(draft.body) > LONGEST:
            what = f"The concatenated message body exceeds the {LONGEST} character limit: it has {len(draft.body)}"
            raise TextRefusedError(refusals.LONG_BODY, what)
        if len(draft.media) > MOST_MEDIA:
            raise TextRefusedError(refusals.MANY_MEDIA, f"A message takes {MOST_MEDIA} media at most")
        for address in draft.media:
            if not _WEB.fullmatch(address):
                raise TextRefusedError(refusals.INVALID_MEDIA, f"Invalid media URL: '{address}'")


def plain(number: str) -> str:
    """Return ``number`` without the blanks, brackets and dashes of a number that is written for people."""
    return re.sub(r"[\s().-]", "", number) if number.startswith("+") else number.strip()
