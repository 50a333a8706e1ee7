"""A recorded call reads what is stored of a call that came in, and writes it as a call script without anybody real.

``script_text`` writes what people did (``recorded_conduct``) below who calls and when. The number that called is
replaced by one of the same area, the customer by a demo customer of the same kind. Whether the script comes where the
call came shows when it is played: ``as_it_went`` compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import zip_longest

from data.calls import CallRecord
from data.turns import TurnRecord
from ivr.flow.line import Line
from ivr.replay.recorded_conduct import RecordedConduct, UnplayableError, recorded_conduct
from ivr.replay.recorder import WrittenStep, quoted, write_script
from ivr.replay.runner import Played
from ivr.replay.scenarios import HIDDEN, STAFF
from ivr.replay.script import DEFAULT_FROM, Script, ScriptLines, read_script
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.fields import Fields
from ivr.source.yaml import parse
from value_class import value_class
from wording import Message, message

NOBODYS = "87650000"
"""The end of the number that a script calls from; its beginning is that of the real one."""

SHOWN = 6
"""Signs of the real number that stay: country, area and what tells a mobile telephone from another."""

_NUMBER = re.compile(r"\+[0-9]{8,15}")


@value_class
class Divergence:
    """A divergence says in which way a replay left that of the real call: ``why``, and how much later in the call that
    was than it had been.
    """

    why: Message
    late: timedelta


@value_class
class RecordedCall:
    """A call with its turns, in their order; ``trial`` says that it was made at a page of the staff, or on a draft."""

    call: CallRecord
    turns: Sequence[TurnRecord]
    trial: bool = False

    def conduct(self, line: Line) -> RecordedConduct:
        """Return what people did in the call, as callers of ``line``. Raises UnplayableError with the reason."""
        if why := self._why_not(line):
            raise UnplayableError(why)
        return recorded_conduct(line, self.turns)

    def script_text(
        self,
        line: Line,
        conduct: RecordedConduct,
        title: str,
        steps: Sequence[WrittenStep],
        expect: Sequence[str] = (),
        earlier: timedelta = timedelta(0),
    ) -> str:
        """Return the call as the text of a call script of ``line``, with ``steps`` for what people do in it. It comes
        in ``earlier`` than the real one by so much.
        """
        head = [f"call: {quoted(title)}", f"line: {quoted(line.name)}", *self._head(line, conduct, earlier)]
        return write_script(head, steps, expect).text

    def as_it_went(self, played: Played) -> Divergence | None:
        """Return where the call that was ``played`` left the way of the real one; None where it went the same way."""
        real = [turn for turn in self.turns if turn.states]
        came = [turn for turn in played.turns if turn.states]
        for place, (one, other) in enumerate(zip_longest(real, came)):
            told, heard = one.states if one else (), other.states if other else ()
            if told == heard:
                continue
            late = timedelta(0)
            if one and other:
                late = timedelta(seconds=other.t) - (one.at - self.call.started_at)
            same = next(
                (n for n, pair in enumerate(zip(told, heard, strict=False)) if pair[0] != pair[1]),
                min(len(told), len(heard)),
            )
            after = [*(state for turn in real[:place] for state in turn.states), *told[:same]]
            why = message(
                "replay-left-the-way",
                "played again it leaves the way after '{after}': the call came to '{real}', and the replay to '{came}'",
                after=after[-1] if after else "-",
                real=told[same] if len(told) > same else "-",
                came=heard[same] if len(heard) > same else "-",
            )
            return Divergence(why, late)
        reached = next((turn.destination for turn in reversed(self.turns) if turn.destination), None)
        if reached != played.destination:
            why = message(
                "replay-reached-another-destination",
                "played again it is sent to {came}, and not to {real}",
                came=played.destination or "-",
                real=reached or "-",
            )
            return Divergence(why, timedelta(0))
        return None

    def _why_not(self, line: Line) -> Message | None:
        """Why the call cannot be played again, as far as what is stored tells."""
        call, turns = self.call, self.turns
        if self.trial:
            return message("call-is-a-trial", "it was made at a page of the staff, or on a draft, and is no customer's")
        over = bool(turns) and turns[-1].replay is not None and not turns[-1].replay.waits
        if call.ended_at is None and not over:
            return message("call-goes-on", "it has not ended yet")
        if not call.position:
            return message("call-forgotten", "what was done in it is forgotten, as docs/privacy.md says")
        if not turns or [turn.number for turn in turns] != list(range(len(turns))):
            return message("call-without-all-turns", "turns of it were taken while the database was away")
        if any(turn.replay is None for turn in turns):
            return message("call-too-old", "it is of a release that kept no keys of menus")
        if len({turn.menu_version for turn in turns}) > 1:
            return message("call-of-two-menus", "the menu was changed while it went on")
        if call.from_number == line.header.number or turns[0].state == line.header.defaults.transfer:
            return message("call-made-by-the-line", "the line made it itself, to call somebody back")
        full = next((step for turn in turns for step in turn.tried if step[0] == "limit"), None)
        if full:
            return message("call-met-a-limit", "a desk had as many calls as it may have, which a rehearsal never has")
        return None

    def _head(self, line: Line, conduct: RecordedConduct, earlier: timedelta) -> Iterator[str]:
        began = (self.call.started_at - earlier).astimezone(line.header.zone)
        area = next((note.asked_for("area") for turn in self.turns if (note := turn.replay)), "")
        own = any(each.area_code for each in conduct.stand_ins)
        yield f'from: "{nobodys_number(self.call.from_number, line.header.number, "" if own else area)}"'
        yield f"at: {began:%Y-%m-%dT%H:%M:%S}"
        changed = dict.fromkeys(each.fixture for each in conduct.stand_ins if each.fixture)
        if conduct.closed or conduct.staff or changed:
            yield "fixtures:"
        if changed:
            yield "  companies:"
        yield from (text for fixture in changed for text in fixture)
        if conduct.closed:
            yield "  closures:"
        for scope, until in conduct.closed.items():
            end = f", until: {until.astimezone(line.header.zone):%Y-%m-%dT%H:%M:%S}" if until else ""
            yield f'    - {{destination: "{scope}", reason: ensaio{end}}}'
        if conduct.staff:
            number, password = STAFF
            yield f'  staff: [{{number: "{number}", name: Bia, password: "{password}"}}]'


def nobodys_number(number: str, dialled: str, area: str = "") -> str:
    """Return a number of the same country, area and kind as ``number`` that is nobody's: of the area code ``area`` of
    the country of ``dialled`` where one is given.
    """
    if area and dialled.startswith("+55"):
        return f"+55{area}9{NOBODYS}"
    if _NUMBER.fullmatch(number):
        return f"{number[:SHOWN]}{NOBODYS:0<9}"[: len(number)]
    return DEFAULT_FROM if number.startswith(("sip", "client")) else HIDDEN


def script_of_text(text: str, line: Line, name: str) -> Script:
    """Return the one script of ``text``, which was written here; ``name`` stands for its file in what is told of it."""
    diagnostics = Diagnostics()
    (document,) = parse(text, name, diagnostics)
    fields = Fields.of(document, "the call script", diagnostics, Mark(name, 1, 1))
    script = read_script(fields, 1, line.name, ScriptLines(None, None, line.name, lambda _: line.prompts.texts))
    if diagnostics.errors:
        raise AssertionError(f"a recorded script is none: {diagnostics.errors[0]}")
    return script
