"""Every rule's every answer, to the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.customers import CustomerRecord
from data.invoice import InvoiceRecord
from ivr.call.rules import ANSWERS, special
from ivr.flow.rules import RULES
from tests.lines import ANA, owing

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)

_days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
_invoices = st.builds(InvoiceRecord, st.just("F"), st.just(Decimal("1.00")), _days, st.integers(0, 99))
_customers = st.none() | st.builds(
    replace,
    st.just(ANA),
    blocked=st.booleans(),
    support=st.booleans(),
    consultancy=st.booleans(),
    datacenter=st.booleans(),
    contract_until=st.none() | _days,
    invoices=st.lists(_invoices, max_size=3).map(tuple),
)


def _answer(rule: str, customer: CustomerRecord | None) -> str:
    return ANSWERS[rule](customer, TODAY)


def test_every_rule_that_a_menu_may_name_has_an_answer() -> None:
    assert set(ANSWERS) == set(RULES)


@pytest.mark.untraced
@pytest.mark.parametrize("rule", sorted(RULES))
@given(customer=_customers, today=_days)
def test_a_rule_answers_only_with_words_that_menus_know(
    rule: str, customer: CustomerRecord | None, today: date
) -> None:
    assert ANSWERS[rule](customer, today) in RULES[rule].outcomes


@pytest.mark.parametrize(
    ("rule", "cautious"),
    [
        ("identity", "refused"), ("identified", "no"), ("contact", "blocked"), ("contract", "expired"),
        ("support", "denied"), ("consultancy", "unauthorised"), ("datacenter", "missing"),
        ("special", "missing"),
    ],
)  # fmt: skip
def test_nobody_passes_for_lack_of_data(rule: str, cautious: str) -> None:
    assert _answer(rule, None) == cautious


@pytest.mark.parametrize(
    ("rule", "customer", "word"),
    [
        ("identity", ANA, "matched"),
        ("identity", replace(ANA, blocked=True), "matched"),
        ("identified", ANA, "yes"),
        ("contact", ANA, "active"),
        ("contact", replace(ANA, blocked=True), "blocked"),
        ("support", ANA, "allowed"),
        ("support", replace(ANA, support=False), "denied"),
        ("consultancy", replace(ANA, consultancy=True), "authorised"),
        ("consultancy", ANA, "unauthorised"),
        ("datacenter", replace(ANA, datacenter=True), "contracted"),
        ("datacenter", ANA, "missing"),
        ("special", replace(ANA, special_contract="BSO"), "contracted"),
        ("special", ANA, "missing"),
    ],
)
def test_what_the_record_says_decides(rule: str, customer: CustomerRecord, word: str) -> None:
    assert _answer(rule, customer) == word


@pytest.mark.parametrize(
    ("until", "word"),
    [(TODAY - DAY, "expired"), (TODAY, "valid"), (TODAY + DAY, "valid"), (None, "valid")],
)
def test_a_contract_runs_to_its_last_day_included_or_without_end(until: date | None, word: str) -> None:
    assert _answer("contract", replace(ANA, contract_until=until)) == word


@pytest.mark.parametrize(
    ("due", "grace_days", "word"),
    [
        (TODAY, 0, "clear"),
        (TODAY + DAY, 0, "clear"),
        (TODAY - DAY, 0, "overdue"),
        (TODAY - DAY, 1, "within-grace"),
        (TODAY - 30 * DAY, 30, "within-grace"),
        (TODAY - 31 * DAY, 30, "overdue"),
    ],
)
def test_an_invoice_is_late_after_its_day_and_overdue_after_its_grace(due: date, grace_days: int, word: str) -> None:
    assert _answer("finance", owing(due, grace_days)) == word


@pytest.mark.parametrize(
    ("held", "asked", "word"),
    [
        ("PRIME", "PRIME", "contracted"),
        ("PRIME.VALERIA", "PRIME", "contracted"),
        ("PRIME.VALERIA", "PRIME.VALERIA", "contracted"),
        ("PRIME", "PRIME.VALERIA", "missing"),
        ("PRIMERO", "PRIME", "missing"),
        ("SLA", "PRIME", "missing"),
        (None, "PRIME", "missing"),
    ],
)
def test_a_special_contract_is_that_kind_with_or_without_a_facilitator(held: str | None, asked: str, word: str) -> None:
    assert special(replace(ANA, special_contract=held), TODAY, asked) == word


def test_the_worst_invoice_decides() -> None:
    graced = owing(TODAY - DAY, 5).invoices
    overdue = owing(TODAY - DAY).invoices
    open_ = owing(TODAY + DAY).invoices
    assert _answer("finance", replace(ANA, invoices=open_ + graced)) == "within-grace"
    assert _answer("finance", replace(ANA, invoices=graced + overdue + open_)) == "overdue"


def test_whoever_owes_nothing_is_clear() -> None:
    assert _answer("finance", ANA) == "clear"
    assert _answer("finance", None) == "clear"
