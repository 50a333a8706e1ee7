"""``value_class`` makes a class of values: a dataclass with slots that mypy holds to be frozen.

Python's own ``dataclass`` compiles six methods of each class as it is made, one by one: 600 classes were a quarter of
a start of ``ivr replay``, which has instances of a tenth of them by then, and compares hardly any. So ``__init__``,
``__eq__`` and ``__hash__`` are compiled here when they are called for the first time. The fields are Python's own, so
that ``replace``, ``fields``, ``asdict`` and ``match`` know such a class as they know any dataclass.

A frozen dataclass would guard each instance as well, field by field as it is made, at five times the price: a turn
makes a dozen such instances of a hundred fields, and a played call thousands. So a write to a field is told by mypy,
which reads every line before it lands, and not by Python.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from reprlib import recursive_repr
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_class(cls: type[T]) -> type[T]:
    """Return ``cls`` as a dataclass whose instances are compared, hashed and never written to.

    What the class writes itself of these methods stays. Until the first call of ``__init__`` its signature is unknown.
    """
    cls.__doc__ = cls.__doc__ or cls.__name__  # else Python writes its signature there, and asks for it slowly
    own = cls.__dict__
    made = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    if "__repr__" not in own:
        made.__repr__ = _repr  # type: ignore[method-assign]
    for name, write in _WRITTEN.items():
        if own.get(name) is None:  # Python says None of the hash of a class that writes its own ``__eq__``
            setattr(made, name, _compiled_later(made, name, write))
    return made


def _compiled_later(cls: type, name: str, write: Callable[[type, dict[str, object]], str]) -> Callable[..., Any]:
    """A method that puts the compiled one into its place in ``cls`` when it is called, and calls that."""

    def first(*arguments: object, **named: object) -> object:
        scope: dict[str, Any] = {"MISSING": MISSING}
        source = write(cls, scope)
        exec(compile(source, f"<{cls.__qualname__}>", "exec"), scope)  # noqa: S102  names of fields are all it is made of
        method = scope[name]
        method.__module__, method.__qualname__ = cls.__module__, f"{cls.__qualname__}.{name}"
        setattr(cls, name, method)
        return method(*arguments, **named)

    return first


def _init(cls: type, scope: dict[str, object]) -> str:
    """The source of ``__init__``; ``scope`` gets the defaults that it names."""
    positional, named, lines = ["self"], list[str](), list[str]()
    for each in fields(cls):
        name, value = each.name, each.name
        default = f"__default_{name}"
        if each.default_factory is not MISSING:
            scope[default] = each.default_factory
            value = f"{default}() if {name} is MISSING else {name}" if each.init else f"{default}()"
            parameter = f"{name}=MISSING"
        elif each.default is not MISSING:
            scope[default] = each.default
            value = name if each.init else default
            parameter = f"{name}={default}"
        else:
            parameter = name
        if each.init:
            (named if each.kw_only else positional).append(parameter)
        if each.init or default in scope:
            lines.append(f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters = ", ".join([*positional, *(["*", *named] if named else [])])
    return f"def __init__({parameters}):\n " + "\n ".join(lines or ["pass"])


def _eq(cls: type, _scope: dict[str, object]) -> str:
    compared = [each.name for each in fields(cls) if each.compare]
    ours, theirs = _tuple("self", compared), _tuple("other", compared)
    same = f"{ours} == {theirs} if other.__class__ is self.__class__ else NotImplemented"
    return f"def __eq__(self, other):\n return {same}"


def _hash(cls: type, _scope: dict[str, object]) -> str:
    hashed = [each.name for each in fields(cls) if (each.compare if each.hash is None else each.hash)]
    return f"def __hash__(self):\n return hash({_tuple('self', hashed)})"


def _tuple(owner: str, names: list[str]) -> str:
    return "(" + "".join(f"{owner}.{name}, " for name in names) + ")"


@recursive_repr()
def _repr(self: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({shown})"


_WRITTEN = {"__init__": _init, "__eq__": _eq, "__hash__": _hash}
