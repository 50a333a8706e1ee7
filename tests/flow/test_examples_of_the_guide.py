"""The guide's examples of calendars, hours and rotas are put in place of the shipped line's own, and are sound."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tests.flow.lines import SHIPPED, told

pytestmark = pytest.mark.untraced

GUIDE = (SHIPPED.parents[1] / "docs" / "guia-de-operacao.md").read_text(encoding="utf-8")
BLOCKS = [
    yaml.load(each, yaml.CBaseLoader) for each in re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
]
EXAMPLES = {
    name: [each for each in BLOCKS if isinstance(each, dict) and {*each} == {name}]
    for name in ("calendars", "hours", "rotas", "services", "requires", "tickets")
}


@pytest.mark.parametrize("section", EXAMPLES)
def test_each_example_of_the_guide_is_sound_in_the_shipped_line(section: str, tmp_path: Path) -> None:
    assert EXAMPLES[section]
    line = tmp_path / "line"
    shutil.copytree(SHIPPED, line, ignore=shutil.ignore_patterns("calls"))
    routing = yaml.load((line / "routing.yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)
    for example in EXAMPLES[section]:
        routing[section] |= example[section]
    text = yaml.dump(routing, Dumper=yaml.CDumper, default_style='"', allow_unicode=True)
    (line / "routing.yaml").write_text(text, encoding="utf-8")
    # A price of an example has no recording.
    assert [row for row in told(line, datetime(2026, 1, 10, 12, tzinfo=UTC)) if "has no clip of" not in row] == []


def test_the_guide_has_an_example_of_every_way_to_write_a_day_or_a_shift() -> None:
    for key in ("special_days", "local", "extra", "working", "optional", "rotas", "shifts", "weeks", "anchor", "from"):
        assert re.search(rf"\b{key}: ?", GUIDE), key
    assert "ivr journeys" in GUIDE
