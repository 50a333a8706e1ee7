"""A day of calls and agents on the real tables: everything but the carrier, on a clock that goes from event to event.

Callers come, lose patience and hang up; telephones of agents are picked up, refused, let ring, and lost. What the
carrier would tell of it is told to the same objects that its webhooks tell it to.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from data.agent_skills import Skill, set_skill
from data.agent_states import AgentState
from data.agents import add_agent, all_agents, ask_state
from data.calls import NewCall, open_call
from data.database import Database
from data.offers import OfferRecord, live_offers
from data.roles import Role
from data.talk_events import TalkEvent, events_between
from data.talks import find_talk
from data.users import add_user
from data.vault import Vault
from ivr.call.effects import QueueEntered
from ivr.call.lines import Lines
from ivr.call.queue_entries import note_end, note_entry
from ivr.call.talks.settling import Rules
from ivr.call.talks.talking import RoomEvent
from ivr.call.talks.talks import Talks
from ivr.reports.period import ReportPeriod
from ivr.reports.report import read_report
from ivr.worker.tools import Tools
from ivr.worker.watches.distribution import Distribution

DESTINATIONS = ("mesa.fila", "mesa.rm")
HOUR = 3600.0
SECONDS = 20
"""The service target of a destination about whose agents nothing is written."""


@dataclass
class Day:
    """``play`` makes a day of so many calls and agents, from ``begins`` on."""

    database: Database
    lines: Lines
    vault: Vault
    begins: datetime
    chance: Random
    hours: float = 10.0
    now: float = 0.0
    idle: bool = False
    """Whether the event that happens now changes nothing, so that nobody need look."""
    handled: set[str] = field(default_factory=set)
    _heap: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _number: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.talks = Talks(self.database, self.lines, self.moment)
        self.watch = Distribution(Tools(self.database, self.vault, lambda: self.lines))
        self.rules = Rules(self.lines)
        self.line = self.lines.version("ensaio", "").line

    def moment(self) -> datetime:
        return self.begins + timedelta(seconds=self.now)

    def play(self, calls: int, agents: int, *, seconds: float = math.inf) -> None:
        """Let the day pass, to its end or for so many ``seconds``: then calls wait, ring and talk."""
        for number in range(agents):
            self._hire(number)
        for number in range(calls):
            self._at(self.chance.uniform(0, self.hours * HOUR), self._comes, number)
        while self._heap and self._heap[0][0] <= seconds:
            self.now, _, happens = heapq.heappop(self._heap)
            self.idle = False
            happens()
            if not self.idle:
                self.watch.look(self.moment())
                self._ring()

    def _at(self, second: float, happens: Callable[..., None], *what: object) -> None:
        event: tuple[float, int, Callable[[], None]] = (second, next(self._number), partial(happens, *what))
        heapq.heappush(self._heap, event)

    def _hire(self, number: int) -> None:
        with self.database.transaction() as connection:
            user = add_user(connection, f"agente{number}", f"Agente {number}", Role.AGENT)
            add_agent(connection, user, f"+55115555{number:04}", None, self.begins, "test")
            for destination in self.chance.sample(DESTINATIONS, self.chance.randint(1, 2)):
                set_skill(connection, Skill(user.id, "ensaio", destination, self.chance.randint(1, 5)))
            ask_state(connection, user.id, AgentState.AVAILABLE, None, self.begins, "test")

    def _comes(self, number: int) -> None:
        sid, destination = f"CA{number:032x}", self.chance.choice(DESTINATIONS)
        contract = self.chance.choice((None, None, "BSO", "SLA", "PRIME.ANA"))
        with self.database.transaction() as connection:
            open_call(connection, NewCall(sid, "ensaio", "1", "+5511987654321", "+551140030015", self.moment(), "{}"))
            entered = QueueEntered(destination, "fila", "ligar", 600, contract)
            note_entry(connection, self.line, sid, 3, entered, self.moment())
        self._at(self.now + self.chance.expovariate(1 / 600), self._hangs_up_unheard, sid)

    def _hangs_up_unheard(self, sid: str) -> None:
        """The caller hangs up, unless an agent has been heard, or is being lost."""
        self.idle = sid in self.handled
        if not self.idle:
            with self.database.transaction() as connection:
                note_end(connection, sid, self.moment(), self.rules)

    def _ring(self) -> None:
        with self.database.autocommit() as connection:
            new = [offer for offer in live_offers(connection) if offer.id not in self.handled]
        for offer in new:
            self.handled.add(offer.id)
            fate, leg = self.chance.random(), f"CA{offer.id[2:]}"
            if fate < 0.05:
                self._at(self.now + 20, self.talks.offering.told, offer.id, leg, "no-answer")
            else:
                self._at(self.now + 4, self._picks_up, offer, leg, "2" if fate < 0.1 else "1")

    def _picks_up(self, offer: OfferRecord, leg: str, key: str) -> None:
        if self.talks.offering.answered(offer.id, leg) in {"gone", "taken"}:
            return
        if self.talks.offering.keyed(offer.id, leg, key) in {"gone", "taken", "refused", "other"}:
            return
        room = RoomEvent(offer.waiting_id, "conference-start", f"CF{offer.waiting_id[2:]}", 1)
        self.talks.talking.told(room)
        with self.database.autocommit() as connection:
            talk = find_talk(connection, offer.waiting_id)
        assert talk is not None
        self.handled.add(talk.call_sid)
        seconds = self.chance.expovariate(1 / 240)
        if self.chance.random() < 0.03:
            self._at(self.now + seconds / 2, self._is_lost, offer, leg)
        else:
            self._at(self.now + seconds, self._is_done, offer)

    def _is_done(self, offer: OfferRecord) -> None:
        assert self.talks.talking.left(offer.waiting_id, hung_up=True) == "over"
        self._at(self.now + 31, self._looks)

    def _is_lost(self, offer: OfferRecord, leg: str) -> None:
        self.talks.offering.told(offer.id, leg, "completed")
        assert self.talks.talking.left(offer.waiting_id, hung_up=False) == "back"
        self._at(self.now + 31, self._looks)

    def _looks(self) -> None:
        """A wrap-up is over: the worker looks, and who was paused for missed rings comes back."""
        with self.database.autocommit() as connection:
            paused = [each.user_id for each in all_agents(connection) if each.state is AgentState.PAUSED]
        for user_id in paused:
            with self.database.transaction() as connection:
                ask_state(connection, user_id, AgentState.AVAILABLE, None, self.moment(), "test")


@dataclass
class Clerk:
    """Counts a day from the rows of its events alone, and shares nothing with reports or formulas."""

    offered: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    within: Counter[str] = field(default_factory=Counter)
    abandoned: Counter[str] = field(default_factory=Counter)
    waited: Counter[str] = field(default_factory=Counter)
    talked: Counter[str] = field(default_factory=Counter)
    talks_of: Counter[int | None] = field(default_factory=Counter)
    returned: int = 0
    wrong: list[str] = field(default_factory=list)

    def count(self, events: Iterable[TalkEvent], seconds: int) -> Clerk:
        entered: dict[str, datetime] = {}
        started: dict[str, datetime] = {}
        left: set[str] = set()
        engaged: dict[int | None, str] = {}
        for each in events:
            talk, desk = each.talk_id, each.destination
            match each.kind:
                case "entered":
                    self.offered[desk] += 1
                    entered[talk] = each.at
                case "offered":
                    if each.user_id in engaged or talk in engaged.values() or talk in left:
                        self.wrong.append(f"{talk} is offered to {each.user_id}, who is engaged, or is gone")
                    engaged[each.user_id] = talk
                case "refused" | "missed" | "caller-gone":
                    if engaged.pop(each.user_id, None) != talk:
                        self.wrong.append(f"{each.user_id} was not rung for {talk}")
                case "started":
                    if talk in started or engaged.get(each.user_id) != talk:
                        self.wrong.append(f"{talk} is talked to twice")
                    started[talk] = each.at
                    wait = (each.at - entered[talk]).total_seconds()
                    self.answered[desk] += 1
                    self.within[desk] += wait <= seconds
                    self.waited[desk] += wait  # type: ignore[assignment]
                    self.talks_of[each.user_id] += 1
                case "ended":
                    self.talked[desk] += (each.at - started[talk]).total_seconds()  # type: ignore[assignment]
                    if engaged.pop(each.user_id, None) != talk:
                        self.wrong.append(f"{each.user_id} ended {talk}, which another one had")
                case "returned":
                    self.returned += 1
                case "left":
                    if talk in left:
                        self.wrong.append(f"{talk} left twice")
                    left.add(talk)
                    self.abandoned[desk] += each.details()["outcome"] != "answered"
        self.wrong += [f"{talk} was lost" for talk in entered if talk not in left]
        self.wrong += [f"{user} is still engaged" for user in engaged]
        return self


def differences(day: Day, calls: int) -> list[str]:
    """What is wrong with the day, or counted otherwise by the report than by the clerk."""
    zone = day.line.header.zone
    period = ReportPeriod(day.begins.astimezone(zone).date(), day.moment().astimezone(zone).date(), zone)
    with day.database.reading() as connection:
        events = events_between(connection, period.since, period.until)
        report = read_report(connection, day.line, period, 60, day.moment())
    clerk = Clerk().count(events, SECONDS)
    came = sum(clerk.offered.values())
    pairs: dict[str, tuple[object, object]] = {
        "calls that came": (came, calls + clerk.returned),
        "destinations": ({row.destination for row in report.destinations}, set(clerk.offered)),
        "talks by agent": ({row.user_id: row.answered for row in report.agents if row.answered}, clerk.talks_of),
        "offered by hour": (sum(row.service.offered for row in report.intervals), came),
    }
    for row in report.destinations:
        desk, told = row.destination, row.service
        pairs |= {
            f"{desk} offered": (told.offered, clerk.offered[desk]),
            f"{desk} answered": (told.answered, clerk.answered[desk]),
            f"{desk} within": (told.answered_within, clerk.within[desk]),
            f"{desk} abandoned": (told.abandoned, clerk.abandoned[desk]),
            f"{desk} waiting": (told.waiting, 0),
            f"{desk} waited": (round(told.wait_of_answered, 3), round(clerk.waited[desk], 3)),
            f"{desk} talked": (round(told.talk, 3), round(clerk.talked[desk], 3)),
        }
    return clerk.wrong + [f"{what}: {one} and {other}" for what, (one, other) in pairs.items() if one != other]
