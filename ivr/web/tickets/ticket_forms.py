"""A person of the staff does something on the page of a ticket: each form is read, and becomes an act of the service
desk.

A form that says too little raises ValueError, whose message says what to write; what was typed stays on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from data.tickets import TicketRecord, free_number
from data.users import all_users
from ivr.flow.announcements import read_moment
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.service_desk.appointments import AppointmentProposal, change_appointment, propose_appointment
from ivr.service_desk.attachments import LARGEST, NewAttachment, attach
from ivr.service_desk.corrections import MOST_MINUTES, MinutesCorrection, correct_minutes
from ivr.service_desk.linking import merge_ticket, split_ticket, undo_merge
from ivr.service_desk.remote_access import AccessAsk, ask_for_access, end_access
from ivr.service_desk.services import offer_service, stop_service
from ivr.service_desk.texts import kept_subject, kept_text
from ivr.tickets.appointments import AppointmentState
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from ivr.tickets.severity import proposed
from ivr.web.tickets.ticket_view import analysts_of
from value_class import value_class
from wording import message

LONGEST_PATCH: Final = 40
LONGEST_PRODUCT: Final = 80

_ANSWERS: Final[Mapping[str, bool]] = {"yes": True, "no": False}


@value_class
class TicketWork:
    """One form that was sent for ``ticket``, which was read in the transaction of ``connection``.

    ``file`` is the name and the content of the file that came with it. ``draw`` makes ids of at most 32 signs,
    ``numbers`` ticket numbers to take the first free one of.
    """

    connection: Connection
    line: Line
    ticket: TicketRecord
    form: Mapping[str, str]
    file: tuple[str, bytes] | None
    author: str
    user_id: int | None
    now: datetime
    draw: Callable[[], str]
    numbers: Callable[[], Iterator[str]]

    def act(self, kind: EventKind, **more: Any) -> TicketAct:
        """Return an act of this person."""
        return TicketAct(kind, TicketParty.STAFF, self.author, user_id=self.user_id, **more)

    def done(self, kind: EventKind, **more: Any) -> TicketRecord:
        """Do an act; return the ticket after it."""
        return act_on(self.connection, self.line, self.ticket, self.act(kind, **more), self.now)

    def text(self, name: str = "text") -> str:
        """Return the text of a field, as it is kept; empty where nothing was written."""
        return kept_text(self.form.get(name, ""))

    def required_text(self) -> str:
        """Return the text that the act is about. Raises ValueError where there is none."""
        text = self.text()
        if not text:
            raise ValueError(message("ticket-text-missing", "write what is to be told; nothing was sent"))
        return text

    def why(self) -> str:
        """Return why something is changed. Raises ValueError where nothing is said."""
        text = self.text()
        if not text:
            raise ValueError(message("ticket-reason-missing", "say why: who reads it later was not there"))
        return text

    def minutes(self, *, required: bool = False) -> int | None:
        """Return the minutes that were spent. Raises ValueError for no number of them."""
        written = self.form.get("minutes", "").strip()
        if not written and not required:
            return None
        found = whole_number(written)
        if found is None or not 0 < found <= MOST_MINUTES:
            raise ValueError(
                message("ticket-minutes-wrong", "say how many minutes it took, from 1 to {most}", most=MOST_MINUTES)
            )
        return found


def kept_product(form: Mapping[str, str], name: str) -> str | None:
    """Return the product or the module of a form as it is kept; None where nothing was written. Raises ValueError for
    one that is too long.
    """
    kept = " ".join(kept_text(form.get(name, "")).split())
    if len(kept) > LONGEST_PRODUCT:
        raise ValueError(
            message(
                "ticket-product-too-long", "product and module have {most} characters at most", most=LONGEST_PRODUCT
            )
        )
    return kept or None


def whole_number(written: str) -> int | None:
    """Return the number of up to nine digits that a person wrote; None for anything else."""
    written = written.strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 9 else None


def _take(work: TicketWork) -> TicketRecord:
    if work.user_id is None:
        raise ValueError(message("ticket-taken-by-no-user", "log in to take a ticket, or assign it to an analyst"))
    return _assigned(work, work.user_id)


def _assign(work: TicketWork) -> TicketRecord:
    written = work.form.get("analyst", "")
    if not written:
        return _assigned(work, None)
    analyst = whole_number(written)
    if analyst not in analysts_of(all_users(work.connection)):
        raise ValueError(message("analyst-unknown", "there is no such analyst; choose one of the list"))
    return _assigned(work, analyst)


def _assigned(work: TicketWork, analyst: int | None) -> TicketRecord:
    details = {} if analyst is None else {"analyst": analyst}
    return work.done(EventKind.ASSIGNED, visible=False, changes={"analyst_id": analyst}, details=details)


def _begin(work: TicketWork) -> TicketRecord:
    return work.done(EventKind.ANALYSIS_BEGUN)


def _ask(work: TicketWork) -> TicketRecord:
    return work.done(EventKind.QUESTION_ASKED, text=work.required_text(), minutes=work.minutes())


def _answered(work: TicketWork) -> TicketRecord:
    """A customer who answers in a talk has answered: without this the ticket would close as left unanswered."""
    return work.done(EventKind.ANSWERED, text=work.required_text(), minutes=work.minutes())


def _note(work: TicketWork) -> TicketRecord:
    minutes, visible = work.minutes(required=True), work.form.get("visible") == "yes"
    return work.done(EventKind.ACTIVITY_NOTED, text=work.required_text(), minutes=minutes, visible=visible)


def _correct(work: TicketWork) -> TicketRecord:
    position, minutes = (whole_number(work.form.get(name, "")) for name in ("position", "minutes"))
    correction = MinutesCorrection(
        -1 if position is None else position, -1 if minutes is None else minutes, work.why(), work.author, work.user_id
    )
    return correct_minutes(work.connection, work.line, work.ticket, correction, work.now)


def _tell(work: TicketWork) -> TicketRecord:
    return work.done(EventKind.MESSAGE_ADDED, text=work.required_text(), visible=work.form.get("internal") != "yes")


def _solve(work: TicketWork) -> TicketRecord:
    text, cause = work.required_text(), work.form.get("cause", "")
    if cause not in ("product", "other"):
        raise ValueError(
            message("solution-without-cause", "say whether the product is at fault: what is billed follows from it")
        )
    details = {"cause": cause}
    patch = " ".join(work.text("patch").split())
    if len(patch) > LONGEST_PATCH:
        raise ValueError(
            message("patch-too-long", "the name of a patch has {most} characters at most", most=LONGEST_PATCH)
        )
    if patch:
        details["patch"] = patch
    return work.done(EventKind.SOLUTION_SENT, text=text, minutes=work.minutes(), details=details)


def _weigh(work: TicketWork) -> TicketRecord:
    why, severity = work.why(), severity_of(work.form)
    if severity is None:
        raise ValueError(message("severity-or-answers", "choose a severity, or answer the three questions"))
    return work.done(EventKind.SEVERITY_CHANGED, text=why, severity=severity, details=answers_of(work.form))


def _transfer(work: TicketWork) -> TicketRecord:
    why, written = work.why(), work.form.get("area", "")
    if written not in {each.value for each in Area}:
        raise ValueError(message("area-unknown", "choose the area to which the ticket goes"))
    return work.done(EventKind.TRANSFERRED, text=why, area=Area(written), minutes=work.minutes())


def _attach(work: TicketWork) -> TicketRecord:
    if work.file is None:
        raise ValueError(message("attachment-missing", "choose a file of at most {most} kB", most=LARGEST // 1000))
    name, content = work.file
    new = NewAttachment(name, content, TicketParty.STAFF, work.author, work.user_id, text=work.text() or None)
    return attach(work.connection, work.line, work.ticket, new, f"AT{work.draw()}", work.now)


def _describe(work: TicketWork) -> TicketRecord:
    product, module = kept_product(work.form, "product"), kept_product(work.form, "module")
    changes = {"subject": kept_subject(work.form.get("subject", "")), "product": product, "module": module}
    if all(getattr(work.ticket, name) == value for name, value in changes.items()):
        raise ValueError(message("ticket-described-already", "this is what the ticket says already"))
    return work.done(
        EventKind.ACTIVITY_NOTED, text=changes["subject"], changes=changes, details={"described": True}, visible=False
    )


def _split(work: TicketWork) -> TicketRecord:
    subject, description = kept_subject(work.form.get("subject", "")), work.text()
    number = free_number(work.connection, work.numbers())
    act = work.act(EventKind.SPLIT)
    return split_ticket(work.connection, work.line, work.ticket, act, subject, description, number, work.now)[0]


def _merge(work: TicketWork) -> TicketRecord:
    why = work.why()
    number = "".join(sign for sign in work.form.get("into", "")[:40] if sign.isascii() and sign.isdigit())
    into = ticket_for(work.connection, number, work.ticket.company_id)
    return merge_ticket(work.connection, work.line, work.ticket, into, work.act(EventKind.MERGED, text=why), work.now)


def _undo_merge(work: TicketWork) -> TicketRecord:
    act = work.act(EventKind.MERGE_UNDONE, text=work.text() or None)
    return undo_merge(work.connection, work.line, work.ticket, act, work.now)


def _ask_access(work: TicketWork) -> TicketRecord:
    tool = work.form.get("other_tool", "").strip() or work.form.get("tool", "")
    preparation = whole_number(work.form.get("preparation", ""))
    ask = AccessAsk(tool, work.text(), preparation, work.author, work.user_id)
    return ask_for_access(work.connection, work.line, work.ticket, ask, f"RA{work.draw()}", work.now)[0]


def _end_access(work: TicketWork) -> TicketRecord:
    return end_access(
        work.connection,
        work.line,
        work.ticket,
        work.form.get("access", ""),
        party=TicketParty.STAFF,
        author=work.author,
        now=work.now,
        user_id=work.user_id,
    )


def _offer(work: TicketWork) -> TicketRecord:
    wanted = work.form.get("service", "")
    return offer_service(work.connection, work.line, work.ticket, wanted, work.author, work.user_id, work.now)


def _stop(work: TicketWork) -> TicketRecord:
    return stop_service(
        work.connection,
        work.line,
        work.ticket,
        work.why(),
        TicketParty.STAFF,
        work.author,
        work.now,
        user_id=work.user_id,
    )


def _propose(work: TicketWork) -> TicketRecord:
    minutes = work.minutes(required=True) or 0
    starts_at = read_moment(work.form.get("starts_at", "")[:40], work.line.header.zone)
    proposal = AppointmentProposal(
        starts_at, minutes, TicketParty.STAFF, work.author, work.ticket.analyst_id or work.user_id
    )
    return propose_appointment(work.connection, work.line, work.ticket, proposal, f"AP{work.draw()}", work.now)[0]


def _settle(work: TicketWork) -> TicketRecord:
    written = work.form.get("state", "")
    if written not in {each.value for each in AppointmentState}:
        raise ValueError(
            message("appointment-state-unknown", "there is no such answer to an appointment; reload the page")
        )
    return change_appointment(
        work.connection,
        work.line,
        work.ticket,
        work.form.get("appointment", ""),
        AppointmentState(written),
        TicketParty.STAFF,
        work.author,
        work.now,
        user_id=work.user_id,
    )[0]


PERFORMERS: Final[Mapping[str, Callable[[TicketWork], TicketRecord]]] = {
    "take": _take,
    "assign": _assign,
    "begin": _begin,
    "ask": _ask,
    "answered": _answered,
    "note": _note,
    "correct": _correct,
    "message": _tell,
    "solve": _solve,
    "severity": _weigh,
    "transfer": _transfer,
    "attach": _attach,
    "describe": _describe,
    "split": _split,
    "merge": _merge,
    "undo-merge": _undo_merge,
    "access": _ask_access,
    "end-access": _end_access,
    "offer": _offer,
    "stop": _stop,
    "appointment": _propose,
    "settle": _settle,
}
"""Each act by the last part of the path that its form is sent to."""

KIND_OF: Final[Mapping[str, EventKind]] = {
    "take": EventKind.ASSIGNED,
    "assign": EventKind.ASSIGNED,
    "begin": EventKind.ANALYSIS_BEGUN,
    "ask": EventKind.QUESTION_ASKED,
    "answered": EventKind.ANSWERED,
    "note": EventKind.ACTIVITY_NOTED,
    "correct": EventKind.ACTIVITY_NOTED,
    "message": EventKind.MESSAGE_ADDED,
    "solve": EventKind.SOLUTION_SENT,
    "severity": EventKind.SEVERITY_CHANGED,
    "transfer": EventKind.TRANSFERRED,
    "attach": EventKind.ATTACHED,
    "describe": EventKind.ACTIVITY_NOTED,
    "split": EventKind.SPLIT,
    "merge": EventKind.MERGED,
    "undo-merge": EventKind.MERGE_UNDONE,
    "access": EventKind.ACCESS_ASKED,
    "end-access": EventKind.ACCESS_ANSWERED,
    "offer": EventKind.MESSAGE_ADDED,
    "stop": EventKind.SERVICE_CHANGED,
    "appointment": EventKind.APPOINTMENT_CHANGED,
    "settle": EventKind.APPOINTMENT_CHANGED,
}
"""Each act by its event: the page has the form where the state takes that."""


def answers_of(form: Mapping[str, str]) -> dict[str, bool]:
    """Return the answers to the three questions that were given."""
    found = {name: _ANSWERS.get(form.get(name, "")) for name in ("usable", "way_round", "corrupts")}
    return {name: answer for name, answer in found.items() if answer is not None}


def severity_of(form: Mapping[str, str]) -> Severity | None:
    """Return the severity that a person chose, else the one that the three answers propose; None without either."""
    written = form.get("severity", "")
    if written in {str(each.value) for each in Severity}:
        return Severity(int(written))
    answers = answers_of(form)
    if "usable" not in answers and not answers.get("corrupts"):
        return None
    return proposed(answers.get("usable"), answers.get("way_round"), answers.get("corrupts"))
