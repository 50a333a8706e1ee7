"""An app with an AI agent behind ConversationRelay and a sound behind a media stream, all on one port."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

import uvicorn

Message = dict[str, Any]


def relay(host: str) -> str:
    return (
        f'<Connect action="/after"><ConversationRelay url="ws://{host}/agent?line=1" welcomeGreeting="Bom dia!"'
        ' dtmfDetection="true" language="pt-BR"><Parameter name="cliente" value="Rita Canaria"/>'
        "</ConversationRelay></Connect>"
    )


def stream(host: str) -> str:
    return (
        f'<Connect action="/after"><Stream url="ws://{host}/sound"><Parameter name="fila" value="vendas"/></Stream>'
        "</Connect><Hangup/>"
    )


def after(_: str) -> str:
    return '<Say language="pt-BR">Até logo.</Say>'


DOCUMENTS = {"/relay": relay, "/stream": stream, "/after": after}


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application."""
    if scope["type"] == "websocket":
        await (_agent if scope["path"] == "/agent" else _sound)(receive, send)
    elif scope["type"] == "http":
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        assert parse_qs(body.decode())["CallSid"]
        host = dict(scope["headers"])[b"host"].decode()
        document = f"<Response>{DOCUMENTS[scope['path']](host)}</Response>".encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
        await send({"type": "http.response.body", "body": document})


async def _messages(receive: Any, send: Any) -> Any:
    await receive()
    await send({"type": "websocket.accept"})
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            return
        yield json.loads(event["text"])


async def _tell(send: Any, message: Message) -> None:
    await send({"type": "websocket.send", "text": json.dumps(message)})


async def _agent(receive: Any, send: Any) -> None:
    """Answer in tokens; a key is told back, and who says good bye is given back with what was said."""
    heard: list[str] = []
    async for message in _messages(receive, send):
        if message["type"] == "prompt" and message["last"]:
            heard.append(message["voicePrompt"])
            if "tchau" in message["voicePrompt"]:
                await _tell(send, {"type": "end", "handoffData": json.dumps({"ouvi": heard})})
            else:
                for token in ("Entendi: ", message["voicePrompt"], ". Mais alguma coisa, ou posso encerrar agora?"):
                    await _tell(send, {"type": "text", "token": token, "last": token.endswith("?")})
        elif message["type"] == "dtmf":
            await _tell(send, {"type": "text", "token": f"Tecla {message['digit']}.", "last": True})


async def _sound(receive: Any, send: Any) -> None:
    """Play half a second with a mark behind it, and close once the mark has been told and a key was pressed."""
    told: set[str] = set()
    sid = ""
    async for message in _messages(receive, send):
        match message["event"]:
            case "start":
                sid = message["streamSid"]
                payload = "/" * (4 * 4000 // 3 // 4 * 4)
                await _tell(send, {"event": "media", "streamSid": sid, "media": {"payload": payload}})
                await _tell(send, {"event": "mark", "streamSid": sid, "mark": {"name": "dito"}})
            case "mark" | "dtmf":
                told.add(message["event"])
        if told == {"mark", "dtmf"}:
            await send({"type": "websocket.close", "code": 1000})
            return


@contextmanager
def agent_server() -> Iterator[str]:
    """Serve the app on loopback; yields its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
