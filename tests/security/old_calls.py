"""A call that has left something in every table that calls leave anything in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Boolean, Connection, Integer, LargeBinary, Table, insert, select

from data.agent_history import AGENT_STATE
from data.agent_states import AgentState
from data.agents import add_agent, change_state
from data.announcements import ANNOUNCEMENT, NewAnnouncement, end_announcement, make_announcement
from data.appointments import APPOINTMENT
from data.attempts import ATTEMPT, LoginAttempt, begin_attempt
from data.audit import AUDIT
from data.budgets import Budgets
from data.callbacks import CALLBACK, CallbackRecord, ask_callback, begin_try, end_try
from data.calls import CALL, STATUS_EVENT, NewCall, open_call, record_status
from data.charges import CHARGE
from data.closures import CLOSURE, NewClosure, close_destination, open_destination
from data.consents import CONSENT, ConsentRecord, keep_consent
from data.database import Database
from data.messages import MESSAGE, MessageRecord, keep_message
from data.protocols import PROTOCOL, give_protocol
from data.queue_exits import QUEUE_EXIT, leave_queue
from data.remote_access import REMOTE_ACCESS
from data.replay_note import ReplayNote
from data.roles import Role
from data.rota_swaps import ROTA_SWAP, NewRotaSwap, end_swap, make_swap
from data.surveys import SURVEY
from data.tables import MoneyColumn, Utc
from data.ticket_attachments import ATTACHMENT
from data.ticket_events import TICKET_EVENT
from data.tickets import TICKET
from data.traffic import DIALLED, note_dialled
from data.turns import TURN, CallChanges, TurnRecord, save_turn
from data.users import add_user
from data.versions import PUBLICATION

CALLER = "+5511912340987"
DIGEST = "5ea1" * 16
RECORDING = "RE" + "4" * 32
PROTOCOL_NUMBER = "7123456789"
DESTINATION = "cst"
LINE = "4003-0015"
TABLES = {
    table.name: table
    for table in (
        AGENT_STATE, ANNOUNCEMENT, APPOINTMENT, ATTACHMENT, ATTEMPT, AUDIT, CALL, CALLBACK, CHARGE, CLOSURE, CONSENT,
        DIALLED, MESSAGE, PROTOCOL, PUBLICATION, QUEUE_EXIT, REMOTE_ACCESS, ROTA_SWAP, STATUS_EVENT, SURVEY, TICKET,
        TICKET_EVENT, TURN,
    )
}  # fmt: skip


def sid(number: int) -> str:
    """A call's sid."""
    return f"CA{number:032x}"


@dataclass(frozen=True)
class OldCall:
    """One call of a customer, from ``began`` on; ``ended`` is None while it goes on."""

    sid: str
    began: datetime
    ended: datetime | None
    contact_id: int | None = None
    company_id: int | None = None
    account: str = DIGEST
    protocol: str | None = PROTOCOL_NUMBER
    recording: str = f"https://api.twilio.com/2010-04-01/Accounts/AC/Recordings/{RECORDING}"
    try_sid: str = ""

    def write(self, database: Database) -> None:
        with database.transaction() as connection:
            self._write(connection)

    def _write(self, connection: Connection) -> None:
        at = self.ended or self.began
        position = f'{{"sealed":"{self.account}","state":"documento"}}'
        open_call(connection, NewCall(self.sid, LINE, "v1", CALLER, "+551140030015", self.began, position))
        turn = TurnRecord(
            0, self.began, "documento", "keys", "known", ("senha",), DESTINATION, "open", "v1",
            f"<Response><Say>{CALLER}</Say></Response>", {"X-IVR-Secret": "1"}, (("region", CALLER, "routing.yaml:3"),),
            ReplayNote(entry="key", key="4", checks=(("contract", "valid"),), asked=(("area", "11"),)),
        )  # fmt: skip
        save_turn(
            connection, self.sid, turn, CallChanges(1, position, DESTINATION, "open", self.contact_id, self.company_id)
        )
        note_dialled(connection, self.sid, 0, LINE, DESTINATION, self.began)
        if self.protocol:
            give_protocol(connection, self.sid, self.protocol, self.began)
        leave_queue(connection, self.sid, 1, "3")
        begin_attempt(connection, Budgets(), LoginAttempt(self.sid, 0, "ca11" * 16, at), self.account)
        keep_consent(connection, ConsentRecord(self.sid, 0, at, self.contact_id, "aceite", "f" * 64))
        keep_message(connection, MessageRecord(self.sid, 0, at, DESTINATION, RECORDING, self.recording, 12))
        try_sid = self.try_sid or sid(int(self.sid[2:], 16) + 1_000_000)
        ask_callback(connection, CallbackRecord(self.sid, LINE, DESTINATION, CALLER, at))
        begin_try(connection, self.sid, try_sid, at)
        if self.ended:
            end_try(connection, try_sid, "completed", self.ended)
            record_status(connection, self.sid, "completed", 3, 60, self.ended)


