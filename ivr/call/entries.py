"""An entry is what was keyed or said in answer to a state, read as what the state asks for.

``read_entry`` reads it once a turn, before anything is looked up; those who look up facts and those who perform the
state find it in ``Facts.entry``. What is no entry at all, as silence, ``*`` to go back or a ``#`` of habit, they
find in the event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field

from ivr.call import events
from ivr.call.speech_parsing import spoken_document
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.line import Line
from ivr.flow.nodes import Node
from ivr.languages import language_of
from ivr.source.folding import fold_words
from routing.access_codes import AccessCodes
from routing.documents import HOME, Document, DocumentError, parse_document
from routing.foreign_documents import FOREIGN
from value_class import value_class

_STAFF = re.compile(r"([0-9]{3,6})\*([0-9]{8,12})\*([0-9])(\*0)?")
_PASSWORD = re.compile(r"[0-9]{4,8}")
_TICKET = re.compile(r"[0-9]{10}")
CNPJ_KEYS = 14


@value_class
class KeyEntry:
    """One key, pressed or meant by a word that was said; empty where what was said means none."""

    pressed: str = field(repr=False)


@value_class
class DocumentEntry:
    """A document with right check digits, and the ``keys`` of a whole entry that may stand for one (see
    ``read_keys_of_document``). None where there is none.
    """

    document: Document | None = field(default=None, repr=False)
    keys: str | None = field(default=None, repr=False)


@value_class
class PasswordEntry:
    """An entry that may be a password by its length."""

    password: str = field(repr=False)


@value_class
class CodeEntry:
    """A whole access code, its digits only."""

    digits: str = field(repr=False)


@value_class
class StaffEntry:
    """An entry of staff who close a desk: ``destination`` is a key, ``opens`` the wish to open it again."""

    number: str
    password: str = field(repr=False)
    destination: str
    opens: bool


@value_class
class TicketEntry:
    """The ten digits of an entry that may be a ticket's number."""

    number: str


@value_class
class NewPasswordEntry:
    """An entry that may be a password by its length, and is to be the caller's; ``again``: it was keyed before."""

    password: str = field(repr=False)
    again: bool


Entry = KeyEntry | DocumentEntry | PasswordEntry | CodeEntry | StaffEntry | TicketEntry | NewPasswordEntry


def read_entry(line: Line, node: Node, event: events.Event) -> Entry | None:
    """Return what ``event`` enters in answer to ``node``; None where it enters nothing of the kind that is asked for
    there.
    """
    match node.entry:
        case EntryFormat.KEY | EntryFormat.CALLBACK | EntryFormat.TEXT | EntryFormat.CONFIRMATION:
            return _key(event, node.key_words)
        case EntryFormat.DOCUMENT:
            language, countries = line.header.language, line.header.documents
            document = read_document(event, spoken=node.takes_speech, language=language, countries=countries)
            return DocumentEntry(document, read_keys_of_document(event, countries))
        case EntryFormat.PASSWORD:
            password = read_password(event)
            return PasswordEntry(password) if password is not None else None
        case EntryFormat.ACCESS_CODE:
            code = read_code(event, line.routing.table.codes)
            return CodeEntry(code) if code is not None else None
        case EntryFormat.STAFF:
            return read_staff_entry(event)
        case EntryFormat.TICKET:
            number = corrected(event.digits) if isinstance(event, events.Keys) else ""
            return TicketEntry(number) if _TICKET.fullmatch(number) else None
        case EntryFormat.NEW_PASSWORD | EntryFormat.NEW_PASSWORD_AGAIN as format_:
            password = read_password(event)
            again = format_ is EntryFormat.NEW_PASSWORD_AGAIN
            return NewPasswordEntry(password, again) if password is not None else None
        case None:
            return None


def _key(event: events.Event, words: Mapping[str, Sequence[str]]) -> KeyEntry | None:
    match event:
        case events.Keys(digits) if digits:
            return KeyEntry(digits[0])
        case events.Speech(text):
            return KeyEntry(_meant(text, words))
        case _:
            return None


def _meant(text: str, words: Mapping[str, Sequence[str]]) -> str:
    """The key whose longest word is in what was said; the longest wins: 'banco de dados' over 'banco'."""
    said = f" {fold_words(text)} "
    found = [
        (len(word), pressed)
        for pressed, meaning in words.items()
        for word in map(fold_words, meaning)
        if word and f" {word} " in said
    ]
    return max(found)[1] if found else ""


def read_staff_entry(event: events.Event) -> StaffEntry | None:
    """``101*48151623*1``, with ``*0`` behind it to open; None for anything else. Never spoken aloud."""
    found = _STAFF.fullmatch(event.digits.removesuffix("#")) if isinstance(event, events.Keys) else None
    return StaffEntry(found[1], found[2], found[3], bool(found[4])) if found else None


def went_back(digits: str) -> bool:
    """True where nothing was keyed after the last ``*``, and nothing but ``*`` before: back to the menu before."""
    return bool(digits) and set(digits) == {"*"}


def corrected(digits: str) -> str:
    """Return what was keyed after the last ``*``: a caller who errs keys ``*`` and begins again; ``#`` counts for
    nothing.
    """
    return digits.rpartition("*")[2].replace("#", "")


def read_document(
    event: events.Event, *, spoken: bool, language: str, countries: Sequence[str] = (HOME,)
) -> Document | None:
    """The document of the event, of one of ``countries``, or None where there is none with right check digits. It may
    be said in ``language`` (``pt-BR``) where it may be ``spoken`` at all."""
    match event:
        case events.Keys(digits):
            return _document(corrected(digits), countries)
        case events.Speech(said) if spoken:
            heard = spoken_document(said, language_of(language))
            # Small words around a number sound like letters ("o CNPJ que é ..."): its digits alone may be the document.
            return _document(heard, countries) or _document("".join(filter(str.isdigit, heard)), countries)
        case _:
            return None


def _document(text: str, countries: Sequence[str]) -> Document | None:
    for country in countries:
        try:
            return parse_document(text, country)
        except DocumentError:
            continue
    return None


def read_keys_of_document(event: events.Event, countries: Sequence[str] = (HOME,)) -> str | None:
    """The keys of a whole entry that may stand for a document of one of ``countries``: those of a CNPJ or an RFC, each
    letter by the key that carries it, whatever their check digits, or a document of digits. None for anything else, and
    for what was spoken.
    """
    if not isinstance(event, events.Keys):
        return None
    keys = corrected(event.digits)
    if keys.isdecimal() and any(len(keys) in _lettered(country) for country in countries):
        return keys
    document = _document(keys, countries)
    return document.number if document else None


def _lettered(country: str) -> tuple[int, ...]:
    """How many keys a document with letters has there."""
    return (CNPJ_KEYS,) if country == HOME else FOREIGN[country].lettered


def read_password(event: events.Event) -> str | None:
    """Four to eight digits keyed, as each contact's password is made of; never spoken aloud."""
    if isinstance(event, events.Keys) and _PASSWORD.fullmatch(corrected(event.digits)):
        return corrected(event.digits)
    return None


def read_code(event: events.Event, codes: AccessCodes | None) -> str | None:
    """A whole access code, its digits only; here ``*`` stands for the dot."""
    text = event.digits if isinstance(event, events.Keys) else event.text if isinstance(event, events.Speech) else ""
    return codes.format.digits_of(text.strip("#")) if codes else None
