"""``TwilioTalks`` asks Twilio's API for what talks need: calls, queue members, conferences, participants, recordings.

A member is taken out of its queue by its call and never as ``Front``: there a second request takes the next caller.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from ivr.call.outgoing import CarrierCall, GoneError
from ivr.call.talks.carrier import ParticipantChange, Present, Room, TalkLeg
from ivr.channels.twilio.outgoing_calls import MADE_OVER_THE_API, MOST_LISTED
from ivr.channels.twilio.proof_of_sending import asking

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioRestException
    from twilio.rest import Client

EVENTS: Final = ("initiated", "ringing", "answered", "completed")

ANSWER_SECONDS: Final = 3
"""How long an answer is waited for: somebody stands on the line meanwhile."""

BAD_REQUEST: Final = 400
NOT_FOUND: Final = 404

IS_OVER: Final = frozenset({21220, 20404, 16022})
"""Twilio's numbers for a call that is over, and for what is not there (any more)."""

NOT_IN_PROGRESS: Final = 21220

MOST_ROOMS: Final = 200

CURRENT: Final = "Twilio.CURRENT"
"""Stands for the recording of a call that goes on."""


class TwilioTalks:
    """Asks with the client that ``client`` gives; webhooks are asked at ``public_url``. Safe to share between threads:
    what is remembered of queues only saves a request.
    """

    def __init__(self, client: Callable[[], Client], public_url: str) -> None:
        self._client = client
        self._public_url = public_url
        self._queues: dict[str, str] = {}

    def ring(self, leg: TalkLeg) -> str:
        """See ``TalkCarrier``."""
        url, told = self._url(leg.path), self._url(leg.status_path)
        if leg.room:
            return self._ring_into(leg, told)
        with asking("it", _over):
            made = self._client().calls.create(
                to=leg.to,
                from_=leg.from_number,
                url=url,
                method="POST",
                # What went wrong is asked for again: the same leg of the same offer gets the same answer.
                fallback_url=url,
                fallback_method="POST",
                status_callback=told,
                status_callback_event=list(EVENTS),
                status_callback_method="POST",
                timeout=leg.seconds,
            )
            return str(made.sid)

    def _ring_into(self, leg: TalkLeg, told: str) -> str:
        with asking("it", _over):
            made = self._conference(leg.room).participants.create(
                from_=leg.from_number,
                to=leg.to,
                label=leg.label,
                early_media=True,
                beep="false",
                end_conference_on_exit=False,
                timeout=leg.seconds,
                status_callback=told,
                status_callback_event=list(EVENTS),
                status_callback_method="POST",
            )
            return str(made.call_sid)

    def rung(self, leg: TalkLeg, since: datetime) -> list[CarrierCall]:
        """See ``TalkCarrier``."""
        with asking("it", _over):
            listed = self._client().calls.list(to=leg.to, from_=leg.from_number, limit=MOST_LISTED)
            found = [
                (each.date_created, CarrierCall(str(each.sid), _word(each.status)))
                for each in listed
                if each.date_created >= since and str(each.direction) == MADE_OVER_THE_API
            ]
        return [made for _, made in sorted(found, key=lambda each: each[0])]

    def status_of(self, call_sid: str) -> str:
        """See ``TalkCarrier``."""
        with asking("it", _over):
            return _word(self._client().calls(call_sid).fetch().status)

    def take(self, queue: str, call_sid: str, path: str, *, anywhere: bool) -> None:
        """See ``TalkCarrier``. Of two requests for one member the second is refused: with 400 as Twilio documents it,
        or 404.
        """
        url = self._url(path)
        try:
            with asking("it", _over_where_refused):
                sid = self._queue_sid(queue)
                self._client().queues(sid).members(call_sid).update(url=url, method="POST")
        except GoneError:
            self._queues.pop(queue, None)
            if not anywhere:
                raise
            # The answer that leads into the queue may still be spoken.
            self.send(call_sid, path)

    def send(self, call_sid: str, path: str) -> None:
        """See ``TalkCarrier``."""
        with asking("it", _over):
            self._client().calls(call_sid).update(url=self._url(path), method="POST")

    def hang_up(self, call_sid: str) -> None:
        """See ``TalkCarrier``. ``completed`` ends a call that still rings as well."""
        with asking("it", _over):
            self._client().calls(call_sid).update(status="completed")

    def change(self, room: str, label: str, change: ParticipantChange) -> None:
        """See ``TalkCarrier``."""
        values: dict[str, Any] = {}
        if change.held is not None:
            values["hold"] = change.held
        if change.held and change.hold_path:
            values |= {"hold_url": self._url(change.hold_path), "hold_method": "POST"}
        if change.ends is not None:
            values["end_conference_on_exit"] = change.ends
        if change.muted is not None:
            values["muted"] = change.muted
        if change.coached is not None:
            values["coaching"] = bool(change.coached)
            if change.coached:
                values["call_sid_to_coach"] = change.coached
        with asking("it", _over):
            self._conference(room).participants(label).update(**values)

    def announce(self, room: str, label: str, path: str) -> None:
        """See ``TalkCarrier``."""
        url = self._url(path)
        with asking("it", _over):
            self._conference(room).participants(label).update(announce_url=url, announce_method="POST")

    def remove(self, room: str, label: str) -> None:
        """See ``TalkCarrier``."""
        with asking("it", _over):
            self._conference(room).participants(label).delete()

    def room(self, name: str) -> Room | None:
        """See ``TalkCarrier``."""
        with asking("it", _over):
            found = self._client().conferences.list(friendly_name=name, status="in-progress", limit=1)
            return self._read(found[0]) if found else None

    def rooms(self) -> list[Room]:
        """See ``TalkCarrier``."""
        with asking("it", _over):
            listed = self._client().conferences.list(status="in-progress", limit=MOST_ROOMS)
            return [self._read(each) for each in listed]

    def record(self, call_sid: str, told_path: str) -> str:
        """See ``TalkCarrier``."""
        with asking("it", _over):
            made = (
                self._client()
                .calls(call_sid)
                .recordings.create(
                    recording_channels="dual",
                    trim="do-not-trim",
                    recording_status_callback=self._url(told_path),
                    recording_status_callback_method="POST",
                )
            )
            return str(made.sid)

    def pause_recording(self, call_sid: str, *, paused: bool) -> None:
        """See ``TalkCarrier``."""
        with asking("it", _over):
            recording = self._client().calls(call_sid).recordings(CURRENT)
            if paused:
                recording.update(status="paused", pause_behavior="skip")
            else:
                recording.update(status="in-progress")

    def stop_recording(self, call_sid: str) -> None:
        """See ``TalkCarrier``."""
        with asking("it", _over):
            self._client().calls(call_sid).recordings(CURRENT).update(status="stopped")

    def _conference(self, name: str) -> Any:
        """The conference that goes on under that name. Raises GoneError."""
        client = self._client()
        found = client.conferences.list(friendly_name=name, status="in-progress", limit=1)
        if not found:
            raise GoneError("no such conference goes on")
        return client.conferences(found[0].sid)

    def _read(self, conference: Any) -> Room:
        present = tuple(
            Present(
                str(each.call_sid),
                str(each.label) if each.label else None,
                bool(each.hold),
                bool(each.muted),
                bool(each.end_conference_on_exit),
            )
            for each in self._client().conferences(conference.sid).participants.list()
        )
        return Room(str(conference.sid), str(conference.friendly_name), present)

    def _queue_sid(self, name: str) -> str:
        if name not in self._queues:
            self._queues = {str(each.friendly_name): str(each.sid) for each in self._client().queues.list()}
        if name not in self._queues:
            raise GoneError("there is no such queue")
        return self._queues[name]

    def _url(self, path: str) -> str:
        return f"{self._public_url}{path}"


def _word(status: object) -> str:
    return str(getattr(status, "value", status))


def _over(error: TwilioRestException, why: str) -> str | None:
    return why if error.status == NOT_FOUND or error.code in IS_OVER else None


def _over_where_refused(error: TwilioRestException, why: str) -> str | None:
    """Each 400 says that it is over, too."""
    return why if error.status == BAD_REQUEST else _over(error, why)
