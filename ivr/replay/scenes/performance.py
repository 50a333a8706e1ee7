"""A performance lets all parties of a scene go on: on one switchboard, by one virtual clock, each along its course.

After each thing that happens (a call goes on, an errand is done) it looks how every party stands, so that whoever waits
for another goes on in the same second. It is over when nobody is in a call and nobody goes on by itself, when something
failed, or when for a quarter of an hour no step could be done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import urljoin

from werkzeug.test import Client

from ivr.replay.scenes.course import Course
from ivr.replay.scenes.line_work import LineWork
from ivr.replay.scenes.party_phone import PartyPhone
from ivr.replay.scenes.scene import ANONYMOUS, Scene
from ivr.replay.scenes.scene_stage import SceneTarget
from ivr.replay.scenes.scene_steps import ActStep, SceneStep
from ivr.replay.scenes.standings import Channel, Standings
from ivr.simulator import acts
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import API_VERSION
from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.phones import steps
from ivr.simulator.phones.base import Phone
from ivr.simulator.rest.app import rest_app
from ivr.simulator.rest.callees import CalleeBehaviour, CalleePhone, Callees
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.rest.voices import hearers
from ivr.simulator.texting.text_host import told
from ivr.simulator.texting.text_thread import TextThread
from ivr.simulator.texts.account_texts import AccountTexts
from ivr.simulator.texts.text_message import TextDraft, TextMessage
from ivr.simulator.transcript import Event, Observer
from ivr.simulator.verbs.transcriptions import INBOUND, OUTBOUND
from wording import phrase

PATIENCE: Final = 900.0
"""Seconds after which a scene in which no step could be done is given up."""

BUSY: Final = CalleeBehaviour("busy")


class Performance:
    """One performance of ``scene`` on ``target``. ``told`` is all that happened, in its order: the second of the scene,
    whose call it was in, and the event; ``calls`` are the calls with whose they were (empty: nobody's of the scene).
    """

    def __init__(self, scene: Scene, target: SceneTarget) -> None:
        self.scene = scene
        self.target = target
        self.courses = {party.name: Course(party, self) for party in scene.parties}
        self.told: list[tuple[float, str, Event]] = []
        self.calls: list[tuple[str, Party]] = []
        self.failures: list[tuple[str, str]] = []
        """Whose course failed, and how: ``file:line: what``."""
        self.failed: Course | None = None
        self._phones: dict[str, PartyPhone] = {}
        self._threads: dict[str, TextThread] = {}
        self._of_numbers = {
            course.party.number: course
            for course in self.courses.values()
            if course.party.number not in {"", ANONYMOUS}
        }
        self._answering = Callees(scene.callees, CalleeBehaviour("no-answer"))
        self._board = Switchboard(
            target.clock,
            target.transport,
            carrier=target.carrier,
            callees=self._answering,
            conceals=target.conceals,
            seed=_sid(scene, "switchboard"),
            ring=self._ring,
            texts=AccountTexts(scene.texts, told=self._text_came),
            sockets=target.sockets,
        )
        self._board.numbers |= {target.to, target.carrier.to or target.to, *target.carrier.numbers}
        self._api = Client(rest_app(self._board))
        self._standings = Standings(self._board, self._channel, self._name_of)
        self._begun = target.clock.elapsed()
        works = target.office.by_itself(self._board) if target.office else None
        self._work = LineWork(works, self.now, self._errand)

    def play(self) -> None:
        """Let everything happen, until it is over."""
        for course in self.courses.values():
            course.begin()
        self._errand(PATIENCE, self._lose_patience)
        self._work.look_at(self.now())
        self._board.run(is_over=self._is_over)
        self._board.close()
        if self.calls:
            # A line of ours knows what it may be refused (a caller who is gone), and says so in its log.
            refused = [replace(each, failure=not self.target.ours) for each in self._board.refusals()]
            self.calls[0][1].call.transcript.warnings += refused
        for course in self.courses.values() if not self.failures else ():
            if left := course.unmet(phrase("the scene ended before this")):
                self.fail(course, left)

    # What courses ask of it

    def now(self) -> float:
        """See ``SceneFloor``."""
        return self.target.clock.elapsed() - self._begun

    def at(self, second: float, course: Course) -> None:
        """See ``SceneFloor``."""
        self._errand(second, course.go_on)

    def holds(self, step: SceneStep, since: float) -> bool:
        """See ``SceneFloor``."""
        return all(self.courses[each.party].record.has_come_to(each.standing, since) for each in step.when)

    def dial(self, course: Course) -> None:
        """See ``SceneFloor``."""
        target, party = self.target, course.party
        carrier = replace(target.carrier, to=party.to) if party.to else target.carrier
        setup = CallSetup(
            url=urljoin(target.entry, party.url) if party.url else target.entry,
            transport=target.transport,
            from_=party.number,
            to=party.to or target.to,
            call_sid=_sid(self.scene, f"{party.name} {len(self.calls)}"),
            clock=target.clock,
            carrier=carrier,
            conceals=target.conceals,
            conceals_speech=target.conceals_speech,
            title=self.scene.title,
            sockets=target.sockets,
        )
        with self._board.held():
            self._connect(setup, course)

    def speak(self, course: Course, text: str) -> None:
        """See ``SceneFloor``."""
        with self._board.held():
            phone, leg = self._channel(course)
            if phone is None or phone.party is None:
                return
            if leg or phone.legs:
                heard_by = [phone.course] if leg else [each.course for each in phone.legs.values()]
                names = [each.name if each else "?" for each in heard_by]
                aside = {"leg": leg.number} if leg else {}
                self._tell(phone.party, "speak", text=text, to=names, **aside)
                phone.party.call.interpreter.transcriptions.heard(OUTBOUND if leg else INBOUND, text)
                for other in heard_by:
                    if other:
                        other.notice(Event(self.now(), "say", {"text": text}))
                return
            parties = hearers(self._board, phone.party)
            self._tell(phone.party, "speak", text=text, to=[self._name_of(each) for each in parties])
            phone.party.call.interpreter.transcriptions.heard(INBOUND, text)
            for each in parties:
                self._tell(each, "heard", text=text, by=course.name)
                each.call.interpreter.transcriptions.heard(OUTBOUND, text)

    def text(self, course: Course, step: steps.Sms) -> str | None:
        """See ``SceneFloor``."""
        messaging, target = self.target.carrier.messaging, self.target
        if messaging is None:
            return phrase("the number has no messaging webhook; write one below carrier, as messaging")
        with self._board.held():
            host = self._board.text_host(_sid(self.scene, f"{course.name} texts"), self._hears(course))
            thread = self._threads.setdefault(
                course.name,
                TextThread(host, messaging, target.conceals, target.conceals_speech, self._board.refused),
            )
            draft = TextDraft(course.party.number, step.to or target.carrier.to or target.to, step.body, step.media)
            host.run(thread.receive(draft))
            for notice in host.transcript.warnings:
                self._board.refused(notice)
        self._work.look_soon()
        return None

    def perform(self, course: Course, step: ActStep) -> str | None:
        """See ``SceneFloor``."""
        self.told.append((self.now(), course.name, Event(self.now(), "act", {"text": step.act.told()})))
        self._work.look_soon()
        return step.act.perform(self, course.name)

    def wake(self, course: Course) -> None:
        """See ``SceneFloor``."""
        with self._board.held():
            phone, _ = self._channel(course)
            if phone and phone.party and phone.party.call.moment:
                self._board.wake(phone.party, acts.Wait(0.0))

    def fail(self, course: Course, failure: str) -> None:
        """See ``SceneFloor``."""
        self.failures.append((course.name, failure))
        self.failed = self.failed or course

    # What acts ask of it

    def moment(self) -> datetime:
        """See ``SceneStage``."""
        return self.target.clock.now()

    def number_of(self, party: str) -> str:
        """See ``SceneStage``."""
        return self.courses[party].party.number

    def sid_of(self, kind: str, name: str) -> str:
        """See ``SceneStage``."""
        if kind == "queue":
            return self._board.sids.named("QU", name)
        with self._board.held():
            if kind == "conference":
                found = self._board.rooms.found(name)
                if found is None:
                    raise LookupError(name)
                return found.sid
            calls = [party for whose, party in self.calls if whose == name]
        if not calls:
            raise LookupError(name)
        return calls[-1].sid

    def change_faults(self, faults: CarrierFaults) -> None:
        """See ``SceneStage``."""
        with self._board.held():
            self._board.faults = faults

    def ask_api(self, method: str, path: str, form: dict[str, str]) -> tuple[int, str]:
        """See ``SceneStage``."""
        carrier = self.target.carrier
        absolute = {
            name: urljoin(self.target.entry, value) if name.endswith("Url") else value for name, value in form.items()
        }
        answer = self._api.open(
            f"/{API_VERSION}/Accounts/{carrier.account_sid}{path}",
            method=method,
            data=absolute,
            auth=(carrier.account_sid, carrier.auth_token),
        )
        self._board.refusals()  # the act itself says whether this one was expected
        told = json.loads(answer.data).get("message", "") if answer.status_code >= 400 and answer.data else ""
        return answer.status_code, str(told)

    # Calls

    def _errand(self, second: float, errand: Callable[[], None]) -> None:
        self._board.timetable.add(self._begun + second, errand)

    def _ring(self, setup: CallSetup) -> Party:
        """Connect a call that the application makes, at the telephone of whoever has that number."""
        course = self._of_numbers.get(setup.to)
        if course is not None and self._is_engaged(course):
            return self._connect(setup, None, CalleePhone(BUSY), course.name)
        return self._connect(setup, course)

    def _connect(self, setup: CallSetup, course: Course | None, own: Phone | None = None, called: str = "") -> Party:
        """Put the call on the switchboard, at its party's telephone, at one of nobody's, or at ``own``."""
        own = own or (None if course else self._answering(setup.to))
        setup = replace(setup, conceals_speech=self.target.conceals_speech)
        phone = PartyPhone(course, self._of_numbers.get, self._answering, self.now, self._hung_up, self._is_engaged)
        at: Phone = own or phone
        name = course.name if course else ""
        party = self._board.connect(setup, at, self._observer(name or called or setup.to, phone))
        phone.party = party
        self._work.look_soon()
        self._phones[party.sid] = phone
        self.calls.append((name, party))
        return party

    def _observer(self, name: str, phone: PartyPhone) -> Observer:
        def observe(event: Event) -> None:
            if event.kind == "text":
                return  # told where it comes, by _text_came
            leg = phone.legs.get(event.get("leg", 0))
            whose = name if leg is None else leg.course.name if leg.course else leg.to
            self.told.append((self.now(), whose, event))

        return observe

    def _text_came(self, message: TextMessage) -> None:
        """Let the party to whose telephone a text comes know of it."""
        course = self._of_numbers.get(message.to)
        event = told(message, self.now())
        self.told.append((self.now(), course.name if course else message.to, event))
        if course:
            course.record.texts.append(message)
            course.notice(event)

    def _hears(self, course: Course) -> Observer:
        """What is told of texts that a party sends; those that answer it are told where they come."""

        def hear(event: Event) -> None:
            if event.kind != "text" or event["direction"] == "inbound":
                self.told.append((self.now(), course.name, event))

        return hear

    def _is_engaged(self, course: Course) -> bool:
        return self._channel(course)[0] is not None

    def _hung_up(self, course: Course) -> None:
        self.told.append((self.now(), course.name, Event(self.now(), "hangup", {"by": "caller"})))

    def _tell(self, party: Party, kind: str, **details: object) -> None:
        party.call.tell(Event(party.call.interpreter.clock.elapsed(), kind, details))

    def _channel(self, course: Course) -> Channel:
        """The telephone at which the party is in a call, and its leg there where another's <Dial> rings it."""
        for phone in reversed(self._phones.values()):
            if phone.is_closed:
                continue
            if phone.course is course:
                return phone, None
            if leg := phone.leg_of(course):
                return phone, leg
        return None, None

    def _name_of(self, party: Party) -> str:
        course = self._phones[party.sid].course
        return course.name if course else party.call.setup.to

    # How everybody stands

    def _is_over(self) -> bool:
        """Look how everybody stands, and say whether the scene is over. The switchboard is held."""
        for phone in list(self._phones.values()):
            if not phone.is_closed and phone.party and not phone.party.call.live:
                phone.close()
        now, changed = self.now(), False
        for course in self.courses.values():
            standings, partners = self._standings.of(course)
            changed |= course.record.stands(standings, partners, now)
        if changed:
            for course in self.courses.values():
                if course.due and course.due.when:
                    self.at(now, course)
        return bool(self.failures) or self._is_idle()

    def _is_idle(self) -> bool:
        """Whether nobody is in a call, and nobody goes on by itself."""
        if any(party.call.live or not party.call.over for _, party in self.calls):
            return False
        if any(course.timed is not None for course in self.courses.values()) or self._board.texts.are_under_way:
            return False
        return not self._work.goes_on or all(course.is_done for course in self.courses.values())

    # What passes by itself

    def _lose_patience(self) -> None:
        last = max((course.done_at for course in self.courses.values()), default=0.0)
        timed = [at for course in self.courses.values() if (at := course.timed) is not None]
        until = max(last + PATIENCE, *(at + PATIENCE for at in timed)) if timed else last + PATIENCE
        if until > self.now():
            self._errand(until, self._lose_patience)
            return
        why = phrase("given up after {seconds:.0f} s in which no step could be done", seconds=PATIENCE)
        for course in self.courses.values():
            if left := course.unmet(why):
                self.fail(course, left)
        if not self.failures:
            name = next((name for name, party in self.calls if party.call.live), "")
            course = self.courses.get(name) or next(iter(self.courses.values()))
            mark = course.party.mark
            what = phrase("the steps are over and the call of {party} goes on; end it with hang_up", party=name or "?")
            self.fail(course, phrase("{where}: {why}: {what}", where=f"{mark.file}:{mark.line}", why=why, what=what))


def _sid(scene: Scene, part: str) -> str:
    """The same in every performance, and different for every call of every scene."""
    identity = f"{scene.mark.file}#{scene.number} {part}"
    return "CA" + hashlib.sha256(identity.encode()).hexdigest()[:32]
