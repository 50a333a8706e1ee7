"""A bill: minutes summed, the price of the day of acceptance, rounded once (seed 001, items a to c; seed 003 p. 15)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.billing import (
    MinutesNoted,
    NotCharged,
    ServiceStep,
    ServiceTaken,
    TicketBill,
    amount_of,
    bill,
    charged_at,
    day_of_price,
    minutes_by_service,
)
from ivr.tickets.events import EventKind
from routing.services import Price, Service

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
OLD, NEW = Price(date(2026, 1, 1), Decimal("354.00")), Price(date(2026, 12, 1), Decimal("370.50"))
SUPPORT = Service("consultoria-do-suporte", ("suporte",), (OLD, NEW), waived_if_product_at_fault=True)
TECHNICAL = Service("consultoria-tecnica", ("consultoria",), (Price(date(2026, 1, 1), Decimal("400.00")),))
MARCH = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("minutes", "hour", "amount"),
    [
        (60, "354.00", "354.00"),
        (1, "354.00", "5.90"),
        (95, "354.00", "560.50"),  # 354 * 95 / 60 = 560.5
        (95, "400.00", "633.33"),  # 633.333...
        (50, "400.00", "333.33"),
        (20, "400.01", "133.34"),  # 133.33666...
        (30, "354.01", "177.01"),  # 177.005: half a centavo goes upwards
        (30, "354.03", "177.02"),  # 177.015, where a banker's rounding says 177.02 too
        (6, "354.05", "35.41"),  # 35.405, where a banker's rounding says 35.40
        (1, "0.01", "0.00"),
    ],
)
def test_a_bill_is_what_a_person_works_out(minutes: int, hour: str, amount: str) -> None:
    assert amount_of(minutes, Decimal(hour)) == Decimal(amount)


def test_a_bill_has_minutes_price_and_amount() -> None:
    assert bill(SUPPORT, 95, MARCH, product_at_fault=False) == TicketBill(95, Decimal(354), Decimal("560.50"), "BRL")


def test_the_support_consultancy_is_waived_where_the_product_is_at_fault() -> None:
    told = bill(SUPPORT, 95, MARCH, product_at_fault=True)
    assert told == TicketBill(95, Decimal(354), Decimal(0), "BRL", NotCharged.PRODUCT_AT_FAULT)


def test_the_technical_consultancy_is_charged_whatever_the_cause() -> None:
    told = bill(TECHNICAL, 30, MARCH, product_at_fault=True)
    assert (told.amount, told.waived) == (Decimal(200), None)


@pytest.mark.parametrize("service", [SUPPORT, TECHNICAL])
@pytest.mark.parametrize("at_fault", [False, True])
def test_a_consent_under_which_nothing_was_served_is_void(service: Service, at_fault: bool) -> None:
    told = bill(service, 0, MARCH, product_at_fault=at_fault)
    assert (told.amount, told.waived) == (Decimal(0), NotCharged.NOTHING_SERVED)


def test_no_price_holds_before_the_first_one_begins() -> None:
    prices = (Price(date(2026, 6, 1), Decimal("370.00")), Price(date(2026, 3, 10), Decimal("354.00")))
    service = Service("consultoria", ("consultoria",), prices)
    assert service.price_on(date(2026, 3, 9)) is None
    assert [service.price_on(date(2026, *day)) for day in ((3, 10), (5, 31), (6, 1))] == [
        prices[1], prices[1], prices[0],
    ]  # fmt: skip
    told = bill(service, 30, date(2026, 3, 9), product_at_fault=False)
    assert (told.minutes, told.hour_price, told.amount, told.waived) == (
        30,
        Decimal(0),
        Decimal(0),
        NotCharged.WITHOUT_PRICE,
    )


def test_a_service_without_a_price_is_told_and_not_charged() -> None:
    told = bill(Service("consultoria-remota", ("consultoria",)), 30, MARCH, product_at_fault=False)
    assert (told.minutes, told.amount, told.waived) == (30, Decimal(0), NotCharged.WITHOUT_PRICE)


@pytest.mark.parametrize(
    ("moment", "hour"),
    [
        # Midnight of São Paulo is 3 o'clock in UTC: the day of the line's clocks is the one that counts.
        (datetime(2026, 12, 1, 2, 59, 59, tzinfo=UTC), "354.00"),
        (datetime(2026, 12, 1, 3, 0, 0, tzinfo=UTC), "370.50"),
    ],
)
def test_the_price_changes_over_the_night_of_the_line(moment: datetime, hour: str) -> None:
    day = day_of_price(charged_at(EventKind.ACCEPTED, moment), SAO_PAULO)
    assert bill(SUPPORT, 60, day, product_at_fault=False).amount == Decimal(hour)


@pytest.mark.parametrize("kind", [EventKind.SILENCE_ACCEPTED, EventKind.LEFT_UNANSWERED])
def test_silence_is_charged_at_the_price_of_the_last_day(kind: EventKind) -> None:
    over = datetime(2026, 12, 1, tzinfo=SAO_PAULO)  # the last day was 30 November
    day = day_of_price(charged_at(kind, over), SAO_PAULO)
    assert (day, bill(SUPPORT, 60, day, product_at_fault=False).amount) == (date(2026, 11, 30), Decimal(354))


def test_only_minutes_under_the_service_are_charged() -> None:
    steps: list[ServiceStep] = [
        MinutesNoted(40),  # Suporte Padrão is free
        ServiceTaken("consultoria-do-suporte"),
        MinutesNoted(25),
        MinutesNoted(5),
        ServiceTaken(None),  # the customer stopped it: what was served until then is charged (seed 001, item c)
        MinutesNoted(60),
    ]
    assert minutes_by_service(None, steps) == {None: 100, "consultoria-do-suporte": 30}


def test_preparation_of_an_access_is_billed_on_a_free_ticket_too() -> None:
    steps: list[ServiceStep] = [MinutesNoted(40), MinutesNoted(30, preparation=True)]
    assert minutes_by_service(None, steps, "consultoria-do-suporte") == {None: 40, "consultoria-do-suporte": 30}
    assert minutes_by_service("consultoria-tecnica", steps, "consultoria-do-suporte") == {"consultoria-tecnica": 70}
    assert minutes_by_service(None, steps) == {None: 70}


def test_a_ticket_of_a_consultancy_call_is_under_it_from_the_first_minute() -> None:
    assert minutes_by_service("consultoria-tecnica", [MinutesNoted(7)]) == {"consultoria-tecnica": 7}


_HOURS = st.integers(1, 99_999_999).map(lambda centavos: Decimal(centavos).scaleb(-2))


@given(st.lists(st.integers(0, 600), max_size=40), _HOURS)
def test_the_bill_is_the_sum_of_its_parts_rounded_once(parts: list[int], hour: Decimal) -> None:
    exact = sum((Fraction(part) * Fraction(hour) / 60 for part in parts), Fraction(0))
    told = amount_of(minutes_by_service("s", map(MinutesNoted, parts)).get("s", 0), hour)
    assert -Fraction(1, 200) < exact - Fraction(told) < Fraction(1, 200) or told == exact + Fraction(1, 200)
    assert told == told.quantize(Decimal("0.01"))


@given(st.integers(0, 10_000), st.integers(0, 10_000), _HOURS)
def test_more_minutes_never_cost_less(some: int, more: int, hour: Decimal) -> None:
    assert amount_of(some, hour) <= amount_of(some + more, hour)


@given(st.lists(st.one_of(st.integers(0, 300), st.sampled_from(["a", "b", None])), max_size=30))
def test_each_minute_is_counted_under_exactly_one_service(written: list[int | str | None]) -> None:
    steps = [MinutesNoted(each) if isinstance(each, int) else ServiceTaken(each) for each in written]
    counted = minutes_by_service("a", steps)
    assert sum(counted.values()) == sum(each for each in written if isinstance(each, int))
