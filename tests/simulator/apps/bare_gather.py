"""A Flask application of one address: its Gather has no action, so the keys come back to where the document is."""

from __future__ import annotations

from flask import Flask, Response, request


def create_app() -> Flask:
    """Asks for a document until it has eleven digits."""
    app = Flask(__name__)

    @app.post("/voice")
    def voice() -> Response:
        digits = request.form.get("Digits")
        if digits and len(digits) == 11:
            body = f"<Say>Obrigado, {request.args['name']}.</Say>"
        else:
            text = "Digite os onze dígitos e cerquilha." if digits is None else f"Faltam {11 - len(digits)} dígitos."
            body = f"<Gather><Say>{text}</Say></Gather><Say>Até logo.</Say>"
        return Response(f"<Response>{body}</Response>", content_type="text/xml; charset=utf-8")

    return app
