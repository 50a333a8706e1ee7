"""Mutants of a line: what operators change, how far a change reaches, and which are proven to change nothing."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from ivr.flow.folder import read_line
from ivr.flow.line import Line
from ivr.flow.mutants.difference import Difference, difference
from ivr.flow.mutants.equivalence import Equivalence
from ivr.flow.mutants.mutable_line import MutableLine
from ivr.flow.mutants.mutant import KINDS, MEANINGS, Mutant
from ivr.flow.mutants.tree import TreeEdit, edited, like, value_at
from ivr.source.diagnostics import Diagnostic, Diagnostics, Mark
from ivr.source.yaml import parse, plain
from tests.flow.lines import GOOD

SHIPPED = Path(__file__).parents[2] / "flows" / "4003-0015"


@pytest.fixture(scope="module")
def good() -> MutableLine:
    return MutableLine.read(GOOD)


@pytest.fixture(scope="module")
def shipped() -> MutableLine:
    return MutableLine.read(SHIPPED)


def named(line: MutableLine, change: str) -> Mutant:
    """The one mutant that is told in these words."""
    (found,) = [each for each in line.mutants() if each.change == change]
    return found


def made(line: MutableLine, change: str) -> Line:
    """The line with that change, which ``ivr check`` lets pass."""
    after = line.make(named(line, change))
    assert isinstance(after, Line), after
    return after


def test_every_kind_of_change_is_made_in_hundreds_of_ways(shipped: MutableLine) -> None:
    made_of = Counter(each.kind for each in shipped.mutants())
    assert set(made_of) == set(KINDS) == set(MEANINGS)
    assert sum(made_of.values()) > 500


@pytest.mark.untraced
@pytest.mark.parametrize("which", ["good", "shipped"])
def test_each_mutant_changes_what_stands_there_and_says_what(which: str, request: pytest.FixtureRequest) -> None:
    line: MutableLine = request.getfixturevalue(which)
    roots = {"menu.yaml": line.written.menu, "routing.yaml": line.written.routing}
    before = {file: plain(root) for file, root in roots.items()}
    told: Counter[tuple[str, Mark]] = Counter()
    for each in line.mutants():
        for one in (each, *each.others):
            assert all(value_at(roots[one.file], edit.path) is not None for edit in one.edits), one.change
            assert plain(edited(roots[one.file], one.edits)) != before[one.file], one.change
            assert Path(one.mark.file).name == one.file
            assert one.remedy
            assert "{" not in one.change
        told[str(each.change), each.mark] += 1
    assert [each for each, times in told.items() if times > 1] == []
    assert {file: plain(root) for file, root in roots.items()} == before


def test_the_seed_alone_decides_what_is_made(good: MutableLine) -> None:
    again = MutableLine.read(GOOD)
    assert list(good.mutants()) == list(again.mutants())
    other = MutableLine.read(GOOD, seed=1)
    assert [each.change for each in good.mutants()] != [each.change for each in other.mutants()]


def test_a_change_keeps_every_other_value_and_its_place() -> None:
    (root,) = parse("a: {b: [x, y], c: z}\nd: w", "f.yaml", Diagnostics())
    left = edited(root, [TreeEdit(("a", "b", 0), None), TreeEdit(("d",), like(root, "v"))])
    assert plain(left) == {"a": {"b": ["y"], "c": "z"}, "d": "v"}
    assert plain(root) == {"a": {"b": ["x", "y"], "c": "z"}, "d": "w"}
    assert value_at(left, ("a", "c")) is value_at(root, ("a", "c"))
    with pytest.raises(ValueError, match="nothing stands"):
        edited(root, [TreeEdit(("a", "nothing"), None)])


def test_what_check_refuses_is_no_line(good: MutableLine) -> None:
    refused = good.make(named(good, "'financeiro' does always as if it answered 'overdue'"))
    assert isinstance(refused, Diagnostic)
    assert refused.code


@pytest.mark.parametrize(
    ("change", "reached"),
    [
        ("keys 1 and 2 of 'principal' are swapped", {"edges": {("principal", "key_1"), ("principal", "key_2")}}),
        ("key 9 of 'codigo' is left out", {"edges": {("codigo", "key_9")}}),
        ("the words of key 1 of 'principal' are not understood", {"states": {"principal"}}),
        ("the counter 'codigos' ends at 3 wrong entries, not at 2", {"states": {"por-codigo"}}),
        ("targets 1 and 2 of the destination 'atendentes' are swapped", {"destinations": {"atendentes"}}),
        ("'ola' is passed over: what led there leads to 'principal'", {"header": {"start"}}),
    ],
)
def test_a_change_reaches_only_what_it_changes(good: MutableLine, change: str, reached: dict[str, set[object]]) -> None:
    differs = difference(good.line, made(good, change))
    want = {key: frozenset(value) for key, value in reached.items()}
    assert differs == Difference(**want)  # type: ignore[arg-type]


def test_hours_reach_the_destinations_that_keep_them(good: MutableLine) -> None:
    after = made(good, "'open' of the hours 'comercial' is 08:30-12:00, not 08:00-12:00")
    (clocks,) = difference(good.line, after).clocks
    assert clocks.destinations == {"suporte.rm"}
    zone = good.line.header.zone
    assert clocks.differ_at(datetime(2026, 3, 10, 8, 10, tzinfo=zone))
    assert not clocks.differ_at(datetime(2026, 3, 10, 9, 0, tzinfo=zone))


PROVEN = {
    "05.1.0001 is left out of the access codes": "every code and every number leads where it led",
    "11-19 is left out of the regions 'franquias'": "every code and every number leads where it led",
    "'after_call' of the line is left out": "a call is asked nothing more after a talk",
}


def test_what_no_call_can_tell_is_proven(shipped: MutableLine) -> None:
    equivalence = Equivalence(shipped.line)
    for change, why in PROVEN.items():
        after = made(shipped, change)
        assert equivalence.proof(after, difference(shipped.line, after)) == why


def test_a_way_that_no_call_takes_may_lead_anywhere(tmp_path: Path) -> None:
    line = copied(tmp_path, ("otherwise: gente", "otherwise: tchau"))
    after = copied(tmp_path / "after", ("otherwise: gente", "otherwise: recado"))
    why = Equivalence(line).proof(after, difference(line, after))
    assert why == ("no call takes that way: every call that comes there has pressed one of its keys in 'principal'")


def test_a_key_that_says_what_holds_anyway_changes_nothing(tmp_path: Path) -> None:
    line = copied(tmp_path)
    after = copied(tmp_path / "after", ('repeat: "9"', 'repeat: "9"\n      human: gente'))
    assert Equivalence(line).proof(after, difference(line, after)) == "what it says is what holds without it"


def test_a_destination_that_no_call_comes_to_may_ring_anybody(tmp_path: Path) -> None:
    spare = "  atendentes: {hours: always,"
    written = '  sobra: {hours: always, targets: [{sip: "sip:%s@suporte.example.com"}]}\n' + spare
    line = copied(tmp_path, (spare, written % "a"))
    after = copied(tmp_path / "after", (spare, written % "b"))
    assert Equivalence(line).proof(after, difference(line, after)) == "no call comes to it"


def test_what_some_call_can_tell_is_not_proven(good: MutableLine) -> None:
    equivalence = Equivalence(good.line)
    for mutant in good.mutants():
        after = good.make(mutant)
        if isinstance(after, Line):
            assert equivalence.proof(after, difference(good.line, after)) is None, mutant.change


def copied(folder: Path, *changes: tuple[str, str]) -> Line:
    """The small line with other texts in its files; what ``ivr check`` says of it is another matter."""
    shutil.copytree(GOOD, folder / "line")
    for file in ("menu.yaml", "routing.yaml"):
        text = (folder / "line" / file).read_text(encoding="utf-8")
        for old, new in changes:
            text = text.replace(old, new)
        (folder / "line" / file).write_text(text, encoding="utf-8")
    line, _ = read_line(folder / "line", advise=False)
    assert line
    return line
