"""A stand-in is the demo customer that takes a real one's place where a recorded call is played: one to whom the checks
of the line give the same answers. Where there is none, one is changed for the call, as the fixtures of a script do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from data.demo.customers import DemoCustomer, demo_customers
from data.demo.firms import Firm, Person
from data.demo.generate import firms
from data.invoice import InvoiceRecord
from ivr.call.rules import ANSWERS, special
from ivr.flow.rules import refuses
from value_class import value_class

NOT_ASKED = frozenset({"identity", "identified"})
"""Rules whose answers say nothing of who the customer is."""

KNOWN_RULES = frozenset(ANSWERS)

LONG_AGO = date(2000, 1, 1)
A_YEAR = timedelta(days=365)


@value_class
class StandIn:
    """A demo customer as the rules of checks look at one. ``lettered`` says that its document has letters, so that it
    is read back where it is keyed. ``fixture`` are the lines of a script that change the demo customer into this one.
    """

    demo: DemoCustomer
    country: str
    lettered: bool
    contact_id: int
    company_id: int
    blocked: bool
    administrator: bool
    support: bool
    consultancy: bool
    contract_until: date | None
    datacenter: bool
    special_contract: str | None
    area_code: str | None
    invoices: Sequence[InvoiceRecord]
    fixture: tuple[str, ...] = ()

    def answer(self, rule: str, today: date) -> str:
        """Return what a check answers that asks ``rule`` (``contract``, ``special PRIME``) of this customer."""
        name, _, held = rule.partition(" ")
        return special(self, today, held) if held else ANSWERS[name](self, today)


@value_class
class WantedFacts:
    """The facts of a real customer as far as a call has shown them: the answers of ``checks`` by their rules on the day
    ``today``, the special ``contract`` and the ``area`` code by which it was routed (empty: none was).
    """

    today: date
    checks: Mapping[str, str]
    contract: str = ""
    area: str = ""

    @property
    def held(self) -> str:
        """Return the special contract by which the call was routed, or which a check found; empty where neither did."""
        named = (
            rule.partition(" ")[2] or "SLA" for rule, answer in self.checks.items() if _found_contract(rule, answer)
        )
        return self.contract or next(named, "")

    def in_words(self) -> str:
        """Return the answers as people read them: ``contract: expired, finance: clear``."""
        return ", ".join(f"{rule}: {answer}" for rule, answer in self.checks.items())

    def fits(self, other: StandIn) -> bool:
        """Return whether every check answers the same about ``other``."""
        return all(other.answer(rule, self.today) == answer for rule, answer in self.checks.items())

    def nearness(self, other: StandIn) -> tuple[bool, bool, bool]:
        """Return how well ``other`` is routed as the real customer was; the greatest is the best."""
        own_area = other.area_code is None or other.area_code == self.area
        return (other.special_contract or "") == self.held, own_area, other.demo.first


def _found_contract(rule: str, answer: str) -> bool:
    return rule.partition(" ")[0] == special.__name__ and not refuses(answer)


def find_stand_in(wanted: WantedFacts, countries: Sequence[str], *, lettered: bool = False) -> StandIn | None:
    """Return the best demo customer of one of ``countries`` for ``wanted``, changed where none gets its answers; None
    where none can be changed so.
    """
    known = [each for each in _stand_ins() if each.country in countries and each.lettered == lettered]
    found = max((each for each in known if wanted.fits(each)), key=wanted.nearness, default=None)
    if found and (found.special_contract or "") == wanted.held:
        return found
    changed = (_changed(each, wanted) for each in sorted(known, key=lambda each: _unlikeness(each, wanted)))
    return next((each for each in changed if wanted.fits(each)), found)


def _unlikeness(each: StandIn, wanted: WantedFacts) -> int:
    """How much of a demo customer is to be changed."""
    return sum(each.answer(rule, wanted.today) != answer for rule, answer in wanted.checks.items())


def _changed(base: StandIn, wanted: WantedFacts) -> StandIn:
    """``base`` with other facts, as far as fixtures can say them: an invoice is added, and none is taken away."""
    company: dict[str, str] = {}
    contact: dict[str, str] = {}
    invoice = ""
    changed = base
    asked = {rule: answer for rule, answer in wanted.checks.items() if base.answer(rule, wanted.today) != answer}
    held = wanted.held
    if (base.special_contract or "") != held:
        company["special_contract"] = held
        changed = replace(changed, special_contract=held or None)
    for rule, answer in asked.items():
        refused = refuses(answer)
        match rule:
            case "contact":
                contact["blocked"] = "yes" if refused else "no"
                changed = replace(changed, blocked=refused)
            case "support":
                contact["support"] = "no" if refused else "yes"
                changed = replace(changed, support=not refused)
            case "consultancy":
                contact["consultancy"] = "no" if refused else "yes"
                changed = replace(changed, consultancy=not refused)
            case "datacenter":
                company["datacenter"] = "no" if refused else "yes"
                changed = replace(changed, datacenter=not refused)
            case "contract":
                until = LONG_AGO if refused else wanted.today + A_YEAR
                company["contract_until"] = until.isoformat()
                changed = replace(changed, contract_until=until)
            case "finance":
                late = wanted.today - timedelta(days=10)
                due, grace = (LONG_AGO, 0) if refused else (late, 9999)
                invoice = f"{{number: F-ENSAIO, amount: 100.00, due: {due}, grace_days: {grace}}}"
                bill = InvoiceRecord("F-ENSAIO", Decimal(100), due, grace)
                changed = replace(changed, invoices=(*changed.invoices, bill))
    lines = [f'    - document: "{base.demo.written}"', *(f"      {key}: {value}" for key, value in company.items())]
    if contact:
        flags = "".join(f", {key}: {value}" for key, value in contact.items())
        lines.append(f'      contacts: [{{name: "{base.demo.contact}", password: "{base.demo.password}"{flags}}}]')
    if invoice:
        lines.append(f"      invoices: [{invoice}]")
    return replace(changed, fixture=tuple(lines))


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
        administrator="administrator" in person.flags,
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
