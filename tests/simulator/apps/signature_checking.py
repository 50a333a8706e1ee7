"""A Flask application that answers nobody but Twilio: the vendor's own validator looks at every request."""

from __future__ import annotations

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

TOKEN = "the-token-of-that-account"


def create_app() -> Flask:
    """Speech by GET, with accents, so that the query is signed too."""
    app = Flask(__name__)
    validator = RequestValidator(TOKEN)

    @app.before_request
    def is_signed() -> None:
        # Flask's request.url has its escapes undone, and what was signed is the address as it was sent.
        url = request.host_url.rstrip("/") + request.environ["REQUEST_URI"]
        if not validator.validate(url, request.form, request.headers.get("X-Twilio-Signature", "")):
            abort(403)

    @app.post("/voice")
    def voice() -> Response:
        response = VoiceResponse()
        gather = response.gather(input="speech", language="pt-BR", action="/said?fila=técnica&a=1", method="GET")
        gather.say("Diga o assunto.", language="pt-BR")
        return Response(str(response), mimetype="text/xml")

    @app.get("/said")
    def said() -> Response:
        response = VoiceResponse()
        response.say(f"Entendi {request.args['SpeechResult']}, fila {request.args['fila']}.")
        return Response(str(response), mimetype="text/xml")

    return app
