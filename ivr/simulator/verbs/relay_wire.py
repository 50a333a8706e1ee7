"""The websocket of a session with an AI agent: messages go out and come in by it, counted, checked and written down.

Sources: Twilio's pages on the messages and on the errors 64102, 64105 and 64107; that ten invalid messages in a row
close the session is a secondary source.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ivr.simulator import codes
from ivr.simulator.effects import CloseSocket, OpenSocket, ReceiveMessage, SendMessage, Steps
from ivr.simulator.parameters import mark
from ivr.simulator.sockets import LOST, NORMAL, ClosedSocket, Received, Socket
from ivr.simulator.transports import TransportError
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.relay_messages import AgentMessage, InvalidMessageError, quoted, read_message, written
from ivr.simulator.verbs.websocket_address import handshake, shown_address

HANDSHAKE_SECONDS = 5.0
"""Real seconds within which the agent's server has to open the websocket."""

MOST_INVALID = 10
"""Invalid messages in a row after which the session is closed."""

UNKNOWN: Mapping[str, Any] = {"type": "telemetry", "name": "jitter", "value": 3}
"""A message that no agent knows, for scripts that send some on purpose."""


class SessionLost(Exception):
    """The session has ended without the agent's ``end``; ``code`` is what its websocket is closed with."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class RelayWire:
    """The open websocket; ``last_message`` is the agent's last one, as it may be shown."""

    def __init__(self, call: CallControl, socket: Socket) -> None:
        self.socket = socket
        self.last_message = ""
        self._call = call
        self._received = 0
        self._sent = 0
        self._prompts = 0
        self._invalid = 0

    @classmethod
    def open(cls, call: CallControl, url: str | None) -> Steps[RelayWire | None]:
        """The websocket at ``url``; None where none opens, which is a warning."""
        refused = "no address is written that can be connected to"
        if url is not None and call.faults.relay.unreachable:
            refused = "the script lets nobody answer there (faults: unreachable)"
        elif url is not None:
            opened: Socket | TransportError = yield OpenSocket(handshake(call.carrier, url), HANDSHAKE_SECONDS)
            if not isinstance(opened, TransportError):
                return cls(call, opened)
            refused = f"{opened.reason}; it was signed over {shown_address(url)}, and its query's fields"
        warn(call, codes.RELAY_UNREACHABLE, refused, url)
        return None

    def send(self, kind: str, **fields: Any) -> Steps[None]:
        """Send a message of the carrier's."""
        if self._call.faults.relay.unknown:
            yield from self._send(UNKNOWN)
        yield from self._send(written(kind, **fields))

    def send_prompt(self, text: str, language: str) -> Steps[None]:
        """Send what the caller has said; the script may break the connection after it."""
        yield from self.send("prompt", voicePrompt=text, lang=language, last=True)
        self._prompts += 1
        if self._prompts == self._call.faults.relay.lost_after:
            yield CloseSocket(self.socket, LOST)
            raise SessionLost(LOST, "the script broke the connection (faults: lost_after)")

    def receive(self, patience: float) -> Steps[Received]:
        """The message that comes within ``patience`` real seconds, not read yet."""
        message: Received = yield ReceiveMessage(self.socket, patience)
        return message

    def read(self, message: str | bytes | ClosedSocket) -> Steps[AgentMessage | None]:
        """The message that has come; None where it is invalid, which the agent is told. SessionLost: it is closed."""
        if isinstance(message, ClosedSocket):
            how = f" ({message.reason})" if message.reason else ""
            after = f"after its message {self._received}: {self.last_message}" if self._received else "without a word"
            raise SessionLost(NORMAL, f"the agent closed the websocket with {message.code}{how}, {after}")
        self._received += 1
        self.last_message = quoted(self._as_shown(message))
        yield from self._call.tell("message", to="carrier", number=self._received, message=self.last_message)
        try:
            if self._received <= self._call.faults.relay.refused:
                raise InvalidMessageError("the script takes it for invalid (faults: refused)")
            read = read_message(message)
        except InvalidMessageError as error:
            yield from self._refuse(message, error)
            return None
        self._invalid = 0
        return read

    def _send(self, message: Mapping[str, Any]) -> Steps[None]:
        self._sent += 1
        yield from self._call.tell("message", to="agent", number=self._sent, message=self._concealed(message))
        yield SendMessage(self.socket, json.dumps(message, ensure_ascii=False))

    def _refuse(self, message: str | bytes, error: InvalidMessageError) -> Steps[None]:
        """Tell the agent that its message is invalid; ten in a row are the end."""
        self._invalid += 1
        what = f"message {self._received} of the agent is invalid: {error}: {self.last_message}"
        warn(self._call, codes.RELAY_MESSAGE, what)
        yield from self.send("error", description=f"Invalid message received: {quoted(message)}")
        if self._invalid == MOST_INVALID:
            yield CloseSocket(self.socket, 1007, "too many invalid messages")
            raise SessionLost(1007, f"{MOST_INVALID} messages in a row were invalid, up to message {self._received}")

    def _as_shown(self, message: str | bytes) -> str | bytes:
        """The agent's message as a transcript shows it: with marks in place of what is secret."""
        hidden = ({"handoffData"} if self._call.concealed else set()) | (
            {"token"} if self._call.document.secret_speech else set()
        )
        if not hidden:
            return message
        try:
            fields = json.loads(message)
        except (ValueError, RecursionError):
            return mark(str(message))
        if not isinstance(fields, dict):
            return mark(str(message))
        shown = {key: mark(str(value)) if key in hidden else value for key, value in fields.items()}
        return json.dumps(shown, ensure_ascii=False)

    def _concealed(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The carrier's message as a transcript shows it."""
        hidden = {"voicePrompt", "digit", "description"} if self._call.concealed else set()
        if self._call.document.secret_speech:
            hidden |= {"utteranceUntilInterrupt", "description"}
            hidden |= {"value"} if message.get("name") == "tokensPlayed" else set()
        return {key: mark(str(value)) if key in hidden else value for key, value in message.items()}


def warn(call: CallControl, code: int, what: str, url: str | None = None) -> None:
    """Note what the vendor would log; something is not performed because of it."""
    where = shown_address(url) if url else call.document.url
    call.transcript.warnings.append(TwimlNotice.of(code, what, where, failure=True))
