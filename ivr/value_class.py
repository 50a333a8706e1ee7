"""``value_class`` makes a class of values: a dataclass with slots that mypy holds to be frozen.

Python would guard each instance as well, field by field as it is made, at five times the price: a turn makes a dozen
such instances of a hundred fields, and a played call thousands. So it does not, and a write to a field is told
by mypy, which reads every line before it lands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_class(cls: type[T]) -> type[T]:
    """Return ``cls`` as a dataclass whose instances are compared, hashed and never written to."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
