"""``FolderLines`` reads lines below a folder, each once on first use, with the rules of every channel."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ivr.channels import RULES
from ivr.cli.lines import folder_of
from ivr.errors import FlowError, TargetError
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.flow.prompts import Prompt
from wording import message


class FolderLines:
    """The lines below ``flows``. It can be handed to another process, with what was read so far."""

    def __init__(self, flows: Path) -> None:
        self.flows = flows
        self.read: dict[str, Line] = {}
        """Those that were asked for and can be used, by the names that they were asked for by."""
        self._prompts: dict[str, Mapping[str, Prompt] | None] = {}

    def line(self, name: str) -> Line:
        """Return the line ``name``, or the one in the folder of that path. Raises TargetError, FlowError."""
        if name not in self.read:
            if ":" in name:
                raise TargetError(
                    message(
                        "neither-line-nor-url",
                        "{name} is neither a line nor a URL; a webhook's URL begins with http:// or https://",
                        name=name,
                    )
                )
            self.read[name] = load_line(folder_of(name, self.flows), rules=RULES)
        return self.read[name]

    def prompts(self, name: str) -> Mapping[str, Prompt] | None:
        """Return the prompts of the line ``name``, which scripts may hear by name; None where it cannot be used."""
        if name not in self._prompts:
            try:
                self._prompts[name] = self.line(name).prompts.texts
            except (FlowError, TargetError):
                self._prompts[name] = None  # told with the first script of the line
        return self._prompts[name]
