"""The phone's API: JSON in, JSON out, and one stream of events for each phone. Customers never come here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from data.demo.customers import demo_customers
from data.roles import Act
from ivr.server.streams import MEDIA_TYPE, STREAM, Stream, last_event
from ivr.simulator.rest.wav import wav
from ivr.web.guard import audited_as, guard, required, visitor
from ivr.web.phone.bodies import Body
from ivr.web.phone.errors import PhoneError
from ivr.web.phone.page_phone import as_line
from ivr.web.phone.saved_script import saved
from ivr.web.phone.voices import MOST_FRAMES
from ivr.web.phone.wishes import Do, customer, read_wish
from ivr.web.shell.languages import gettext

if TYPE_CHECKING:
    from ivr.call.lines import Lines
    from ivr.web.phone.dialling import DialledTarget
    from ivr.web.phone.page_phone import PagePhone
    from ivr.web.phone.simulated_carrier import SimulatedCarrier

MOST_BODY: Final = 48 * 1024
MOST_URL: Final = 1000

GAP: Final = as_line({"kind": "gap"})
RENEW: Final = as_line({"kind": "bye", "why": "renew"})
STOPPING: Final = as_line({"kind": "bye", "why": "stopping"})

FOREVER: Final = {"Cache-Control": "private, max-age=3600, immutable"}


def phone_api(carrier: SimulatedCarrier, lines: Callable[[], Lines], has_demo: Callable[[], bool]) -> Blueprint:
    """Return the blueprint of ``/phone/api``. ``has_demo`` says whether the database of live calls has the demo
    customers.
    """
    api = Blueprint("phone_api", __name__, url_prefix="/phone/api")

    @api.errorhandler(PhoneError)
    def refused(error: PhoneError) -> Response:
        return _json({"error": error.line, "code": error.code}, error.status)

    @api.get("/directory")
    @required(Act.LOOK)
    def directory() -> Response:
        limits = carrier.limits
        told = [
            {
                "name": engine.line.name,
                "number": engine.line.header.number,
                "language": engine.line.header.language,
                "zone": str(engine.line.header.zone),
            }
            for engine in lines()
        ]
        return _json(
            {
                "lines": told,
                "modes": ["live", "rehearsal"],
                "customers": {"live": has_demo(), "rehearsal": True},
                "limits": {
                    "phones": limits.phones,
                    "calls": limits.calls,
                    "call_seconds": limits.call_seconds,
                    "streams": limits.streams,
                },
            }
        )

    @api.get("/customers")
    @required(Act.CALL)
    def customers() -> Response:
        told = [asdict(each) | {"shows": gettext(each.shows)} for each in demo_customers().values()]
        return _json({"customers": told})

    @api.post("/phones")
    @required(Act.ANSWER, audited=False)
    def register() -> Response:
        body = _body()
        number = body.number("number") if body.has("number") else None
        body.finish()
        phone = carrier.register(number)
        events = f"/phone/api/phones/{phone.id}/events"
        return _json({"phone": phone.id, "number": phone.number, "events": events}, 201)

    @api.post("/phones/<identity>/leave")
    @required(Act.ANSWER, audited=False)
    def leave(identity: str) -> Response:
        _body().finish()
        carrier.leave(carrier.phone(identity))
        return Response(status=204)

    @api.get("/phones/<identity>/events")
    @required(Act.ANSWER)
    def events(identity: str) -> Response:
        phone = carrier.phone(identity)
        carrier.reached(phone)
        after = last_event(request.environ)
        hello: dict[str, object] = {
            "kind": "hello",
            "phone": phone.id,
            "number": phone.number,
            "calls": carrier.calls_of(phone),
        }
        session, holds = visitor().session, guard().holds
        request.environ[STREAM] = Stream(
            phone.log,
            after or 0,
            as_line(hello),
            GAP,
            RENEW,
            STOPPING,
            allowed=lambda: asyncio.to_thread(holds, session),
        )
        return Response(b"", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}, content_type=MEDIA_TYPE)

    @api.post("/phones/<identity>/calls")
    @required(Act.CALL)
    def place(identity: str) -> Response:
        phone = carrier.phone(identity)
        call = carrier.place(phone, _dial(carrier, phone, _body()))
        audited_as(_called(call.dialled))
        setup = call.dialled.setup
        told: dict[str, object] = {
            "call": call.id,
            "call_sid": setup.call_sid,
            "mode": call.dialled.mode,
            "trial": call.dialled.trial,
            "from": setup.from_,
            "to": setup.to,
        }
        return _json(told, 201)

    @api.post("/phones/<identity>/acts")
    @required(Act.ANSWER, audited=False)
    def act(identity: str) -> Response:
        phone = carrier.phone(identity)
        body = _body()
        call = carrier.call(body.text("call", 40))
        wish = read_wish(body, whispers=call.whispers)
        body.finish()
        with call.switchboard.held():
            if isinstance(wish, Do):
                call.give(wish.act, phone)
                if wish.known:
                    call.known.add(wish.known)
            else:
                call.say(wish.text, phone)
        return _json({}, 202)

    @api.post("/phones/<identity>/sound")
    @required(Act.ANSWER, audited=False)
    def sound(identity: str) -> Response:
        phone = carrier.phone(identity)
        body = _body()
        call = carrier.call(body.text("call", 40))
        frames = body.bytes_of("frames", MOST_FRAMES)
        body.finish()
        with call.switchboard.held():
            call.sound(frames, phone)
        return _json({}, 202)

    @api.get("/calls/<identity>/sounds/<int:number>")
    @required(Act.ANSWER)
    def played(identity: str, number: int) -> Response:
        call = carrier.call(identity)
        with call.switchboard.held():
            found = call.sounds.played(number)
        if found is None:
            raise PhoneError("no-sound", "this call has played no such sound")
        return Response(found[1], headers=FOREVER, content_type=found[0])

    @api.get("/calls/<identity>/recordings/<sid>.wav")
    @required(Act.ANSWER)
    def recording(identity: str, sid: str) -> Response:
        call = carrier.call(identity)
        with call.switchboard.held():
            found = next((one for one in call.party.call.transcript.recordings if one.sid == sid), None)
            voice = call.sounds.voice(sid)
        if found is None:
            raise PhoneError("no-sound", "this call has no such recording that has ended")
        return Response(voice or wav(found.seconds), headers=FOREVER, content_type="audio/wav")

    @api.get("/calls/<identity>/script")
    @required(Act.CALL)
    def script(identity: str) -> Response:
        call = carrier.call(identity)
        if not call.over:
            raise PhoneError("not-now", "the call goes on; hang up, and save it then")
        written = saved(call)
        if "download" in request.args:
            kept = {"Content-Disposition": f'attachment; filename="{written.name}"'}
            return Response(written.text, headers=kept, content_type="text/yaml; charset=utf-8")
        return _json({"name": written.name, "text": written.text, "fill_in": list(written.fill_in)})

    @api.route("/", defaults={"rest": ""}, methods=["GET", "POST"])
    @api.route("/<path:rest>", methods=["GET", "POST"])
    @required(Act.LOOK, audited=False)
    def unknown(rest: str) -> Response:  # noqa: ARG001 - no path is told again
        raise PhoneError("no-such-page", "the phone's API has nothing there for this method")

    return api


def _dial(carrier: SimulatedCarrier, phone: PagePhone, body: Body) -> Callable[[], DialledTarget]:
    """What the page dials, read whole before anything is done."""
    mode = body.choice("mode", ("live", "rehearsal"), default="live")
    if body.has("customer"):
        customer(body.text("customer", 40))
    at = body.moment("at") if body.has("at") else None
    if body.has("line") == body.has("url"):
        raise PhoneError("bad-field", 'write "line" or "url", one of them')
    if body.has("url"):
        url = body.text("url", MOST_URL)
        if Act.ANY_APP not in visitor().acts:
            raise PhoneError("forbidden", "your role does not call apps of others; call a line")
        body.finish()
        if mode != "live" or at is not None:
            raise PhoneError("bad-field", '"url" is called now: leave "mode" and "at" out')
        return lambda: carrier.dialling.any_app(url, phone.number)
    name = body.text("line", 100)
    body.finish()
    if mode == "live":
        if at is not None:
            raise PhoneError("bad-field", '"at" sets the clock of a rehearsal; a live call is made now')
        return lambda: carrier.dialling.live(name, phone.number)
    return lambda: carrier.dialling.rehearsal(name, phone.number, at)


def _called(dialled: DialledTarget) -> str:
    """What the audit says was called. A phone's identifier lets its page act, and an address may hold a secret."""
    return f"{dialled.name}, {dialled.mode}" if dialled.ours else f"an app of others at {urlsplit(dialled.name).netloc}"


def _body() -> Body:
    if (request.content_length or 0) > MOST_BODY:
        raise PhoneError("too-large", f"send at most {MOST_BODY // 1024} kB at once")
    return Body.read(request.get_data(), request.content_type or "")


def _json(told: dict[str, object], status: int = 200) -> Response:
    return Response(as_line(told) + "\n", status, content_type="application/json")
