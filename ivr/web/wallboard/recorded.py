"""``/wallboard/<line>/recordings`` lists recorded talks to who supervises, and gives links that expire to hear them.

A link is given out in the name of the person who asks for it: that, and each time it is heard, stands in the audit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request

from data.recorded_talks import find_recorded_talk, recorded_talks
from data.roles import Act
from ivr.web.guard import audited_as, required, visitor
from ivr.web.recordings import link_to_talk
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.layout import page

if TYPE_CHECKING:
    from data.database import Database
    from data.vault import Vault
    from ivr.call.lines import Lines
    from ivr.flow.line import Line

MOST_TALKS: Final = 50
LINK_FOR: Final = timedelta(hours=1)
"""How long a link to a talk or a message is good."""

_LONGEST: Final = 40
"""Signs of a protocol number that are read, with what stands between its digits."""


def add_recording_views(
    web: Blueprint,
    lines: Callable[[], Lines],
    database: Database,
    clock: Callable[[], datetime],
    vault: Vault,
    heard_at: str,
    answered: Callable[[], Response],
) -> None:
    """Add the views of recorded talks to ``web``. Links lead to ``heard_at``; ``answered`` says that there is no such
    line.
    """

    def shown(line: Line, protocol: str, wrong: str = "", link: str = "", of: str = "") -> Response:
        with database.reading() as connection:
            talks = recorded_talks(connection, line.name, MOST_TALKS, protocol)
        return page(
            "recordings.html",
            line=line,
            names=[engine.line.name for engine in lines()],
            zone=line.header.zone,
            talks=talks,
            most=MOST_TALKS,
            protocol=protocol,
            wrong=wrong,
            link=link,
            of=of,
            until=clock() + LINK_FOR,
        )

    @web.get("/wallboard/<name>/recordings")
    @required(Act.SUPERVISE)
    def recordings(name: str) -> Response:
        line = lines().named(name)
        return shown(line, request.args.get("protocol", "").strip()[:_LONGEST]) if line else answered()

    @web.post("/wallboard/<name>/recordings/<sid>/listen")
    @required(Act.SUPERVISE)
    def listen(name: str, sid: str) -> Response:
        line = lines().named(name)
        if line is None:
            return answered()
        protocol = request.form.get("protocol", "").strip()[:_LONGEST]
        with database.reading() as connection:
            talk = find_recorded_talk(connection, line.name, sid)
        if talk is None:
            answer = shown(line, protocol, _("This recording is not kept any more."))
            answer.status_code = 410
            return answer
        link = link_to_talk(vault, heard_at, talk.recording.sid, clock() + LINK_FOR, visitor().name)
        audited_as(f"{line.name} recording {talk.recording.sid} link")
        return shown(line, protocol, link=link, of=talk.recording.sid)
