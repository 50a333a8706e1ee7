"""Scripts and their lines come out of another process as they were read there, or are read here."""

from __future__ import annotations

import pickle
from itertools import chain, zip_longest
from pathlib import Path

import pytest

from ivr.cli.read_ahead import MOST_SHARES, ReadAhead, ReadScripts, Shares
from ivr.flow.rules import OPEN, RULES, Rule
from ivr.replay.scenes.scene import find_scenes_and_scripts
from ivr.replay.script import find_scripts
from tests.conftest import FLOWS

FILES = find_scripts([FLOWS / "internacional"])
OF_BOTH = [FILES[0], find_scripts([FLOWS / "4003-0015"])[0], *FILES[1:]]


@pytest.mark.parametrize("files", [FILES, OF_BOTH], ids=["one line", "two lines"])
def test_what_is_read_beside_is_what_would_be_read_here(files: list[Path]) -> None:
    with ReadAhead(files, FLOWS, beside=True) as reading:
        beside = reading.result()
    here = ReadAhead(files, FLOWS, beside=False).result()
    assert list(dict.fromkeys(script.mark.file for script in beside.scripts)) == [str(file) for file in files]
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


def test_what_a_process_took_and_did_not_tell_is_read_here() -> None:
    with ReadAhead(OF_BOTH, FLOWS, beside=True) as reading:
        assert reading.process is not None
        assert reading.shares is not None
        reading.process.kill()
        reading.process.join()
        list(reading.shares.taken())
        assert {script.line for script in reading.result().scripts} == {"4003-0015", "internacional"}


@pytest.mark.parametrize("lines", [0, 1, 2, MOST_SHARES, MOST_SHARES + 50])
def test_the_scripts_of_a_line_are_read_by_one_process(tmp_path: Path, lines: int) -> None:
    files = [tmp_path / f"{number}" / name for name in ("a.call.yaml", "b.call.yaml") for number in range(lines)]
    shares = Shares(files, tmp_path)
    in_turn = chain.from_iterable(zip_longest(shares.taken(), shares.taken()))
    taken = [share for share in in_turn if share]
    shares.close()
    assert sorted(file for share in taken for file in share) == sorted(files)
    lines_of = [{file.parent for file in share} for share in taken]
    assert sum(map(len, lines_of)) == lines
    assert len(taken) == min(lines, MOST_SHARES)


def test_the_other_process_ends_where_nobody_asks_what_it_read() -> None:
    with ReadAhead(FILES, FLOWS, beside=True) as reading:
        assert reading.process is not None
    assert not reading.process.is_alive()


@pytest.mark.parametrize("rule", [OPEN, *RULES.values()], ids=lambda rule: rule.name)
def test_a_rule_stays_itself_in_another_process(rule: Rule) -> None:
    assert pickle.loads(pickle.dumps(rule)) is rule
