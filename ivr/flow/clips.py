"""``Clips`` are the recordings of a line, and put sentences together from them.

A sentence is put together word by word: the texts of its clips, joined by blanks, are the sentence. Nothing else is
known of it, neither the prompt it comes from nor what was filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from value_class import value_class

_STOPS = ".,;:!?"


@value_class
class Clip:
    """The recording of ``text`` by ``voice``, ``seconds`` long. ``name`` is the digest of the ``sound``, a WAV file: 32
    hex digits, under which it is served.
    """

    text: str
    voice: str
    name: str
    seconds: float
    sound: bytes = field(repr=False, compare=False)


@value_class
class SpokenClip:
    """A clip in a sentence, with the words of the sentence that it says."""

    words: str
    clip: Clip


class Clips:
    """All recordings of one version of a line; never changed. Of two with one text by one voice the last counts."""

    def __init__(self, clips: Iterable[Clip] = ()) -> None:
        self._voices: dict[str, _Voice] = {}
        self._named: dict[str, Clip] = {}
        for clip in clips:
            self._voices.setdefault(clip.voice, _Voice()).add(clip)
            self._named[clip.name] = clip

    def __len__(self) -> int:
        return len(self._named)

    def __iter__(self) -> Iterator[Clip]:
        return iter(self._named.values())

    def named(self, name: str) -> Clip | None:
        """The clip that is served under ``name``, or None."""
        return self._named.get(name)

    @property
    def voices(self) -> tuple[str, ...]:
        """Every voice that has a clip, in the order in which they came."""
        return tuple(self._voices)

    def spoken(self, sentences: Sequence[str], by: str | None = None) -> tuple[tuple[SpokenClip, ...], ...] | None:
        """Each of ``sentences`` in clips, all of one voice; None where no voice has the words of all of them.

        Voices are asked in the order in which they came, or only the one that is named ``by``.
        """
        for voice in self._voices.values() if by is None else (self._voices[by],):
            put_together = []
            for sentence in sentences:
                played = voice.spoken(sentence)
                if played is None:
                    break
                put_together.append(played)
            else:
                return tuple(put_together)
        return None


class _Voice:
    """The clips of one voice, by their words."""

    def __init__(self) -> None:
        self._whole: dict[str, Clip] = {}
        self._counts: dict[str, tuple[int, ...]] = {}
        """The first word of clips → how many words each of them has, the most first."""

    def add(self, clip: Clip) -> None:
        key = _key(clip.text)
        first, *rest = key.split()
        self._whole[key] = clip
        for word in {first, first.rstrip(_STOPS)}:
            self._counts[word] = tuple(sorted({1 + len(rest), *self._counts.get(word, ())}, reverse=True))

    def spoken(self, sentence: str) -> tuple[SpokenClip, ...] | None:
        whole = self._clip(sentence)
        if whole:
            return (SpokenClip(sentence, whole),)
        words = sentence.split()
        played: list[SpokenClip] = []
        # Where each of the clips begins that are played, and behind them the words that are left.
        begun = [0]
        tried: dict[int, Iterator[int]] = {}
        while begun[-1] < len(words):
            start = begun[-1]
            ends = tried.setdefault(start, self._ends(words, start))
            end = next(ends, None)
            if end is not None:
                text = " ".join(words[start:end])
                clip = self._clip(text)
                if clip:
                    played.append(SpokenClip(text, clip))
                    begun.append(end)
            elif played:
                played.pop()
                begun.pop()
            else:
                return None
        return tuple(played)

    def _ends(self, words: list[str], start: int) -> Iterator[int]:
        """Where a clip that begins at ``start`` may end, the longest first. Each is tried once, also where other clips
        lead to the same place: what led nowhere before does not again.
        """
        most = len(words) - start
        return (start + count for count in self._counts.get(_key(words[start]), ()) if count <= most)

    def _clip(self, text: str) -> Clip | None:
        """The clip of ``text``; a word within a sentence may be one that was recorded before a comma."""
        key = _key(text)
        return self._whole.get(key) or (None if key[-1:] in _STOPS else self._whole.get(f"{key},"))


def _key(text: str) -> str:
    """A sentence begins with a capital, and sounds no other for that."""
    return text[:1].lower() + text[1:]
