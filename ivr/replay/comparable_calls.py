"""The calls by which two versions of a line are compared: the scripts that belong to it, and recorded calls of callers.

The scripts are those of the version that is to be published. What of the published version's is gone there is told by
its title, since nobody tries it any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

from ivr.errors import ScriptError
from ivr.replay.heard_prompts import PromptsOf
from ivr.replay.script import ENDING, BadScript, Script, ScriptLines, read_written
from ivr.source.diagnostics import MOST, Diagnostic, bounded
from ivr.source.files_beside import confined
from value_class import value_class

Source: TypeAlias = Literal["script", "recorded"]
"""Where a call comes from: a script of the line, or a real call that was recorded."""


@value_class
class ComparableCall:
    """A call that is played on both versions, as ``script`` says; ``source`` is where it comes from."""

    script: Script
    source: Source = "script"


@value_class
class ComparableCalls:
    """All calls that are compared. ``removed`` are the titles of scripts that the published version has and the new one
    has not, ``not_replayable`` the number of recorded calls that cannot be played again.
    """

    calls: tuple[ComparableCall, ...]
    removed: tuple[str, ...] = ()
    not_replayable: int = 0

    def with_recorded(self, scripts: Sequence[Script], not_replayable: int = 0) -> ComparableCalls:
        """Return these calls and the recorded ones, each as a script that expects nothing."""
        recorded = tuple(ComparableCall(each, "recorded") for each in scripts)
        return ComparableCalls((*self.calls, *recorded), self.removed, self.not_replayable + not_replayable)


def comparable_calls(
    line: str, before: Mapping[str, bytes], after: Mapping[str, bytes], shown: Path, prompts: PromptsOf
) -> ComparableCalls:
    """Return the calls of the scripts among the files of ``line``: those ``after``, and what is gone of those
    ``before``. ``shown`` is the folder in which the files ``after`` stand, as people know it, and ``prompts`` are those
    that scripts may name.

    Raises ScriptError with what is wrong in the scripts ``after``.
    """
    calls, bad = _scripts(line, after, shown, prompts)
    if bad:
        raise ScriptError(_faults(bad))
    titles = {each.title for each in calls}
    same = {path for path in before if before[path] == after.get(path)}
    former, _ = _scripts(line, before, shown, prompts, without=same)
    removed = dict.fromkeys(each.title for each in former if each.title and each.title not in titles)
    return ComparableCalls(tuple(ComparableCall(each) for each in calls), tuple(removed))


def faults_of_scripts(line: str, files: Mapping[str, bytes], shown: Path, prompts: PromptsOf) -> list[Diagnostic]:
    """Return what is wrong in the scripts among ``files``, by which ``comparable_calls`` would refuse them."""
    return _faults(_scripts(line, files, shown, prompts)[1])


def _faults(bad: Sequence[BadScript]) -> list[Diagnostic]:
    return bounded(sorted(fault for each in bad for fault in each.diagnostics), MOST)


def _scripts(
    line: str, files: Mapping[str, bytes], shown: Path, prompts: PromptsOf, without: Collection[str] = ()
) -> tuple[list[Script], list[BadScript]]:
    scripts: list[Script] = []
    bad: list[BadScript] = []
    lines = ScriptLines(None, None, line, prompts)
    for path in sorted(files):
        if path in without or not PurePosixPath(path).name.endswith(ENDING):
            continue
        with confined(shown):
            read = list(read_written(files[path], shown / path, lines))
        for each in read:
            if isinstance(each, BadScript):
                bad.append(each)
            elif each.line == line:
                scripts.append(each)
    return scripts, bad
