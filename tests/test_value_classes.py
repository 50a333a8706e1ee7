"""Values are what dataclasses of Python are, whose methods are compiled when they are called first."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import count
from typing import ClassVar

import pytest

from value_class import value_class

MADE = count()


@value_class
class Place:
    """Every kind of field at once."""

    kind: ClassVar[str] = "place"

    street: str
    number: int = 7
    rooms: list[str] = field(default_factory=list)
    secret: str = field(default="", repr=False, compare=False)
    made: int = field(default_factory=MADE.__next__, init=False, compare=False)
    level: int = field(default=1, init=False)
    lift: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class PlaceOfPython:
    kind: ClassVar[str] = "place"

    street: str
    number: int = 7
    rooms: list[str] = field(default_factory=list)
    secret: str = field(default="", repr=False, compare=False)
    made: int = field(default_factory=lambda: 0, init=False, compare=False)
    level: int = field(default=1, init=False)
    lift: bool = field(default=False, kw_only=True)


@value_class
class Weight(ABC):
    grams: int

    def __post_init__(self) -> None:
        if self.grams < 0:
            raise ValueError("nothing weighs less than nothing")

    @abstractmethod
    def told(self) -> str: ...


@value_class
class Parcel(Weight):
    to: str = "Recife"

    def told(self) -> str:
        return f"{self.grams} g"


class Heavy(Parcel):
    """A class below a value that is none itself."""


@value_class
class Named:
    name: str
    spoken: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Named) and self.name.casefold() == other.name.casefold()

    def __hash__(self) -> int:
        return hash(self.name.casefold())

    def __repr__(self) -> str:
        return f"<{self.name}>"


def test_a_value_has_the_fields_that_python_gives_a_dataclass() -> None:
    ours, theirs = Place("Aurora", rooms=["1"], lift=True), PlaceOfPython("Aurora", rooms=["1"], lift=True)
    assert [each.name for each in fields(ours)] == [each.name for each in fields(theirs)]
    assert asdict(ours) | {"made": 0} == asdict(theirs)
    assert Place.__match_args__ == PlaceOfPython.__match_args__
    assert repr(replace(theirs, secret="x")).replace("OfPython", "").replace("made=0", "") == repr(
        replace(ours, secret="x")
    ).replace(f"made={next(MADE) - 1}", "")
    assert not hasattr(ours, "__dict__")


def test_each_instance_gets_defaults_of_its_own() -> None:
    one, other = Place("Aurora"), Place("Aurora")
    assert one.rooms is not other.rooms
    assert one.made != other.made
    assert (one.number, one.level, one.lift) == (7, 1, False)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [((), {}), (("a", 1, [], "", 3), {}), (("a",), {"street": "b"}), (("a",), {"level": 2}), (("a",), {"x": 1})],
)
def test_what_is_no_field_is_refused_in_python_s_words(arguments: tuple[object, ...], named: dict[str, object]) -> None:
    with pytest.raises(TypeError) as ours:
        Place(*arguments, **named)  # type: ignore[arg-type]
    with pytest.raises(TypeError) as theirs:
        PlaceOfPython(*arguments, **named)  # type: ignore[arg-type]
    assert str(ours.value) == str(theirs.value).replace("PlaceOfPython", "Place")


def test_values_are_alike_where_what_is_compared_is() -> None:
    assert Parcel(5) == Parcel(5, "Recife") != Parcel(6)
    assert Place("Aurora", secret="1") == Place("Aurora", secret="2")
    assert hash(Parcel(5)) == hash(Parcel(5))
    assert len({Parcel(5), Parcel(5), Parcel(6)}) == 2
    assert Parcel(5) != Heavy(5)
    assert Heavy(5) == Heavy(5)
    assert isinstance(Parcel(5), Hashable)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Place("Aurora"))


def test_a_value_may_be_copied_pickled_and_matched() -> None:
    parcel = Parcel(5, "Olinda")
    assert pickle.loads(pickle.dumps(parcel)) == copy.deepcopy(parcel) == replace(parcel, to="Olinda") == parcel
    match parcel:
        case Parcel(5, "Olinda"):
            pass
        case _:
            pytest.fail("its fields stand in their order")


def test_what_is_written_in_the_class_stays() -> None:
    assert Named("Ana", "aa") == Named("ANA", "bb")
    assert hash(Named("Ana")) == hash(Named("ANA"))
    assert repr(Named("Ana")) == "<Ana>"
    with pytest.raises(ValueError, match="nothing"):
        Parcel(-1)
    with pytest.raises(TypeError, match="abstract"):
        Weight(1)  # type: ignore[abstract]


COMPILED = """
import builtins
compiled = []
compile_of_python = builtins.compile
builtins.compile = lambda *a, **k: compiled.append(a[1]) or compile_of_python(*a, **k)
from value_class import value_class
exec("@value_class\\nclass Fee:\\n cents: int\\n of: str = ''")
assert "<Fee>" not in compiled, "nothing is compiled as the class is made"
assert Fee(1) == Fee(1) and {Fee(1): 2}[Fee(1)] == 2 and Fee(2).cents == 2
assert compiled.count("<Fee>") == 3, "each method is compiled once"
"""


def test_a_method_is_compiled_once_at_its_first_call() -> None:
    subprocess.run([sys.executable, "-c", COMPILED], check=True, timeout=60)
