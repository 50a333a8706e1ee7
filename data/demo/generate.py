"""Writes contacts.csv, invoices.csv and README.md of the demo data: ``python -m data.demo.generate``.

Always the same files: what ``firms`` leaves open is drawn with a fixed seed.
"""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from data.csv_cells import write_cells
from data.csv_import import CONTACT_COLUMNS, CONTACT_OPTIONS, INVOICE_COLUMNS, INVOICE_OPTIONS
from data.demo.agents import DEMO_AGENTS, LINE
from data.demo.firms import FIRST_TO_DIAL, INTERNATIONAL, KNOWN, OTHERS, PAID, Firm, Person, person
from data.vault import KEYPAD

SEED = 40030015

FLAGS = ("blocked", "administrator", "support", "consultancy")

# fmt: off
NAMES = (
    "Adriana", "Beto", "Cecília", "Diego", "Ester", "Felipe", "Glória", "Hugo", "Inês",
    "Jorge", "Karina", "Luís", "Marta", "Nelson", "Olga", "Paulo", "Quitéria", "Rafael",
    "Sílvia", "Tiago", "Úrsula", "Vítor", "Wanda", "Xavier", "Yara", "Zeca",
)
# fmt: on


def firms(seed: int = SEED) -> list[Firm]:
    """Every company: the known ones first, then those whose documents, people and passwords are drawn, then those of
    the line in Spanish."""
    random = Random(seed)  # noqa: S311 - these secrets are printed in the README
    drawn = []
    for place, (name, kind, case, shape) in enumerate(OTHERS):
        count = 5 if case == "five contacts" else 1 if kind == "cpf" else 2 + place % 2
        document = with_check_digits(_base(random, kind))
        drawn.append(shape(Firm(document, name, case, _people(random, count), (PAID,))))
    return [*KNOWN, *drawn, *INTERNATIONAL]


def _base(random: Random, kind: str) -> str:
    match kind:
        case "cpf":
            return "".join(random.choices("0123456789", k=9))
        case "letters":
            return "".join(random.choices("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", k=8)) + "0001"
    return "".join(random.choices("0123456789", k=8)) + "0001"


def _people(random: Random, count: int) -> tuple[Person, ...]:
    """The first is the administrator, the second may order consultancy; passwords are one key pressed four times."""
    keys = random.sample("0123456789", count)
    flags = ("administrator support", "support consultancy", "support", "support", "support")
    names = random.sample(NAMES, count)
    return tuple(person(name, key * 4, flag) for name, key, flag in zip(names, keys, flags, strict=False))


def with_check_digits(base: str) -> str:
    """``base`` (9 places of a CPF, 12 of a CNPJ) and its two check digits, modulo 11 (IN RFB 2.229/2024)."""
    cycle = 10 if len(base) == 9 else 8
    for _ in range(2):
        rest = sum((ord(sign) - 48) * (2 + place % cycle) for place, sign in enumerate(reversed(base))) % 11
        base += str(11 - rest) if rest > 1 else "0"
    return base


def punctuated(firm: Firm) -> str:
    """As people write it: 529.982.247-25 or 11.222.333/0001-81; one of another country behind that country's code."""
    document = firm.document
    if firm.country != "BR":
        return f"{firm.country}:{document}"
    if len(document) == 11:
        return f"{document[:3]}.{document[3:6]}.{document[6:9]}-{document[9:]}"
    return f"{document[:2]}.{document[2:5]}.{document[5:8]}/{document[8:12]}-{document[12:]}"


def email_of(firm: Firm, contact: Person) -> str:
    """Return an address below ``example``, a name that is no host of the internet (RFC 2606)."""
    words = [word for word in re.findall(r"[a-z]+", _plain(firm.name)) if len(word) > 2]
    return f"{_plain(contact.name)}@{'-'.join(words[:2])}.example"


def _plain(name: str) -> str:
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()


def contacts_csv(companies: Sequence[Firm]) -> str:
    """The text of contacts.csv."""
    return _csv(
        CONTACT_COLUMNS + CONTACT_OPTIONS,
        (
            (
                *(punctuated(firm), firm.name, each.name, each.password),
                *(firm.contract_until, firm.datacenter, firm.special_contract, firm.area_code, ""),
                *("yes" if flag in each.flags else "no" for flag in FLAGS),
                *(email_of(firm, each), f"119{place:08d}", "1 2 3 4" if "administrator" in each.flags else "no"),
            )
            for place, (firm, each) in enumerate(((firm, each) for firm in companies for each in firm.people), 1)
        ),
    )


def invoices_csv(companies: Sequence[Firm]) -> str:
    """The text of invoices.csv."""
    return _csv(
        INVOICE_COLUMNS + INVOICE_OPTIONS,
        (
            (punctuated(firm), bill.number, bill.amount, bill.due, str(bill.grace_days), bill.paid)
            for firm in companies
            for bill in firm.bills
        ),
    )


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    write_cells(text, [header, *rows])
    return text.getvalue()


def readme(companies: Sequence[Firm]) -> str:
    """The text of README.md."""
    names = {firm.document: firm.name for firm in companies}
    first = [(what, names[document], _keys(document), password) for what, document, password in FIRST_TO_DIAL]
    everybody = [
        (
            *(firm.name, punctuated(firm), _keys(firm.document), each.name, each.password),
            *(", ".join(sorted(each.flags)) or "none", firm.case, email_of(firm, each)),
        )
        for firm in companies
        for each in firm.people
    ]
    agents = [
        (
            *(each.login, each.name, each.telephone),
            ", ".join(f"{destination} {level}" for destination, level in each.serves.items()),
        )
        for each in DEMO_AGENTS
    ]
    return f"""\
# Demo data: who is who

{len(companies)} companies with {len(everybody)} contacts, all invented. A new installation with the embedded database
knows them; every rehearsed call begins with them. The files are in the format that `ivr data import` reads.
`python -m data.demo.generate` writes them, and this page too: change `firms.py` or `agents.py`, then run it.

## Dial these first

{_table(("what happens", "company", "document, to key", "password"), first)}

## Everybody

A letter of a document is keyed once, with the key that carries it; the line then reads the document back, and 1 says
that it is right. It may be said aloud too, a character at a time.
"overdue" stays overdue and "within grace" stays within grace whatever today is, from 2024 to 2036.
With the e-mail a contact chooses a password of the portal, once Assessoria (for an administrator) or the administrator
has let it; what is sent to it is written into `var/mail/` where no mail server is set up.

{_table(("company", "document", "to key", "contact", "password", "permissions", "what it shows", "e-mail"), everybody)}

## Agents

A new installation with the embedded database has these agents of {LINE}. They are off and have no password:
`ivr agents available rita` has one take calls, `ivr users reset rita` gives a code with which a password is chosen.
Rehearsed calls have agents where their `fixtures` name them.

{_table(("agent", "called", "telephone", "serves, and how well"), agents)}
"""


def _keys(document: str) -> str:
    """As it is keyed: each letter by the key that carries it."""
    return document.translate(KEYPAD)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (header, ["---"] * len(header), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(folder: Path) -> None:
    """Write the three files to ``folder``."""
    companies = firms()
    for name, text in (
        ("contacts.csv", contacts_csv(companies)),
        ("invoices.csv", invoices_csv(companies)),
        ("README.md", readme(companies)),
    ):
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
