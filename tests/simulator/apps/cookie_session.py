"""A Flask application that counts a caller's tries in its cookie session and answers POST only."""

from __future__ import annotations

from flask import Flask, Response, request, session


def create_app() -> Flask:
    """Three tries for the code 4321; the session is all that remembers them."""
    app = Flask(__name__)
    app.secret_key = "a key of the tests"

    @app.post("/voice")
    def voice() -> Response:
        session["tries"] = 0
        return _ask("Digite o código.")

    @app.post("/code")
    def code() -> Response:
        session["tries"] += 1
        if request.form["Digits"] == "4321":
            return _twiml(f"<Say>Certo na tentativa {session['tries']}.</Say><Hangup/>")
        if session["tries"] == 3:
            return _twiml("<Say>Acabaram as tentativas.</Say><Hangup/>")
        return _ask(f"Errado, tentativa {session['tries']}.")

    return app


def _ask(text: str) -> Response:
    return _twiml(f'<Gather numDigits="4" action="/code"><Say>{text}</Say></Gather><Redirect>/voice</Redirect>')


def _twiml(body: str) -> Response:
    return Response(f"<Response>{body}</Response>", mimetype="text/xml")
