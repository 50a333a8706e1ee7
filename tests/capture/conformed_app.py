"""An app whose calls are captured: a menu, keys, speech, a dial, a queue, a recording, callbacks of each."""

from __future__ import annotations

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as Redirection

APP = Flask(__name__)


def twiml(verbs: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>', mimetype="text/xml")


@APP.post("/voice")
def voice() -> Response:
    return twiml(
        '<Gather numDigits="1" action="/menu" timeout="4"><Say language="pt-BR">Para suporte, tecle 1. Para vendas,'
        ' tecle 2. Para deixar um recado, tecle 3.</Say></Gather><Redirect method="POST">/voice?again=1</Redirect>'
    )


@APP.post("/menu")
def menu() -> Response:
    match request.form["Digits"]:
        case "1":
            return twiml('<Gather action="/document" timeout="6"><Say language="pt-BR">Digite o CPF.</Say></Gather>')
        case "2":
            return twiml(
                '<Gather input="speech" language="pt-BR" action="/said">'
                '<Say language="pt-BR">O que deseja?</Say></Gather>'
            )
        case "3":
            return twiml(
                '<Record action="/recorded" maxLength="60" recordingStatusCallback="/tape" timeout="5"/><Hangup/>'
            )
    return twiml('<Enqueue action="/queued" waitUrl="/wait">vendas</Enqueue>')


@APP.post("/document")
def document() -> Response:
    return twiml(
        '<Say language="pt-BR">Um momento.</Say><Dial action="/dialled" timeout="20">'
        '<Number statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed">'
        "+551150900101</Number></Dial>"
    )


@APP.post("/said")
def said() -> Response:
    return twiml('<Dial action="/dialled"><Sip>sip:vendas@pbx.example.com</Sip></Dial>')


@APP.post("/dialled")
def dialled() -> Response:
    if request.form["DialCallStatus"] == "completed":
        return twiml("<Hangup/>")
    return twiml('<Say language="pt-BR">Ninguém atende agora.</Say><Pause length="2"/><Redirect>/voice</Redirect>')


@APP.post("/recorded")
def recorded() -> Response:
    return twiml('<Say language="pt-BR">Obrigado.</Say>')


@APP.post("/queued")
def queued() -> Response:
    return twiml("<Hangup/>")


@APP.post("/wait")
def wait() -> Response:
    return twiml('<Say language="pt-BR">Aguarde, por favor.</Say><Pause length="10"/>')


@APP.get("/by-get")
def by_get() -> Response:
    return twiml('<Gather numDigits="1" action="/got?a=b%20c&amp;x=2" method="GET"><Say>Hi</Say></Gather>')


@APP.get("/got")
def got() -> Response:
    return twiml('<Redirect method="GET">/moved</Redirect>')


@APP.get("/moved")
def moved() -> Redirection:
    return redirect("/bye")


@APP.get("/bye")
@APP.post("/bye")
def bye() -> Response:
    return twiml("<Hangup/>")


@APP.post("/broken")
def broken() -> Response:
    return Response("oops", 500)


@APP.post("/fallback")
def fallback() -> Response:
    return twiml("<Say>Sorry, later.</Say>")


@APP.post("/conference")
def conference() -> Response:
    return twiml(
        '<Dial action="/bye"><Conference statusCallback="/told" statusCallbackEvent="start end join leave" waitUrl="">'
        "sala</Conference></Dial>"
    )


@APP.post("/told")
@APP.post("/status")
@APP.post("/leg")
@APP.post("/tape")
def told() -> Response:
    return Response(status=204)
