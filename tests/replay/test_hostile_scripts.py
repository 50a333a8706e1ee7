"""A call script that is hostile, or none at all, is told in a few lines at its place."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from ivr.errors import ScriptError
from ivr.replay.script import ScriptLines, find_scripts, read_scripts
from ivr.source.diagnostics import LONGEST, MOST

LINES = ScriptLines(Path("flows"), None, "4003-0015")
SOUND = 'call: A call\nsteps:\n  - press: "2"\n'


def told(path: Path) -> list[str]:
    """The faults of the script, each one line at a place."""
    with pytest.raises(ScriptError) as raised:
        read_scripts([path], LINES)
    rows = [str(fault).replace(f"{path}:", "", 1) for fault in raised.value.diagnostics]
    for row in rows:
        assert re.match(r"\d+:\d+: \S", row)
        assert "\n" not in row
        assert len(row) < LONGEST + 50
    assert len(rows) <= MOST + 1
    return rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.call.yaml"


def test_a_sound_script_is_read(path: Path) -> None:
    path.write_text(SOUND)
    assert len(read_scripts([path], LINES)) == 1


def test_a_pipe_a_folder_a_device_and_a_link_to_itself_are_told(path: Path, tmp_path: Path) -> None:
    os.mkfifo(path)
    (tmp_path / "b.call.yaml").mkdir()
    (tmp_path / "c.call.yaml").symlink_to("/dev/zero")
    (tmp_path / "d.call.yaml").symlink_to("d.call.yaml")
    found = find_scripts([tmp_path])
    assert len(found) == 4
    for script in found:
        (row,) = told(script)
        assert row.startswith("1:1: the file cannot be read: ")


HOSTILE = {
    "nothing": b"",
    "UTF-16": SOUND.encode("utf-16"),
    "zeros": bytes(1000),
    "a program": b"\x7fELF\x02\x01\x01" + bytes(200),
    "a tag": b"call: !!python/object/apply:os.abort []\n",
    "an alias": b"call: &a x\nfrom: *a\n",
    "a merge": b"call: x\n<<: {from: y}\n",
    "nested": b"call: " + b"[" * 200_000,
    "too large": b"call: x\nsteps:\n" + b"  - press: 2\n" * 100_000,
    "steps": b"call: x\nsteps:\n" + b"  - press: 2\n" * 20_000,
    "steps that are none": b"call: x\nsteps:\n" + b"  - dance: 2\n" * 4000,
    "documents": b"---\n" * 100_000,
    "scripts": SOUND.encode().replace(b"press", b"pres") + b"---\ncall: y\nline: nowhere\nsteps: [x]\n" * 700,
    "control characters": SOUND.encode().replace(b"A call", b'"\\a"'),
    "half a character": SOUND.encode().replace(b"A call", b'"\\ud800"'),
    "a number without measure": b"call: x\nsteps:\n  - wait: 1e309\n",
    "digits without measure": b"call: x\nsteps:\n  - wait: " + b"9" * 5000 + b"\n",
    "no such day": b"call: x\nat: 2026-02-30T10:00\n",
    "a year without measure": b"call: x\nat: 99999-01-01T10:00\n",
    "a pattern without measure": b"call: x\nfrom: " + b"+" * 100_000 + b"\n",
}


@pytest.mark.parametrize("written", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_hostile_is_told(path: Path, written: bytes) -> None:
    path.write_bytes(written)
    assert told(path)
