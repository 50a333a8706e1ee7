"""A CSV file that is hostile, or none at all, is told in a few lines and loads nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from data import sheet as module
from data.csv_import import ImportReport, import_csv
from data.database import Database
from data.sheet import MAX_PROBLEMS, read_sheet
from data.vault import Vault
from routing.documents import parse_document

HEADER = "document,company,contact,password\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clientes.csv"


def told(path: Path) -> list[str]:
    return [str(problem).replace(f"{path}:", "", 1) for problem in read_sheet(path).problems]


def test_a_pipe_is_not_waited_for(path: Path) -> None:
    os.mkfifo(path)
    assert told(path) == ["1: the file cannot be read: it is a pipe or a device; save the rows as a file"]


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_not_read(path: Path, device: str) -> None:
    path.symlink_to(device)
    (row,) = told(path)
    assert row.startswith("1: the file cannot be read: it is a pipe or a device")


def test_a_folder_and_links_that_lead_to_each_other_are_told(path: Path, tmp_path: Path) -> None:
    path.mkdir()
    assert told(path) == ["1: the file cannot be read: Is a directory"]
    (tmp_path / "round.csv").symlink_to("round.csv")
    assert told(tmp_path / "round.csv") == [f"1: the file cannot be read: {os.strerror(40)}"]


def test_a_file_that_is_too_large_is_not_parsed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1024 * 1024)
    path.write_text(HEADER + "x" * 1024 * 1024)
    assert told(path) == ["1: the file is larger than 1 MB; load it in several parts"]


JUNK = {
    "nothing": b"",
    "zeros": bytes(5000),
    "UTF-16 without its mark": HEADER.encode("utf-16-le"),
    "a program": b"\x7fELF\x02\x01\x01" + bytes(200),
    "a workbook": b"PK\x03\x04" + bytes(range(256)) * 10,
    "a page": b"<!doctype html><table><tr><td>1,2</td></tr></table>",
    "one quote": b'"',
    "quotes": b'"""""""""' * 1000,
    "commas": b"," * 200_000,
    "line ends": b"\r\n\n\r" * 50_000,
    "a cell without end": HEADER.encode() + b"1," + b"x" * 300_000 + b",a,b\n",
    "a quoted cell without end": HEADER.encode() + b'1,"' + b"x\n" * 150_000,
    "control characters": HEADER.encode() + b"\x00\x07,\x0b,\x1b[2J,\x7f\n",
    "a formula": HEADER.encode() + b"=cmd|' /C calc'!A0,+1,-1,@x\n",
    "columns": b",".join(b"c%d" % number for number in range(20_000)) + b"\n",
    "columns twice": (HEADER.strip() + ",password" * 5000 + "\n").encode(),
}


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_junk_is_told_and_loads_nothing(
    path: Path, junk: bytes, server_database: Database, server_vault: Vault
) -> None:
    path.write_bytes(junk)
    report: ImportReport = import_csv(server_database, server_vault, path, parse_document)
    assert report.rows == 0
    assert 1 <= len(report.problems) <= MAX_PROBLEMS + 1
    for problem in report.problems:
        assert "\n" not in str(problem)
        assert str(problem).isprintable()
        assert len(str(problem)) < 700


def test_very_many_bad_rows_are_not_all_told_and_none_is_loaded(
    path: Path, server_database: Database, server_vault: Vault
) -> None:
    path.write_text(HEADER + "1,2,3\n" * 20_000)
    report = import_csv(server_database, server_vault, path, parse_document, all_or_nothing=False)
    assert report.rows == 0
    assert len(report.problems) == MAX_PROBLEMS + 1
    assert report.problems[-1].message == "there is more that is wrong; mend what is told first"
