"""Every exception that this project raises on purpose.

    IvrError                     one clear line for whoever made the mistake
    ├── FlowError                a line's YAML holds faults; each has file, line and column
    ├── ScriptError              a call script holds faults; each has file, line and column
    ├── SettingsError            the environment is missing something or holds something wrong
    ├── TargetError              what was to be dialled cannot be reached or is no line of ours
    ├── RequestError             a webhook request is not one that Twilio would send
    │   └── SignatureError       ... or is not signed by Twilio
    └── UnknownCallError         a turn or a status arrived for a call that never began

No message ever holds a document, a password or keys that a caller pressed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.source.diagnostics import Diagnostic

__all__ = [
    "FlowError",
    "IvrError",
    "RequestError",
    "ScriptError",
    "SettingsError",
    "SignatureError",
    "TargetError",
    "UnknownCallError",
]


class IvrError(Exception):
    """The root: its text is fit to be shown to the person who made the mistake."""


class FlowError(IvrError):
    """A line's YAML cannot be used; ``diagnostics`` holds every reason, in the order of the files."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(str(diagnostic) for diagnostic in diagnostics))
        self.diagnostics = tuple(diagnostics)


class ScriptError(IvrError):
    """A call script cannot be read; ``diagnostics`` holds every reason."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("\n".join(str(diagnostic) for diagnostic in diagnostics))
        self.diagnostics = tuple(diagnostics)


class SettingsError(IvrError):
    """The environment is not fit to start with; the text names each variable and the remedy."""


class TargetError(IvrError):
    """What was to be dialled does not exist or does not answer."""


class RequestError(IvrError):
    """A webhook request that the telephone company would not have sent."""


class SignatureError(RequestError):
    """A webhook request without a valid signature."""


class UnknownCallError(IvrError):
    """A turn of a call that never began."""
