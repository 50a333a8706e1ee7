"""A waiting says what a caller hears in a queue, and the keys that lead out of it.

waiting:                            # of a transfer
  every: 30                         # seconds between two announcements, in which a soft tone is played
  position: posicao-na-fila         # {posicao}: the place in the queue
  expected: tempo-de-espera         # {espera}: how long those waited who were answered lately; not said unless known
  offer: saida-da-fila              # announces the keys
  keys: {"1": recado, "2": assessoria}   # key: state; taken at any time

The first words are the line's ``wait``. Without anything of this they are repeated every 20 seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ivr.flow.keys import read_keys
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from wording import message, phrase

DEFAULT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """``every`` is in seconds; a prompt that is None is not spoken."""

    every: int = DEFAULT_SECONDS
    position: Text | None = None
    expected: Text | None = None
    offer: Text | None = None
    keys: Mapping[str, Text] = field(default_factory=dict)

    def prompts(self) -> Iterator[Text]:
        """Return what is announced, in its order."""
        yield from filter(None, (self.position, self.expected, self.offer))


def read_waiting(owner: Fields) -> Waiting:
    """The mapping ``waiting`` of a transfer, or what holds without one."""
    written = owner.mapping_of("waiting")
    if written is None:
        return Waiting()
    fields = Fields(written, phrase("'waiting' of {owner}", owner=owner.owner), owner.diagnostics)
    every = fields.whole("every", DEFAULT_SECONDS, least=5, most=300)
    position, expected, offer = (fields.text(key) for key in ("position", "expected", "offer"))
    keys = read_keys(fields, required=False)
    if keys and not offer:
        fields.diagnostics.error(
            fields.mark_of("keys"),
            message("offer-missing", "{owner} needs 'offer': the prompt that tells of its keys", owner=fields.owner),
        )
    if offer and not fields.has("keys"):
        fields.diagnostics.error(
            fields.mark_of("offer"),
            message(
                "offer-without-keys", "{owner} needs 'keys': what '{offer}' offers", owner=fields.owner, offer=offer
            ),
        )
    fields.finish()
    return Waiting(every, position, expected, offer, keys)
