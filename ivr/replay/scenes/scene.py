"""A scene is a call script for several parties on one clock, each with steps and expectations of its own.

scene: Two callers are taken in their order
line: 4003-0015                  # as in a call script, and so are at, fixtures, carrier and callees
at: 2026-03-10T10:00             # when the scene's clock begins, at 0:00
parties:
  beto:                          # one with 'from' dials, at 0:00 where nothing else is written
    from: "+5511911110001"
    at: 0:05
    steps: [...]
    expect: {waited: {most: 60}, talked_with: [ana]}
  ana:                           # one with 'telephone' is rung
    telephone: "+551150900101"
    steps:
      - called: answered
        after: 3
  gerente:                       # one with neither acts by no telephone
    steps:
      - act: rest
        request: POST /Calls/{beto}.json
        form: {Status: completed}
        when: beto talks
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final, Self

from ivr.replay.addresses import parse_address
from ivr.replay.carriers import CarrierChanges, read_carrier
from ivr.replay.expectations import Expectation
from ivr.replay.expecting import read_expectations
from ivr.replay.relay_settings import read_relay
from ivr.replay.scenes.conditions import NAME, check_names, read_conditions
from ivr.replay.scenes.party_expectations import PartyExpectation, names_in, read_party_expectations
from ivr.replay.scenes.scene_steps import ActStep, DialStep, SceneStep, WaitStep
from ivr.replay.scenes.step_reading import parse_clock, read_scene_steps
from ivr.replay.script import (
    DEFAULT_AT,
    ENDING,
    SCRIPT_READER,
    Script,
    ScriptLines,
    ScriptReader,
    find_scripts,
    parse_moment,
    read_all,
    read_line,
    read_stored_things,
)
from ivr.replay.script import BadScript as BadScript
from ivr.replay.steps import ScriptPrompts
from ivr.replay.text_fates import read_text_fates
from ivr.simulator.phones import steps
from ivr.simulator.rest.callee_reading import read_callees
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields, suggest
from value_class import value_class
from wording import message, phrase

ANONYMOUS: Final = "anonymous"
"""The number of callers who withhold theirs, of whom there may be several."""

SCENE_ENDING: Final = ".scene.yaml"
"""What the name of a file of scenes ends in."""


@value_class
class PartyScript:
    """The script of one party. ``number`` is its telephone's (empty: it has none); one that ``dials`` does so in its
    first step. ``to`` and ``url`` are what it dials where that is not the line: a number, and the webhook behind it.
    """

    name: str
    mark: Mark
    number: str
    dials: bool
    to: str | None
    url: str | None
    steps: tuple[SceneStep, ...]
    expectations: tuple[Expectation, ...] = ()
    party_expectations: tuple[PartyExpectation, ...] = ()


@value_class
class Scene(Script):
    """A scene is a script whose calls are those of its ``parties``; it has no steps and no caller of its own."""

    parties: tuple[PartyScript, ...] = ()

    def later(self, seconds: float) -> Self:
        """Return the scene as it would be written for a call that comes in so many seconds after it begins."""
        return replace(self, at=self.at + timedelta(seconds=seconds))


def find_scenes_and_scripts(paths: Iterable[Path]) -> list[Path]:
    """Return the files of call scripts and of scenes at and below ``paths``; see ``find_scripts``."""
    return find_scripts(paths, (ENDING, SCENE_ENDING))


def read_scenes_and_scripts(paths: Iterable[Path], lines: ScriptLines) -> tuple[list[Script], list[BadScript]]:
    """Read every scene and every call script in the files at ``paths``; see ``read_all``."""
    return read_all(paths, lines, _reader_of)


def _reader_of(path: Path) -> ScriptReader:
    is_scene = path.name.endswith(SCENE_ENDING)
    return ScriptReader("scene", phrase("the scene"), read_scene) if is_scene else SCRIPT_READER


def read_scene(fields: Fields, number: int, default_line: str, lines: ScriptLines) -> Scene:
    """Read one scene, the ``number``-th of its file; what is wrong goes to the diagnostics of ``fields``."""
    diagnostics = fields.diagnostics
    title = fields.text("scene", required=True)
    line, prompts = read_line(fields, default_line, lines)
    fixtures, carrier = fields.mapping_of("fixtures"), fields.mapping_of("carrier")
    parties = tuple(_parties(fields, prompts))
    scene = Scene(
        title=title,
        mark=fields.mark,
        number=number,
        line=line,
        from_="",
        at=fields.parsed("at", parse_moment) or DEFAULT_AT,
        fixtures=read_stored_things(fixtures, diagnostics) if fixtures else None,
        written_fixtures=fixtures,
        carrier=replace(
            read_carrier(Fields(carrier, "'carrier'", diagnostics)) if carrier else CarrierChanges(),
            relay=read_relay(fields),
        ),
        steps=(),
        expectations=tuple(expectation for party in parties for expectation in party.expectations),
        callees=read_callees(fields),
        texts=read_text_fates(fields),
        as_written=True,
        parties=parties,
    )
    fields.finish()
    return scene


def _parties(fields: Fields, prompts: ScriptPrompts) -> Iterator[PartyScript]:
    mapping = fields.mapping_of("parties", required=True)
    if mapping is None:
        return
    if not mapping.entries:
        told = message("scene-without-parties", "'parties' is empty; write at least one who calls or is called")
        fields.diagnostics.error(mapping.mark, told)
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="parties", owner=fields.owner), fields.diagnostics)
    numbers: dict[str, str] = {}
    for name in mapping.entries:
        mark = inner.mark_of(name)
        if not NAME.fullmatch(name):
            told = message(
                "party-name-malformed",
                "'{name}' is no name of a party; write one word of letters, digits, _ and -, such as ana",
                name=name,
            )
            fields.diagnostics.error(mark, told)
        owner = phrase("the party '{name}'", name=name)
        party = _party(name, Fields.of(inner.value(name), owner, fields.diagnostics, mark), mapping.entries, prompts)
        if party.number not in {"", ANONYMOUS} and (other := numbers.setdefault(party.number, name)) != name:
            told = message(
                "party-number-twice", "{owner} has the telephone of '{other}'; give it one of its own", owner=owner,
                other=other,
            )  # fmt: skip
            fields.diagnostics.error(mark, told)
        yield party


def _party(name: str, fields: Fields, names: Iterable[str], prompts: ScriptPrompts) -> PartyScript:
    diagnostics, known = fields.diagnostics, list(names)
    mine = fields.parsed("from", parse_address)
    rung = fields.parsed("telephone", parse_address)
    dials = fields.has("from")
    if dials and fields.has("telephone"):
        told = message(
            "party-dials-and-is-rung",
            "{owner} has both 'from' and 'telephone'; write from for one who dials (and may be called back), telephone"
            " for one who is rung",
            owner=fields.owner,
        )
        diagnostics.error(fields.mark_of("telephone"), told)
    written = read_scene_steps(fields.items("steps"), diagnostics, prompts)
    if dials:
        dial = DialStep(f"{fields.mark.file}:{fields.mark_of('from').line}")
        written = (SceneStep(dial, fields.parsed("at", parse_clock), read_conditions(fields)), *written)
    expect = fields.mapping_of("expect")
    expected = Fields(expect, phrase("'expect' of {owner}", owner=fields.owner), diagnostics) if expect else None
    own = read_party_expectations(expected) if expected else ()
    party = PartyScript(
        name=name,
        mark=fields.mark,
        number=mine or rung or "",
        dials=dials,
        to=fields.parsed("to", parse_address) if dials else None,
        url=fields.text("url") if dials else None,
        steps=written,
        expectations=read_expectations(expected, texts=False) if expected else (),
        party_expectations=own,
    )
    for step in written:
        check_names(step.when, known, name, fields)
        if not (dials or fields.has("telephone")) and not isinstance(step.step, ActStep | WaitStep | steps.Sound):
            file, _, line = step.where.rpartition(":")
            told = message(
                "party-without-telephone",
                "{owner} does this at a telephone, and has none; give it from (it dials) or telephone (it is rung)",
                owner=fields.owner,
            )
            diagnostics.error(Mark(file, int(line), 1), told)
    for other in names_in(own):
        if other not in known:
            told = message(
                "expected-party-unknown",
                "'talked_with' of {owner}: the scene has no party '{other}'{near}",
                owner=fields.owner,
                other=other,
                near=suggest(other, known) or phrase(" (there are: {known})", known=", ".join(known)),
            )
            diagnostics.error(other.mark, told)
    fields.finish()
    return party
