"""What callers hear, by name, one file a language: ``prompts.pt-BR.yaml``.

prompts:
  principal: Para software, tecle 2. ...
  fechado: "{destino} não atende agora. Voltamos {abertura}."
destinations:
  suporte.rm: o Suporte RM
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Final

from ivr.flow.faults import Faults
from ivr.flow.fields import Fields
from ivr.flow.yaml import Mapping, Scalar

PLACEHOLDERS: Final = ("destino", "abertura", "documento", "protocolo", "posicao", "espera", "telefone")
"""What a prompt may leave open: the spoken name of a desk, when it opens, the document to confirm, the call's
protocol number, in a queue the caller's place and how long callers wait, and the number
that will be called back."""

MAX_CHARACTERS: Final = 1500
"""About two minutes of speech; Twilio's own limit for one Say is 4096 characters."""


MAX_NAME: Final = 200
"""Characters of a desk's spoken name."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text with its place."""

    text: Scalar

    @property
    def version(self) -> str:
        """A digest of the text, 64 hex digits: tells one wording from another, whatever else changed."""
        return hashlib.sha256(self.text.text.encode()).hexdigest()

    def needs(self) -> frozenset[str]:
        """The placeholders of the text."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.text.text) if name)


@dataclass(frozen=True, slots=True)
class Prompts:
    """All texts of one language, and how the desks are called in it."""

    language: str
    texts: MappingOf[str, Prompt]
    destinations: MappingOf[str, Scalar]


def read_prompts(root: Mapping, language: str, faults: Faults) -> Prompts:
    """The prompts of one file; whatever cannot be spoken is a fault."""
    fields = Fields(root, "the prompts file", faults)
    texts: dict[str, Prompt] = {}
    written = fields.mapping_of("prompts", required=True)
    for name, (_, value) in written.entries.items() if written else ():
        if isinstance(value, Scalar) and value.text.strip() and not value.is_null:
            # A faulty text leaves an empty one behind: whoever names the prompt is not told that it is missing.
            texts[name] = Prompt(value if _speakable(name, value, faults) else Scalar("", value.mark))
        else:
            faults.error(value.mark, f"the prompt '{name}' must be a text to speak")
            texts[name] = Prompt(Scalar("", value.mark))
    destinations: dict[str, Scalar] = {}
    named = fields.mapping_of("destinations", required=True)
    for name, (_, value) in named.entries.items() if named else ():
        if isinstance(value, Scalar) and value.text.strip() and not value.is_null:
            if len(value.text) > MAX_NAME:
                told = f"the spoken name of '{name}' has {len(value.text)} characters; {MAX_NAME} are the most"
                faults.error(value.mark, told)
            destinations[name] = value
        else:
            faults.error(value.mark, f"the destination '{name}' needs a name to speak")
            destinations[name] = Scalar("", value.mark)
    fields.finish()
    return Prompts(language, texts, destinations)


def _speakable(name: str, value: Scalar, faults: Faults) -> bool:
    if len(value.text) > MAX_CHARACTERS:
        faults.error(value.mark, f"the prompt '{name}' has {len(value.text)} characters; {MAX_CHARACTERS} are the most")
        return False
    try:
        found = [(field, spec, conversion) for _, field, spec, conversion in string.Formatter().parse(value.text)]
    except ValueError:
        faults.error(value.mark, f"the prompt '{name}' has a brace without its pair; write {{{{ and }}}} for braces")
        return False
    for field, spec, conversion in found:
        if field is None:
            continue
        if field not in PLACEHOLDERS:
            known = ", ".join(f"{{{word}}}" for word in PLACEHOLDERS)
            faults.error(value.mark, f"the prompt '{name}' leaves '{{{field}}}' open, which nobody fills; take {known}")
            return False
        if spec or conversion:
            faults.error(value.mark, f"the prompt '{name}' may only hold '{{{field}}}' as it is, without ':' or '!'")
            return False
    return True
