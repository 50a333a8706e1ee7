"""``/chamados`` is the list of a company's tickets; ``/chamados/<number>`` is one, with what its customer may do to it.

Any contact of a company sees all of its tickets (they are the company's, and stand in for each other), and nobody sees
another company's: its number is answered as one that does not exist, from the same one look. With a pendency all of it
waits (``without_pendency``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, request

from data.appointments import appointments_of
from data.remote_access import accesses_of
from data.ticket_attachments import find_attachment
from data.ticket_events import events_of
from data.ticket_lists import TicketFilter, list_tickets
from ivr.service_desk.acts import NoTicketError, ticket_for
from ivr.service_desk.appointments import lapses
from ivr.service_desk.attachments import KINDS
from ivr.service_desk.services import offered_service
from ivr.tickets.events import CLOSED, WITH_CUSTOMER, EventKind, Severity, TicketState
from ivr.tickets.remote_access import AccessState, access_state
from ivr.web.downloads import download
from ivr.web.portal.guard import portal_contact, without_pendency
from ivr.web.portal.layout import portal_page
from ivr.web.portal.tickets.acts import CustomerActs, SentForm, to_accept
from ivr.web.portal.tickets.billed import billed
from ivr.web.portal.tickets.customer_words import MEANINGS, OTHERWISE, REFUSALS, SEVERITIES, STATES
from ivr.web.portal.tickets.desks import open_desks
from ivr.web.portal.tickets.forms import LARGEST_FILE, MOST_FILES, TicketForm, files, line, text, token
from ivr.web.portal.tickets.may_open import MayNotOpenError, may_open
from ivr.web.portal.tickets.shown import is_shown, shown
from ivr.web.shell.languages import gettext as _
from wording import Message, reason

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as BaseResponse

    from data.database import Database
    from ivr.flow.line import Line
    from ivr.web.portal.the_line import TheLine

GROUPS: Final = {
    "abertos": frozenset(state.value for state in TicketState if state not in CLOSED),
    "comigo": frozenset(state.value for state in WITH_CUSTOMER),
    "encerrados": frozenset(state.value for state in CLOSED),
    "todos": frozenset[str](),
}
"""What the list may be narrowed to, by the word that stands in its address."""

LONGEST_SEARCH: Final = 100

PAGE: Final = 25

_ACTS: Final = {
    "aceitar": EventKind.ACCEPTED,
    "recusar": EventKind.REFUSED,
    "adiar": EventKind.POSTPONED,
}


def ticket_pages(
    database: Database,
    the_line: TheLine,
    acts: CustomerActs,
    clock: Callable[[], datetime],
    draw: Callable[[], str],
) -> Blueprint:
    """Return the blueprint of ``/chamados``. ``the_line`` takes new tickets; ``draw`` makes tokens of forms."""
    web = Blueprint("portal_tickets", __name__, template_folder=".")

    @web.get("/chamados")
    @without_pendency
    def listed() -> Response:
        group = request.args.get("estado", "abertos")
        group = group if group in GROUPS else "abertos"
        words = " ".join(request.args.get("q", "")[:LONGEST_SEARCH].replace("\0", "").split())
        wanted = TicketFilter(company_id=portal_contact().company_id, states=GROUPS[group], text=words)
        after = request.args.get("depois")
        with database.reading() as connection:
            try:
                found = list_tickets(connection, wanted, after=after, limit=PAGE)
            except ValueError:
                found = list_tickets(connection, wanted, limit=PAGE)
        return portal_page(
            "tickets_list.html",
            tickets=found.tickets,
            next=found.next,
            group=group,
            words=words,
            states=STATES,
            severities=SEVERITIES,
            state_of=TicketState,
            severity_of=Severity,
            zone=_zone(the_line.line()),
        )

    @web.get("/chamados/novo")
    @without_pendency
    def blank() -> Response:
        return _new(TicketForm(), "")

    @web.post("/chamados/novo")
    @without_pendency
    def opened() -> BaseResponse:
        form, to = TicketForm.sent(), the_line.line()
        if to is None or _why_not_open(to) is not None:
            return _new(form, "", 403)
        sent = SentForm(portal_contact(), token() or draw(), form.description, files())
        try:
            ticket = acts.open(to, sent, form)
        except ValueError as error:
            return _new(form, _told(error), 422)
        return redirect(f"/chamados/{ticket.number}?feito=aberto", 303)

    @web.get("/chamados/<number>")
    @without_pendency
    def one(number: str) -> Response:
        return _one(number)

    @web.post("/chamados/<number>/mensagem")
    @without_pendency
    def written(number: str) -> BaseResponse:
        return _done(number, lambda: acts.write(number, _sent("text")).number, "escrito")

    @web.post("/chamados/<number>/severidade")
    @without_pendency
    def proposed(number: str) -> BaseResponse:
        wanted = line("severity")
        if wanted not in {str(int(each)) for each in Severity}:
            return _one(number, _("Choose a severity."), 422)
        severity = Severity(int(wanted))
        return _done(number, lambda: acts.propose_severity(number, _sent("why"), severity).number, "escrito")

    @web.post("/chamados/<number>/<any(aceitar, recusar, adiar):act>")
    @without_pendency
    def moved(number: str, act: str) -> BaseResponse:
        kind = _ACTS[act]
        return _done(number, lambda: acts.move(number, _sent("reason"), kind, line("read")).number, act)

    @web.post("/chamados/<number>/acesso/<access>")
    @without_pendency
    def answered(number: str, access: str) -> BaseResponse:
        allowed = line("answer") == "allow"
        if not allowed and line("answer") != "refuse":
            return _one(number, _("Say whether you allow it."), 422)
        if allowed and not _may_allow(number, access):
            told = _("Its preparation is billed: a contact who is authorised for billed services allows it.")
            return _one(number, told, 403)
        contact = portal_contact()
        return _done(number, lambda: acts.answer_access(number, contact, access, allowed=allowed).number, "acesso")

    @web.post("/chamados/<number>/acesso/<access>/encerrar")
    @without_pendency
    def ended(number: str, access: str) -> BaseResponse:
        contact = portal_contact()
        return _done(number, lambda: acts.end_access(number, contact, access).number, "acesso")

    @web.post("/chamados/<number>/agenda/<appointment>")
    @without_pendency
    def settled(number: str, appointment: str) -> BaseResponse:
        confirmed, contact = line("answer") == "confirm", portal_contact()
        if not confirmed and line("answer") != "refuse":
            return _one(number, _("Say whether the time suits you."), 422)
        return _done(
            number,
            lambda: acts.answer_appointment(number, contact, appointment, confirmed=confirmed).number,
            "agenda",
        )

    @web.post("/chamados/<number>/servico/<position>")
    @without_pendency
    def ordered(number: str, position: str) -> BaseResponse:
        agreed, contact = line("answer") == "agree", portal_contact()
        if (not agreed and line("answer") != "decline") or not _number(position):
            return _one(number, _("Say whether you agree."), 422)
        place = int(position)
        return _done(number, lambda: acts.answer_offer(number, contact, place, agreed=agreed).number, "servico")

    @web.get("/chamados/<number>/anexos/<file>")
    @without_pendency
    def downloaded(number: str, file: str) -> Response:
        with database.reading() as connection:
            try:
                ticket = ticket_for(connection, _number(number), portal_contact().company_id)
            except NoTicketError:
                return _missing()
            found = find_attachment(connection, file.replace("\0", ""), ticket.number)
            if found is None or not is_shown(events_of(connection, ticket.number)[found.position]):
                return _missing()
        return download(found)

    def _may_allow(number: str, access: str) -> bool:
        """Whether the contact may allow it: what is billed needs the profile that consultancy by telephone needs."""
        contact = portal_contact()
        if contact.consultancy or contact.administrator:
            return True
        with database.reading() as connection:
            try:
                ticket = ticket_for(connection, _number(number), contact.company_id)
            except NoTicketError:
                return True  # it is answered as missing by what follows
            found = accesses_of(connection, ticket.number)
        return all(each.approved or not each.preparation_minutes for each in found if each.id == access)

    def _why_not_open(to: Line | None) -> str | None:
        with database.reading() as connection:
            return may_open(connection, portal_contact(), to, clock())

    def _new(form: TicketForm, wrong: str, status: int = 200) -> Response:
        to = the_line.line()
        why = _why_not_open(to)
        rules = to.routing.tickets if to else None
        return portal_page(
            "ticket_new.html",
            403 if why else status,
            form=form,
            wrong=wrong,
            why=why,
            desks=open_desks(to, rules) if to and rules else (),
            token=draw(),
            kinds=", ".join(KINDS),
            most_files=MOST_FILES,
            largest=LARGEST_FILE // 1_000_000,
        )

    def _one(number: str, wrong: str = "", status: int = 200, typed: str = "") -> Response:
        contact, now = portal_contact(), clock()
        with database.reading() as connection:
            try:
                ticket = ticket_for(connection, _number(number), contact.company_id)
                of = acts.line_of(ticket)
            except NoTicketError:
                return _missing()
            told = shown(connection, of, ticket, now)
            costs = billed(connection, of, ticket, now)
            read = to_accept(connection, of, ticket, now) if told.offers else ""
            offer = offered_service(connection, of, ticket.number) if not told.is_closed else None
            appointments = [] if told.is_closed else appointments_of(connection, ticket.number)
            accesses = [(each, access_state(each, now)) for each in accesses_of(connection, ticket.number)]
        return portal_page(
            "ticket_one.html",
            status,
            ticket=told,
            accesses=accesses,
            billed=costs,
            read=read,
            offer=offer,
            appointments=[(each, lapses(of, each)) for each in appointments if lapses(of, each) > now],
            may_order=contact.consultancy,
            states=AccessState,
            may_allow_billed=contact.consultancy or contact.administrator,
            wrong=wrong,
            typed=typed,
            done=request.args.get("feito", "") if request.method == "GET" else "",
            zone=_zone(of),
            token=draw(),
            severities=SEVERITIES,
            meanings=MEANINGS,
            kinds=", ".join(KINDS),
            most_files=MOST_FILES,
            largest=LARGEST_FILE // 1_000_000,
        )

    def _sent(field: str) -> SentForm:
        return SentForm(portal_contact(), token() or draw(), text(field), files())

    def _done(number: str, act: Callable[[], str], done: str) -> BaseResponse:
        """Do what a form asks, and lead on to the ticket that has it; or show the page with why not, and what was
        typed.
        """
        if not _number(number):
            return _missing()
        try:
            where = act()
        except NoTicketError:
            return _missing()
        except ValueError as error:
            return _one(number, _told(error), 422, text("text") or text("reason") or text("why"))
        return redirect(f"/chamados/{where}?feito={done if where == number else 'novo'}", 303)

    return web


def _number(written: str) -> str:
    """A ticket's number as it stands in an address; empty for what can be none, which no ticket has."""
    return written if written.isascii() and written.isdigit() and len(written) <= 10 else ""


def _missing() -> Response:
    return portal_page("ticket_missing.html", 404)


def _told(error: ValueError) -> str:
    if isinstance(error, MayNotOpenError):
        return str(error)
    said = reason(error)
    return _(REFUSALS.get(said.code, OTHERWISE)) if isinstance(said, Message) else _(OTHERWISE)


def _zone(line: Line | None) -> tzinfo | None:
    return line.header.zone if line else None
