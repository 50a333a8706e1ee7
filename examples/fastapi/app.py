"""A clinic's telephone in FastAPI: it tells a caller's appointment, which speech or a key confirms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from xml.sax.saxutils import escape

from fastapi import FastAPI, Form, Request, Response


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open what calls need once, as the server starts."""
    app.state.appointments = {"+5511987650000": "Tuesday at ten"}
    yield
    app.state.appointments.clear()


app = FastAPI(lifespan=lifespan)


def twiml(verbs: str) -> Response:
    """Answer with a document of these verbs."""
    return Response(f"<Response>{verbs}</Response>", media_type="text/xml")


@app.post("/voice")
async def voice(request: Request, caller: Annotated[str, Form(alias="From")]) -> Response:
    """Tell the caller's appointment, and ask whether it stands."""
    await asyncio.sleep(0)  # where a real clinic asks its database
    appointment = request.app.state.appointments.get(caller)
    if appointment is None:
        return twiml("<Say>We have no appointment for this number. Goodbye.</Say>")
    question = f"Your appointment is on {escape(appointment)}. Say yes or press 1 to confirm it."
    gather = f'<Gather input="dtmf speech" numDigits="1" action="/answer"><Say>{question}</Say></Gather>'
    return twiml(f"{gather}<Say>We will write to you. Goodbye.</Say>")


@app.post("/answer")
async def answer(
    digits: Annotated[str, Form(alias="Digits")] = "",
    speech: Annotated[str, Form(alias="SpeechResult")] = "",
) -> Response:
    """Confirm the appointment, or ring the desk."""
    if digits == "1" or "yes" in speech.lower():
        return twiml("<Say>It is confirmed. See you soon.</Say>")
    return twiml("<Dial>+551130030000</Dial>")
