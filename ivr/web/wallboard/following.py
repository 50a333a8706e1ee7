"""A supervisor follows talks from the wallboard: listens, whispers to the agent, speaks to both, leaves.

The script of the page asks in JSON, and says which telephone of a page it has; a browser without scripts sends forms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from data.roles import Act
from ivr.call.talks.supervising import NO_USER
from ivr.web.guard import guard, required, visitor
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.languages import language
from wording.catalogues import put

if TYPE_CHECKING:
    from ivr.call.lines import Lines
    from ivr.call.talks.supervising import Supervision
    from ivr.flow.line import Line
    from ivr.web.wallboard.on_call import RefusedPage

NumberOf = Callable[[str], "str | None"]
"""Gives the number of the telephone of a page, by what the page knows it by; None where there is none."""


def no_telephones(_identity: str) -> str | None:
    """Say that no page has a telephone."""
    return None


def add_following_views(
    web: Blueprint,
    lines: Callable[[], Lines],
    supervision: Supervision,
    number_of: NumberOf,
    refused: RefusedPage,
    answered: Callable[[Line | None], BaseResponse],
) -> None:
    """Add the view by which a talk is followed to ``web``; ``supervision`` writes the audit. ``answered`` leads back to
    the board of a line, or says that there is none.
    """
    acts = {
        "whisper": supervision.whisper,
        "join": supervision.join,
        "mute": supervision.mute,
        "leave": supervision.leave,
    }

    @web.post("/wallboard/<name>/talks/<talk>/<how>")
    @required(Act.SUPERVISE, audited=False)
    def follow(name: str, talk: str, how: str) -> BaseResponse:
        line = lines().named(name)
        if line is None or (how != "listen" and how not in acts):
            return answered(None)
        user, source = visitor().user, guard().address.source(request.environ)
        user_id, who = (user.id, user.login) if user else (NO_USER, visitor().name)
        asked = request.get_json(silent=True) if request.is_json else {}
        phone = asked.get("phone") if isinstance(asked, dict) else None
        number = number_of(phone) if isinstance(phone, str) else None
        if how != "listen":
            why = acts[how](user_id, talk, who, source)
        elif user is None and number is None:
            why = _("Log in as a supervisor with a telephone to follow talks.")
        else:
            why = supervision.listen(user_id, talk, who, source, number)
        if why is not None:
            told = put(why, language())
            return answer(line, f"{told[:1].upper()}{told[1:]}")
        return jsonify({}) if request.is_json else answered(line)

    def answer(line: Line, why: str) -> Response:
        if not request.is_json:
            return refused(line, why, 409)
        told = jsonify({"error": why})
        told.status_code = 409
        return told
