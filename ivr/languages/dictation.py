"""The words with which callers tell the signs of a document; ``ivr.call.speech_parsing`` reads them."""

from __future__ import annotations

from collections.abc import Mapping

from value_class import value_class


@value_class
class Dictation:
    """The words in which callers of one language tell a document, folded (small letters without accents).

    ``digits`` and ``letters`` map words to the sign, less the letters that are called as they are written; ``phrases``
    are replaced before accents are dropped; ``joiner`` stands between two signs, though it may be a letter itself, and
    ``punctuation`` is heard and left out.
    """

    digits: Mapping[str, str]
    letters: Mapping[str, str]
    phrases: Mapping[str, str]
    joiner: str
    punctuation: frozenset[str]
