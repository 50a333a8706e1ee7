"""A sheet has the prompts of a line for who records or translates them: name, text, file and seconds, a row each.

``destinations/suporte.rm`` is the row of what prompts are filled with where they name that destination.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from data.csv_cells import write_cells
from data.sheet import Sheet
from ivr.errors import IvrError, TargetError
from ivr.flow.audio_folder import FOLDER, MAX_BYTES
from ivr.flow.checks import Rule
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.flow.line_files import LineFiles
from ivr.flow.prompts import Prompt
from ivr.flow.spoken_text import RECORDING
from ivr.source.diagnostics import Mark
from ivr.source.fields import suggest
from ivr.source.rewriting import Written, rewritten
from ivr.source.yaml import Text
from ivr.wav import WavError, read_wav
from wording import message, phrase, reason

COLUMNS: Final = ("name", "text", "file", "seconds")

DESTINATION: Final = "destinations/"
"""Before the name of a destination, so that no prompt is called like one."""


class SheetError(IvrError):
    """The sheet holds what the line cannot take: ``problems`` tells each with its row, and nothing was written."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(slots=True)
class Imported:
    """Putting a sheet into a line changes the texts of ``reworded`` and the recordings of ``recorded``, by name."""

    reworded: list[str] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)


def write_sheet(line: Line) -> str:
    """Return the sheet of ``line`` as CSV: the file is that of the prompt's own recording, the seconds those of what is
    played for it, empty where it is put together or said.
    """
    out = io.StringIO()
    rows = [COLUMNS]
    for name, prompt in line.prompts.texts.items():
        rows.append((name, " ".join(prompt.text.split()), prompt.play or "", _seconds(line, prompt.text)))
    for name, text in line.prompts.destinations.items():
        rows.append((f"{DESTINATION}{name}", " ".join(text.split()), "", _seconds(line, text)))
    write_cells(out, rows)
    return out.getvalue()


def put_sheet(folder: Path, line: Line, sheet: Sheet, recordings: Path, rules: Sequence[Rule]) -> Imported:
    """Put what ``sheet`` changes into the files of ``line``, which stand in ``folder``.

    A text is exchanged in its place, a recording of ``recordings`` copied into the line's folder. The line is read with
    all changes before one is written. Raises SheetError for rows that the line cannot take, FlowError for a line that
    would be faulty, TargetError for files that cannot be read or written.
    """
    change = _Change(folder, line, sheet, recordings)
    if not change.texts and not change.sounds:
        return change.done
    files = LineFiles.of_folder(folder)
    prompts = f"prompts.{line.header.language}.yaml"
    source = files[prompts].decode("utf-8-sig")
    changed = {**change.sounds, prompts: rewritten(source, change.texts).encode()}
    with tempfile.TemporaryDirectory() as copy:
        LineFiles({**files, **changed}).write_to(Path(copy))
        load_line(Path(copy), rules=rules, shown=folder)
    try:
        # The sounds first: no call reads a prompt whose recording is not there yet.
        LineFiles(changed).write_to(folder)
    except OSError as error:
        raise TargetError(f"{folder} cannot be written: {error.strerror}") from None
    return change.done


