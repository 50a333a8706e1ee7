"""``allowed``: what the line may ring. Without it, every ordinary number of the country and every SIP domain.

allowed:
  country: BR                                  # default
  numbers: ["+5511..."]                        # a special rate or a satellite telephone needs a place here
  prefixes: ["+55115090"]
  sip_domains: [suporte.example.com]
"""

from __future__ import annotations

from ivr.flow.routing.section import Places
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from routing.allow_list import ORDINARY_NUMBERS, AllowList
from routing.numbers import parse_any_number
from wording import message


def read_allowed(root: Fields, places: Places) -> AllowList:
    """The section, or what holds without one."""
    written = root.mapping_of("allowed")
    if root.has("allowed") and not (written and written.entries):
        root.diagnostics.warning(
            root.mark_of("allowed"),
            message(
                "allowed-left-empty",
                "'allowed' is left empty, so that every ordinary number of the country may be "
                "rung; list the numbers, prefixes and sip_domains of this line",
            ),
        )
    if written is None:
        return ORDINARY_NUMBERS
    fields = Fields(written, "'allowed'", root.diagnostics)
    places["allowed"] = root.mark_of("allowed")
    country = fields.text("country", "BR")
    numbers = frozenset(number for number, _ in fields.parsed_each("numbers", parse_any_number))
    prefixes: dict[str, Mark] = {text: text.mark for text in fields.texts("prefixes")}
    domains = frozenset(text.lower() for text in fields.texts("sip_domains"))
    fields.finish()
    allowed = fields.built(lambda: AllowList(country, numbers, tuple(prefixes), domains)) or ORDINARY_NUMBERS
    for wide in allowed.broad_prefixes():
        fields.diagnostics.warning(
            prefixes[wide],
            message(
                "allowed-prefix-too-wide",
                "the prefix '{wide}' lets every number of a country or of many areas be rung; "
                "write the beginning of your own numbers, like +55115090",
                wide=wide,
            ),
        )
    return allowed
