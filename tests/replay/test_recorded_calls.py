"""A call that came in is written as a script, and the script goes as the call went: same states, same destination."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import create_app
from data.calls import recent_calls, record_status
from data.database import Database
from data.replay_note import ReplayNote
from data.trials import mark_trial
from data.turns import turns_of
from ivr.cli.targets import LocalLines
from ivr.flow.line import Line
from ivr.flow.rules import RULES
from ivr.replay.recorded_call import RecordedCall, nobodys_number, script_of_text
from ivr.replay.recorded_calls import PlayedAgain, RecordedCalls, heard_script, play_again, proven_calls, stored_calls
from ivr.replay.recorded_conduct import UnplayableError
from ivr.replay.runner import play
from ivr.replay.script import Script, ScriptLines, find_scripts, read_scripts
from ivr.replay.stand_in import WantedFacts, find_stand_in
from tests.databases import THOROUGHLY
from tests.lines import TUESDAY

FLOWS = Path(__file__).parents[2] / "flows"

TITLES = (
    "From the queue the caller asks to be called back, and confirms the number",
    "The ombudsman is closed by telephone",
    "Another's CNPJ is refused with 2, which is no strike, and the caller keys again",
    "Consultancy that closes while its term is read keeps no consent",
    "While the second telephone rings",
    "A message may be as long as two minutes",
    "An emergency that ends at a known hour",
    "Three wrong passwords lead to a person",
)
"""Scripts that are recorded and played again in every run; ``make faults`` does so with all of them."""


@dataclass
class Rehearsals:
    """The shipped lines, in this process."""

    local: LocalLines
    scripts: dict[str, list[Script]]

    def recorded(self, script: Script) -> tuple[Line, RecordedCall, Database]:
        """The call of ``script`` as its line stored it."""
        line = self.local.line(script.line)
        target, database = self.local.rehearsal(line)
        played = play(script, target)
        assert played.passed, played.failures
        with database.transaction() as connection:
            (call,) = recent_calls(connection, 2)
            record_status(connection, call.sid, "completed", 99, None, call.updated_at)
            (call,) = recent_calls(connection, 2)
            return line, RecordedCall(call, turns_of(connection, call.sid)), database

    def again(self, script: Script) -> tuple[Line, PlayedAgain]:
        """The call of ``script``, recorded and played again."""
        line, recorded, _ = self.recorded(script)
        return line, play_again(recorded, line, self.local.target(line.name), f"again {next(_NUMBERS)}")

    def recordable(self) -> list[Script]:
        """The sample, or all scripts but those of which no call comes about."""
        titles = self.scripts if THOROUGHLY else TITLES
        found = (script for title in titles for script in self.scripts[title])
        return [
            each for each in found if not (each.carrier.account_sid or each.carrier.auth_token or each.carrier.method)
        ]

    def one(self, title: str) -> Script:
        """The first script of that title."""
        return self.scripts[title][0]


_NUMBERS = count(1)


@pytest.fixture(scope="module")
def rehearsals() -> Rehearsals:
    local = LocalLines(create_app, FLOWS)
    scripts: dict[str, list[Script]] = {}
    for script in read_scripts(find_scripts([FLOWS]), ScriptLines(FLOWS, None, "4003-0015", local.prompts)):
        scripts.setdefault(script.title or "", []).append(script)
    local.prepare()
    return Rehearsals(local, scripts)


@pytest.mark.untraced
def test_a_recorded_call_is_played_again_as_it_went(rehearsals: Rehearsals) -> None:
    failed = []
    for script in rehearsals.recordable():
        try:
            line, again = rehearsals.again(script)
            text = heard_script(again, line, rehearsals.local.target(line.name))
        except UnplayableError as error:
            failed.append(f"{script.where}: {script.title}: {error}")
            continue
        played = play(script_of_text(text, line, "read again"), rehearsals.local.target(line.name))
        assert (played.failures, again.recorded.as_it_went(played)) == ([], None), script.title
        assert "hear: " in text
    assert failed == []


UNLIKELY = ReplayNote(checks=(("identity", "matched"), ("finance", "paid twice"), ("contract", "valid")))

REASONS: dict[str, tuple[Callable[[RecordedCall], RecordedCall], str]] = {
    "going on": (
        lambda each: replace(each, call=replace(each.call, ended_at=None), turns=each.turns[:3]),
        "it has not ended yet",
    ),
    "a trial": (lambda each: replace(each, trial=True), "it was made at a page of the staff, or on a draft, "),
    "forgotten": (lambda each: replace(each, call=replace(each.call, position="")), "what was done in it is forgotten"),
    "old": (
        lambda each: replace(each, turns=[replace(turn, replay=None) for turn in each.turns]),
        "it is of a release that kept no keys of menus",
    ),
    "begun without the database": (lambda each: replace(each, turns=each.turns[1:]), "turns of it were taken while"),
    "carried over": (
        lambda each: replace(each, turns=[*each.turns[:-1], replace(each.turns[-1], menu_version="v0")]),
        "the menu was changed while it went on",
    ),
    "called back": (
        lambda each: replace(each, call=replace(each.call, from_number="+551140030015")),
        "the line made it itself, to call somebody back",
    ),
    "at a limit": (
        lambda each: replace(each, turns=[replace(turn, tried=(("limit", "full: 2", ""),)) for turn in each.turns]),
        "a desk had as many calls as it may have",
    ),
    "like no demo customer": (
        lambda each: replace(each, turns=[*each.turns[:-1], replace(each.turns[-1], replay=UNLIKELY)]),
        "no demo customer is like the caller (finance: paid twice, contract: valid)",
    ),
}


@pytest.fixture(scope="module")
def to_support(rehearsals: Rehearsals) -> tuple[Line, RecordedCall]:
    line, recorded, _ = rehearsals.recorded(rehearsals.one("Journey to support by access code"))
    return line, recorded


@pytest.mark.parametrize("why", sorted(REASONS))
def test_a_call_that_cannot_be_played_again_says_why(why: str, to_support: tuple[Line, RecordedCall]) -> None:
    line, recorded = to_support
    change, told = REASONS[why]
    recorded.conduct(line)
    with pytest.raises(UnplayableError, match=f"^{re.escape(told)}"):
        change(recorded).conduct(line)


def test_a_replay_that_leaves_the_way_says_where(rehearsals: Rehearsals, to_support: tuple[Line, RecordedCall]) -> None:
    line, recorded = to_support
    turns = [replace(turn, states=("ouvidoria",)) if turn.number == 2 else turn for turn in recorded.turns]
    told = "leaves the way after 'software': the call came to 'ouvidoria', and the replay to 'suporte-aberto'"
    with pytest.raises(UnplayableError, match=told):
        play_again(replace(recorded, turns=turns), line, rehearsals.local.target(line.name), "astray")


LATE_AND_DENIED = """\
call: A customer whose invoice is late within its grace, and who may not ask for support
at: 2026-03-10T10:30
fixtures:
  companies:
    - {document: 33.907.184/0001-27, special_contract: BSO, contacts: [{name: Joana, password: "3690", support: no}]}
