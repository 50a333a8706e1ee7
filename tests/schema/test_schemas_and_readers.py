"""The schemas are held against the readers: each knows the same keys, and what a reader takes its schema takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.nodes import READERS as READERS_OF_STATES
from ivr.schema import FILES, Schema, rows, schema_of
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.yaml import Mapping, Sequence, Text, Value
from tests.schema.as_editors_read import as_editors_read
from tests.schema.files import READERS, ROOT, Written, documents, read
from tests.schema.written import GUIDE, SCHEMAS, guide, schemas

Keys = dict[int, tuple[Mapping, set[str]]]


@cache
def schema(kind: str) -> Schema:
    return schema_of(kind, "en")


@cache
def takes(kind: str) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(schema(kind))


@pytest.fixture(scope="module")
def written() -> tuple[Written, ...]:
    return documents()


@pytest.mark.parametrize("kind", FILES)
def test_a_schema_is_one(kind: str) -> None:
    jsonschema_rs.meta.validate(json.loads(json.dumps(schema_of(kind, "pt-BR"))))


@pytest.mark.parametrize("kind", FILES)
def test_each_key_has_a_description_and_examples_of_its_shape(kind: str) -> None:
    definitions = schema(kind).get("definitions", {})
    for name, row in rows(schema(kind)):
        assert isinstance(row["description"], str), name
        assert isinstance(row["examples"], list), name
        assert row["description"].endswith("."), name
        assert row["examples"], name
        shape = {key: value for key, value in row.items() if key not in {"examples", "description"}}
        # An example shows the keys that matter, and not all that a mapping must have.
        shown = jsonschema_rs.Draft7Validator(_without_required({**shape, "definitions": definitions}))
        assert all(shown.is_valid(example) for example in row["examples"]), f"{kind}: {name} {row['examples']}"


def _without_required(shape: Schema) -> Schema:
    return {key: _each_without_required(each) for key, each in shape.items() if key != "required"}


def _each_without_required(value: object) -> object:
    if isinstance(value, dict):
        return _without_required(value)
    return [_each_without_required(each) for each in value] if isinstance(value, list) else value


def test_each_file_that_is_read_without_a_fault_is_taken(written: tuple[Written, ...]) -> None:
    assert {each.kind for each in written} == set(READERS)
    for each in written:
        faults = [str(fault) for fault in takes(each.kind).iter_errors(as_editors_read(each.root))]
        assert faults == [], each.path


def test_reader_and_schema_know_the_same_keys(written: tuple[Written, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _listened(monkeypatch)
    known: dict[int, tuple[str, set[str]]] = {}
    used: dict[int, set[str]] = {}
    for each in written:
        asked.clear()
        read(each.kind, each.root)
        for where, properties in _shapes(each.root, schema(each.kind), each.kind, ""):
            if id(where) in asked:
                known[id(properties)] = (each.kind, set(properties))
                keys = asked[id(where)][1]
                assert keys <= set(properties), f"{where.mark}: the schema lacks {sorted(keys - set(properties))}"
                used.setdefault(id(properties), set()).update(keys)
    unknown = {f"{kind}: {sorted(names - used[at])}" for at, (kind, names) in known.items() if names - used[at]}
    assert unknown == set()
    shapes = {frozenset(each) for kind in READERS for each in _properties(schema(kind))}
    assert shapes - {frozenset(names) for _, names in known.values()} == WITHOUT_FIELDS


WITHOUT_FIELDS = {frozenset(READERS_OF_STATES), frozenset({"divert"}), frozenset({"apologise"})}
"""Mappings of one key, which their readers look at as a whole."""


def _listened(patch: pytest.MonkeyPatch) -> Keys:
    """Every mapping whose keys were all read, by its identity, and the keys that its reader asks for."""
    asked: Keys = {}
    finish = Fields.finish

    def finished(fields: Fields) -> None:
        asked.setdefault(id(fields.mapping), (fields.mapping, set()))[1].update(fields.asked)
        finish(fields)

    patch.setattr(Fields, "finish", finished)
    return asked


def _shapes(value: Value, shape: Schema, kind: str, path: str) -> Iterator[tuple[Mapping, dict[str, Schema]]]:
    """Yield each mapping of ``value`` with the keys that the shapes of the schema which it fits have for it."""
    for each in _fitting(value, shape, kind):
        if isinstance(value, Mapping):
            properties = each.get("properties")
            if isinstance(properties, dict):
                yield value, properties
            for key, (_, child) in value.entries.items():
                below = properties.get(key) if isinstance(properties, dict) else each.get("additionalProperties")
                if isinstance(below, dict):
                    yield from _shapes(child, below, kind, f"{path}.{key}")
        elif isinstance(value, Sequence) and isinstance(items := each.get("items"), dict):
            for item in value.items:
                yield from _shapes(item, items, kind, path)


def _fitting(value: Value, shape: Schema, kind: str) -> Iterator[Schema]:
    if isinstance(several := shape.get("anyOf"), list):
        for each in several:
            if _validator(each, kind).is_valid(as_editors_read(value)):
                yield from _fitting(value, each, kind)
    elif isinstance(referred := shape.get("allOf"), list):
        definitions = schema(kind)["definitions"]
        assert isinstance(definitions, dict)
        yield from _fitting(value, definitions[str(referred[0]["$ref"]).rpartition("/")[2]], kind)
    else:
        yield shape


_VALIDATORS: dict[int, jsonschema_rs.Draft7Validator] = {}


def _validator(shape: Schema, kind: str) -> jsonschema_rs.Draft7Validator:
    """What takes values of one ``shape`` of the schema of ``kind``, which is made once."""
    if id(shape) not in _VALIDATORS:
        _VALIDATORS[id(shape)] = jsonschema_rs.Draft7Validator(
            {**shape, "definitions": schema(kind).get("definitions", {})}
        )
    return _VALIDATORS[id(shape)]


def _properties(value: object) -> Iterator[dict[str, Schema]]:
    if isinstance(value, dict):
        if isinstance(properties := value.get("properties"), dict) and value.get("type") == "object":
            yield properties
        for each in value.values():
            yield from _properties(each)
    elif isinstance(value, list):
        for each in value:
            yield from _properties(each)


NOWHERE = Mark("changed", 1, 1)
SCALARS = [
    "0", "1", "08", "-1", "1.5", "yes", "no", "Sim", "NÃO", "true", "False", "x", "a b", "24:00", "18:30", "any", "N",
    "08:00-12:00", "22:00-06:00", "2026-01-25", "20260125", "25/01/2026", "always", "next", "apologise", "on-call", "#",
    "closed", "+5511987654321", "0012", "seg-sex", "suporte", "1e3", "*", "é", "{destino}", "BR", "mx", "SP", "busy",
    "1000000", "99999999999", "none",
]  # fmt: skip


@cache
def _pool(kind: str) -> tuple[list[tuple[str, ...]], list[Value]]:
    """Every way to a value in each document, and every value, from which changes are made."""
    values: list[Value] = [Text(each, NOWHERE, quoted) for each in SCALARS for quoted in (False, True)]
    keys: set[str] = {name.rpartition(".")[2] for name, _ in rows(schema(kind))}
    for each in documents():
        if each.kind == kind:
            values += list(_values(each.root))
    return [(key,) for key in sorted(keys - {"*"})], values[:4000]


def _values(value: Value) -> Iterator[Value]:
    yield value
    if isinstance(value, Mapping):
        for _, child in value.entries.values():
            yield from _values(child)
    elif isinstance(value, Sequence):
        for item in value.items:
            yield from _values(item)


def _changed(value: Value, choose: st.DataObject, kind: str) -> Value:
    """``value`` with one change somewhere in it: another value, a key more or less, a list around it."""
    keys, pool = _pool(kind)
    inner = isinstance(value, Mapping | Sequence)
    if inner and choose.draw(st.integers(0, 9)) < 8:
        if isinstance(value, Sequence) and value.items:
            at = choose.draw(st.integers(0, len(value.items) - 1))
            items = list(value.items)
            items[at] = _changed(items[at], choose, kind)
            return Sequence(tuple(items), value.mark)
        if isinstance(value, Mapping) and value.entries:
            name = choose.draw(st.sampled_from(sorted(value.entries)))
            text, child = value.entries[name]
            return Mapping({**value.entries, name: (text, _changed(child, choose, kind))}, value.mark)
    how = choose.draw(st.sampled_from(["other", "list", "less", "more"]))
    if how == "list":
        return Sequence((value,), value.mark)
    if isinstance(value, Mapping) and how == "less" and value.entries:
        name = choose.draw(st.sampled_from(sorted(value.entries)))
        return Mapping({key: entry for key, entry in value.entries.items() if key != name}, value.mark)
    if isinstance(value, Mapping) and how == "more":
        name = choose.draw(st.sampled_from(keys))[0]
        return Mapping({**value.entries, name: (Text(name, NOWHERE), choose.draw(st.sampled_from(pool)))}, value.mark)
    return choose.draw(st.sampled_from(pool))


@pytest.mark.parametrize("kind", READERS)
@given(choose=st.data())
def test_what_a_reader_takes_its_schema_takes(kind: str, choose: st.DataObject) -> None:
    root = choose.draw(st.sampled_from([each.root for each in _small(kind)]))
    value: Value = root
    for _ in range(choose.draw(st.integers(1, 3))):
        value = _changed(value, choose, kind)
    if isinstance(value, Mapping) and not read(kind, value).errors:
        faults = [str(fault) for fault in takes(kind).iter_errors(as_editors_read(value))]
        assert faults == []


@cache
def _small(kind: str) -> list[Written]:
    """The documents that are read at once, so that many changes of them can be tried."""
    return [each for each in documents() if each.kind == kind and sum(1 for _ in _values(each.root)) < 700]


def test_a_key_that_no_reader_knows_is_marked_by_the_schema() -> None:
    for kind in READERS:
        root = next(each.root for each in documents() if each.kind == kind)
        more = Mapping({**root.entries, "wrong": (Text("wrong", NOWHERE), Text("x", NOWHERE))}, root.mark)
        assert read(kind, more).errors
        assert not takes(kind).is_valid(as_editors_read(more))


def test_a_pronunciation_is_a_word_and_how_it_is_read() -> None:
    assert takes("pronunciation").is_valid({"TOTVS": "Tótus"})
    assert not takes("pronunciation").is_valid({"TOTVS": ["Tótus"]})


def test_the_shipped_schemas_are_those_of_the_code() -> None:
    stored = {path: path.read_text(encoding="utf-8") for path in sorted(SCHEMAS.iterdir())}
    assert stored == schemas(), "run `make schema`"


def test_the_guide_tells_every_key() -> None:
    assert GUIDE.read_text(encoding="utf-8") == guide(), "run `make schema`"
    told = GUIDE.read_text(encoding="utf-8")
    assert [name for kind in FILES for name, _ in rows(schema(kind)) if f"`{name}`" not in told] == []


@pytest.mark.parametrize("line", [*sorted(SCHEMAS.parent.glob("*/menu.yaml")), ROOT / "ivr/line_template/menu.yaml"])
def test_each_file_of_a_line_names_its_schema_in_its_first_line(line: Path) -> None:
    """A line made of the template stands below flows/, as the shipped ones do."""
    for path in sorted(line.parent.rglob("*.yaml")):
        kind = path.name.partition(".")[0]
        if path.parent.name == "calls":
            kind = path.name.removesuffix(".yaml").rpartition(".")[2]
        assert kind in FILES
        above = "../" * len(path.relative_to(line.parent).parts)
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        assert first == f"# yaml-language-server: $schema={above}schema/{kind}.json", path
