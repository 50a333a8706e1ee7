"""A message is an English sentence that knows what it was made of, so that a catalogue can say it in another language.

    diagnostics.error(mark, message("no-such-prompt", "no prompt is called '{name}'{near}", name=name, near=near))

Values may be messages themselves, and are then put in the other language with the whole. A template without values is
taken as it stands, braces included. The code of a message is a
public face: programs and people look a mistake up by it, so that it outlives every change of the words.
"""

from __future__ import annotations

from collections.abc import Iterable
from gettext import NullTranslations
from typing import Any, Self, TypeAlias

Packed: TypeAlias = str | dict[str, Any]
"""A text, or a message as JSON holds it."""


class Message(str):
    """The English sentence, equal to every ``str`` of the same letters, with its ``code``, template and values.

    ``code`` is empty where the message reports no mistake. ``plural`` is the template for any ``number`` but one.
    """

    __slots__ = ("code", "number", "plural", "template", "values")
    code: str
    template: str
    values: dict[str, object]
    plural: str
    number: int

    def __new__(
        cls, code: str, template: str, values: dict[str, object], plural: str = "", number: int = 1, shown: str = ""
    ) -> Self:
        """Make the sentence by filling ``values`` into the template, or take it as ``shown``."""
        chosen = plural if plural and number != 1 else template
        self = super().__new__(cls, shown or _filled(chosen, values))
        self.code, self.template, self.values, self.plural, self.number = code, template, values, plural, number
        return self

    def __reduce__(self) -> tuple[type[Message], tuple[str, str, dict[str, object], str, int, str]]:
        """Return what copying and pickling make it anew from; without this a process would get a plain text."""
        return Message, (self.code, self.template, self.values, self.plural, self.number, str(self))

    def shown_as(self, shown: str) -> Message:
        """Return the same message that reads ``shown`` in English: one that was too long, and is cut."""
        return Message(self.code, self.template, self.values, self.plural, self.number, shown)

    def put_by(self, catalogue: NullTranslations) -> str:
        """Return the sentence as ``catalogue`` says it, values that are messages included."""
        if self.plural:
            template = catalogue.ngettext(self.template, self.plural, self.number)
        else:
            template = catalogue.gettext(self.template) if self.template else ""
        return _filled(template, {name: _put(value, catalogue) for name, value in self.values.items()})


def message(code: str, template: str, /, **values: object) -> Message:
    """Return the message that reports a mistake: ``code`` for programs, ``template`` in English with {names} in it.

    Values may be messages, which are put in another language with the whole.
    """
    return Message(code, template, values)


def phrase(template: str, /, **values: object) -> Message:
    """Return words for people that report no mistake of their own: a part of a message, or what went well.

    A mistake within them, as in ``'{key}' of {owner}: {fault}``, gives the whole its code.
    """
    inner = values.get("fault")
    return Message(inner.code if isinstance(inner, Message) else "", template, values)


def counted(one: str, many: str, number: int, /, **values: object) -> Message:
    """Return the form of a message that goes with ``number``, which both forms may show as ``{number}``."""
    return Message("", one, {"number": number, **values}, many, number)


def joined(separator: str, parts: Iterable[str], /) -> Message:
    """Return ``parts`` one after the other, as ``str.join`` would; those that are messages stay so within the whole."""
    values: dict[str, object] = {f"part_{at}": part for at, part in enumerate(parts)}
    plain = separator.replace("{", "{{").replace("}", "}}")
    return Message("", plain.join(f"{{{name}}}" for name in values), values)


def reason(error: Exception) -> str:
    """Return what ``error`` says, as the message that it was made with: ``str()`` of an exception makes plain text."""
    return error.args[0] if error.args and isinstance(error.args[0], Message) else str(error)


def packed(told: str) -> Packed:
    """Return ``told`` as JSON can hold it: another process makes the same message of it with ``unpacked``."""
    if not isinstance(told, Message):
        return told
    values = {name: packed(value) if isinstance(value, str) else value for name, value in told.values.items()}
    return {
        "code": told.code, "template": told.template, "values": values, "plural": told.plural, "number": told.number
    }  # fmt: skip


def unpacked(held: Packed) -> str:
    """Return the message that ``packed`` wrote; a plain text stays one."""
    if isinstance(held, str):
        return held
    values = {name: unpacked(value) if isinstance(value, dict) else value for name, value in held["values"].items()}
    return Message(held["code"], held["template"], values, held["plural"], held["number"])


def _filled(template: str, values: dict[str, object]) -> str:
    """Braces have a meaning only where there is something to fill in."""
    return template.format_map(values) if values else template


def _put(value: object, catalogue: NullTranslations) -> object:
    return value.put_by(catalogue) if isinstance(value, Message) else value
