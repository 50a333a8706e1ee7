"""A waiting says what a caller hears in a queue, and the keys that lead out of it.

waiting:                            # of a transfer
  every: 30                         # seconds between two announcements, in which a soft tone is played
  position: posicao-na-fila         # {posicao}: the place in the queue
  expected: tempo-de-espera         # {espera}: how long those waited who were answered lately; not said unless known
  offer: saida-da-fila              # announces the keys
  keys: {"1": recado, "2": assessoria}   # key: state; taken at any time
  severity:                         # asked once, at the first words, of a caller whose call opened a ticket
    usable: severidade-uso          # can the function be used?
    way_round: severidade-contorno  # is there a way round?
    corrupts: severidade-dados      # are data being corrupted?
    yes_key: "7"                    # keys that lead out of the queue go on doing so
    no_key: "8"
    noted: severidade-anotada       # after the last answer that was wanted; {previsao}

The first words are the line's ``wait``. Without anything of this they are repeated every 20 seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from ivr.flow.keys import read_key, read_keys
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from value_class import value_class
from wording import message, phrase

DEFAULT_SECONDS = 20


@value_class
class SeverityQuestions:
    """Three questions that tell how severe the matter of a ticket is (seed 003 p. 14), each answered by one key, and
    what is said after the last answer.
    """

    usable: Text
    way_round: Text
    corrupts: Text
    noted: Text
    yes_key: Text
    no_key: Text

    @property
    def asked(self) -> tuple[Text, Text, Text]:
        """Return the prompts of the questions, in their order."""
        return self.usable, self.way_round, self.corrupts

    @property
    def keys(self) -> frozenset[str]:
        """Return the two keys that answer."""
        return frozenset({str(self.yes_key), str(self.no_key)})


@value_class
class Waiting:
    """``every`` is in seconds; a prompt that is None is not spoken."""

    every: int = DEFAULT_SECONDS
    position: Text | None = None
    expected: Text | None = None
    offer: Text | None = None
    keys: Mapping[str, Text] = field(default_factory=dict)
    severity: SeverityQuestions | None = None

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
    severity = _read_severity(fields, keys)
    fields.finish()
    return Waiting(every, position, expected, offer, keys, severity)


def _read_severity(owner: Fields, taken: Mapping[str, Text]) -> SeverityQuestions | None:
    """The mapping ``severity`` of a wait; its keys are none of those ``taken`` by the wait itself."""
    written = owner.mapping_of("severity")
    if written is None:
        return None
    fields = Fields(written, phrase("'severity' of {owner}", owner=owner.owner), owner.diagnostics)
    found = {key: fields.text(key, required=True) for key in ("usable", "way_round", "corrupts", "noted")}
    found |= {key: read_key(fields, key) for key in ("yes_key", "no_key")}
    fields.finish()
    given = {key: value for key, value in found.items() if value is not None}
    if len(given) != len(found):
        return None
    questions = SeverityQuestions(**given)
    for key in (questions.yes_key, questions.no_key):
        if key in taken:
            fields.diagnostics.error(
                key.mark,
                message(
                    "severity-key-leads-out",
                    "key {key} leads out of the queue, to '{state}', and cannot answer a question there; take another",
                    key=key,
                    state=taken[key],
                ),
            )
    if questions.yes_key == questions.no_key:
        fields.diagnostics.error(
            questions.no_key.mark,
            message("severity-key-twice", "key {key} cannot mean both yes and no; take another", key=questions.no_key),
        )
    return questions
