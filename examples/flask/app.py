"""A shop's telephone menu in Flask: 1 tells the hours, 2 rings the counter, and who is not answered leaves a number."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

COUNTER = "+551130030000"

app = Flask(__name__)


def signed(view: Callable[[], VoiceResponse]) -> Callable[[], Response]:
    """Refuse a request that was not signed with the account's token."""

    @wraps(view)
    def checked(**_: Any) -> Response:
        validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
        if not validator.validate(request.url, request.form, request.headers.get("X-Twilio-Signature", "")):
            abort(403)
        return Response(str(view()), mimetype="text/xml")

    return checked


@app.post("/voice")
@signed
def voice() -> VoiceResponse:
    """Greet, and ask for a key; who presses none is asked once more."""
    response = VoiceResponse()
    gather = Gather(num_digits=1, action="/key", timeout=5)
    gather.say("Thank you for calling the shop. For our hours, press 1. For the counter, press 2.")
    response.append(gather)
    response.redirect("/voice?again=1" if "again" not in request.args else "/goodbye")
    return response


@app.post("/key")
@signed
def key() -> VoiceResponse:
    """Do what the key stands for; another one leads back to the menu."""
    response = VoiceResponse()
    match request.form.get("Digits"):
        case "1":
            response.say("We are open from Monday to Friday, from 9 to 18 hours.")
            response.hangup()
        case "2":
            dial = Dial(action="/dialled", timeout=20)
            dial.number(COUNTER)
            response.append(dial)
        case _:
            response.say("There is nothing on that key.")
            response.redirect("/voice")
    return response


@app.post("/dialled")
@signed
def dialled() -> VoiceResponse:
    """Take a message from a caller whom the counter did not answer."""
    response = VoiceResponse()
    if request.form["DialCallStatus"] != "completed":
        response.say("Nobody is at the counter. Please leave your number after the tone.")
        response.record(action="/recorded", max_length=30)
    return response


@app.post("/recorded")
@signed
def recorded() -> VoiceResponse:
    """Promise to call back."""
    response = VoiceResponse()
    response.say("We will call you back.")
    return response


@app.post("/goodbye")
@signed
def goodbye() -> VoiceResponse:
    """End the call of somebody who presses nothing."""
    response = VoiceResponse()
    response.say("Goodbye.")
    return response
