"""``hangup``: a last sentence, and the line goes dead.

despedida:
  hangup: {say: despedida}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivr.flow.nodes.base import Defaults, Edge, Node
from ivr.source.fields import Fields
from ivr.source.yaml import Text


@dataclass(frozen=True, slots=True)
class Hangup(Node):
    """The end of the call, by us."""

    kind: ClassVar[str] = "hangup"
    waits: ClassVar[bool] = True

    say: Text | None

    def edges(self) -> Iterator[Edge]:
        """None: nothing follows."""
        yield from ()

    def prompts(self) -> Iterator[Text]:
        """The farewell, if there is one."""
        if self.say:
            yield self.say


def read(name: str, fields: Fields, _defaults: Defaults) -> Hangup | None:
    """A hangup state out of its YAML keys."""
    say = fields.text("say")
    fields.finish()
    return Hangup(name, fields.mark, say)
