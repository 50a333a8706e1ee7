"""Whatever is broken in the menu of 4003-0015 is told, and nothing of it ends in a traceback."""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.flow.folder import check_line, load_line
from ivr.source.diagnostics import Diagnostic, Diagnostics
from ivr.source.yaml import load, plain
from tests.flow.lines import FILES, GOOD, SHIPPED

# The same lines again and again, and large ones: measuring them would take longer than reading them.
pytestmark = pytest.mark.untraced

Trees = dict[str, Any]
"""The three files of a line as plain values, by file name."""

# Each example writes to a folder of its own name, so sharing the fixture's folder is harmless.
slowly = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def trees() -> Trees:
    return copy.deepcopy(SOUND)


def written(folder: Path, line: Trees) -> Path:
    folder.mkdir(exist_ok=True)
    for file, tree in line.items():
        text = WRITTEN[file] if tree == SOUND[file] else _dumped(tree)
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def _dumped(tree: Any) -> str:
    text: str = yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    return text


def errors_of(folder: Path) -> list[Diagnostic]:
    """The faults of the line in ``folder``, each of them one line at a place in one of its files."""
    faults = check_line(folder)
    for fault in [*faults.errors, *faults.warnings]:
        assert "\n" not in str(fault)
        assert Path(fault.mark.file).parent == folder
        assert fault.mark.line <= Path(fault.mark.file).read_text(encoding="utf-8", errors="replace").count("\n") + 2
    return faults.errors


SOUND: Final[Trees] = {file: plain(load(SHIPPED / file, Diagnostics())[0]) for file in FILES}
WRITTEN: Final = {file: _dumped(tree) for file, tree in SOUND.items()}
STATES: Final = SOUND["menu.yaml"]["states"]
TARGETS: Final = [
    (name, kind, key)
    for name, state in STATES.items()
    for kind, body in state.items()
    for key, value in body.items()
    if key in {"next", "back", "skip", "human", "otherwise", "unknown", "empty", "served", "closed", "unreachable"}
    and isinstance(value, str)
]
KEY_TARGETS: Final = [
    (name, kind, section, key)
    for name, state in STATES.items()
    for kind, body in state.items()
    for section in ("keys", "outcomes")
    for key in body.get(section, ())
]


def test_the_menu_is_sound_before_it_is_broken(tmp_path: Path) -> None:
    assert errors_of(written(tmp_path / "line", SOUND)) == []
    assert load_line(tmp_path / "line").states.keys() == STATES.keys()


def drop_state(line: Trees, draw: Callable[[Any], Any]) -> str:
    return f"'{_drop(line['menu.yaml']['states'], draw)}'"


def rename_state(line: Trees, draw: Callable[[Any], Any]) -> str:
    states = line["menu.yaml"]["states"]
    name = draw(st.sampled_from(sorted(states)))
    line["menu.yaml"]["states"] = {key if key != name else f"{name}-novo": state for key, state in states.items()}
    return f"'{name}'"


def rename_target(line: Trees, draw: Callable[[Any], Any]) -> str:
    name, kind, key = draw(st.sampled_from(TARGETS))
    line["menu.yaml"]["states"][name][kind][key] = "lugar-nenhum"
    return "'lugar-nenhum'"


def rename_key_target(line: Trees, draw: Callable[[Any], Any]) -> str:
    name, kind, section, key = draw(st.sampled_from(KEY_TARGETS))
    line["menu.yaml"]["states"][name][kind][section][key] = "lugar-nenhum"
    return "'lugar-nenhum'"


def change_kind(line: Trees, draw: Callable[[Any], Any]) -> str:
    name = draw(st.sampled_from(sorted(STATES)))
    ((_, body),) = STATES[name].items()
    line["menu.yaml"]["states"][name] = {"menue": body}
    return f"state '{name}' is of unknown kind 'menue'"


def drop_prompt(line: Trees, draw: Callable[[Any], Any]) -> str:
    return f"the prompt '{_drop(line['prompts.pt-BR.yaml']['prompts'], draw)}' does not exist"


def drop_spoken_name(line: Trees, draw: Callable[[Any], Any]) -> str:
    return f"'{_drop(line['prompts.pt-BR.yaml']['destinations'], draw)}' has no name to speak"


def drop_destination(line: Trees, draw: Callable[[Any], Any]) -> str:
    return f"'{_drop(line['routing.yaml']['destinations'], draw)}'"


