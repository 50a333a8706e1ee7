"""Reads back why the line is degraded, which comes in English over ``/health``, so that a page says it in its language.

The tests ask for each sentence that the server makes; one that is none of these is shown as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from ivr.web.shell.languages import gettext, ngettext
from ivr.web.shell.layout import N_

SENTENCES: Final = (
    N_("the database does not answer"),
    N_("the database is damaged"),
    N_("the webhooks do not answer"),
    N_("the pages do not run"),
    N_("the line {line} answers with its last good menu, {menu}: its files hold {faults} (ivr check {name})"),
    N_(
        "the line {line} does not answer: its files hold {faults} (ivr check {name}), and no good version of it is kept"
    ),
    N_("the line {line} does not answer: its files hold {faults} (ivr check {name}), and no version is published"),
    N_(
        "version {number} of the line {line} has faults in this release, so that it answers with the menu {menu}; "
        "publish a sound one"
    ),
    N_(
        "version {number} of the line {line} has faults in this release, so that it does not answer; publish a sound "
        "one"
    ),
)
"""What ``/health`` gives as a reason; the first that fits."""


def reason_in_words(reason: str) -> str:
    """Return a reason in the language of the request."""
    for sentence in SENTENCES:
        found = _pattern(sentence).fullmatch(reason)
        if found:
            values = found.groupdict()
            if "faults" in values:
                number = int(values["faults"].split()[0])
                values["faults"] = ngettext("%(num)d fault", "%(num)d faults", number) % {"num": number}
            return gettext(sentence).format_map(values)
    return reason


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    shapes = {"faults": r"\d+ faults?"}
    shown = (f"(?P<{part}>{shapes.get(part, '.+?')})" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return re.compile("".join(shown))
