"""A rewording puts a line's new words into a call script in the place of those that it hears no more.

Only words change: which part of the old sentence a script heard, and what stands in that part of the new one, is worked
out word by word, and the script must then hold on the new version. Comments and the form of the file stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from ivr.replay.comparison import ComparedCall, PlayableVersion
from ivr.replay.recorder import FRAGMENT
from ivr.replay.runner import play
from ivr.replay.script import Script
from ivr.replay.steps import ANY
from ivr.simulator.phones import steps
from ivr.simulator.phones.lenient import HeardStep
from ivr.simulator.phones.prompt_log import plain as folded
from ivr.source.diagnostics import Mark
from ivr.source.rewriting import rewritten
from ivr.source.yaml import Text
from value_class import value_class

CONCEALED: Final = "•"
"""What a transcript shows in the place of a secret."""

_END: Final = ".!?:;,"
_BOM: Final = b"\xef\xbb\xbf"


@value_class
class Rewording:
    """At ``mark`` a script hears ``old``, in the place of which the line says ``new``."""

    mark: Mark
    old: str
    new: str


@value_class
class RewordedScript:
    """A script that fails since words changed, with what mends it; nothing where that is to be done by hand."""

    script: Script
    rewordings: tuple[Rewording, ...]


def reworded_scripts(calls: Iterable[ComparedCall], version: PlayableVersion) -> Iterator[RewordedScript]:
    """Yield each script of ``calls`` that fails on ``version``, the new one, since words changed and for nothing else.

    A mended script has been played there, and holds.
    """
    target = version.target()
    for call in calls:
        if not call.words_alone or call.source != "script":
            continue
        found = _rewordings(call)
        mended = _with_words(call.script, found)
        holds = bool(found) and play(mended, target).passed
        yield RewordedScript(call.script, found if holds else ())


def mended_files(files: Mapping[str, bytes], shown: Path, rewordings: Iterable[Rewording]) -> dict[str, bytes]:
    """Return those of ``files`` that the ``rewordings`` change, with the new words. ``shown`` is the folder in which
    the places of the rewordings have them. Raises KeyError where no text begins in such a place.
    """
    of_file: dict[str, list[Rewording]] = {}
    for each in rewordings:
        of_file.setdefault(each.mark.file, []).append(each)
    return {path: _mended(files[path], of_file[str(shown / path)]) for path in files if str(shown / path) in of_file}


def mended_words(old: str, before: Sequence[str], after: Sequence[str]) -> str | None:
    """Return what stands in the sentences ``after`` in the place that ``old`` has in those ``before``; None where that
    is nothing, or something that is concealed.
    """
    was, now = " ".join(before).split(), " ".join(after).split()
    spans = _spans(was)
    text = " ".join(folded(word) for word in was)
    begin = text.find(folded(old))
    if begin < 0:
        return None
    if folded(old) in " ".join(folded(word) for word in now):
        return old
    end = begin + len(folded(old))
    first = next(number for number, (_, until) in enumerate(spans) if begin < until)
    last = next(number for number, (_, until) in enumerate(spans) if end <= until)
    words = now[slice(*_range(was, now, first, last + 1))]
    found = _shortened(words, max(FRAGMENT, 2 * len(old)))
    if not old.rstrip().endswith(tuple(_END)):
        found = found.rstrip(_END)
    is_text = bool(folded(found).strip(_END)) and found != ANY
    return found if is_text and CONCEALED not in found else None


def _rewordings(call: ComparedCall) -> tuple[Rewording, ...]:
    """What mends the script of ``call``; nothing where one of its steps cannot be mended."""
    before = {each.number: each for each in call.before.heard_steps}
    found: list[Rewording] = []
    for each in call.after.heard_steps:
        if not each.unmet:
            continue
        one = _rewording(before.get(each.number), each)
        if one is None:
            return ()
        found.append(one)
    return tuple(found)


def _rewording(before: HeardStep | None, after: HeardStep) -> Rewording | None:
    wanted = after.step.text if isinstance(after.step, steps.Hear) else None
    if before is None or before.unmet or not isinstance(wanted, Text):
        return None  # a pattern is the tester's own
    new = mended_words(wanted, before.sentences, after.sentences)
    return Rewording(wanted.mark, str(wanted), new) if new else None


def _with_words(script: Script, rewordings: Sequence[Rewording]) -> Script:
    new = {each.mark: each.new for each in rewordings}
    return replace(script, steps=tuple(_heard_anew(step, new) for step in script.steps))


def _heard_anew(step: steps.Step, new: Mapping[Mark, str]) -> steps.Step:
    if isinstance(step, steps.Hear) and isinstance(step.text, Text) and step.text.mark in new:
        return replace(step, text=new[step.text.mark])
    return step


def _spans(words: Sequence[str]) -> list[tuple[int, int]]:
    """Where each word begins and ends in all of them, folded and one blank apart."""
    spans: list[tuple[int, int]] = []
    at = 0
    for word in words:
        end = at + len(folded(word))
        spans.append((at, end))
        at = end + 1
    return spans


def _range(was: Sequence[str], now: Sequence[str], first: int, end: int) -> tuple[int, int]:
    """The words of ``now`` that stand where ``was`` has those from ``first`` to ``end``."""
    blocks = SequenceMatcher(None, [folded(word) for word in was], [folded(word) for word in now], autojunk=False)
    begins: list[int] = []
    ends: list[int] = []
    for tag, was_from, was_to, now_from, now_to in blocks.get_opcodes():
        # What is put in at an edge belongs to the words beside it.
        inside = first < was_from < end if tag == "insert" else was_from < end and first < was_to
        if not inside:
            continue
        if tag == "equal":
            begins.append(now_from + max(first - was_from, 0))
            ends.append(now_to - max(was_to - end, 0))
        else:
            begins.append(now_from)
            ends.append(now_to)
    return (min(begins), max(ends)) if begins else (0, 0)


def _shortened(words: Sequence[str], most: int) -> str:
    """As many of ``words`` as fit into ``most`` signs, up to the end of a sentence where one ends among them."""
    text = " ".join(words)
    if len(text) <= most:
        return text
    kept = [word for number, word in enumerate(words) if len(" ".join(words[: number + 1])) <= most]
    ends = [number for number, word in enumerate(kept) if word[-1] in ".!?"]
    return " ".join(kept[: ends[-1] + 1] if ends else kept)


def _mended(written: bytes, rewordings: Sequence[Rewording]) -> bytes:
    text = rewritten(written.decode("utf-8-sig"), {each.mark: each.new for each in rewordings})
    return (_BOM if written.startswith(_BOM) else b"") + text.encode()
