"""What a command writes into a file that its user named never takes the place of another, unless --force says so."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ivr.cli.new_file import PRIVATE, NewFile, require_distinct
from ivr.errors import TargetError
from tests.cli.conftest import FLOWS, Ivr

WRITERS = [
    ("call", "--at", "2026-03-10T09:00", "--out"),
    ("call", "--at", "2026-03-10T09:00", "--record"),
    ("replay", FLOWS / "internacional", "--junit"),
    ("privacy", "export", "11222333000181", "--out"),
]
"""Every command that writes a file, as far as the option that names it."""

NAMES = [" ".join(str(each) for each in (writer[0], writer[-1])) for writer in WRITERS]


@pytest.mark.parametrize("writer", WRITERS, ids=NAMES)
@pytest.mark.parametrize("kind", ["file", "link", "dangling link", "menu"])
def test_a_file_that_is_there_is_left_alone_and_nothing_is_done(
    ivr: Ivr, tmp_path: Path, writer: tuple[object, ...], kind: str
) -> None:
    file = tmp_path / "there"
    precious = (FLOWS / "4003-0015" / "menu.yaml").read_bytes() if kind == "menu" else b"precious"
    if kind == "link":
        (tmp_path / "other").write_bytes(precious)
        file.symlink_to(tmp_path / "other")
    elif kind == "dangling link":
        file.symlink_to(tmp_path / "nowhere")
    else:
        file.write_bytes(precious)
    code, out, err = ivr(*writer, file)
    assert (code, out) == (2, "")
    name = writer[-1]
    assert err == f"ivr: {file} is there already; name another file with {name}, or write over it with --force\n"
    assert not (tmp_path / "nowhere").exists()
    if kind != "dangling link":
        assert file.read_bytes() == precious


@pytest.mark.parametrize("writer", WRITERS, ids=NAMES)
def test_a_folder_and_a_file_in_no_folder_are_refused_even_with_force(
    ivr: Ivr, tmp_path: Path, writer: tuple[object, ...]
) -> None:
    for path, reason in ((tmp_path, "it is a folder"), (tmp_path / "no" / "x", f"there is no folder {tmp_path}/no")):
        code, out, err = ivr(*writer, path, "--force")
        assert (code, out, err) == (2, "", f"ivr: {path} cannot be written: {reason}\n")


def test_the_script_that_is_played_is_not_written_over(ivr: Ivr, tmp_path: Path) -> None:
    script = tmp_path / "a.call.yaml"
    script.write_text("call: a\nsteps: [{hang_up: true}]\n", encoding="utf-8")
    for option in ("--record", "--out"):
        assert ivr("call", "--script", script, option, script)[0] == 2
    assert script.read_text(encoding="utf-8").startswith("call: a\n")


def test_two_options_that_name_one_file_are_refused(ivr: Ivr, tmp_path: Path) -> None:
    code, _, err = ivr("call", "--out", tmp_path / "x", "--record", tmp_path / "." / "x")
    assert (code, err) == (2, f"ivr: --out and --record name the same file, {tmp_path}/x; give each its own\n")
    require_distinct([NewFile(Path("/dev/null"), "--out"), NewFile(Path("/dev/null"), "--record"), None])


def test_force_writes_over_a_file_and_keeps_its_link_and_its_mode(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    NewFile(tmp_path / "link", "--out", force=True).write(b"new")
    assert (tmp_path / "real").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


@pytest.mark.parametrize("force", [False, True])
def test_a_private_file_is_for_its_owner_only(tmp_path: Path, force: bool) -> None:
    if force:
        (tmp_path / "x").write_bytes(b"old")
        (tmp_path / "x").chmod(0o644)
    NewFile(tmp_path / "x", "--out", force, mode=PRIVATE).write(b"secret")
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o600


def test_a_file_that_came_meanwhile_is_left_and_nothing_is_lost(tmp_path: Path) -> None:
    file = NewFile(tmp_path / "x", "--out")
    (tmp_path / "x").write_bytes(b"somebody else's")
    (tmp_path / "x.1").write_bytes(b"too")
    with pytest.raises(TargetError, match=r"came to be there meanwhile and is left as it is; .* is in .*/x\.2$"):
        file.write(b"the call")
    contents = [(tmp_path / name).read_bytes() for name in ("x", "x.1", "x.2")]
    assert contents == [b"somebody else's", b"too", b"the call"]


@pytest.mark.parametrize("name", ["x" * 400, "nul\0byte"])
def test_a_name_that_no_file_can_have_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(TargetError, match="cannot be written: "):
        NewFile(tmp_path / name, "--out")


def test_a_device_or_a_pipe_is_written_to_as_nothing_is_lost(tmp_path: Path) -> None:
    NewFile(Path("/dev/null"), "--out").write(b"x")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    NewFile(tmp_path / "pipe", "--out").write(b"x")
    assert os.read(reader, 9) == b"x"
    os.close(reader)


def test_a_pipe_that_nothing_reads_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TargetError, match="is a pipe that nothing reads; what was to be written is in "):
        NewFile(tmp_path / "pipe", "--record").write(b"call: a\n")
    assert (tmp_path / "pipe.1").read_bytes() == b"call: a\n"


def test_a_pipe_with_a_reader_is_written_into(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    NewFile(tmp_path / "pipe", "--record").write(b"call: a\n")
    assert os.read(reader, 100) == b"call: a\n"
    os.close(reader)