class _Change:
    """What a sheet changes in the files of a line; built of its rows, of which all that are wrong are told at once."""

    def __init__(self, folder: Path, line: Line, sheet: Sheet, recordings: Path) -> None:
        self._folder, self._line, self._sheet, self._recordings = folder, line, sheet, recordings
        self._problems: list[str] = [str(problem) for problem in sheet.problems]
        self.done = Imported()
        self.texts: dict[Mark, Written] = {}
        self.sounds: dict[str, bytes] = {}
        seen: dict[str, int] = {}
        for row in sheet.rows:
            name = row.cells["name"]
            if name in seen:
                told = message(
                    "sheet-row-twice", "'{name}' stands in line {line} as well; delete one", name=name, line=seen[name]
                )
                self._problem(row.line, told)
            else:
                seen[name] = row.line
                self._take(row.line, name, row.cells)
        if self._problems:
            raise SheetError(self._problems)

    def _problem(self, line: int, told: str) -> None:
        self._problems.append(phrase("{file}:{line}: {fault}", file=self._sheet.file, line=line, fault=told))

    def _take(self, line: int, name: str, cells: Mapping[str, str]) -> None:
        prompts = self._line.prompts
        destination = name.removeprefix(DESTINATION) if name.startswith(DESTINATION) else None
        known = prompts.destinations if destination is not None else prompts.texts
        if (destination if destination is not None else name) not in known:
            names = [*prompts.texts, *(f"{DESTINATION}{each}" for each in prompts.destinations)]
            told = message(
                "sheet-name-unknown",
                "the line has no prompt '{name}'{hint}; 'ivr prompts export' writes the names of all",
                name=name,
                hint=suggest(name, names),
            )
            self._problem(line, told)
            return
        old = Prompt(prompts.destinations[destination]) if destination is not None else prompts.texts[name]
        text = " ".join(cells.get("text", old.text).split())
        if not text:
            told = message("sheet-text-empty", "the text of '{name}' is empty; write what callers hear", name=name)
            self._problem(line, told)
            return
        play = cells.get("file", old.play or "") or None
        if play and destination is not None:
            told = message(
                "sheet-recording-of-a-name",
                "'{name}' is filled into prompts and has no recording of its own; leave 'file' empty there",
                name=name,
            )
            self._problem(line, told)
            return
        if text != " ".join(old.text.split()):
            self.done.reworded.append(name)
            self.texts[old.text.mark] = text
        if play and not self._sound(line, name, play):
            return
        if play != old.play:
            self._record(line, name, old, text, play)

    def _sound(self, line: int, name: str, play: str) -> bool:
        """Take the recording ``play`` where it stands beside the sheet; whether the line will have one."""
        if not RECORDING.fullmatch(play):
            told = message(
                "sheet-recording-name-malformed",
                "'file' must name a WAV file like {name}.wav: small letters, digits and - . _",
                name=name,
            )
            self._problem(line, told)
            return False
        there, kept = self._recordings / play, self._folder / FOLDER / play
        try:
            if there.is_file() and there.stat().st_size <= MAX_BYTES:
                sound = there.read_bytes()
                read_wav(sound)
                if not kept.is_file() or kept.read_bytes() != sound:
                    self.sounds[f"{FOLDER}/{play}"] = sound
                    self.done.recorded.append(name)
                return True
            if kept.is_file():
                return True
        except OSError as error:
            self._problem(line, phrase("{file}: {fault}", file=there, fault=error.strerror or ""))
            return False
        except WavError as error:
            self._problem(line, phrase("{file}: {fault}", file=there, fault=reason(error)))
            return False
        told = message(
            "sheet-recording-missing",
            "there is no recording {file} in {folder}, nor one in the line's folder {audio}/; put it there",
            file=play,
            folder=self._recordings,
            audio=FOLDER,
        )
        self._problem(line, told)
        return False

    def _record(self, line: int, name: str, old: Prompt, text: str, play: str | None) -> None:
        """Give the prompt another recording than it has, or none."""
        if name not in self.done.recorded:
            self.done.recorded.append(name)
        if play is None:
            told = message(
                "sheet-recording-taken-out",
                "'{name}' plays {file}, and 'file' is empty here; write the name again, or take 'play' out of {place}",
                name=name,
                file=old.play,
                place=old.play.mark if old.play else "",
            )
            self._problem(line, told)
        elif old.play is None:
            self.texts[old.text.mark] = {"text": text, "play": play}
        else:
            self.texts[old.play.mark] = play


def _seconds(line: Line, text: Text) -> str:
    spoken = line.clips.spoken((text,)) if line.clips else None
    return f"{sum(each.clip.seconds for each in spoken[0]):.1f}" if spoken else ""
