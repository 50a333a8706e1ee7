"""Every mistake of a routing book is told before a caller meets it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.book import RoutingBook
from routing.check import check_book
from routing.destinations import Destination, Divert, Number, Queue, RingOnCall
from routing.holidays import Calendar
from routing.hours import Hours
from routing.spans import parse_days, parse_span
from routing.windows import Window

ZONE = ZoneInfo("America/Sao_Paulo")
MORNING = (Window(parse_days("seg-sex"), parse_span("08:00-12:00")),)
EVENING = (Window(parse_days("seg-sex"), parse_span("18:00-19:00"), "on_call"),)
HOURS = {
    "morning": Hours("morning", ZONE, MORNING),
    "with-evening": Hours("with-evening", ZONE, MORNING + EVENING),
    "town": Hours("town", ZONE, MORNING, Calendar(), on_local_holiday="on_call"),
}
AGENTS = (Queue("cst"),)
PAGER = (Number("+5511987654321"),)


def told(*destinations: Destination) -> list[tuple[str, str]]:
    book = RoutingBook({each.name: each for each in destinations}, HOURS)
    return [(problem.destination, problem.rule) for problem in check_book(book)]


def test_a_sound_book_has_no_problem() -> None:
    assert not told(
        Destination("cst", AGENTS, "morning", closed=Divert("datacenter"), busy=Divert("ouvidoria")),
        Destination("datacenter", AGENTS, "with-evening", PAGER, closed=RingOnCall()),
        Destination("ouvidoria", AGENTS, exhausted=Divert("datacenter")),
    )


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (Destination("cst", ()), "no-targets"),
        (Destination("cst", AGENTS, "noon"), "unknown-hours"),
        (Destination("cst", AGENTS, closed=Divert("lost")), "unknown-destination"),
        (Destination("cst", AGENTS, busy=Divert("lost")), "unknown-destination"),
        (Destination("cst", AGENTS, no_answer=Divert("lost")), "unknown-destination"),
        (Destination("cst", AGENTS, failed=Divert("lost")), "unknown-destination"),
        (Destination("cst", AGENTS, exhausted=Divert("lost")), "unknown-destination"),
        (Destination("cst", AGENTS, "morning", closed=RingOnCall()), "no-on-call-targets"),
        (Destination("cst", AGENTS, "with-evening"), "no-on-call-targets"),
        (Destination("cst", AGENTS, "town"), "no-on-call-targets"),
        (Destination("cst", AGENTS, busy=Divert("cst")), "divert-circle"),
    ],
)
def test_one_mistake_is_told_once(bad: Destination, rule: str) -> None:
    assert told(bad) == [("cst", rule)]


def test_all_mistakes_are_told_in_one_pass() -> None:
    assert told(
        Destination("cst", (), "noon", busy=Divert("lost"), failed=Divert("gone")),
        Destination("ouvidoria", (), exhausted=Divert("ouvidoria")),
    ) == [
        ("cst", "unknown-destination"),
        ("cst", "unknown-destination"),
        ("cst", "no-targets"),
        ("cst", "unknown-hours"),
        ("ouvidoria", "no-targets"),
        ("ouvidoria", "divert-circle"),
    ]


def test_a_circle_is_told_once_with_its_way() -> None:
    desks = {
        "rm": Destination("rm", AGENTS, busy=Divert("cst")),
        "cst": Destination("cst", AGENTS, no_answer=Divert("ouvidoria")),
        "ouvidoria": Destination("ouvidoria", AGENTS, exhausted=Divert("rm")),
        "assessoria": Destination("assessoria", AGENTS, exhausted=Divert("rm")),
    }
    (problem,) = check_book(RoutingBook(desks, {}))
    assert problem.message == (
        "calls can be diverted in a circle: cst → ouvidoria → rm → cst; let one of these apologise"
    )


def test_a_message_names_what_is_missing_and_the_hours_that_ask_for_it() -> None:
    desk = Destination("cst", AGENTS, "town")
    (problem,) = check_book(RoutingBook({"cst": desk}, HOURS))
    assert (
        problem.message == "the destination 'cst' has no on-call targets, but its hours 'town' leave some time to them"
    )


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"))))
def test_a_circle_is_told_where_there_is_one_and_only_there(ways: dict[str, tuple[str, str]]) -> None:
    desks = {
        name: Destination(name, AGENTS, busy=Divert(first), exhausted=Divert(second))
        for name, (first, second) in ways.items()
    }
    problems = check_book(RoutingBook(desks, {}))
    # Whatever is left after desks that lead nowhere on are taken away, again and again, goes round.
    left = dict(ways)
    while ends := [name for name, onward in left.items() if not left.keys() & set(onward)]:
        for name in ends:
            del left[name]
    circles = {problem.destination for problem in problems if problem.rule == "divert-circle"}
    assert bool(circles) == bool(left)
    assert circles <= left.keys()
