"""A hostile menu, or the wrong file altogether, is told in a few lines at its place; it neither runs nor hangs."""

from __future__ import annotations

import os
import re
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.call.lines import Lines
from ivr.errors import FlowError
from ivr.flow.folder import check_line, line_names, load_line
from ivr.source.diagnostics import LONGEST, MOST
from ivr.source.fields import suggest
from ivr.source.yaml import MAX_BYTES, MAX_VALUES
from tests.flow.lines import FILES, copied, told

# The same lines again and again, and large ones: measuring them would take longer than reading them.
pytestmark = pytest.mark.untraced

MENU, PROMPTS, ROUTING = FILES
READABLE = "put a text file here that the line may read"

OPEN = "{hours: always, targets: ["


def broken(line: Path) -> list[str]:
    """What is told of a line that must not be loaded, each fault one line at a place of one of its files."""
    rows = told(line)
    faults = [row for row in rows if not row.startswith("warning: ")]
    assert faults
    for row in faults:
        assert re.match(rf"(?:{'|'.join(map(re.escape, FILES))}):\d+:\d+: \S", row), row
        assert "\n" not in row
        assert len(row) < LONGEST + 100
    with pytest.raises(FlowError):
        load_line(line)
    return faults


def rewritten(folder: Path, change: Callable[[str], str], file: str = MENU) -> Path:
    line = copied(folder)
    (line / file).write_text(change((line / file).read_text(encoding="utf-8")), encoding="utf-8")
    return line


# What is no file of text


@pytest.mark.parametrize("file", FILES)
def test_a_pipe_is_refused_without_waiting_for_whoever_writes_into_it(tmp_path: Path, file: str) -> None:
    line = copied(tmp_path)
    (line / file).unlink()
    os.mkfifo(line / file)
    assert broken(line) == [f"{file}:1:1: the file cannot be read: it is a pipe or a device; {READABLE}"]


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device_is_never_read(tmp_path: Path, device: str) -> None:
    line = copied(tmp_path)
    (line / PROMPTS).unlink()
    (line / PROMPTS).symlink_to(device)
    (row,) = broken(line)
    assert row.startswith(f"{PROMPTS}:1:1: the file cannot be read: ")
    assert row.endswith(READABLE)


def spoken(folder: Path, clips: str = "") -> Path:
    """A line with a recorded voice and the file ``clips.jsonl``."""
    line = rewritten(folder, lambda menu: menu.replace("  voice: P", "  voice: recorded\n  say_voice: P"))
    (line / "audio").mkdir()
    (line / "audio" / "clips.jsonl").write_text(clips, encoding="utf-8")
    return line


@pytest.mark.parametrize("device", ["", "/dev/zero", "/dev/null"])
def test_a_recording_that_is_a_pipe_or_a_device_is_never_read(tmp_path: Path, device: str) -> None:
    line = spoken(tmp_path, '{"key": "k", "text": "Oi.", "voice": "v", "engine": "e", "file": "a.wav"}')
    sound = line / "audio" / "a.wav"
    if device:
        sound.symlink_to(device)
    else:
        os.mkfifo(sound)
    (row,) = (row for row in told(line) if not row.startswith("warning: "))
    assert row.startswith("audio/clips.jsonl:1:67: audio/a.wav is a pipe or a device; write a WAV file ")


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("[" * 100_000, "1:1: this nests deeper than any clip does"),
        (r'{"key": "k", "text": "\ud800", "voice": "v", "engine": "e", "file": "a.wav"}', "1:1: a field of a clip has"),
    ],
)
def test_clips_that_no_file_can_hold_are_told(tmp_path: Path, written: str, fault: str) -> None:
    (row,) = (row for row in told(spoken(tmp_path, written)) if not row.startswith("warning: "))
    assert row.startswith(f"audio/clips.jsonl:{fault}")


@pytest.mark.parametrize("file", FILES)
def test_a_folder_in_the_place_of_a_file_is_told(tmp_path: Path, file: str) -> None:
    line = copied(tmp_path)
    (line / file).unlink()
    (line / file).mkdir()
    assert broken(line) == [f"{file}:1:1: the file cannot be read: Is a directory; {READABLE}"]


