"""A stand-in is the demo customer that takes a real one's place where a recorded call is played: one to whom the checks
of the line give the same answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from data.customers import InvoiceRecord
from data.demo.customers import DemoCustomer, demo_customers
from data.demo.firms import Firm, Person
from data.demo.generate import firms
from ivr.call.rules import ANSWERS, special

NOT_ASKED = frozenset({"identity", "identified"})
"""Rules whose answers say nothing of who the customer is."""

KNOWN_RULES = frozenset(ANSWERS)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A demo customer as the rules of checks look at one. ``lettered`` says that its document has letters, so that it
    is read back where it is keyed.
    """

    demo: DemoCustomer
    country: str
    lettered: bool
    contact_id: int
    company_id: int
    blocked: bool
    support: bool
    consultancy: bool
    contract_until: date | None
    datacenter: bool
    special_contract: str | None
    area_code: str | None
    invoices: Sequence[InvoiceRecord]

    def answer(self, rule: str, today: date) -> str:
        """Return what a check answers that asks ``rule`` (``contract``, ``special PRIME``) of this customer."""
        name, _, held = rule.partition(" ")
        return special(self, today, held) if held else ANSWERS[name](self, today)


@dataclass(frozen=True, slots=True)
class WantedFacts:
    """The facts of a real customer as far as a call has shown them: the answers of ``checks`` by their rules on the day
    ``today``, the special ``contract`` and the ``area`` code by which it was routed (empty: none was).
    """

    today: date
    checks: Mapping[str, str]
    contract: str = ""
    area: str = ""

    def in_words(self) -> str:
        """Return the answers as people read them: ``contract: expired, finance: clear``."""
        return ", ".join(f"{rule}: {answer}" for rule, answer in self.checks.items())

    def fits(self, other: StandIn) -> bool:
        """Return whether every check answers the same about ``other``."""
        return all(other.answer(rule, self.today) == answer for rule, answer in self.checks.items())

    def nearness(self, other: StandIn) -> tuple[bool, bool, bool]:
        """Return how well ``other`` is routed as the real customer was; the greatest is the best."""
        own_area = other.area_code is None or other.area_code == self.area
        return (other.special_contract or "") == self.contract, own_area, other.demo.first


def find_stand_in(wanted: WantedFacts, countries: Sequence[str], *, lettered: bool = False) -> StandIn | None:
    """Return the best demo customer of one of ``countries`` for ``wanted``; None where none gets its answers."""
    found = [
        each for each in _stand_ins() if each.country in countries and each.lettered == lettered and wanted.fits(each)
    ]
    return max(found, key=wanted.nearness, default=None)


@cache
def _stand_ins() -> tuple[StandIn, ...]:
    """All contacts, those to offer first at the beginning, as ``demo_customers`` has them."""
    known = {
        f"c{place}-{number}": (place, firm, person)
        for place, firm in enumerate(firms(), 1)
        for number, person in enumerate(firm.people, 1)
    }
    return tuple(_stand_in(demo, number, *known[id_]) for number, (id_, demo) in enumerate(demo_customers().items(), 1))


def _stand_in(demo: DemoCustomer, number: int, place: int, firm: Firm, person: Person) -> StandIn:
    return StandIn(
        demo=demo,
        country=firm.country,
        lettered=not firm.document.isdecimal(),
        contact_id=number,
        company_id=place,
        blocked="blocked" in person.flags,
        support="support" in person.flags,
        consultancy="consultancy" in person.flags,
        contract_until=date.fromisoformat(firm.contract_until) if firm.contract_until else None,
        datacenter=firm.datacenter == "yes",
        special_contract=firm.special_contract or None,
        area_code=firm.area_code or None,
        invoices=tuple(_unpaid(firm)),
    )


def _unpaid(firm: Firm) -> Iterator[InvoiceRecord]:
    for bill in firm.bills:
        if bill.paid != "yes":
            yield InvoiceRecord(bill.number, Decimal(bill.amount), date.fromisoformat(bill.due), bill.grace_days)
