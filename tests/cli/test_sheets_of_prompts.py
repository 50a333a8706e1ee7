"""A studio or a translator gets the prompts as a sheet, and what comes back stands in the line's files."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.flow.folder import load_line
from ivr.wav import mu_law
from tests.cli.conftest import Ivr
from tests.flow.lines import copied

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """A folder of lines with the good line in it."""
    folder = copied(tmp_path)
    shutil.move(folder, tmp_path / "flows" / "linha")
    return tmp_path / "flows"


@pytest.fixture
def run(flows: Path, ivr: Ivr, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("IVR_FLOWS", str(flows))
    return lambda *arguments: ivr("prompts", *arguments)


def _prompts(flows: Path) -> Path:
    return next((flows / "linha").glob("prompts.*.yaml"))


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def _sheet(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def _texts(flows: Path) -> dict[str, str]:
    return {name: str(prompt.text) for name, prompt in load_line(flows / "linha").prompts.texts.items()}


def test_every_prompt_and_every_spoken_name_has_its_row(flows: Path, run: Run) -> None:
    rows = _rows(run("export", "linha")[1])
    prompts = load_line(flows / "linha").prompts
    assert [row["name"] for row in rows] == [*prompts.texts, *(f"destinations/{name}" for name in prompts.destinations)]
    assert {row["name"]: row["text"] for row in rows if row["name"] in prompts.texts} == {
        name: " ".join(prompt.text.split()) for name, prompt in prompts.texts.items()
    }


def test_a_sheet_that_comes_back_as_it_went_changes_no_sign(flows: Path, run: Run, tmp_path: Path) -> None:
    before = _prompts(flows).read_bytes()
    assert run("export", "linha", "--out", tmp_path / "a.csv")[0] == 0
    assert run("import", "linha", tmp_path / "a.csv")[:2] == (0, "linha: 0 texts changed, 0 recordings changed\n")
    assert _prompts(flows).read_bytes() == before


def test_a_text_that_a_spreadsheet_would_compute_goes_and_comes_back(flows: Path, run: Run, tmp_path: Path) -> None:
    name = next(iter(_texts(flows)))
    assert run("import", "linha", _sheet(tmp_path / "a.csv", "name;text", f"{name};'=1, bom dia."))[0] == 0
    assert _texts(flows)[name] == "=1, bom dia."
    assert run("export", "linha", "--out", tmp_path / "b.csv")[0] == 0
    first = _rows((tmp_path / "b.csv").read_text(encoding="utf-8-sig"))[0]
    assert (first["name"], first["text"]) == (name, "'=1, bom dia.")
    assert run("import", "linha", tmp_path / "b.csv")[:2] == (0, "linha: 0 texts changed, 0 recordings changed\n")


def test_a_reworded_prompt_stands_in_its_place_and_all_else_stays(flows: Path, run: Run, tmp_path: Path) -> None:
    name, old = next(iter(_texts(flows).items()))
    before = _prompts(flows).read_text(encoding="utf-8")
    assert before.count(old) == 1
    code, _, err = run("import", "linha", _sheet(tmp_path / "a.csv", "name;text", f"{name};Olá, bom dia."))
    assert code == 0, err
    assert _prompts(flows).read_text(encoding="utf-8") == before.replace(old, "Olá, bom dia.")


def test_a_recording_beside_the_sheet_comes_into_the_line(flows: Path, run: Run, tmp_path: Path) -> None:
    name, text = next(iter(_texts(flows).items()))
    sound = mu_law(b"\xff" * (8000 * max(2, len(text) // 15))).written()
    (tmp_path / "oi.wav").write_bytes(sound)
    sheet = _sheet(tmp_path / "a.csv", "name,file", f"{name},oi.wav")
    code, out, err = run("import", "linha", sheet)
    assert (code, out) == (0, "linha: 0 texts changed, 1 recording changed\n"), err
    assert (flows / "linha" / "audio" / "oi.wav").read_bytes() == sound
    assert load_line(flows / "linha").prompts.texts[name].play == "oi.wav"
    assert run("import", "linha", sheet)[1] == "linha: 0 texts changed, 0 recordings changed\n"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("boas-vindos,x,", "2: the line has no prompt 'boas-vindos'"),
        ("{name},,", "2: the text of '{name}' is empty"),
        ("{name},Oi.,nada.wav", "there is no recording nada.wav"),
        ("{name},Oi.,../x.wav", "'file' must name a WAV file like {name}.wav"),
        ("{name},Oi.,ruim.wav", "ruim.wav: "),
        ("{name},{{nada}},", "nada"),
        ("{name},Oi.,\n{name},Olá.,", "3: '{name}' stands in line 2 as well"),
    ],
)
def test_a_row_that_the_line_cannot_take_changes_nothing(
    flows: Path, run: Run, tmp_path: Path, row: str, told: str
) -> None:
    name = next(iter(_texts(flows)))
    before = {path: path.read_bytes() for path in flows.rglob("*") if path.is_file()}
    (tmp_path / "ruim.wav").write_bytes(b"no sound")
    code, out, err = run("import", "linha", _sheet(tmp_path / "a.csv", "name,text,file", row.format(name=name)))
    assert code != 0
    assert not out
    assert told.format(name=name) in err
    assert {path: path.read_bytes() for path in flows.rglob("*") if path.is_file()} == before
