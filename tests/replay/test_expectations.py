"""Each expectation of a call script: when it holds, and what it says when it does not."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.replay.call_result import CallResult
from ivr.replay.expectations import Expectation, Visited, unknown_names, unmet
from ivr.replay.expecting import read_expectations
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.fields import Fields
from ivr.source.yaml import Mapping, Text, parse
from wording.catalogues import put

WENT = CallResult(
    status="completed",
    error=None,
    destination="suporte.vitrine",
    states=("principal", "software", "documento", "senha", "codigo"),
    requests=9,
    warnings=(),
    duration=61.5,
    traced=True,
)


def expecting(text: str) -> tuple[Expectation, ...]:
    """The expectations in the YAML ``text``, which must be free of faults."""
    faults = Diagnostics()
    (value,) = parse(text, "a.call.yaml", faults)
    assert isinstance(value, Mapping)
    found = read_expectations(Fields(value, "'expect'", faults))
    assert not faults.errors
    return found


def failures(text: str, result: CallResult = WENT) -> list[str]:
    return list(unmet(expecting(text), result))


def test_a_call_that_went_as_expected_has_no_failures() -> None:
    assert not failures(
        "ended: completed\nerror: none\ndestination: suporte.vitrine\n"
        "visited: [principal, documento, senha]\nnever: [cst]\nrequests: 9\nwarnings: []\ndialled: []\n"
        "duration: {least: 60, most: 61.5}"
    )


def test_no_expectation_holds_for_every_call() -> None:
    assert not failures("{}", replace(WENT, status="failed", error="11200", traced=False))


@pytest.mark.parametrize(
    ("text", "result", "failure"),
    [
        (
            "ended: completed",
            replace(WENT, status="busy"),
            "expected the call to end as completed, but it ended as busy",
        ),
        ("error: none", replace(WENT, error="12100"), "expected no error, but the call had error 12100"),
        ("error: 12100", WENT, "expected error 12100, but the call had no error"),
        (
            "destination: cst",
            WENT,
            "expected the call to be sent to cst, but it was sent to suporte.vitrine",
        ),
        (
            "destination: cst",
            replace(WENT, destination=None),
            "expected the call to be sent to cst, but it was sent nowhere",
        ),
        (
            "destination: none",
            WENT,
            "expected the call to be sent nowhere, but it was sent to suporte.vitrine",
        ),
        (
            "visited: [senha, documento]",
            WENT,
            "expected the states senha → documento, but 'documento' was not entered after 'senha'"
            " (entered: principal → software → documento → senha → codigo)",
        ),
        (
            "visited: [cst]",
            replace(WENT, states=()),
            "expected the states cst, but 'cst' was not entered (entered: none)",
        ),
        (
            "never: [cst, senha]",
            WENT,
            "expected never to enter cst, senha, but senha was entered"
            " (entered: principal → software → documento → senha → codigo)",
        ),
        ("requests: 1", WENT, "expected 1 webhook request, but the call made 9"),
        (
            'dialled: ["+551150900104", "sip:rm@x.test"]',
            replace(WENT, dialled=("sip:rm@x.test",)),
            "expected the call to ring +551150900104, sip:rm@x.test, but it rang sip:rm@x.test",
        ),
        ("dialled: []", replace(WENT, dialled=("+1",)), "expected the call to ring nobody, but it rang +1"),
        ("warnings: [12200, 13310]", WENT, "expected the warnings 12200, 13310, but the call had no warnings"),
        (
            "warnings: []",
            replace(WENT, warnings=(12200, 12200)),
            "expected no warnings, but the call had the warning 12200",
        ),
        (
            "warnings: [12200]",
            replace(WENT, warnings=(13310, 12200)),
            "expected the warning 12200, but the call had the warnings 12200, 13310",
        ),
        ("closes: {suporte: 4}", WENT, "expected the call to close suporte (4 h), but it closed nothing"),
        (
            "closes: {}",
            replace(WENT, closes=(("all", 8),)),
            "expected the call to close nothing, but it closed all (8 h)",
        ),
        ("opens: [cst]", replace(WENT, opens=("all",)), "expected the call to open cst, but it opened all"),
        ("opens: []", replace(WENT, opens=("cst",)), "expected the call to open nothing, but it opened cst"),
        ("duration: {most: 60}", WENT, "expected the call to last 60 s at most, but it lasted 61.5 s"),
        ("duration: {least: 90}", WENT, "expected the call to last 90 s at least, but it lasted 61.5 s"),
    ],
)
def test_a_failure_tells_the_place_what_was_expected_and_what_came(text: str, result: CallResult, failure: str) -> None:
    [told] = failures(text, result)
    assert told == f"a.call.yaml:1: {failure}"
    assert not re.search(r"\b(expected|but|had|the|was|it)\b", put(told, "pt-BR"))


def test_a_warning_counts_once_however_often_it_came() -> None:
    assert not failures("warnings: [12200]", replace(WENT, warnings=(12200, 12200)))


def test_what_is_not_simulated_is_the_warning_0() -> None:
    assert not failures("warnings: [0]", replace(WENT, warnings=(0,)))


def test_every_expectation_that_failed_is_told_at_its_own_line() -> None:
    told = failures("ended: busy\nerror: 11200\nrequests: 3")
    assert [failure.split(" ")[0] for failure in told] == ["a.call.yaml:1:", "a.call.yaml:2:", "a.call.yaml:3:"]


def test_a_state_expected_twice_must_be_entered_twice() -> None:
    assert failures("visited: [principal, principal]")
    assert not failures("visited: [principal, principal]", replace(WENT, states=("principal", "cst", "principal")))


@pytest.mark.parametrize(
    "text", ["destination: cst", "visited: [cst]", "never: [cst]", "closes: {cst: 4}", "opens: []"]
)
def test_a_webhook_without_tracing_headers_fails_what_only_they_can_tell(text: str) -> None:
    (failure,) = failures(text, replace(WENT, traced=False))
    assert "only our own lines send it" in failure


@given(st.lists(st.sampled_from("abcde"), max_size=8), st.data())
def test_any_states_in_their_order_count_as_visited(entered: list[str], data: st.DataObject) -> None:
    kept = [state for state in entered if data.draw(st.booleans())]
    visited = Visited(Mark("a", 1, 1), tuple(Text(state, Mark("a", 1, 1)) for state in kept))
    assert visited.unmet(replace(WENT, states=tuple(entered))) is None


def test_a_name_that_the_line_does_not_have_is_told_with_the_nearest() -> None:
    expectations = expecting(
        "destination: suporte.vitrina\nvisited: [principal]\nnever: [senna, xyz]\n"
        "closes: {suporte: 4, suport: 4}\nopens: [all, cts]"
    )
    told = [
        f"{mark}: {message}"
        for mark, message in unknown_names(expectations, {"principal", "senha"}, {"suporte.vitrine", "cst"})
    ]
    assert told == [
        "a.call.yaml:1:1: the line has no destination 'suporte.vitrina'; did you mean 'suporte.vitrine'?",
        "a.call.yaml:3:9: the line has no state 'senna'; did you mean 'senha'?",
        "a.call.yaml:3:16: the line has no state 'xyz' (it has: principal, senha)",
        "a.call.yaml:4:22: the line has no destination 'suport'; did you mean 'suporte'?",
        "a.call.yaml:5:14: the line has no destination 'cts'; did you mean 'cst'?",
    ]


def test_destination_none_is_no_name_to_look_up() -> None:
    assert not list(unknown_names(expecting("destination: none"), set(), set()))
