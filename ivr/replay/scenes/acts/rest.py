"""``act: rest`` is a request of the account holder's to the carrier's API, as an application makes it by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Final, Self

from ivr.replay.scenes.acts.scene_act import SceneAct
from ivr.source.fields import Fields
from value_class import value_class
from wording import message, phrase

if TYPE_CHECKING:
    from ivr.replay.scenes.scene_stage import SceneStage

_REQUEST: Final = re.compile(r"(GET|POST|DELETE) (/\S.*)")
_NAMED: Final = re.compile(r"\{([^{}]*)\}")
_QUEUE, _CONFERENCE = "queue ", "conference "
_REFUSED: Final = 400


@value_class
class RestAct(SceneAct):
    """``request: POST /Queues/{queue vendas}/Members/{ana}.json`` with the fields ``form``.

    In braces stand parties, for the identifiers of their calls, and queues and conferences by their names. ``status``
    is what the API must answer (None: anything but a refusal).
    """

    name: ClassVar[str] = "rest"

    method: str
    path: str
    form: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    status: int | None = None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """See ``SceneAct``."""
        method, path = fields.parsed("request", _parse_request, required=True) or ("GET", "/")
        written = fields.mapping_of("form")
        form = []
        if written is not None:
            inner = Fields(written, phrase("'{key}' of {owner}", key="form", owner=fields.owner), fields.diagnostics)
            form = [(name, inner.text(name) or "") for name in written.entries]
        return cls(method, path, tuple(form), fields.whole("status", 0, least=200, most=599) or None)

    def perform(self, stage: SceneStage, party: str) -> str | None:  # noqa: ARG002
        """See ``SceneAct``."""
        try:
            path = _filled_in(self.path, stage.sid_of)
            form = {name: _filled_in(value, stage.sid_of) for name, value in self.form}
        except LookupError as error:
            return phrase("there is no call of '{name}' now", name=str(error.args[0]))
        status, told = stage.ask_api(self.method, path, form)
        if status == self.status or (self.status is None and status < _REFUSED):
            return None
        wanted = phrase("HTTP {status}", status=self.status) if self.status else phrase("no refusal")
        return phrase(
            "{method} {path}: expected {wanted}, but the API answered HTTP {status}{told}",
            method=self.method,
            path=self.path,
            wanted=wanted,
            status=status,
            told=f" ({told})" if told else "",
        )

    def told(self) -> str:
        """See ``SceneAct``."""
        fields = ", ".join(f"{name}={value}" for name, value in self.form)
        return f"{self.method} {self.path}" + (f" ({fields})" if fields else "")


def _parse_request(text: str) -> tuple[str, str]:
    if found := _REQUEST.fullmatch(text):
        return found[1], found[2]
    raise ValueError(
        message(
            "rest-request-malformed",
            "write a method and a path below the account, such as POST /Calls/{{ana}}.json, not '{text}'",
            text=text,
        )
    )


def _filled_in(text: str, sid_of: Callable[[str, str], str]) -> str:
    """``text`` with identifiers in place of names. Raises LookupError with the name of nobody."""

    def sid(found: re.Match[str]) -> str:
        for kind in (_QUEUE, _CONFERENCE):
            if found[1].startswith(kind):
                return sid_of(kind.strip(), found[1].removeprefix(kind))
        return sid_of("party", found[1])

    return _NAMED.sub(sid, text)
