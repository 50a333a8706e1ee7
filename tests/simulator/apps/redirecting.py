"""A Flask application that sends every POST elsewhere: by 302 to a page for GET, by 307 to one for POST."""

from __future__ import annotations

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as Redirection


def create_app() -> Flask:
    """The entry is moved for a while; the menu is behind another path for good reason."""
    app = Flask(__name__)

    @app.post("/voice")
    def voice() -> Redirection:
        return redirect("/deep/welcome", 302)

    @app.get("/deep/welcome")
    def welcome() -> Response:
        # The action is relative to where the redirect led, not to /voice.
        return Response(
            '<Response><Gather numDigits="1" action="choice"><Say>Bem-vindo.</Say></Gather></Response>',
            mimetype="application/xml",
        )

    @app.post("/deep/choice")
    def choice() -> Redirection:
        return redirect("/chosen", 307)

    @app.post("/chosen")
    def chosen() -> Response:
        return Response(f"<Response><Say>Tecla {request.form['Digits']}.</Say></Response>", mimetype="text/xml")

    return app
