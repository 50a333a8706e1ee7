"""What the simulator can do stands in its guide: each verb, step, expectation, option, number and method."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from twilio.base.domain import Domain
from twilio.rest import Client

from ivr.cli import COMMANDS
from ivr.cli import ivr as command_line
from ivr.replay.carriers import read_carrier
from ivr.replay.expecting import read_expectations
from ivr.replay.scenes.scene import read_scenes_and_scripts
from ivr.replay.script import ScriptLines, read_scripts
from ivr.replay.steps import read_steps
from ivr.simulator import codes, phone_call, testing
from ivr.simulator.behaviours import behaviours
from ivr.simulator.lint import lint
from ivr.simulator.testing import Telephone
from ivr.simulator.verbs import nouns, registry, unsimulated
from ivr.source.diagnostics import Diagnostics
from ivr.source.fields import Fields
from ivr.source.yaml import Mapping, parse
from tests.behaviours import PAGE, faults, page, rows_of_guides

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "simulator.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The part of the guide below that heading."""
    return re.split(r"^#+ ", GUIDE.split(f"# {title}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def known(reading: str) -> list[str]:
    """The names that a message tells when it does not know one: ``(known: a, b)``."""
    names = re.search(r"\((?:known|verbs): (.*)\)$", reading)
    assert names, reading
    return names[1].split(", ")


def fault(faults: Diagnostics) -> str:
    (only,) = faults.errors
    return only.message


def fields(faults: Diagnostics) -> Fields:
    (value,) = parse("no-such-key: 1", "a", faults)
    assert isinstance(value, Mapping)
    return Fields(value, "it", faults)


def test_every_step_is_told() -> None:
    faults = Diagnostics()
    read_steps(parse("no-such-step: 1", "a", faults), faults)
    assert [step for step in known(fault(faults)) if f"`{step}: " not in section("Steps")] == []


def test_every_expectation_is_told() -> None:
    faults = Diagnostics()
    read_expectations(fields(faults))
    assert [name for name in known(fault(faults)) if f"`{name}" not in section("Expectations")] == []


def test_every_key_of_the_carrier_is_told() -> None:
    faults = Diagnostics()
    read_carrier(fields(faults))
    assert [name for name in known(fault(faults)) if f"  {name}:" not in section("The carrier")] == []


def test_every_key_of_a_script_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.call.yaml"
    file.write_text("call: a\nno-such-key: 1", encoding="utf-8")
    with pytest.raises(Exception, match="no-such-key") as raised:
        read_scripts([file], ScriptLines(tmp_path, None, "x"))
    assert [name for name in known(str(raised.value)) if f"`{name}`" not in section("Call scripts")] == []


def test_every_verb_is_told_with_what_it_does_here() -> None:
    verbs = [*registry.VERBS, *unsimulated.VERBS, *nouns.ATTRIBUTES, "Conference"]
    assert [verb for verb in verbs if f"`<{verb}>`" not in section("What is simulated")] == []


@pytest.mark.parametrize("name", ["call", "replay", "lint"])
def test_every_option_of_the_commands_is_told(name: str) -> None:
    command = command_line.get_command(click.Context(command_line), name)
    assert isinstance(command, click.Command)
    assert name in COMMANDS
    options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
    assert [option for option in options if f"`{option}" not in GUIDE] == []


@pytest.mark.parametrize("kind", [Telephone, phone_call.PhoneCall, phone_call.DialledParty, phone_call.CallQueue])
def test_every_method_of_the_fixture_is_told(kind: type) -> None:
    public = [name for name in vars(kind) if not name.startswith("_")]
    assert [name for name in public if not re.search(rf"\b{name}\b", section("In your tests"))] == []


def test_what_may_be_imported_is_what_the_guide_lists() -> None:
    rows = re.findall(r"^\| (`.*?) \|", section("What you may import"), re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(testing.__all__)
    assert [name for name in testing.__all__ if not hasattr(testing, name)] == []


def test_every_number_is_told() -> None:
    told = section("Errors and warnings")
    ranges = [range(int(least), int(most) + 1) for least, most in re.findall(r"(\d{5})-(\d{5})", told)]
    numbers = {int(number) for number in re.findall(r"\b\d{5}\b|(?<=\| )0(?= \|)", told)}
    missing = [code for code in codes.NAMES if code not in numbers and not any(code in known for known in ranges)]
    assert missing == []


def test_the_scripts_of_the_guide_can_be_read(tmp_path: Path) -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    for number, block in enumerate(blocks):
        kind = "scene" if block.startswith("scene:") else "call"
        text = block if block.startswith(f"{kind}:") else f"call: a\n{block}"
        (tmp_path / f"{number}.{kind}.yaml").write_text(text, encoding="utf-8")
    scripts, bad = read_scenes_and_scripts(sorted(tmp_path.iterdir()), ScriptLines(tmp_path, None, "x"))
    assert bad == []
    assert len(scripts) == len(blocks) > 1


def test_the_findings_of_the_guide_are_what_lint_says() -> None:
    (finding,) = lint(b"<Response>\n<Say>Hi</Say>\n<Gather finishOnKey='##'/></Response>", "templates/menu.xml")
    assert f"\n{finding}\n" in section("Lint")


def test_every_link_within_the_guide_leads_somewhere() -> None:
    headings = {
        heading.lower().replace(" ", "-").replace(":", "").replace("'", "")
        for heading in re.findall(r"^#+ (.*)$", GUIDE, re.MULTILINE)
    }
    assert [anchor for anchor in re.findall(r"\]\(#([^)]*)\)", GUIDE) if anchor not in headings] == []


def test_every_product_that_reaches_the_real_vendor_is_told() -> None:
    client = Client("AC" + "0" * 32, "token")
    named = [name for name, value in vars(Client).items() if isinstance(value, property) and not name.startswith("_")]
    products = [name for name in named if isinstance(getattr(client, name), Domain)]
    rest = (DOCS / "simulator-rest.md").read_text(encoding="utf-8")
    assert len(products) > 20
    assert [name for name in products if name != "api" and f"`client.{name}`" not in rest] == []


def test_each_row_about_the_carrier_has_a_label_and_each_label_a_row() -> None:
    assert faults(rows_of_guides(), behaviours()) == []


def test_the_page_of_labels_is_what_the_labels_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(behaviours()), "run: .venv/bin/python -m tests.behaviours"
