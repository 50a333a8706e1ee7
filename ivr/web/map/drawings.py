"""Drawings keeps the map of each line's menu, drawn once a version of the menu and a language of the pages."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from flask import render_template
from markupsafe import Markup

from ivr.flow.graph.outline import outline
from ivr.flow.graph.svg import ICONS, svg
from ivr.flow.line import Line
from ivr.web.map.words import in_words
from value_class import value_class

MOST: Final = 16
"""Drawings that are kept: a few lines, each in two languages. One of 4003-0015 is 230 kB."""


@value_class
class Drawing:
    """One menu as a picture, and as a list for narrow windows; both may stand in a page as they are."""

    picture: Markup
    list: Markup


class Drawings:
    """The drawings that were asked for last. It may be asked by several threads; at worst two make the same drawing."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str, str], Drawing] = {}

    def of(self, line: Line, language: str) -> Drawing:
        """Return the drawing of ``line`` in ``language``, which must be that of the request."""
        key = (line.name, line.version, language)
        made = self._made.get(key)
        if made is None:
            drawn = outline(line)
            picture = svg(drawn, link=lambda state: address(line.name, state), words=in_words)
            listed = render_template("map_list.html", outline=drawn, **helpers(line))
            made = Drawing(Markup(picture), Markup(listed))  # noqa: S704 - a writer of XML and a template, which escape
            self._made = dict([*self._made.items(), (key, made)][-MOST:])
        return made


def address(line: str, state: str) -> str:
    """Return the page of a state; the line is called as its folder is, which may be anything."""
    return f"/map/{quote(line, safe='')}/states/{state}"


def icon(name: str) -> Markup:
    """Return the icon ``name`` of the picture for a page."""
    return Markup('<svg class="icon" viewBox="0 0 14 14" aria-hidden="true"><path d="{}"/></svg>').format(ICONS[name])


def helpers(line: Line) -> dict[str, object]:
    """Return what every template of a map is given."""

    def icon_of(state: str) -> str:
        node = line.states[state]
        if node.ends_call:
            return "ends"
        return "people" if node.chooses or node.rings else "says"

    return {"line": line, "address": address, "icon": icon, "icon_of": icon_of, "in_words": in_words}