def close_and_open(database: Database, began: datetime, ended: datetime) -> None:
    """A destination that Bia closed and Rui opened."""
    with database.transaction() as connection:
        close_destination(connection, NewClosure(LINE, DESTINATION, "falta de luz", began, None, "Bia"))
        open_destination(connection, LINE, DESTINATION, ended, "Rui")


def announce_and_end(database: Database, began: datetime, ended: datetime) -> None:
    """An announcement that Bia made and Rui ended."""
    with database.transaction() as connection:
        made = NewAnnouncement(LINE, DESTINATION, "Falta luz.", began, ended + timedelta(hours=1), "Bia")
        assert end_announcement(connection, make_announcement(connection, made), ended, "Rui")


def swap_and_end(database: Database, began: datetime, ended: datetime) -> None:
    """A telephone that stood in for somebody on call: Bia made it so, and Rui ended it."""
    with database.transaction() as connection:
        swap = NewRotaSwap(LINE, "plantao", "carla", "+551150900777", began, ended + timedelta(hours=1), "Bia")
        assert end_swap(connection, make_swap(connection, swap), ended, "Rui")


WORD: Final = "zyxcanario"
"""It is found in the ticket, and begins as no other word does: an index writes it whole."""


def close_a_ticket(database: Database, began: datetime, ended: datetime, company_id: int = 1) -> None:
    """A ticket that was closed, with something of all that a ticket may have."""
    number, moments = "5071343114", {"opened_at": began, "state_at": ended, "closed_at": ended, "last_at": ended}
    rows: dict[Table, dict[str, object]] = {
        TICKET: {"number": number, "subject": "Nota", "folded": f"{number} nota {WORD}", **moments},
        TICKET_EVENT: {"ticket": number, "position": 0, "at": began, "text": "Sai em branco."},
        ATTACHMENT: {"ticket": number, "at": began, "content": b"tela"},
        SURVEY: {"ticket": number, "sent_at": began, "expires_at": ended, "token": "e" * 64},
        APPOINTMENT: {"ticket": number, "starts_at": began, "proposed_at": began},
        CHARGE: {"ticket": number, "accepted_at": ended},
        REMOTE_ACCESS: {"ticket": number, "asked_at": began, "expires_at": ended},
    }
    of_no_ticket = {"id": "SV2", "ticket": None, "contact_id": 1, "call_sid": sid(1), "answers": '{"atendimento": 4}'}
    heard = {"sent_at": ended, "expires_at": ended, "comment": "Demorou.", "recording_sid": RECORDING}
    with database.transaction() as connection:
        for table, given in (*rows.items(), (SURVEY, of_no_ticket | heard)):
            connection.execute(insert(table), {**_filled(table), **given, "company_id": company_id})


def _filled(table: Table) -> dict[str, object]:
    """Something for each column of ``table`` that may not be left empty, but for moments, which are given."""
    fillers: dict[type, object] = {MoneyColumn: Decimal(1), Integer: 1, Boolean: True, LargeBinary: b"a"}
    return {
        column.name: next((value for kind, value in fillers.items() if isinstance(column.type, kind)), "a")
        for column in table.c
        if not column.nullable and not isinstance(column.type, Utc)
    }


def serve_and_leave(database: Database, began: datetime, ended: datetime) -> None:
    """An agent who was off until a moment, and is available since then."""
    with database.transaction() as connection:
        user = add_user(connection, "rita", "Rita", Role.AGENT)
        add_agent(connection, user, "+551150900201", None, began, "bia")
        assert change_state(connection, user.id, AgentState.AVAILABLE, None, ended, "rita")


def stored(database: Database, *but: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of the tables, without those named."""
    with database.reading() as connection:
        return {
            name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for name, table in TABLES.items()
            if name not in but
        }


MINUTE = timedelta(minutes=1)
