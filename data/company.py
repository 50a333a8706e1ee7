"""A company that holds a contract: a CNPJ, or the CPF of a person who does business under their own name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol, TypedDict

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import Field

from data import values
from data.personal import About, Personal, columns
from data.tables import Stored, insert_unless_there, table_of
from data.vault import Vault, normalised
from wording import Message, message, reason

SPECIAL_CONTRACTS = ("SLA", "BSO", "PRIME")
"""Contracts that are served first."""

_FACILITATOR = re.compile(r"[A-Z0-9]{1,30}")
_AREA_CODE = re.compile(r"[1-9][1-9]")


class TaxDocument(Protocol):
    """A tax document whose check digits are right."""

    @property
    def number(self) -> str:
        """Digits and capital letters only."""

    @property
    def kind(self) -> str:
        """``cpf`` or ``cnpj``, or the name of another country's."""

    @property
    def last_two(self) -> str:
        """The check digits: all of a document that may be shown."""


ParseDocument = Callable[[str], TaxDocument]
"""Reads a document as people write it; raises ValueError for one that is not valid."""


class CompanyTable(Stored, table=True):
    """One row a company. Its document is stored sealed: see ``vault``."""

    __tablename__ = "company"

    id: int | None = Field(default=None, primary_key=True)
    sealed: str = Field(unique=True, max_length=64)
    keyed: str = Field(index=True, max_length=64)
    """The digest of the document as a keypad gives it; two CNPJs with letters may share it."""
    last_two: str = Field(max_length=2)
    kind: str = Field(max_length=4)
    name: str
    contract_until: date | None = None
    """The contract's last day; None: it has no end."""
    datacenter: bool
    special_contract: str | None = None
    area_code: str | None = Field(default=None, max_length=4)
    """Of the company's address (11 for São Paulo): which franchise serves it."""
    lettered: str | None = Field(default=None, max_length=64)
    """A document with letters, encrypted in the context of its digest, to be read back to the caller who keys it."""
    unit: str | None = Field(default=None)
    """The franchise (unidade) whose consultants this company's contacts are: it pays what the service says."""


class CompanyFields(TypedDict, total=False):
    """These fields are written of a company; what is left out stays as it is, or is as DEFAULTS for a new one."""

    name: str
    contract_until: date | None
    datacenter: bool
    special_contract: str | None
    area_code: str | None
    unit: str | None


DEFAULTS: CompanyFields = {
    "name": "Empresa sem nome",
    "contract_until": None,
    "datacenter": False,
    "special_contract": None,
    "area_code": None,
    "unit": None,
}

COMPANY = table_of(CompanyTable)

PERSONAL = Personal(
    COMPANY,
    columns("id", exported=None)
    | columns("sealed", "keyed", "lettered", about=About.CUSTOMER, exported=None)
    | columns(
        "last_two", "kind", "name", "contract_until", "datacenter", "special_contract", "area_code",
        "unit", about=About.CUSTOMER,
    ),
    by_company="id",
)  # fmt: skip

_INSERT = insert_unless_there(COMPANY)
_CONTRACT = select(COMPANY.c.special_contract).where(COMPANY.c.sealed == bindparam("sealed"))
_KEYED = (
    select(COMPANY.c.keyed, COMPANY.c.name, COMPANY.c.last_two)
    .where(COMPANY.c.keyed.in_(bindparam("keyed", expanding=True)))
    .order_by(COMPANY.c.name, COMPANY.c.id)
)
_UNIT = select(COMPANY.c.unit).where(COMPANY.c.id == bindparam("of"))
_FIND = select(COMPANY.c.id).where(COMPANY.c.sealed == bindparam("sealed")).with_for_update()


def save_company(connection: Connection, vault: Vault, document: TaxDocument, fields: CompanyFields) -> int:
    """Add the company or change it; its id. Its row stays locked to the end of the transaction."""
    sealed = vault.document_digest(document.number)
    new = {
        "sealed": sealed,
        "keyed": vault.keypad_digest(document.number),
        "last_two": document.last_two,
        "kind": document.kind,
    }
    lettered = None if document.number.isdecimal() else vault.encrypt(document.number, sealed)
    connection.execute(_INSERT[connection.dialect.name], {**DEFAULTS, **fields, **new, "lettered": lettered})
    company_id: int = connection.execute(_FIND, {"sealed": sealed}).scalar_one()
    if fields:
        connection.execute(update(COMPANY).where(COMPANY.c.id == company_id).values(**fields, lettered=lettered))
    return company_id


def special_contract(text: str) -> str:
    """SLA, BSO or PRIME, in capitals; ``PRIME.VALERIA`` is one with a facilitator of its own. Raises ValueError for
    another word.
    """
    word = text.strip().upper()
    kind, dot, facilitator = word.partition(".")
    if kind not in SPECIAL_CONTRACTS or (dot and not _FACILITATOR.fullmatch(facilitator)):
        raise ValueError(
            message(
                "special-contract-unknown",
                "write {kinds} or {last}, with a facilitator like PRIME.ANA, or leave it empty",
                kinds=", ".join(SPECIAL_CONTRACTS[:-1]),
                last=SPECIAL_CONTRACTS[-1],
            )
        )
    return word


