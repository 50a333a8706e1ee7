"""``portal_shell`` gives an application what the portal's pages have in common; ``portal_page`` renders one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Flask, Response, abort, g, make_response, redirect, render_template, request

from data.contact_profile import LANGUAGES
from ivr.web.portal.guard import open_to_all, portal_guard
from ivr.web.shell.languages import PAGES, gettext, language, speak
from ivr.web.shell.layout import HEADERS, N_, own_path
from ivr.web.shell.static_files import YEAR, StaticFiles

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from data.contact_profile import PortalContact

COOKIE: Final = "ivr_portal_language"

SPOKEN: Final = {"pt-BR": "Português", "es": "Español"}
"""Each language of the portal, as it calls itself: those of ``data.contact_profile``, so that both are the same."""

PORTAL: Final = Path(__file__).parent

NAVIGATION: Final = (
    ("/", N_("Start")),
    ("/chamados", N_("Tickets")),
    ("/contatos", N_("Contacts")),
    ("/meus-dados", N_("My data")),
    ("/privacidade", N_("Privacy")),
)
"""Where the head of each page leads a contact who is signed in; pages that the application does not have are left out.
"""


def portal_shell(app: Flask, number: Callable[[], str]) -> None:
    """Let ``app`` have pages of the portal: layout, languages, static files, headers, and ``/idioma/<tag>``, which
    chooses one. ``number`` is that of the line, which every page tells.
    """
    speak(app)
    own = (PAGES / "shell" / "shell.css", PAGES / "shell" / "icon.svg")
    files = StaticFiles(PORTAL, {}, own)
    app.register_blueprint(files.routes(open_to_all))
    app.register_blueprint(_language_switch())
    paths = {rule.rule for rule in app.url_map.iter_rules()}

    @app.context_processor
    def common() -> dict[str, object]:
        paths.update(rule.rule for rule in app.url_map.iter_rules())
        return {
            "language": language(),
            "languages": SPOKEN,
            "static": files.address,
            "here": request.path,
            "number": number(),
            "navigation": [(path, gettext(name)) for path, name in NAVIGATION if path in paths],
        }

    @app.after_request
    def guarded(response: Response) -> Response:
        for name, value in (HEADERS | {"Permissions-Policy": "camera=(), geolocation=(), microphone=()"}).items():
            response.headers.setdefault(name, value)
        return response


def portal_page(template: str, status: int = 200, **values: object) -> Response:
    """Return the page ``template``, which extends ``portal_layout.html``, in the language of the request."""
    response = make_response(render_template(template, **values), status)
    response.headers["Content-Language"] = language()
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


def language_of(contact: PortalContact | None) -> str:
    """Return the language of the request: the contact's own, else the one that was chosen at this browser, else the
    best that it accepts, else Portuguese.
    """
    if contact and contact.language in LANGUAGES:
        return contact.language
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def choose_language() -> None:
    """Choose the language of the request before the guard looks at it, so that what it refuses with is read as well.
    Where a contact asks who has chosen one, the guard chooses that.
    """
    g.language = language_of(None)


def _language_switch() -> Blueprint:
    web = Blueprint("portal_languages", __name__, template_folder="frame")

    @web.get("/idioma/<tag>")
    @open_to_all
    def choose(tag: str) -> BaseResponse:
        if tag not in SPOKEN:
            abort(404)
        response = redirect(own_path(request.args.get("next", "/")), 303)
        secure = portal_guard().address.is_secure
        response.set_cookie(COOKIE, tag, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)
        return response

    return web
