"""``allowed``: what the line may ring. Without it, every ordinary number of the country and every SIP domain.

allowed:
  country: BR                                  # default
  numbers: ["+5511..."]                        # a special rate or a satellite telephone needs a place here
  prefixes: ["+55115090"]
  sip_domains: [suporte.example.com]
"""

from __future__ import annotations

from ivr.flow.fields import Fields
from ivr.flow.routing.section import Places, made, parsed_each
from routing.allow_list import ORDINARY_NUMBERS, AllowList
from routing.numbers import parse_any_number


def read_allowed(root: Fields, places: Places) -> AllowList:
    """The section, or what holds without one."""
    written = root.mapping_of("allowed")
    if written is None:
        return ORDINARY_NUMBERS
    fields = Fields(written, "'allowed'", root.faults)
    places["allowed"] = root.mark_of("allowed")
    country = fields.text("country", "BR") or "BR"
    numbers = frozenset(number for number, _ in parsed_each(fields, "numbers", parse_any_number))
    prefixes = tuple(text.text for text in fields.texts("prefixes"))
    domains = frozenset(text.text.lower() for text in fields.texts("sip_domains"))
    fields.finish()
    return made(lambda: AllowList(country, numbers, prefixes, domains), fields) or ORDINARY_NUMBERS
