"""``callbacks`` lists the numbers that the line may call back; without it, all land lines and mobiles of the country.

callbacks:
  prefixes: ["+5511", "+5521"]     # only numbers that begin so; one abroad must be listed here
  per_number_a_day: 2              # promised to one number in 24 hours; each is tried twice at most
  per_day: 100                     # promised to all together
  expires_hours: 96                # not called any more afterwards
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from ivr.flow.routing.section import Places
from ivr.source.fields import Fields
from routing.allow_list import telephones
from routing.callbacks import CallbackRules
from routing.destinations import Destination, Number

_DEFAULT = CallbackRules()
_HOUR = timedelta(hours=1)


def read_callbacks(root: Fields, places: Places, country: str, destinations: Iterable[Destination]) -> CallbackRules:
    """The section, or what holds without one; the telephones of the destinations are never called back."""
    never = frozenset(
        target.e164
        for destination in destinations
        for _, targets in destination.lists()
        for _, target in telephones(targets)
        if isinstance(target, Number)
    )
    plain = CallbackRules(country, never=never)
    written = root.mapping_of("callbacks")
    if written is None:
        return plain
    fields = Fields(written, "'callbacks'", root.diagnostics)
    places["callbacks"] = root.mark_of("callbacks")
    prefixes = fields.texts("prefixes")
    per_number = fields.whole("per_number_a_day", _DEFAULT.per_number_a_day, least=1, most=10)
    per_day = fields.whole("per_day", _DEFAULT.per_day, least=1, most=10_000)
    expires = fields.whole("expires_hours", _DEFAULT.expires // _HOUR, least=1, most=336) * _HOUR
    fields.finish()
    return fields.built(lambda: CallbackRules(country, prefixes, per_number, per_day, expires, never)) or plain
