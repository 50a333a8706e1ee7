"""A Flask application that leaves the content type at Flask's default, text/html, and writes TwiML all the same."""

from __future__ import annotations

from flask import Flask, request


def create_app() -> Flask:
    """A menu of two, as a beginner writes it."""
    app = Flask(__name__)

    @app.route("/voice", methods=["GET", "POST"])
    def voice() -> str:
        menu = '<Gather numDigits="1" action="/menu" method="GET"><Say>Vendas, 1. Suporte, 2.</Say></Gather>'
        return f"<Response>{menu}</Response>"

    @app.get("/menu")
    def chosen() -> str:
        sector = {"1": "vendas", "2": "suporte"}.get(request.args["Digits"], "ninguém")
        return f"<Response><Say>Você escolheu {sector}.</Say></Response>"

    return app