@pytest.mark.parametrize("file", FILES)
def test_links_that_lead_to_each_other_are_told(tmp_path: Path, file: str) -> None:
    line = copied(tmp_path)
    (line / file).unlink()
    (line / file).symlink_to("round")
    (line / "round").symlink_to(file)
    (row,) = broken(line)
    assert row == f"{file}:1:1: the file cannot be read: {os.strerror(40)}; {READABLE}"


def test_a_link_that_leads_nowhere_is_told_and_its_line_not_left_out(tmp_path: Path) -> None:
    line = copied(tmp_path)
    (line / MENU).unlink()
    (line / MENU).symlink_to("nowhere.yaml")
    assert line_names(tmp_path) == ["line"]
    assert broken(line)[0].startswith(f"{MENU}:1:1: there is no such file")
    with pytest.raises(FlowError, match="there is no such file"):
        Lines.load(tmp_path)


@contextmanager
def _somebody_else() -> Iterator[None]:
    """As a user who may not read what this one may not read; root may read everything."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(mine)


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_may_not_be_read_is_told_with_the_remedy(file: str) -> None:
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        line = copied(Path(open_to_all))
        line.chmod(0o755)
        (line / file).chmod(0)
        with _somebody_else():
            rows = broken(line)
    assert rows == [f"{file}:1:1: the file cannot be read: Permission denied; {READABLE}"]


JUNK = {
    "nothing": b"",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "UTF-16": "line:\n  number: '1'\n".encode("utf-16"),
    "UTF-32": "line: {}\n".encode("utf-32"),
    "latin": "line: {start: olá}\n".encode("latin-1"),
    "a program": b"\x7fELF\x02\x01\x01" + bytes(200),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "an archive": b"PK\x03\x04" + bytes(range(256)),
    "zeros": bytes(1000),
    "a page": b"<html><body>404</body></html>",
    "json": b'{"line": 1, "states": []}',
    "conflict": b"<<<<<<< HEAD\nline: {}\n=======\nline: {}\n>>>>>>> other\n",
    "half a character": "line: olá".encode()[:-1],
    "surrogates": b"line: \xed\xa0\x80",
    "too long a sequence": b"line: \xc0\xae",
    "escaped surrogate": b'line: "\\ud800"',
    "escaped bell": b'line: "\\a"',
    "escaped vertical tab": b'line: "\\x0b"',
    "escaped not a character": b'line: "\\ufffe"',
    "escaped beyond all characters": b'line: "\\U00110000"',
    "a next line in a name": b'"li\\Nne": x',
}


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
@pytest.mark.parametrize("file", FILES)
def test_junk_in_the_place_of_a_file_is_told(tmp_path: Path, junk: bytes, file: str) -> None:
    line = copied(tmp_path)
    (line / file).write_bytes(junk)
    broken(line)


# What would run, or be put together, elsewhere


WOULD_RUN = {
    "tag": ("line:", "line: !!python/object/apply:os.abort []\nother:"),
    "tag on a key": ("line:", "!!python/name:os.abort line:"),
    "new object": ("say: principal", "say: !!python/object/new:os.system ['touch /tmp/x']"),
    "module": ("start: ola", "start: !!python/module:subprocess"),
    "own tag": ("start: ola", "start: !include /etc/passwd"),
    "declared tag": ("line:", "%TAG !e! tag:yaml.org,2002:python/\n---\nline: !e!object/apply:os.abort []\nother:"),
    "guard": ("rule: identity", "rule: subprocess.getoutput"),
    "another guard": ("rule: finance", "rule: os.abort"),
    "callback of a state": ("next: principal}", "next: principal, on_enter: os.abort}"),
    "condition": ("next: principal}", "next: principal, conditions: [os.abort]}"),
    "target with dots": ("next: principal}", "next: os.abort}"),
    "trigger of the model": ('keys: {"1": documento', "keys: {save: documento"),
    "format": ("format: document", "format: __import__('os').abort"),
    "start": ("start: ola", "start: __class__"),
    "merge": ("    say: {prompt: ola, next: principal}", "    say: {<<: {prompt: ola}, next: principal}"),
    "merge of an alias": ("    say: {prompt: ola, next: principal}", "    say: {<<: *ola, next: principal}"),
}


@pytest.mark.parametrize("written", WOULD_RUN.values(), ids=WOULD_RUN.keys())
def test_names_of_python_are_words_like_others_and_lead_nowhere(tmp_path: Path, written: tuple[str, str]) -> None:
    old, new = written
    broken(rewritten(tmp_path, lambda text: text.replace(old, new, 1)))


def test_what_a_prompt_leaves_open_reaches_into_no_object(tmp_path: Path) -> None:
    for number, text in enumerate(
        ("{destino.__class__}", "{0}", "{}", "{destino[0]}", "{destino!r}", "{destino:>99999999}")
    ):
        line = rewritten(tmp_path / str(number), lambda old, new=text: old.replace("Olá.", f'"{new}"'), PROMPTS)  # type: ignore[misc]
        (row,) = broken(line)
        assert row.startswith(f"{PROMPTS}:2:8: the prompt 'ola' ")


ABSURD = {
    "infinite": "1e309",
    "larger than any": "9" * 400,
    "below": "-1",
    "digits of others": "٣",
    "squared": "²",
    "hex": "0x10",
    "underscored": "1_0",
    "fraction": "2.5",
    "not a number": ".nan",
}


@pytest.mark.parametrize("number", ABSURD.values(), ids=ABSURD.keys())
@pytest.mark.parametrize("place", ["limit: 3", "seconds: 60", "hours: 2", "ring: 25", "wait: 300"])
def test_numbers_without_measure_are_told_with_the_bounds(tmp_path: Path, place: str, number: str) -> None:
    file = ROUTING if place.startswith(("ring", "wait")) else MENU
    line = rewritten(tmp_path, lambda text: text.replace(place, f"{place.partition(' ')[0]} {number}", 1), file)
    (row,) = broken(line)
    assert re.search(r"must be a whole number from \d+ to \d+, not ", row)


def test_turns_without_measure_are_told(tmp_path: Path) -> None:
    line = rewritten(tmp_path, lambda text: text.replace("  human:", "  max_turns: 99999999999999999999\n  human:", 1))
    (row,) = broken(line)
    assert "must be a whole number from 10 to 500" in row


# Too much of anything


def _rows(of: Callable[[int], str], size: int = MAX_BYTES - 8000) -> str:
    rows: list[str] = []
    length = 0
    while length < size:
        rows.append(of(len(rows)))
        length += len(rows[-1].encode())
    return "".join(rows[:-1])


def _few(of: Callable[[int], str], values: int) -> str:
    """As many rows, of ``values`` each, as a file may hold."""
    return "".join(of(number) for number in range((MAX_VALUES - 500) // values))


def _states(rows: str) -> Callable[[str], str]:
    return lambda text: text + rows


def _destinations(rows: str) -> Callable[[str], str]:
    return lambda text: text.replace("\ndestinations:\n", f"\ndestinations:\n{rows}", 1)


TOO_MUCH: dict[str, tuple[str, Callable[[str], str]]] = {
    "larger than may be": (MENU, lambda text: text + "# a comment\n" * MAX_BYTES),
    "two megabytes in one text": (PROMPTS, lambda text: text + "  x: " + "a " * 1_000_000),
    "aliases": (MENU, lambda text: text + "a: &a [x]\n" + _rows(lambda at: f"a{at}: &a{at} [*a, *a]\n", 9000)),
    "anchors": (MENU, _states(_rows(lambda at: f"  s{at}: &a{at} {{hangup: {{}}}}\n"))),
    "opened and not closed": (MENU, lambda _: "[" * 400_000),
    "nested": (MENU, lambda _: "\n".join(" " * depth + "a:" for depth in range(900))),
    "one key again and again": (MENU, lambda _: "a:\n" * 150_000),
    "documents": (MENU, lambda text: text + "---\n" * 120_000),
    "a list": (MENU, lambda _: "a: [" + "x," * 200_000 + "]"),
    "100,000 states": (MENU, _states(_rows(lambda at: f"  {at:x}:\n"))),
    "states without a body": (MENU, _states(_few(lambda at: f"  s{at}:\n", 2))),
    "states of no kind": (MENU, _states(_few(lambda at: f"  s{at}: {{sai: {{}}}}\n", 4))),
    "states that lead nowhere": (
        MENU, _states(_few(lambda at: f"  s{at}: {{say: {{prompt: ola, next: t{at}}}}}\n", 8))
    ),
    "states one after the other": (
        MENU, _states(_few(lambda at: f"  s{at}: {{say: {{prompt: ola, next: s{at + 1}}}}}\n", 8))
    ),
    "states that say nothing there is": (MENU, _states(_few(lambda at: f"  s{at}: {{hangup: {{say: ol{at}}}}}\n", 6))),
    "keys that nobody knows": (MENU, _states(_few(lambda at: f"k{at}: x\n", 2))),
    "desks without a name": (ROUTING, _destinations(_few(lambda at: f"  d{at}: {OPEN}{{desk: d{at + 1}}}]}}\n", 8))),
    "desks in a circle": (
        ROUTING,
        _destinations(_few(lambda at: f"  d{at}: {OPEN}{{desk: d{at + 1}}}, {{desk: d{(at + 7) % 900}}}]}}\n", 12)),
    ),
    "hours that nobody knows": (ROUTING, _destinations(_few(lambda at: f"  d{at}: {{hours: h{at}}}\n", 4))),
    "words that mean a key": (
        MENU, lambda text: text.replace("[suporte]", "[" + _few(lambda at: f"atendente {at},", 1) + "atendente]")
    ),
    "a name as long as a book": (MENU, _states(f"  ? {'n' * 300_000}\n  : {{sai: {{}}}}\n")),
    "quoted in a message": (MENU, lambda text: text.replace("limit: 3", f"limit: {'a' * 300_000}")),
    "lines in a message": (MENU, lambda text: text.replace("limit: 3", 'limit: "' + "x\\n" * 90_000 + '"')),
    "control characters": (PROMPTS, lambda _: "prompts: {" + _few(lambda at: f'p{at}: "\\a",', 2) + "}"),
    "tags": (MENU, lambda _: "a: [" + _few(lambda _: "!t x,", 1) + "]"),
}  # fmt: skip
LARGEST = ("desks in a circle", "documents")
"""Those of which most is in memory at once, one of each kind."""


@pytest.mark.parametrize(("file", "change"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_too_much_is_refused_in_few_words(tmp_path: Path, file: str, change: Callable[[str], str]) -> None:
    """How fast: bench/refusals.py."""
    line = rewritten(tmp_path, change, file)
    faults = check_line(line)
    assert 1 <= len(faults.errors) <= 2 * (MOST + 1)
    assert len(faults.warnings) <= MOST
    assert sum(len(str(fault)) for fault in faults.errors) < 200_000
    for fault in faults.errors:
        assert len(fault.message) <= LONGEST + 10
        assert fault.mark.line >= 1
        assert Path(fault.mark.file).parent == line


@pytest.mark.parametrize(("file", "change"), [TOO_MUCH[name] for name in LARGEST], ids=LARGEST)
def test_too_much_takes_little_memory(tmp_path: Path, file: str, change: Callable[[str], str]) -> None:
    line = rewritten(tmp_path, change, file)
    tracemalloc.start()
    try:
        check_line(line)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 * 1024 * 1024


def test_comments_that_look_like_keys_are_warned_of_and_not_all_of_them(tmp_path: Path) -> None:
    rows = told(rewritten(tmp_path, lambda text: text + "#: x\n" * 90_000))
    assert len(rows) == MOST
    assert all(row.startswith(f"warning: {MENU}:") for row in rows)


def test_the_last_of_many_faults_says_that_there_are_more(tmp_path: Path) -> None:
    line = rewritten(tmp_path, _states("".join(f"  x{number}: {{sai: {{}}}}\n" for number in range(150))))
    rows = broken(line)
    assert len(rows) == MOST + 1
    assert sum("unknown kind 'sai'; did you mean 'say'?" in row for row in rows) == MOST
    assert rows[-1].endswith("there are more faults, here and elsewhere; mend those that are told first")


def test_a_long_message_keeps_its_beginning_and_its_remedy(tmp_path: Path) -> None:
    (row,) = broken(rewritten(tmp_path, lambda text: text.replace("limit: 3", f"limit: 1{'a' * 5000}2")))
    assert "'limit' of the counter 'senhas' must be a whole number from 1 to 10, not '1aaa" in row
    assert row.endswith("aaa2'")


def test_among_very_many_words_the_nearest_that_begins_alike_is_suggested() -> None:
    words = [f"mesa-{number}" for number in range(5000)] + ["atendentes"]
    assert suggest("atendente", words) == "; did you mean 'atendentes'?"
    assert suggest("zzz", words) == ""
