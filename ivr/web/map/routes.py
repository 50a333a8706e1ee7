"""``/map`` shows the menu of each line; ``/map/<line>/states/<state>`` what one state says, and where it is used."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from data.roles import Act
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.web.first_line import to_first_line
from ivr.web.guard import required
from ivr.web.map.drawings import Drawings, helpers
from ivr.web.map.state_told import state_told
from ivr.web.map.words import KINDS
from ivr.web.shell.languages import gettext, language
from ivr.web.shell.layout import page


def map_pages(lines: Callable[[], Lines]) -> Blueprint:
    """Return the blueprint of the maps of ``lines``, which are asked for at each request: menus change while calls run.

    ``?panel`` asks for a state without the page around it, ``/map/<line>/embedded`` for a map to stand in another page.
    """
    web = Blueprint("map", __name__, template_folder=".")
    drawings = Drawings()

    def values(line: Line, state: str | None) -> dict[str, object]:
        return {
            **helpers(line),
            "drawing": drawings.of(line, language()),
            "state": state_told(line, state) if state else None,
            "does": lambda kind: gettext(KINDS[kind]),
        }

    @web.get("/map")
    @required(Act.LOOK)
    def first() -> BaseResponse:
        return to_first_line("/map", lines())

    @web.get("/map/<name>")
    @required(Act.LOOK)
    def whole(name: str) -> Response:
        line = lines().named(name)
        return _no_line(lines()) if line is None else shown(line, None)

    @web.get("/map/<name>/states/<state>")
    @required(Act.LOOK)
    def one(name: str, state: str) -> Response:
        line = lines().named(name)
        if line is None:
            return _no_line(lines())
        if state not in line.states:
            return Response(
                "This menu has no such state; the map shows those that there are.\n", 404, mimetype="text/plain"
            )
        if "panel" in request.args:
            return Response(render_template("map_panel.html", **values(line, state)))
        return shown(line, state)

    @web.get("/map/<name>/embedded")
    @required(Act.LOOK)
    def embedded(name: str) -> Response:
        line = lines().named(name)
        return (
            _no_line(lines()) if line is None else Response(render_template("map_embedded.html", **values(line, None)))
        )

    def shown(line: Line, state: str | None) -> Response:
        names = [engine.line.name for engine in lines()]
        return page("map.html", names=names, **values(line, state))

    return web


def _no_line(lines: Lines) -> Response:
    there = ", ".join(engine.line.name for engine in lines)
    return Response(f"There is no such line; there are: {there}.\n", 404, mimetype="text/plain")
