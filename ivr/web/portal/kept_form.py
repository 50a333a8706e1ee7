"""``kept_form`` keeps what was typed about a ticket when its session is over: it is shown again, to be sent once more.

Only forms of tickets are kept, which ask for no secret, and in nothing but the answers to the browser that sent them:
the page that asks for the password carries them along, and the one after it sends them where they were going.
"""

from __future__ import annotations

import re
from typing import Final

from flask import request

from ivr.web.portal.tickets.forms import MOST_OF_A_TEXT
from value_class import value_class

_PATHS: Final = re.compile(r"/chamados/[A-Za-z0-9_/-]+")
"""Where forms of tickets go; nothing in it leads elsewhere."""

_PATH: Final = "kept-path"
_BEFORE: Final = "kept-"

TEXTS: Final = ("subject", "description", "text", "reason", "why")
"""Fields that people type; a form in which all are empty is not kept."""

_CHOSEN: Final = ("destination", "product", "module", "usable", "way_round", "corrupts", "severity", "form")


@value_class
class KeptForm:
    """The fields of a form that was on its way to ``path``, by name. Its files are not kept."""

    path: str
    texts: dict[str, str]
    chosen: dict[str, str]

    @property
    def page(self) -> str:
        """Return the address of the page on which the form stood."""
        return "/".join(self.path.split("/")[:3])

    def carried(self) -> dict[str, str]:
        """Return the fields in which a form of another page carries this one along."""
        return {_PATH: self.path} | {f"{_BEFORE}{name}": value for name, value in (self.texts | self.chosen).items()}


def kept_form() -> KeptForm | None:
    """Return the form that the request brings, or carries along; None where it is none of a ticket, or says nothing."""
    carried = request.form.get(_PATH, "")
    path, before = (carried, _BEFORE) if carried else (request.path, "")
    if not _PATHS.fullmatch(path):
        return None
    texts, chosen = _read(before, TEXTS), _read(before, _CHOSEN)
    return KeptForm(path, texts, chosen) if texts else None


def _read(before: str, names: tuple[str, ...]) -> dict[str, str]:
    sent = {name: request.form.get(f"{before}{name}", "")[:MOST_OF_A_TEXT].replace("\0", "") for name in names}
    return {name: value for name, value in sent.items() if value.strip()}
