"""Every file of the repository that people may write, with the reader of its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from ivr.flow.folder import read_states
from ivr.flow.header import read_header
from ivr.flow.prompts import read_prompts
from ivr.flow.routing_file import read_routing
from ivr.replay.scenes.scene import read_scene
from ivr.replay.script import ScriptLines, read_script
from ivr.simulator.rest.seed import seed_of
from ivr.source.diagnostics import Diagnostics
from ivr.source.fields import Fields
from ivr.source.yaml import Mapping, load

ROOT = Path(__file__).parents[2]
WHOLE = Path(__file__).parent / "whole"
"""Documents that hold the keys which no other file here uses."""

Reader = Callable[[Mapping, Diagnostics], None]


@dataclass(frozen=True)
class Written:
    """One document, and which kind of file it is."""

    kind: str
    path: Path
    root: Mapping


def read(kind: str, root: Mapping) -> Diagnostics:
    """What is wrong with a document in the eyes of its reader alone, and not of the rules about a whole line."""
    diagnostics = Diagnostics()
    READERS[kind](root, diagnostics)
    return diagnostics


def _menu(root: Mapping, diagnostics: Diagnostics) -> None:
    fields = Fields(root, "the menu file", diagnostics)
    _, defaults = read_header(fields, diagnostics)
    read_states(fields, defaults, diagnostics)
    fields.finish()


def _routing(root: Mapping, diagnostics: Diagnostics) -> None:
    read_routing(root, ZoneInfo("America/Sao_Paulo"), diagnostics)


def _prompts(root: Mapping, diagnostics: Diagnostics) -> None:
    read_prompts(root, "pt-BR", ZoneInfo("America/Sao_Paulo"), diagnostics)


def _script(root: Mapping, diagnostics: Diagnostics) -> None:
    lines = ScriptLines(ROOT / "flows", None, "4003-0015", lambda _: None)
    read_script(Fields(root, "the call script", diagnostics), 1, "4003-0015", lines)


def _scene(root: Mapping, diagnostics: Diagnostics) -> None:
    lines = ScriptLines(ROOT / "flows", None, "4003-0015", lambda _: None)
    read_scene(Fields(root, "the scene", diagnostics), 1, "4003-0015", lines)


def _account(root: Mapping, diagnostics: Diagnostics) -> None:
    seed_of(Fields(root, "the seed", diagnostics))


READERS: dict[str, Reader] = {
    "menu": _menu,
    "routing": _routing,
    "prompts": _prompts,
    "call": _script,
    "scene": _scene,
    "account": _account,
}


@cache
def documents() -> tuple[Written, ...]:
    """Every document of the shipped lines, of the good line of the tests, of all call scripts, and those of WHOLE."""
    found: list[Written] = []
    folders = [*(ROOT / "flows").glob("*/"), ROOT / "tests" / "flow" / "good", WHOLE]
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            kind = path.name.partition(".")[0]
            if kind in READERS:
                found += _documents(kind, path)
    for path in sorted({*ROOT.glob("flows/**/*.call.yaml"), *ROOT.glob("tests/**/*.call.yaml")}):
        found += _documents("call", path)
    for path in sorted({*ROOT.glob("flows/**/*.scene.yaml"), *ROOT.glob("tests/**/*.scene.yaml")}):
        found += _documents("scene", path)
    sound = [each for each in found if not read(each.kind, each.root).errors]
    assert sum(WHOLE in each.path.parents for each in sound) == 7, "what is to show every key has a fault"
    return tuple(sound)


def _documents(kind: str, path: Path) -> list[Written]:
    roots = load(path, Diagnostics(), str(path.relative_to(ROOT)))
    return [Written(kind, path, root) for root in roots if isinstance(root, Mapping)]
