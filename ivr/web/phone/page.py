"""``GET /`` serves the telephone, which is the first page that a visitor of the pages' port sees."""

from __future__ import annotations

from flask import Blueprint, Response

from data.roles import Act
from ivr.web.guard import required
from ivr.web.shell.layout import page


def phone_page() -> Blueprint:
    """Return the blueprint of the page."""
    web = Blueprint("phone_page", __name__, template_folder=".")

    @web.get("/")
    @required(Act.LOOK)
    def phone() -> Response:
        return page("phone.html")

    return web
