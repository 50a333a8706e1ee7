"""The API as a WSGI application: who asks is checked, the path finds its resource, answers are the vendor's JSON."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from ivr.simulator import codes
from ivr.simulator.carrier import API_VERSION
from ivr.simulator.carrier_faults import API_AWAY, API_LOST
from ivr.simulator.rest import api_errors, mp3, wav
from ivr.simulator.rest.api_errors import ApiError, not_found
from ivr.simulator.rest.api_request import ApiRequest
from ivr.simulator.rest.request_limit import RequestLimit
from ivr.simulator.rest.resources import recordings
from ivr.simulator.rest.routes import ACCOUNT_ROUTES, CREATING, ROUTES, SOUNDS
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.rest.vendor_resources import VENDOR, is_other_product, page_of, without_names
from ivr.simulator.twiml_notice import TwimlNotice

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_GUIDE = "what is simulated stands in docs/simulator-rest.md"

ASKED_FOR = frozenset({api_errors.INTERNAL, api_errors.UNAVAILABLE, api_errors.TOO_MANY_REQUESTS})
"""Refusals that a script asks for by its faults, so that no transcript warns of them."""

_API_KEY = re.compile(r"SK[0-9a-zA-Z]{32}")


@cache
def _map() -> Map:
    """The addresses of the API; compiled when the first request comes, since most calls ask for none."""
    return Map(
        [
            *(
                Rule(f"/{API_VERSION}/Accounts/<account>{path}", methods=[method], endpoint=resource)
                for method, path, resource in ROUTES
            ),
            *(
                Rule(f"/{API_VERSION}{path}", methods=[method], endpoint=resource)
                for method, path, resource in ACCOUNT_ROUTES
            ),
            *(Rule(f"/{API_VERSION}/Accounts/<account>{path}", methods=["GET"], endpoint="sound") for path in SOUNDS),
        ],
        merge_slashes=False,
    )


def rest_app(switchboard: Switchboard) -> WSGIApplication:
    """The resources of the account whose calls are on ``switchboard``."""

    limit = RequestLimit(lambda: switchboard.faults)

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with limit.taken() as in_hand:
            response = answered(Request(environ), in_hand)
        response.headers["Twilio-Concurrent-Requests"] = str(in_hand)
        return response(environ, start_response)

    def answered(request: Request, in_hand: int) -> Response:
        try:
            limit.check(in_hand)
            response = _answer(switchboard, request)
        except ApiError as error:
            if error.code not in ASKED_FOR and (request.method != "GET" or error.status in {401, 501}):
                _note(switchboard, request, error)
            response = _json(error.as_dict(), error.status)
            if error.status == 401:
                response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
        return response

    return app


def _note(switchboard: Switchboard, request: Request, error: ApiError) -> None:
    """Note the refusal for the call's transcript: an application may not look at the answer, and its tester should."""
    told = f"the API refused {request.method} {request.path}: {error.message}"
    if error.status == 501:
        told = f"the application asked the API for this: {error.message}; Twilio's page about it is {error.page}"
    with switchboard.held():
        switchboard.refused(TwimlNotice(error.code, told, failure=True))


def _answer(switchboard: Switchboard, request: Request) -> Response:
    try:
        if is_other_product(request.host):
            raise NotFound
        endpoint, found = _map().bind("", path_info=request.path, default_method=request.method).match()
    except HTTPException:
        _authenticate(switchboard, request)
        # Twilio may well have it: "not found" would be taken for an answer of Twilio's.
        raise _not_simulated(switchboard, request) from None
    if endpoint != "sound":
        _authenticate(switchboard, request)
    if found.get("account", switchboard.carrier.account_sid) != switchboard.carrier.account_sid:
        raise not_found(request.path)
    names = {name: value for name, value in found.items() if name != "account"}
    api_request = ApiRequest(switchboard, request.path, request.args, request.form.copy())
    faults = switchboard.faults
    if faults.api == API_AWAY:
        raise ApiError(api_errors.UNAVAILABLE, "Service unavailable: the script lets the API be away", 503)
    with switchboard.held():
        if endpoint == "sound":
            return _sound(api_request, **names)
        resource = endpoint(api_request, **names)
    if faults.api == API_LOST and request.method != "GET":
        raise ApiError(api_errors.INTERNAL, "Internal server error: the script lets this answer be lost", 500)
    if resource is None:
        return Response(status=204)
    return _json(resource, 201 if endpoint in CREATING else 200)


def _not_simulated(switchboard: Switchboard, request: Request) -> ApiError:
    """Note that the application wants something that is not done here; return the refusal, with the page about it."""
    host = request.host if request.host.endswith(VENDOR) else ""
    page = page_of(host, request.path)
    what = f"{request.method} {host}{without_names(request.path)}"
    with switchboard.held():
        switchboard.unanswered[what, page] += 1
    message = f"{request.method} {host}{request.path} is not simulated; {_GUIDE}"
    return ApiError(codes.NOT_SIMULATED, message, 501, page)


def _authenticate(switchboard: Switchboard, request: Request) -> None:
    given = request.authorization
    carrier = switchboard.carrier
    if given and given.type == "basic" and _API_KEY.fullmatch(str(given.username)) and given.password:
        if switchboard.account.accepts(str(given.username), str(given.password)):
            return
        message = "Authenticate: this API key is none of the simulated account's, or its secret is another"
        raise ApiError(api_errors.AUTHENTICATION, message, 401)
    if given is None or given.type != "basic" or not given.username:
        raise ApiError(api_errors.AUTHENTICATION, "Authenticate: give the account's SID and token (HTTP Basic)", 401)
    sid_matches = hmac.compare_digest(str(given.username).encode(), carrier.account_sid.encode())
    token_matches = hmac.compare_digest(str(given.password).encode(), carrier.auth_token.encode())
    if not (sid_matches and token_matches):
        wrong = "auth token" if sid_matches else "account SID"
        message = f"Authenticate: the {wrong} is not that of the simulated account"
        raise ApiError(api_errors.AUTHENTICATION, message, 401)


def _sound(api_request: ApiRequest, sid: str) -> Response:
    recording = recordings.found(api_request, sid)[1]
    seconds, channels = recording.seconds, recording.channels
    voice = api_request.switchboard.recordings.sounds.get(sid)
    if voice is not None and not api_request.path.endswith(".mp3"):
        return Response(voice, mimetype="audio/x-wav")
    if api_request.path.endswith(".mp3"):
        return Response(mp3.mp3(seconds), mimetype="audio/mpeg", headers={"Content-Length": str(mp3.size(seconds))})
    length = {"Content-Length": str(wav.size(seconds, channels))}
    return Response(wav.wav(seconds, channels), mimetype="audio/x-wav", headers=length)


def _json(resource: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(resource), status, mimetype="application/json")
