"""``/announcements/<line>`` shows what callers are told now and later; who may, makes an announcement and ends one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from data.announcements import (
    NewAnnouncement,
    end_announcement,
    find_announcement,
    lasting_announcements,
    make_announcement,
)
from data.roles import Act
from ivr.call.announcements import known_announcements
from ivr.web.announcements.form import AnnouncementForm
from ivr.web.first_line import to_first_line
from ivr.web.guard import audited_as, required, visitor
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.languages import language
from ivr.web.shell.layout import page
from routing.closures import scopes_of
from wording import reason
from wording.catalogues import put

if TYPE_CHECKING:
    from data.database import Database
    from ivr.call.lines import Lines
    from ivr.flow.line import Line


def announcement_pages(lines: Callable[[], Lines], database: Database, clock: Callable[[], datetime]) -> Blueprint:
    """Return the blueprint of the announcements of ``lines``. Times are local ones of the line."""
    web = Blueprint("announcements", __name__, template_folder=".")

    def shown(line: Line, form: AnnouncementForm | None = None, wrong: str = "") -> Response:
        now = clock().astimezone(line.header.zone)
        with database.reading() as connection:
            made = [each for each in lasting_announcements(connection, now) if each.line == line.name]
        written = [each for each in line.prompts.announcements.values() if each.announcement.until > now]
        return page(
            "announcements.html",
            names=[engine.line.name for engine in lines()],
            line=line,
            now=now,
            zone=line.header.zone,
            made=made,
            written=written,
            scopes=sorted(scopes_of(line.routing.table.destinations)),
            form=form or AnnouncementForm.empty(now),
            wrong=wrong,
        )

    def refused(line: Line, form: AnnouncementForm, wrong: str, status: int) -> Response:
        answer = shown(line, form, wrong)
        answer.status_code = status
        return answer

    @web.get("/announcements")
    @required(Act.LOOK)
    def first() -> BaseResponse:
        return to_first_line("/announcements", lines())

    @web.get("/announcements/<name>")
    @required(Act.LOOK)
    def of_line(name: str) -> Response:
        line = lines().named(name)
        return shown(line) if line else _no_line()

    @web.post("/announcements/<name>")
    @required(Act.ANNOUNCE)
    def announce(name: str) -> BaseResponse:
        line = lines().named(name)
        if line is None:
            return _no_line()
        form, now = AnnouncementForm.sent(request.form), clock().astimezone(line.header.zone)
        try:
            with database.transaction() as connection:
                others = known_announcements(line, lasting_announcements(connection, now))
                read = form.read(line, now, others, line.routing.table.destinations)
                new = NewAnnouncement(line.name, read.scope, read.text, read.since or now, read.until, visitor().name)
                number = make_announcement(connection, new)
        except ValueError as error:
            why = put(reason(error), language())
            return refused(line, form, f"{why[:1].upper()}{why[1:]}.", 422)
        audited_as(f"{line.name} {read.scope} #{number}")
        return redirect(f"/announcements/{quote(line.name)}", 303)

    @web.post("/announcements/<name>/<int:number>/end")
    @required(Act.ANNOUNCE)
    def end(name: str, number: int) -> BaseResponse:
        line, now = lines().named(name), clock()
        if line is None:
            return _no_line()
        with database.transaction() as connection:
            found = find_announcement(connection, number)
            is_ended = (
                found is not None
                and found.line == line.name
                and end_announcement(connection, number, now, visitor().name)
            )
        if found is None or not is_ended:
            local = now.astimezone(line.header.zone)
            return refused(line, AnnouncementForm.empty(local), _("This announcement is over already."), 409)
        audited_as(f"{line.name} {found.scope} #{number} ended")
        return redirect(f"/announcements/{quote(line.name)}", 303)

    return web


def _no_line() -> Response:
    return Response("There is no such line; /announcements leads to the first.\n", 404, mimetype="text/plain")