def area_code(text: str) -> str:
    """Two digits as Brazil's numbering plan has them: 11 to 99. Raises ValueError for anything else."""
    if not _AREA_CODE.fullmatch(text.strip()):
        raise ValueError(
            message("area-code-not-two-digits", "write the two digits of an area code, like 11, or leave it empty")
        )
    return text.strip()


READERS: values.Readers = {
    "name": values.words,
    "contract_until": values.day,
    "datacenter": values.flag,
    "special_contract": special_contract,
    "area_code": area_code,
    "unit": values.words,
}

_SCIENTIFIC = re.compile(r"[+-]?[0-9]*(?:[.,][0-9]*)*[eE][+-]?[0-9]{1,3}")
_FRACTION = re.compile(
    r"[+-]?(?:[0-9]+[.,][0-9]*|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{1,2})"
)
_NOT_PART = " \t\r\n'\"="
"""What stands around a cell, a spreadsheet's marks of a text included."""

MAY_BE_NONE = ("contract_until", "special_contract", "area_code", "unit")
"""Where nothing written means that there is none."""


def document_reader(parse_document: ParseDocument) -> Callable[[str], TaxDocument]:
    """``parse_document`` with messages of our own, which are sure not to repeat the document."""

    def read(text: str) -> TaxDocument:
        try:
            return parse_document(text)
        except ValueError as error:
            fault = reason(error)
        country, colon, rest = unicodedata.normalize("NFC", text).rpartition(":")
        if odd := _odd(rest, country):
            raise ValueError(odd)
        if colon:
            # Of a document of another country; the rules of those never repeat it either.
            raise ValueError(fault)
        length = len(normalised(text))
        if length in {11, 14} and _is_document(parse_document, normalised(text)):
            raise ValueError(
                message(
                    "document-with-odd-signs",
                    "its signs do not stand where a document has them; write it plain, or as it is printed",
                )
            )
        if length in {11, 14}:
            raise ValueError(
                message(
                    "document-with-wrong-digits",
                    "this is not a valid {kind}: its check digits do not match; compare it with the contract",
                    kind="CPF" if length == 11 else "CNPJ",
                )
            )
        if 8 <= length < 14:
            raise ValueError(
                message(
                    "document-too-short",
                    "a document of {length} digits and letters; a CPF has 11, a CNPJ 14; a spreadsheet drops leading "
                    "zeros, format the column as text",
                    length=length,
                )
            )
        raise ValueError(
            message(
                "document-of-another-length",
                "a document of {length} digits and letters; a CPF has 11, a CNPJ 14",
                length=length,
            )
        )

    return read


def _odd(text: str, country: str) -> Message | None:
    """What a spreadsheet or a word processor did to a document, by its shape; None where that cannot be seen."""
    for sign in country + text:
        # An Ñ is a letter of Mexico's documents.
        if not (sign.isascii() or (country and sign in "Ññ")):
            name = unicodedata.name(sign, "without a name")
            return message(
                "document-with-foreign-sign",
                "the sign {name} (U+{code}) stands in it; write plain digits, '.', '/' and '-' only",
                name=name,
                code=f"{ord(sign):04X}",
            )
    written = text.strip(_NOT_PART)
    if _SCIENTIFIC.fullmatch(written):
        return message(
            "document-in-scientific-notation",
            "a spreadsheet made it a number in scientific notation, of which digits are lost; format the column as "
            "text, and enter it again",
        )
    if _FRACTION.fullmatch(written):
        return message(
            "document-with-decimal-point",
            "a spreadsheet made it a number with a decimal point, and may have dropped leading zeros; format the "
            "column as text, and enter it again",
        )
    return None


def _is_document(parse_document: ParseDocument, text: str) -> bool:
    try:
        parse_document(text)
    except ValueError:
        return False
    return True


def find_company(connection: Connection, vault: Vault, document: TaxDocument) -> int | None:
    """The id of the company with this document, or None."""
    found: int | None = connection.execute(_FIND, {"sealed": vault.document_digest(document.number)}).scalar()
    return found


def companies_keyed(connection: Connection, keyed: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Name and last two signs of the document of every company, by its keypad digest; several may share one."""
    found: dict[str, list[tuple[str, str]]] = {}
    for digest, name, last_two in connection.execute(_KEYED, {"keyed": list(keyed)}):
        found.setdefault(digest, []).append((name, last_two))
    return found


def unit_of(connection: Connection, company_id: int) -> str | None:
    """Return the franchise to which the company belongs, None for a customer of its own."""
    unit: str | None = connection.execute(_UNIT, {"of": company_id}).scalar_one_or_none()
    return unit


def find_special_contract(connection: Connection, vault: Vault, document: TaxDocument) -> str | None:
    """The special contract of the company with this document; ValueError where there is no such company."""
    row = connection.execute(_CONTRACT, {"sealed": vault.document_digest(document.number)}).first()
    if row is None:
        raise ValueError(message("no-such-customer", "no customer has this document"))
    contract: str | None = row[0]
    return contract
