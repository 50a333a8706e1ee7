"""``/pesquisas/<survey>?mark=…`` shows a survey, and what is posted there is recorded, once.

Who has the link may answer, without signing in: the signature of the key is in it, and it is good for one survey until
that is answered or its days are over. Mail scanners follow links, so that GET and HEAD change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, request

from ivr.service_desk.surveys import SurveyOverError, answer_survey, signed_survey
from ivr.tickets.survey_rules import HIGHEST, LOWEST, SurveyAnswerError
from ivr.web.portal.guard import open_to_all
from ivr.web.portal.layout import portal_page
from ivr.web.shell.languages import gettext as _
from ivr.web.shell.languages import language

if TYPE_CHECKING:
    from flask import Response

    from data.database import Database
    from data.surveys import SurveyRecord
    from data.vault import Vault
    from ivr.call.lines import Lines
    from ivr.tickets.survey_rules import SurveyRules

GONE = 410


def survey_pages(
    database: Database, vault: Vault, clock: Callable[[], datetime], lines: Callable[[], Lines]
) -> Blueprint:
    """Return the blueprint of surveys; ``lines`` gives the questions of each line as they are now."""
    web = Blueprint("portal_surveys", __name__, template_folder=".")

    @web.get("/pesquisas/<survey>")
    @open_to_all
    def show(survey: str) -> Response:
        mark = request.args.get("mark", "")
        with database.reading() as connection:
            found = signed_survey(connection, vault, survey, mark)
        refused = _refused(found, clock())
        rules = _rules(found) if found else None
        if refused or found is None or rules is None:
            return refused or _said(_("This link leads to no survey."), 404)
        return _asked(found, rules, mark)

    @web.post("/pesquisas/<survey>")
    @open_to_all
    def record(survey: str) -> Response:
        mark, now = request.form.get("mark", ""), clock()
        with database.reading() as connection:
            found = signed_survey(connection, vault, survey, mark)
        refused = _refused(found, now)
        rules = _rules(found) if found else None
        if refused or found is None or rules is None:
            return refused or _said(_("This link leads to no survey."), 404)
        try:
            with database.transaction() as connection:
                answer_survey(connection, rules, survey, request.form, request.form.get("comment", ""), "portal", now)
        except SurveyOverError:  # another window of the same browser was faster
            return _said(_("This survey was answered already. Thank you."), GONE)
        except SurveyAnswerError:
            fault = _("Choose a figure from 1 to 5 for each question, and send it again.")
            return _asked(found, rules, mark, fault, 422)
        except ValueError:
            return _asked(found, rules, mark, _("Your comment is too long: write 2000 characters at most."), 422)
        return _said(_("Thank you: your answers were recorded."), 200)

    def _rules(found: SurveyRecord) -> SurveyRules | None:
        line = lines().named(found.line)
        return line.routing.surveys if line else None

    return web


def _refused(found: SurveyRecord | None, now: datetime) -> Response | None:
    if found is None:
        return _said(_("This link leads to no survey."), 404)
    if found.answered_at is not None:
        return _said(_("This survey was answered already. Thank you."), GONE)
    if found.expires_at <= now:
        return _said(_("The time of this survey is over."), GONE)
    return None


def _asked(found: SurveyRecord, rules: SurveyRules, mark: str, fault: str = "", status: int = 200) -> Response:
    written = request.form if request.method == "POST" else {}
    response = portal_page(
        "survey.html",
        status,
        survey=found,
        questions=[(each.name, each.text(language())) for each in rules.questions],
        figures=range(LOWEST, HIGHEST + 1),
        mark=mark,
        here=f"{request.path}?mark={mark}",  # the switch of languages leads back to the same link
        written=written,
        fault=fault,
    )
    return _private(response)


def _said(sentence: str, status: int) -> Response:
    return _private(portal_page("survey_over.html", status, sentence=sentence))


def _private(response: Response) -> Response:
    """The address is a secret: it goes into no cache, and to no other site. With ``no-referrer`` browsers would send
    the form with ``Origin: null``, which the guard refuses.
    """
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
