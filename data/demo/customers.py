"""The demo customers as a tester picks one: who it is, what it shows, and what is keyed for it.

All of them are invented, and their passwords are printed in README.md of this folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from data.demo.firms import FIRST_TO_DIAL
from data.demo.generate import firms, punctuated
from data.vault import KEYPAD
from value_class import value_class


@value_class
class DemoCustomer:
    """A contact of a company. ``document`` is what is keyed, ``written`` what people write; ``shows`` is what a call in
    its name shows. ``first`` are those to offer first. ``id`` names it in links, and says nothing that is keyed.
    """

    id: str
    contact: str
    company: str
    shows: str
    document: str
    written: str
    password: str
    first: bool


@cache
def demo_customers() -> Mapping[str, DemoCustomer]:
    """Return every demo customer by its id, those to offer first at the beginning."""
    first = {(document, password): what for what, document, password in reversed(FIRST_TO_DIAL)}
    found = [
        DemoCustomer(
            id=f"c{place}-{number}",
            contact=person.name,
            company=firm.name,
            shows=first.get((firm.document, person.password), firm.case),
            document=firm.document.translate(KEYPAD),
            written=punctuated(firm),
            password=person.password,
            first=(firm.document, person.password) in first,
        )
        for place, firm in enumerate(firms(), 1)
        for number, person in enumerate(firm.people, 1)
    ]
    return {each.id: each for each in sorted(found, key=lambda one: not one.first)}
