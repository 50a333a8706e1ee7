"""The studio renders what is missing or changed, keeps what it has, and takes away what nobody says any more."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.errors import FlowError
from ivr.flow.audio_folder import RenderedClip, read_clips_file
from ivr.flow.folder import check_line, load_line
from ivr.source.diagnostics import Diagnostics
from ivr.studio.render import Rendered, render_line
from ivr.studio.speech_engine import SpeechEngine, StudioError, StudioVoice, require_voice
from ivr.wav import mu_law
from tests.flow.lines import copied
from tests.recorded import texts_of

Speak = Callable[[str, StudioVoice], bytes]


@pytest.fixture
def line(tmp_path: Path) -> Path:
    """The good line, with a voice that is recorded and no clip of it."""
    folder = copied(tmp_path)
    menu = (folder / "menu.yaml").read_text(encoding="utf-8")
    said = "  voice: Polly.Camila-Neural\n"
    (folder / "menu.yaml").write_text(
        menu.replace(said, f"  voice: recorded\n  say_{said.strip()}\n"), encoding="utf-8"
    )
    return folder


class Studio:
    """A voice that notes what it is asked for; its sound is silence as long as the text."""

    def __init__(self, most: int = 10_000) -> None:
        self.spoken: list[str] = []
        self._most = most

    def speak(self, text: str, voice: StudioVoice) -> bytes:
        assert voice == StudioVoice("pf_dora", "pt-br")
        if len(self.spoken) == self._most:
            raise StudioError("the voice ended")
        self.spoken.append(text)
        return mu_law(b"\xff" * (8000 * len(text) // 15)).written()


def rendered(folder: Path, speak: Speak, *, again: bool = False) -> Rendered:
    return render_line(folder, load_line(folder, audio=b""), speak, again=again)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_line_that_was_rendered_plays_all_that_it_says(line: Path) -> None:
    studio = Studio()
    done = rendered(line, studio.speak)
    assert sorted(studio.spoken) == sorted(texts_of(load_line(line, audio=b"")))
    assert (done.clips, done.rendered, done.deleted) == (len(studio.spoken), len(studio.spoken), 0)
    told = check_line(line)
    assert (told.errors, told.warnings) == ([], [])


def test_nothing_is_rendered_twice(line: Path) -> None:
    rendered(line, Studio().speak)
    before = {path: path.read_bytes() for path in (line / "audio").iterdir()}
    studio = Studio()
    assert rendered(line, studio.speak).rendered == 0
    assert studio.spoken == []
    assert {path: path.read_bytes() for path in (line / "audio").iterdir()} == before


def test_an_edited_prompt_is_rendered_and_its_old_clip_is_deleted(line: Path) -> None:
    rendered(line, Studio().speak)
    change(line / "prompts.pt-BR.yaml", "Até logo.", "Até a próxima.")
    studio = Studio()
    done = rendered(line, studio.speak)
    assert (studio.spoken, done.rendered, done.deleted) == (["Até a próxima."], 1, 1)
    assert check_line(line).warnings == []


def test_a_text_that_is_read_as_another_one_was_written_has_a_clip(line: Path) -> None:
    rendered(line, Studio().speak)
    change(line / "prompts.pt-BR.yaml", "Até logo.", "Até loguinho.")
    (line / "audio" / "pronunciation.yaml").write_text("loguinho: logo\n", encoding="utf-8")
    rendered(line, Studio().speak)
    assert check_line(line).warnings == []
    assert load_line(line).clips.spoken(["Até loguinho."])


def test_a_file_that_is_gone_is_rendered_anew(line: Path) -> None:
    rendered(line, Studio().speak)
    (clip,) = (each for each in _clips(line) if each.text == "Até logo.")
    (line / "audio" / clip.file).unlink()
    with pytest.raises(FlowError, match="does not exist; ivr prompts voice line renders it"):
        load_line(line)
    studio = Studio()
    rendered(line, studio.speak)
    assert studio.spoken == ["Até logo."]
    assert load_line(line).clips.spoken(["Até logo."])


def test_what_was_rendered_stays_where_the_voice_ends(line: Path) -> None:
    with pytest.raises(StudioError):
        rendered(line, Studio(most=7).speak)
    assert len(_clips(line)) == 7
    studio = Studio()
    done = rendered(line, studio.speak)
    assert len(studio.spoken) == done.rendered == done.clips - 7


def test_recordings_of_others_are_left_as_they_are(line: Path) -> None:
    (line / "audio").mkdir()
    own = '{"key": "k", "text": "Olá.", "voice": "maria", "engine": "studio", "file": "ola.wav"}\n'
    (line / "audio" / "clips.jsonl").write_text(own, encoding="utf-8")
    (line / "audio" / "ola.wav").write_bytes(mu_law(b"\xff" * 8000).written())
    studio = Studio()
    rendered(line, studio.speak)
    assert "Olá." in studio.spoken, "an answer may need the other sentences in one voice with it"
    assert [each.text for each in _clips(line) if each.voice == "maria"] == ["Olá."]
    assert check_line(line).errors == []


def test_words_are_spoken_as_the_line_says_that_they_are_read(line: Path) -> None:
    (line / "audio").mkdir()
    (line / "audio" / "pronunciation.yaml").write_text("CNPJ: cê ene pê jota\n", encoding="utf-8")
    studio = Studio()
    rendered(line, studio.speak)
    assert "Digite o cê ene pê jota ou o CPF e tecle jogo da velha." in studio.spoken
    assert any("CNPJ" in each.text for each in _clips(line))
    (line / "audio" / "pronunciation.yaml").write_text("CNPJ: cenepejota\n", encoding="utf-8")
    anew = Studio()
    rendered(line, anew.speak)
    assert anew.spoken == ["Digite o cenepejota ou o CPF e tecle jogo da velha."]


def test_of_two_words_that_begin_alike_the_longer_one_is_read_as_it_says(line: Path) -> None:
    (line / "audio").mkdir(exist_ok=True)
    (line / "audio" / "pronunciation.yaml").write_text("CNPJ: cê\no CNPJ: o cadastro\nN: ene\n", encoding="utf-8")
    studio = Studio()
    rendered(line, studio.speak)
    assert not any("CNPJ" in text for text in studio.spoken)
    assert any("o cadastro" in text for text in studio.spoken)
    assert not any("cêN" in text or "ene" in text.split() for text in studio.spoken)


def test_a_pronunciation_that_is_none_is_told_at_its_place(line: Path) -> None:
    (line / "audio").mkdir()
    (line / "audio" / "pronunciation.yaml").write_text("CNPJ:\n", encoding="utf-8")
    with pytest.raises(FlowError, match=r"pronunciation.yaml:1:1: 'CNPJ' of the file of pronunciations is left empty"):
        rendered(line, Studio().speak)


def test_all_is_rendered_again_where_that_is_asked_for(line: Path) -> None:
    done = rendered(line, Studio().speak)
    studio = Studio()
    assert rendered(line, studio.speak, again=True).rendered == done.clips
    assert len(studio.spoken) == done.clips


def test_a_language_without_a_voice_says_which_ones_there_are(line: Path) -> None:
    change(line / "menu.yaml", "language: pt-BR", "language: en-US")
    change(line / "menu.yaml", "Polly.Camila-Neural", "Polly.Joanna-Neural")
    shutil.copy(line / "prompts.pt-BR.yaml", line / "prompts.en-US.yaml")
    with pytest.raises(StudioError, match="the studio has no voice for en-US; it speaks es, pt"):
        rendered(line, Studio().speak)


def test_a_python_without_the_voice_says_how_to_get_it() -> None:
    with pytest.raises(StudioError, match=r"no voice is installed in .* \(it lacks .*\); install the voice with"):
        require_voice(sys.executable)
    with pytest.raises(StudioError, match=r"no voice is installed in /nowhere/python"):
        require_voice("/nowhere/python")


def test_a_voice_that_does_not_start_or_answer_is_told() -> None:
    with pytest.raises(StudioError, match=r"/nowhere/python cannot be started"), SpeechEngine("/nowhere/python"):
        pass
    with SpeechEngine("/bin/true") as engine:
        assert engine._process is not None
        engine._process.wait()  # so that what is written stays, to be written again when the pipe is closed
        with pytest.raises(StudioError, match="the voice ended"):
            engine.speak("Olá.", StudioVoice("pf_dora", "pt-br"))


def _clips(folder: Path) -> list[RenderedClip]:
    return read_clips_file(folder / "audio" / "clips.jsonl", Diagnostics())
