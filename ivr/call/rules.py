"""The answers to the questions that a ``check`` state may ask; names and answers are listed in ivr/flow/rules.py.

Without a customer every rule gives its cautious answer: no caller passes for lack of data.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from ivr.call.facts import Customer


def identity(customer: Customer | None, _today: date) -> str:
    """Return whether document and password belong to a contact."""
    return "matched" if customer else "refused"


def identified(customer: Customer | None, _today: date) -> str:
    """Return whether the caller was identified earlier in this call."""
    return "yes" if customer else "no"


def contact(customer: Customer | None, _today: date) -> str:
    """Return whether the company's administrator has blocked the contact."""
    return "active" if customer and not customer.blocked else "blocked"


def contract(customer: Customer | None, today: date) -> str:
    """Return whether the contract runs: to its last day included, or without end."""
    if customer is None:
        return "expired"
    until = customer.contract_until
    return "valid" if until is None or today <= until else "expired"


def support(customer: Customer | None, _today: date) -> str:
    """Return whether the contact may ask for support."""
    return "allowed" if customer and customer.support else "denied"


def consultancy(customer: Customer | None, _today: date) -> str:
    """Return whether the contact has the profile for billed telephone consultancy."""
    return "authorised" if customer and customer.consultancy else "unauthorised"


def datacenter(customer: Customer | None, _today: date) -> str:
    """Return whether the company has a Datacenter contract."""
    return "contracted" if customer and customer.datacenter else "missing"


def special(customer: Customer | None, _today: date, contract: str | None = None) -> str:
    """Return whether the company has the special ``contract`` (None: any); ``PRIME`` is also ``PRIME.VALERIA``'s."""
    held = customer.special_contract if customer else None
    if held is None or contract not in (None, held, held.partition(".")[0]):
        return "missing"
    return "contracted"


def finance(customer: Customer | None, today: date) -> str:
    """The worst of the company's unpaid invoices: one overdue beyond its grace blocks support."""
    late = [each for each in customer.invoices if each.due < today] if customer else []
    if any(each.is_overdue(today) for each in late):
        return "overdue"
    return "within-grace" if late else "clear"


ANSWERS: Final[dict[str, Callable[[Customer | None, date], str]]] = {
    rule.__name__: rule
    for rule in (identity, identified, contact, contract, support, consultancy, datacenter, special, finance)
}
"""Rule → function of the customer and the line's local date."""
