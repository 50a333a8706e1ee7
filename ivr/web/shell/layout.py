"""``shell`` gives an application what its pages have in common; ``page`` renders a page inside the layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from ivr.web.guard import anyone
from ivr.web.shell.languages import COOKIE, LANGUAGES, PAGES, for_scripts, gettext, language, speak
from ivr.web.shell.static_files import YEAR, StaticFiles

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""Of every answer, unless it says otherwise itself: only its own files run, nothing is asked of another site, nothing
frames it. With ``no-referrer`` browsers would send forms with ``Origin: null``, which no guard can tell from others."""


def N_(message: str) -> str:
    """Mark ``message`` for the catalogues; it is translated where it is shown."""
    return message


NAVIGATION: Final = (
    ("/", N_("Telephone")),
    ("/agent", N_("Take calls")),
    ("/tickets", N_("Tickets")),
    ("/map", N_("Map")),
    ("/menu", N_("Menu")),
    ("/announcements", N_("Announcements")),
    ("/wallboard", N_("Wallboard")),
    ("/reports", N_("Reports")),
    ("/agents", N_("Agents")),
    ("/customers", N_("Customers")),
    ("/overview", N_("Overview")),
)
"""Where the head of each page leads, and what it is called; those that an application does not have are left out."""


def shell(
    app: Flask, may_open: Callable[[str], bool] = lambda _: True, name: Callable[[], str] = lambda: "IVR"
) -> None:
    """Let ``app`` have pages: layout, languages, static files, headers, and ``/language/<tag>``, which chooses one.

    ``may_open`` says whether the one who asks may open a path; others are not led there. ``name`` stands in the head
    of each page.
    """
    speak(app)
    files = StaticFiles(PAGES, {tag: for_scripts(tag) for tag in LANGUAGES})
    app.register_blueprint(files.routes())
    app.register_blueprint(_language_switch())

    @app.context_processor
    def common() -> dict[str, object]:
        paths = {rule.rule for rule in app.url_map.iter_rules()}
        return {
            "language": language(),
            "languages": LANGUAGES,
            "static": files.address,
            "here": request.path,
            "brand": name(),
            "navigation": [(path, gettext(name)) for path, name in NAVIGATION if path in paths and may_open(path)],
        }

    @app.after_request
    def guarded(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def page(template: str, **values: object) -> Response:
    """Return the page ``template``, which extends ``layout.html``, in the language of the request."""
    response = make_response(render_template(template, **values))
    response.headers["Content-Language"] = language()
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


def _language_switch() -> Blueprint:
    web = Blueprint("languages", __name__, template_folder=".")

    @web.get("/language/<tag>")
    @anyone
    def choose(tag: str) -> BaseResponse:
        if tag not in LANGUAGES:
            return Response(f"No such language; there are {', '.join(LANGUAGES)}.\n", 404, mimetype="text/plain")
        response = redirect(own_path(request.args.get("next", "/")), 303)
        response.set_cookie(COOKIE, tag, max_age=YEAR, httponly=True, samesite="Lax")
        return response

    return web


def own_path(asked: str) -> str:
    """Return ``asked`` where it is a path of this site, else the first page: no link leads away from here."""
    # Browsers read a backslash as a slash, and leave tabs and ends of lines out of an address.
    read = asked.replace("\\", "/")
    return asked if read.startswith("/") and not read.startswith("//") and read.isprintable() else "/"
