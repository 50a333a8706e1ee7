"""``access_codes``: the format of a product access code, and where each beginning of one leads.

access_codes:
  format: NN.X.NNNN              # N is a digit, X a digit or a letter, which is keyed by the key that carries it
  table: {"05.1": vitrine}
"""

from __future__ import annotations

from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from routing.access_codes import AccessCodes, CodeFormat
from wording import message, reason


def read_codes(root: Fields) -> tuple[AccessCodes | None, dict[str, Mark]]:
    """The table, None where the file has none, and where each area of it stands."""
    section = root.mapping_of("access_codes")
    if not section:
        return None, {}
    fields = Fields(section, "'access_codes'", root.diagnostics)
    format_ = fields.parsed("format", CodeFormat, required=True)
    table = fields.mapping_of("table", required=True)
    entries: dict[str, str] = {}
    marks: dict[str, Mark] = {}
    for code, mark, value in table.items() if table and format_ else ():
        if not isinstance(value, Text) or value.is_null:
            fields.diagnostics.error(
                value.mark,
                message(
                    "code-leads-to-no-area", "the access code '{code}' must lead to the name of one area", code=code
                ),
            )
            continue
        try:
            AccessCodes(format_, {**entries, code: value}) if format_ else None
        except ValueError as error:
            fields.diagnostics.error(mark, reason(error))
            continue
        entries[code] = value
        marks.setdefault(value, value.mark)
    fields.finish()
    # A faulty format leaves an empty table behind: states that collect codes are not told that there is none.
    return AccessCodes(format_ or CodeFormat("N"), entries), marks
