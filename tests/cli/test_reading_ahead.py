"""Scripts and their lines come out of another process as they were read there, or are read here."""

from __future__ import annotations

import pickle

import pytest

from ivr.cli.read_ahead import ReadAhead, ReadScripts
from ivr.flow.rules import OPEN, RULES, Rule
from ivr.replay.scenes.scene import find_scenes_and_scripts
from ivr.replay.script import find_scripts
from tests.conftest import FLOWS

FILES = find_scripts([FLOWS / "internacional"])


def test_what_is_read_beside_is_what_would_be_read_here() -> None:
    with ReadAhead(FILES, FLOWS, beside=True) as reading:
        beside = reading.result()
    here = ReadAhead(FILES, FLOWS, beside=False).result()
    assert beside.scripts
    assert (beside.scripts, beside.bad) == (here.scripts, here.bad)
    assert beside.lines.read == here.lines.read


@pytest.mark.parametrize("line", ["4003-0015", "internacional"])
def test_what_was_read_of_each_shipped_line_can_be_told(line: str) -> None:
    """What cannot be pickled is read once more by the process that waits for it, and nobody sees that but by the time
    that it takes.
    """
    files = find_scenes_and_scripts([FLOWS / line])
    here = ReadAhead(files, FLOWS, beside=False).result()
    told: ReadScripts = pickle.loads(pickle.dumps(here))
    assert list(told.lines.read) == [line]
    assert (told.scripts, told.bad, told.lines.read) == (here.scripts, here.bad, here.lines.read)


def test_what_a_process_that_dies_did_not_tell_is_read_here() -> None:
    with ReadAhead(FILES, FLOWS, beside=True) as reading:
        assert reading.process is not None
        reading.process.kill()
        assert reading.result().scripts


def test_the_other_process_ends_where_nobody_asks_what_it_read() -> None:
    with ReadAhead(FILES, FLOWS, beside=True) as reading:
        assert reading.process is not None
    assert not reading.process.is_alive()


@pytest.mark.parametrize("rule", [OPEN, *RULES.values()], ids=lambda rule: rule.name)
def test_a_rule_stays_itself_in_another_process(rule: Rule) -> None:
    assert pickle.loads(pickle.dumps(rule)) is rule
