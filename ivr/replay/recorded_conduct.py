"""``recorded_conduct`` makes of the stored turns of a call what its people did in it, as the steps of a call script.

Menus are pressed as they were. What was keyed of documents, passwords and access codes is not stored: there the
stand-in of the customer keys its own, right where the entry was right and wrong where it was wrong, and a code that the
line's table takes for the same product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from data.replay_note import ReplayNote
from data.turns import TurnRecord
from ivr.call import events
from ivr.call.engine import WAITS
from ivr.call.entries import KeyEntry, read_entry
from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.line import Line
from ivr.flow.nodes import record
from ivr.flow.nodes.closure import EVERY_DESTINATION, Closure
from ivr.flow.nodes.menu import Menu
from ivr.replay.recorder import WrittenStep
from ivr.replay.scenarios import STAFF
from ivr.replay.stand_in import KNOWN_RULES, NOT_ASKED, StandIn, WantedFacts, find_stand_in
from routing.access_codes import AccessCodes
from routing.outcomes import REACHED
from value_class import value_class
from wording import Message, message

WRONG = "11"
"""Keyed where an entry was wrong: too short for any, and no key of the line."""

TAKEN_BACK = "1*"
"""Keyed where a secret entry was taken back."""

WRONG_PASSWORD = "909090"  # noqa: S105 - no demo customer's
SUITABLE_PASSWORD = "82637415"  # noqa: S105 - what a caller chooses in a call that is played again
MEANINGLESS = "hum"
"""Said where what was said meant no key."""

WHOLE = 14
"""Keys of a CNPJ, at which the line ends a document by itself."""


class UnplayableError(Exception):
    """A call that cannot be played again; ``why`` says so in one line."""

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


@value_class
class RecordedConduct:
    """The conduct of one call: its ``steps``, the emergency closures in force with their ends (aware; None: unknown),
    whether a member of the ``staff`` keyed a password, and who stands in for whom was identified.
    """

    steps: tuple[WrittenStep, ...]
    closed: Mapping[str, datetime | None]
    staff: bool
    stand_ins: tuple[StandIn, ...]


def recorded_conduct(line: Line, turns: Sequence[TurnRecord]) -> RecordedConduct:
    """Return what people did in the call of ``turns``, all of which have their notes, as callers of ``line``.

    Raises UnplayableError.
    """
    return _Writer(line, turns).conduct()


@dataclass
class _Identification:
    """One document and password: the turns in which they were keyed, and what checks said afterwards."""

    document: int | None
    password: int
    at: datetime
    matched: bool
    checks: dict[str, str] = field(default_factory=dict)
    contract: str = ""
    area: str = ""


class _Writer:
    def __init__(self, line: Line, turns: Sequence[TurnRecord]) -> None:
        self._line = line
        self._turns = [(turn, turn.replay or ReplayNote()) for turn in turns]
        self._staff = False
        self._over = False
        self._keyed: dict[int, StandIn] = {}
        """The place of a turn → who keyed the document or the right password there."""
        self._stand_ins = [self._identified(each) for each in self._identifications() if each.matched]

    def conduct(self) -> RecordedConduct:
        acts: list[list[WrittenStep]] = []
        for place, (turn, note) in enumerate(self._turns):
            if turn.outcome == triggers.CODE:
                self._press_code(acts, turn)
            acts.append(list(self._acts(place, turn, note)) if place and not self._over else [])
        if not self._over and self._turns[-1][1].waits:
            acts.append([WrittenStep("hang_up", "true")])
        closed = {
            scope: datetime.fromisoformat(until) if until else None
            for _, note in self._turns
            for scope, until in note.closed
        }
        steps = tuple(step for each in acts for step in each)
        return RecordedConduct(steps, closed, self._staff, tuple(self._stand_ins))

    # -- who was identified

    def _identifications(self) -> Iterator[_Identification]:
        document, found = None, None
        for place, (turn, note) in enumerate(self._turns):
            if note.entry == EntryFormat.DOCUMENT.value and turn.outcome in {triggers.COLLECTED, triggers.READ_BACK}:
                document = place
            for rule, answer in note.checks:
                name = rule.partition(" ")[0]
                if name == "identity":
                    if found:
                        yield found
                    found = _Identification(document, place, turn.at, answer == "matched")
                elif found and name in KNOWN_RULES - NOT_ASKED:
                    found.checks.setdefault(rule, answer)
            if found:
                found.contract = found.contract or note.asked_for("contract")
                found.area = found.area or note.asked_for("area")
        if found:
            yield found

    def _identified(self, each: _Identification) -> StandIn:
        today = each.at.astimezone(self._line.header.zone).date()
        wanted = WantedFacts(today, each.checks, each.contract, each.area)
        lettered = each.document is not None and self._turns[each.document][0].outcome == triggers.READ_BACK
        found = find_stand_in(wanted, self._line.header.documents, lettered=lettered)
        if found is None:
            raise UnplayableError(
                message("no-stand-in", "no demo customer is like the caller ({facts})", facts=wanted.in_words())
            )
        others = {one.demo.written: one.fixture for one in self._keyed.values()}
        if others.get(found.demo.written, found.fixture) != found.fixture:
            raise UnplayableError(
                message("stand-in-of-two", "two customers of the call would need the same demo customer in their place")
            )
        if each.document is not None:
            self._keyed[each.document] = found
        self._keyed[each.password] = found
        return found

    def _anybody(self, turn: TurnRecord, *, lettered: bool) -> StandIn:
        """Who keys a document after which no right password came."""
        today = turn.at.astimezone(self._line.header.zone).date()
        found = find_stand_in(WantedFacts(today, {}), self._line.header.documents, lettered=lettered)
        if found is None:
            raise UnplayableError(
                message("no-stand-in-of-country", "no demo customer has a document of the line's countries")
            )
        return found

    # -- what was done

    def _acts(self, place: int, turn: TurnRecord, note: ReplayNote) -> Iterator[WrittenStep]:
        before = self._turns[place - 1]
        is_last = place == len(self._turns) - 1
        match turn.event:
            case "silence":
                yield WrittenStep("silent", "true")
            case "keys" | "speech":
                yield from self._entered(place, turn, note)
            case "dial":
                yield from self._rung(before[1], note, is_last=is_last)
            case "queue":
                talk = (turn.at - before[0].at).total_seconds() - note.seconds
                yield from self._waited(note, talk)
            case "recording":
                yield WrittenStep("record", str(max(note.seconds, 1)))
                node = self._line.states.get(turn.state)
                if not (isinstance(node, record.Record) and note.seconds >= node.seconds):
                    yield _press("#")
            case "start":
                raise UnplayableError(
                    message("turn-was-lost", "what the caller did in turn {n} was lost", n=turn.number)
                )

    def _entered(self, place: int, turn: TurnRecord, note: ReplayNote) -> Iterator[WrittenStep]:
        spoken = turn.event == "speech"
        if turn.outcome == WAITS:
            return  # the # of habit, which changes nothing
        match note.entry:
            case EntryFormat.KEY.value:
                yield self._chosen(turn, note, spoken=spoken)
            case EntryFormat.CALLBACK.value | EntryFormat.TEXT.value | EntryFormat.CONFIRMATION.value:
                yield _press("1" if turn.outcome == triggers.key("1") else "2")
            case EntryFormat.STAFF.value:
                yield _press(self._order(turn))
            case _:
                yield self._collected(place, turn, note, spoken=spoken)

    def _chosen(self, turn: TurnRecord, note: ReplayNote, *, spoken: bool) -> WrittenStep:
        node = self._line.states.get(turn.state)
        if spoken and node and node.takes_speech:
            for word in (*node.key_words.get(note.key, ()), MEANINGLESS):
                if read_entry(self._line, node, events.Speech(word, 1.0)) == KeyEntry(note.key):
                    return WrittenStep("speak", f'"{word}"')
        if turn.outcome not in {triggers.NO_MATCH, triggers.MAX_REPROMPTS} and note.key:
            return _press(note.key)
        taken = node.taken_keys() if node else frozenset()
        free = [key for key in (note.key, *"86142357") if key and key != triggers.FINISH_KEY and key not in taken]
        return _press(free[0] if free else "1")

    def _collected(self, place: int, turn: TurnRecord, note: ReplayNote, *, spoken: bool) -> WrittenStep:
        outcome = turn.outcome
        if outcome in {triggers.COLLECTED, triggers.READ_BACK}:
            return _press(self._right(place, turn, note))
        for key in triggers.KEYS:
            if outcome == triggers.key(key):
                return _press(f"{key}#")
        if outcome in {triggers.SKIPPED, triggers.NO_INPUT}:
            return WrittenStep("silent", "true")
        node = self._line.states.get(turn.state)
        if spoken and node and node.takes_speech:
            return WrittenStep("speak", f'"{MEANINGLESS}"')
        return _press(f"{TAKEN_BACK if note.taken_back else WRONG}#")

    def _right(self, place: int, turn: TurnRecord, note: ReplayNote) -> str:
        """The keys of an entry that was well formed."""
        match note.entry:
            case EntryFormat.DOCUMENT.value:
                lettered = turn.outcome == triggers.READ_BACK
                keys = (self._keyed.get(place) or self._anybody(turn, lettered=lettered)).demo.document
                return keys if len(keys) == WHOLE else f"{keys}#"
            case EntryFormat.PASSWORD.value:
                known = self._keyed.get(place)
                return f"{known.demo.password if known else WRONG_PASSWORD}#"
            case EntryFormat.NEW_PASSWORD.value | EntryFormat.NEW_PASSWORD_AGAIN.value:
                return f"{SUITABLE_PASSWORD}#"
            case EntryFormat.TICKET.value:
                raise UnplayableError(
                    message("no-stand-in-of-ticket", "the call is about a ticket, and no demo customer has one like it")
                )
        return f"{self._code(note.asked_for('code'))}#"

    def _code(self, prefix: str) -> str:
        """The keys of a whole access code of which the table knows ``prefix`` at most (empty: no beginning)."""
        codes = self._line.routing.table.codes
        if codes:
            places = len(codes.format.pattern.replace(".", ""))
            begins = _beginning(codes, prefix)
            for filling in "0123456789":
                keys = begins + filling * (places - len(begins))
                match = codes.match(keys)
                if (match.code_prefix if match else "") == prefix:
                    return keys
        told = prefix or "-"
        raise UnplayableError(message("code-is-gone", "the line's table has no access code like {code}", code=told))

    def _order(self, turn: TurnRecord) -> str:
        """What a member of the staff keyed: number, password and a destination, or something wrong."""
        node = self._line.states.get(turn.state)
        if turn.outcome not in {triggers.CLOSED, triggers.OPENED} or not isinstance(node, Closure):
            return f"{WRONG}#"
        told = (turn.reason or "").removesuffix(" by telephone").rpartition(" ")[0]
        keys = {
            (EVERY_DESTINATION if name == EVERY_DESTINATION else str(name)): key
            for key, name in node.destinations.items()
        }
        if told not in keys:
            return f"{WRONG}#"
        self._staff = True
        opens = "*0" if turn.outcome == triggers.OPENED else ""
        return f"{'*'.join(STAFF)}*{keys[told]}{opens}#"

    def _press_code(self, acts: list[list[WrittenStep]], turn: TurnRecord) -> None:
        """Press the code of a menu in the turns before this one, of which it is only known that they were wrong."""
        node = self._line.states.get(turn.state)
        if not isinstance(node, Menu) or node.code is None or len(acts) < len(node.code.keys):
            raise UnplayableError(
                message("code-of-keys-is-gone", "the menu {state} has no code of keys", state=turn.state)
            )
        before = node.code.keys[:-1]
        for offset, key in enumerate(before):
            acts[len(acts) - len(before) + offset] = [_press(key)]

    def _rung(self, before: ReplayNote, note: ReplayNote, *, is_last: bool) -> Iterator[WrittenStep]:
        legs = range(1, before.rings + 1) if before.rings > 1 else (None,)
        if note.told in REACHED:
            options = {"for": str(max(note.seconds, 1))} | ({"press": '"1"'} if before.accept else {})
            yield WrittenStep("callee", "answered", options)
        elif note.told == "canceled" and is_last:
            yield self._hang_up()
        elif note.told in {"busy", "no-answer", "failed", "canceled"}:
            yield from (WrittenStep("callee", note.told, {"leg": str(leg)} if leg else {}) for leg in legs)
        else:
            raise _unplayable(note)

    def _waited(self, note: ReplayNote, talk: float) -> Iterator[WrittenStep]:
        wait = WrittenStep("queue", "wait", {"for": str(note.seconds)})
        if note.told in REACHED:
            yield WrittenStep("queue", "bridged", {"after": str(note.seconds), "for": f"{max(talk, 1):.0f}"})
        elif note.told == "queue-timeout" and note.key:
            # The key counts from when it is listened for, which is a few seconds before the queue is left.
            yield from (WrittenStep("queue", "wait", {"for": str(max(note.seconds - _LEAVING, 0))}), _press(note.key))
        elif note.told == "queue-timeout":
            yield wait
        elif note.told == "hangup":
            yield from (wait, self._hang_up())
        else:
            raise _unplayable(note)

    def _hang_up(self) -> WrittenStep:
        self._over = True
        return WrittenStep("hang_up", "true")


_LEAVING = 5
"""Seconds that a queue takes to hear a key and let the caller go."""


def _beginning(codes: AccessCodes, prefix: str) -> str:
    try:
        return codes.format.prefix_of(prefix)
    except ValueError:
        return ""


def _press(keys: str) -> WrittenStep:
    return WrittenStep("press", f'"{keys}"')


def _unplayable(note: ReplayNote) -> UnplayableError:
    return UnplayableError(
        message("outcome-unplayable", "a call script cannot make '{told}' of a dial or a queue", told=note.told)
    )
