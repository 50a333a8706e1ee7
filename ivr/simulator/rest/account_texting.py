"""Sends the texts that the application wants sent over the API, and tells their statuses while calls go on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import Clock
from ivr.simulator.rest.let_go import TransportLetGo
from ivr.simulator.sids import Sids
from ivr.simulator.texting.lone_host import LoneTextHost
from ivr.simulator.texting.text_host import follow, told
from ivr.simulator.texts.account_texts import AccountTexts
from ivr.simulator.texts.text_message import TextDraft, TextMessage
from ivr.simulator.transcript import Event, Transcript
from ivr.simulator.transports import Transport
from ivr.simulator.twiml_notice import TwimlNotice


class TextBoard(Protocol):
    """A text board is the switchboard, as far as texts need it."""

    clock: Clock
    carrier: Carrier
    sids: Sids
    texts: AccountTexts

    def at(self, second: float, errand: Callable[[], None]) -> None:
        """Do ``errand`` at a second of the clock."""

    def tell_of_text(self, event: Event, number: str) -> None:
        """Let the people hear of it."""

    def refused(self, notice: TwimlNotice) -> None:
        """Keep a warning for a transcript."""

    def held(self) -> AbstractContextManager[None]:
        """Hold the switchboard."""

    def let_go(self) -> AbstractContextManager[None]:
        """Let others hold it meanwhile."""


class AccountTexting:
    """Sends over ``board``; ``transport`` reaches the status callbacks."""

    def __init__(self, board: TextBoard, transport: Transport) -> None:
        self._board = board
        self._transport = TransportLetGo(board.let_go, transport)
        self._sent: list[TextMessage] = []

    def send(self, draft: TextDraft) -> TextMessage:
        """Send it; raises TextRefusedError. The switchboard is held by the caller."""
        board = self._board
        message = board.texts.send(draft, "outbound-api", board.sids.next, board.clock.now())
        self._sent.append(message)
        event = told(message, board.clock.elapsed())
        board.tell_of_text(event, message.to)
        follow(self.host(message.sid, lambda event: board.tell_of_text(event, message.to)), message, event)
        return message

    def host(self, seed: str, hears: Callable[[Event], None]) -> LoneTextHost:
        """Return a host of texts beside any call, whose identifiers ``seed`` makes its own."""
        board, transcript = self._board, Transcript("", "", "", "")
        return LoneTextHost(
            board.carrier,
            board.clock,
            Sids(seed),
            board.texts,
            self._transport,
            transcript,
            lambda second, errand: board.at(second, lambda: self._do(errand, transcript)),
            hears,
        )

    def sent(self) -> list[TextMessage]:
        """Return what was sent since this was asked last."""
        sent, self._sent = self._sent, []
        return sent

    def _do(self, errand: Callable[[], None], transcript: Transcript) -> None:
        """Do what is due for a text, and keep what went wrong."""
        with self._board.held():
            errand()
            for notice in transcript.warnings:
                self._board.refused(notice)
            transcript.warnings.clear()