steps: [{press: "2"}, {press: "2"}, {press: "33907184000127"}, {press: "3690#"}, {callee: answered}]
expect: {destination: assessoria, visited: [permissao-suporte, sem-permissao]}
"""


def test_a_customer_like_no_demo_customer_is_made_of_one(rehearsals: Rehearsals) -> None:
    shipped = rehearsals.local.line("4003-0015")
    line, again = rehearsals.again(script_of_text(LATE_AND_DENIED, shipped, "late"))
    (stand_in,) = again.conduct.stand_ins
    answers = {rule: stand_in.answer(rule, TUESDAY.date()) for rule in ("contact", "contract", "finance", "support")}
    assert answers == {"contact": "active", "contract": "valid", "finance": "within-grace", "support": "denied"}
    assert stand_in.special_contract == "BSO"
    text = heard_script(again, line, rehearsals.local.target(line.name))
    assert "fixtures:\n  companies:\n    - document: " in text


@given(
    st.dictionaries(st.sampled_from(sorted(set(RULES) - {"identity", "identified", "open"})), st.integers(0, 2)),
    st.sampled_from(["", "SLA", "PRIME.ANA"]),
    st.booleans(),
)
def test_every_kind_of_customer_has_a_stand_in(asked: dict[str, int], contract: str, lettered: bool) -> None:
    checks = {rule: RULES[rule].outcomes[number % len(RULES[rule].outcomes)] for rule, number in asked.items()}
    if contract:
        checks = {rule: "contracted" if rule == "special" else answer for rule, answer in checks.items()}
    wanted = WantedFacts(TUESDAY.date(), checks, contract)
    found = find_stand_in(wanted, ("BR",), lettered=lettered)
    assert found is not None
    assert wanted.fits(found)
    assert (found.lettered, found.special_contract or "") == (lettered, wanted.held)


@given(st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True), st.sampled_from(["", "11", "85"]))
def test_a_script_calls_from_a_number_of_the_same_area_that_is_nobodys(number: str, area: str) -> None:
    nobodys = nobodys_number(number, "+551140030015", area)
    assert re.fullmatch(r"\+[0-9]{8,15}", nobodys)
    if area:
        assert nobodys == f"+55{area}987650000"
    else:
        assert (nobodys[:6], nobodys[6:]) == (number[:6], "876500000"[: len(number) - 6])


@pytest.mark.parametrize(
    ("who", "nobodys"),
    [("anonymous", "anonymous"), ("", "anonymous"), ("sip:ana@example.com", "+5511987650000")],
)
def test_who_has_no_number_has_none_in_the_script(who: str, nobodys: str) -> None:
    assert nobodys_number(who, "+551140030015") == nobodys


def test_the_last_calls_of_a_line_are_scripts_that_go_as_they_went(rehearsals: Rehearsals) -> None:
    """What a comparison of two menus plays: customers' calls that have ended, and how many are left out."""
    line, recorded, database = rehearsals.recorded(rehearsals.one("Journey to the ombudsman"))
    target, began = rehearsals.local.target(line.name), recorded.call.started_at
    with database.transaction() as connection:

        def found_calls(since: datetime | None = None) -> RecordedCalls:
            return proven_calls(stored_calls(connection, line.name, since=since), line, lambda: target)

        found = found_calls()
        assert (len(found.scripts), found.not_replayable) == (1, 0)
        (script,) = found.scripts
        assert re.fullmatch("[0-9]{10}", script.title or "")
        assert play(script, target).destination == "ouvidoria"

        assert found_calls(began + timedelta(seconds=1)).scripts == ()
        connection.exec_driver_sql("UPDATE turn SET replay = NULL")
        old = found_calls()
        assert (old.scripts, old.left_out) == ((), {"call-too-old": 1})
        mark_trial(connection, recorded.call.sid, began)
        assert found_calls().not_replayable == 0
