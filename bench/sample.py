"""Two applications to be measured against, served by the server of ``ivr serve``: the bare view, and a stateless one.

``python -m bench.sample bare`` and ``python -m bench.sample vendor`` print where they listen, as ``ivr serve`` does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from twilio.twiml.voice_response import Gather, VoiceResponse

from bench.floor import bare_app, bare_front
from ivr.server.listener import Listener, address_of, bind

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

MENU = (
    "Para software, tecle dois. Para consultoria, tecle três. Para datacenter, tecle quatro. Para o financeiro, tecle"
    " cinco. Para falar com as pessoas, tecle nove. Para ouvir de novo, tecle estrela."
)


def vendor_app() -> WSGIApplication:
    """Return a menu as the vendor's own examples write one: form, branch, builder; no signature, nothing stored."""
    app = Flask(__name__)

    @app.post("/<path:path>")
    def menu(path: str) -> Response:
        response = VoiceResponse()
        pressed = request.form.get("Digits")
        if pressed:
            response.say(f"Você teclou {pressed}.", voice="Polly.Camila-Neural", language="pt-BR")
        gather = Gather(num_digits=1, timeout=5, action=f"/{path}", method="POST", input="dtmf")
        gather.say(MENU, voice="Polly.Camila-Neural", language="pt-BR")
        response.append(gather)
        response.say("Nada foi teclado.", voice="Polly.Camila-Neural", language="pt-BR")
        return Response(str(response), mimetype="text/xml")

    return app


def main(which: str) -> None:
    """Serve one of the two until a signal comes."""
    socket = bind("127.0.0.1", 0, "port")
    print(f"make a call {address_of(socket)}/", flush=True)
    Listener(bare_front(vendor_app() if which == "vendor" else bare_app())).run_on(socket)


if __name__ == "__main__":
    main(sys.argv[1])