def drop_hours(line: Trees, draw: Callable[[Any], Any]) -> str:
    return f"the hours '{_drop(line['routing.yaml']['hours'], draw)}', which do not exist"


def drop_targets(line: Trees, draw: Callable[[Any], Any]) -> str:
    name = draw(st.sampled_from(sorted(line["routing.yaml"]["destinations"])))
    del line["routing.yaml"]["destinations"][name]["targets"]
    return f"the destination '{name}' has nobody to ring"


def drop_outcome(line: Trees, draw: Callable[[Any], Any]) -> str:
    name = draw(st.sampled_from([name for name, state in STATES.items() if "check" in state]))
    return f"says nothing about the answer '{_drop(line['menu.yaml']['states'][name]['check']['outcomes'], draw)}'"


def drop_header_key(line: Trees, draw: Callable[[Any], Any]) -> str:
    header = line["menu.yaml"]["line"]
    key = draw(
        st.sampled_from(["number", "language", "voice", "zone", "start", "human", "transfer", "apology", "wait"])
    )
    del header[key]
    return f"'line' needs the key '{key}'"


def _drop(mapping: Trees, draw: Callable[[Any], Any]) -> str:
    name: str = draw(st.sampled_from(sorted(mapping)))
    del mapping[name]
    return name


BREAKS: Final = (
    drop_state, rename_state, rename_target, rename_key_target, change_kind, drop_prompt, drop_spoken_name,
    drop_destination, drop_hours, drop_targets, drop_outcome, drop_header_key,
)  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS, ids=lambda function: function.__name__)
@settings(slowly, max_examples=2)
@given(data=st.data())
def test_every_break_is_told_by_name(
    broken: Callable[[Trees, Callable[[Any], Any]], str], tmp_path: Path, data: st.DataObject
) -> None:
    line = trees()
    expected = broken(line, data.draw)
    rows = [fault.message for fault in errors_of(written(tmp_path / "line", line))]
    assert [row for row in rows if expected in row], (expected, rows)


@slowly
@given(data=st.data())
def test_a_key_written_twice_is_told_with_both_lines(tmp_path: Path, data: st.DataObject) -> None:
    rows = (SHIPPED / "menu.yaml").read_text(encoding="utf-8").splitlines()
    keys = [number for number, row in enumerate(rows) if re.match(r' *(?:[a-z][\w.-]*|"[0-9]"):(?: |$)', row)]
    number = data.draw(st.sampled_from(keys))
    line = written(tmp_path / "line", SOUND)
    (line / "menu.yaml").write_text("\n".join([*rows[: number + 1], *rows[number:]]), encoding="utf-8")
    messages = [fault.message for fault in errors_of(line) if fault.mark.line == number + 2]
    assert [message for message in messages if f"(first at line {number + 1}); delete one" in message]


def _places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(place for key, child in inside for place in _places(child, (*path, key)))]


PLACES: Final = [path for path in _places(SOUND) if len(path) > 1]
JUNK: Final[st.SearchStrategy[Any]] = st.sampled_from(
    [None, "", "x", "*", "99", "\n", [], ["x"], [[]], {}, {"x": "y"}, {"x": {"y": ["z"]}}]
)


@slowly
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=3))
def test_junk_in_any_place_is_told_or_harmless(tmp_path: Path, junk: list[tuple[tuple[Any, ...], Any]]) -> None:
    line = trees()
    for path, value in junk:
        *way, last = path
        place: Any = line
        try:
            for key in way:
                place = place[key]
            place[last] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier piece of junk took the place away
    if not errors_of(written(tmp_path / "line", line)):
        assert load_line(tmp_path / "line").states.keys() == line["menu.yaml"]["states"].keys()


@settings(slowly, max_examples=40)
@given(
    file=st.sampled_from(FILES),
    at=st.floats(0, 1, exclude_max=True),
    length=st.integers(0, 30),
    text=st.text(st.sampled_from("ab1:-#*&!|>'\"%{}[],? \n\t\x00é"), max_size=8),
)
def test_no_slip_of_the_keyboard_ends_in_a_traceback(
    tmp_path: Path, file: str, at: float, length: int, text: str
) -> None:
    line = tmp_path / "line"
    shutil.copytree(GOOD, line, dirs_exist_ok=True)
    sound = (GOOD / file).read_text(encoding="utf-8")
    place = int(at * len(sound))
    (line / file).write_text(sound[:place] + text + sound[place + length :], encoding="utf-8")
    if not errors_of(line):
        load_line(line)
