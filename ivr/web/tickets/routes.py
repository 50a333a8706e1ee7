"""``/tickets`` lists the tickets, ``/tickets/<number>`` is the page of one, and ``/tickets/<number>/<act>`` takes what
the staff do; ``/tickets/new`` opens one for a customer.

Every act is a form that works without a script. It holds how many events its person saw: who acts on a ticket that has
others by now is told what came meanwhile, and what was typed stays.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from data.audit import VISITOR
from data.conflicts import repeated
from data.roles import Act
from data.ticket_attachments import find_attachment
from data.tickets import TicketChangedError, TicketRecord, find_ticket
from ivr.redaction import without_secrets
from ivr.service_desk.acts import NoTicketError
from ivr.service_desk.attachments import KINDS, LARGEST
from ivr.service_desk.corrections import MOST_MINUTES
from ivr.service_desk.texts import LONGEST_SUBJECT
from ivr.tickets.events import EventKind
from ivr.tickets.remote_access import MOST_PREPARATION, MOST_PURPOSE
from ivr.web.downloads import download
from ivr.web.guard import audited_as, required, visitor
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.languages import language
from ivr.web.shell.layout import page
from ivr.web.tickets.event_words import APPOINTMENT_WORDS
from ivr.web.tickets.list_routes import add_list_views
from ivr.web.tickets.opening_routes import add_opening_views
from ivr.web.tickets.ticket_forms import KIND_OF, LONGEST_PRODUCT, PERFORMERS, TicketWork
from ivr.web.tickets.ticket_view import moment_told, read_ticket_view
from ivr.web.tickets.told import AREAS, CHANNELS, SEVERITIES, STATES, local, sentence, words
from wording.catalogues import put

if TYPE_CHECKING:
    from data.database import Database
    from data.vault import Vault
    from ivr.call.lines import Lines

_NUMBER: Final = re.compile(r"[0-9]{10}")


class StaleFormError(Exception):
    """A form was sent from a page that showed fewer events than the ticket has."""


def ticket_pages(
    lines: Callable[[], Lines],
    database: Database,
    clock: Callable[[], datetime],
    vault: Vault,
    draw: Callable[[], str] = lambda: secrets.token_hex(16),
) -> Blueprint:
    """Return the blueprint of the tickets of ``lines``. ``draw`` makes ids of 32 signs that nobody guesses."""
    web = Blueprint("tickets", __name__, template_folder=".")

    def numbers() -> Iterator[str]:
        return vault.protocols(draw())

    def shown(
        number: str, failed: str = "", wrong: str = "", typed: Mapping[str, str] | None = None, status: int = 200
    ) -> Response:
        now, portuguese, user = clock(), language() == "pt-BR", visitor().user
        hears = Act.SUPERVISE in visitor().acts
        with database.reading() as connection:
            ticket = find_ticket(connection, number)
            if ticket is None:
                return no_ticket()
            line = lines().named(ticket.line)
            view = read_ticket_view(connection, line, ticket, now, portuguese=portuguese, hears=hears)
        answer = page(
            "ticket.html",
            view=view,
            ticket=ticket,
            now=now,
            failed=failed,
            kept=KIND_OF.get(failed) in view.possible,
            wrong=wrong,
            typed=typed or {},
            EventKind=EventKind,
            put=words,
            at=lambda moment: local(moment, view.zone),
            states=STATES,
            severities=SEVERITIES,
            areas=AREAS,
            channels=CHANNELS,
            appointment_words=APPOINTMENT_WORDS,
            works=Act.WORK_TICKETS in visitor().acts and bool(view.possible),
            me=user.id if user else None,
            longest_subject=LONGEST_SUBJECT,
            longest_product=LONGEST_PRODUCT,
            most_minutes=MOST_MINUTES,
            most_purpose=MOST_PURPOSE,
            most_preparation=MOST_PREPARATION,
            kinds=",".join(KINDS),
            largest=LARGEST // 1000,
        )
        answer.status_code = status
        return answer

    @web.get("/tickets/<number>")
    @required(Act.SEE_TICKETS)
    def of_number(number: str) -> Response:
        return shown(number) if _NUMBER.fullmatch(number) else no_ticket()

    @web.get("/tickets/<number>/files/<attachment>")
    @required(Act.SEE_TICKETS)
    def file(number: str, attachment: str) -> Response:
        with database.reading() as connection:
            found = find_attachment(connection, attachment, number)
        return download(found) if found else no_ticket()

    @web.post("/tickets/<number>/<act>")
    @required(Act.WORK_TICKETS)
    def act(number: str, act: str) -> BaseResponse:
        perform = PERFORMERS.get(act)
        if perform is None or not _NUMBER.fullmatch(number):
            return no_ticket()
        sent = request.files.get("file")
        file = (sent.filename or "", sent.stream.read()) if sent and sent.filename else None
        user = visitor().user

        def work() -> TicketRecord:
            with database.transaction() as connection:
                ticket = find_ticket(connection, number)
                line = lines().named(ticket.line) if ticket else None
                if ticket is None or line is None:
                    raise NoTicketError
                if act != "attach" and request.form.get("seen", "") != str(ticket.position):
                    raise StaleFormError
                who = user.name if user else VISITOR
                doing = TicketWork(
                    connection,
                    line,
                    ticket,
                    request.form,
                    file,
                    who,
                    user.id if user else None,
                    clock(),
                    draw,
                    numbers,
                )
                return perform(doing)

        try:
            after = repeated(work)
        except NoTicketError as error:
            return shown(number, act, sentence(error), request.form, 404) if error.args else no_ticket()
        except (StaleFormError, TicketChangedError):
            return shown(number, act, meanwhile(number), request.form, 409)
        except ValueError as error:
            return shown(number, act, sentence(error), request.form, 422)
        audited_as(f"{number} {act}")
        hidden = "?hidden=1" if any(without_secrets(text) != text for text in request.form.values()) else ""
        return redirect(f"/tickets/{quote(number)}{hidden}#event-{after.position - 1}", 303)

    def meanwhile(number: str) -> str:
        """What came to a ticket last, for who acts on an older one."""
        with database.reading() as connection:
            ticket = find_ticket(connection, number)
            line = lines().named(ticket.line) if ticket else None
            if ticket is None:
                return ""
            view = read_ticket_view(connection, line, ticket, clock(), portuguese=language() == "pt-BR")
        last = view.events[-1]
        return _(
            "Meanwhile %(who)s %(did)s (%(time)s). What you typed is kept: read what came, and send it again if it "
            "still holds."
        ) % {
            "who": last.record.author,
            "did": put(last.did, language()),
            "time": moment_told(last.record.at.astimezone(view.zone), language() == "pt-BR"),
        }

    add_opening_views(web, lines, database, clock, vault, numbers)
    add_list_views(web, lines, database, clock)
    return web


def no_ticket() -> Response:
    """Return the answer for a number that no ticket has, and for a file that is not its."""
    return Response(f"{_('There is no such ticket; /tickets lists them.')}\n", 404, mimetype="text/plain")
