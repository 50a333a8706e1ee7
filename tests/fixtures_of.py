"""Fixtures of plain dict, list and str, read as those of a call script are."""

from __future__ import annotations

import json

from data.fixtures import Fixtures
from ivr.replay.fixtures import read_fixtures
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.fields import Fields
from ivr.source.yaml import parse


def fixtures_of(written: object) -> Fixtures:
    """Read ``written``, which has no fault."""
    diagnostics = Diagnostics()
    fixtures = read_written(json.dumps(written, ensure_ascii=False), diagnostics)
    assert diagnostics.errors == []
    return fixtures


def read_written(text: str, diagnostics: Diagnostics) -> Fixtures:
    """Read fixtures of YAML; what is wrong goes to ``diagnostics``."""
    (value,) = parse(text, "a", diagnostics)
    return read_fixtures(Fields.of(value, "'fixtures'", diagnostics, Mark("a", 1, 1), hides_keys=True))
