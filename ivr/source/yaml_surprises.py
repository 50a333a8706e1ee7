"""Tells where YAML reads another text than the one that was written.

``Obrigado. Tecle # para sair`` ends before the #, ``&Silva Bem-vindo`` loses its first word, and a blank copied out of
a text processor is no blank. Two blanks before its # and one behind tell a comment from a text that is cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import yaml

from wording import message

Surprise = tuple[int, str]
"""Where in the file, counted in characters, and what is told."""

_BEGINS_COMMENT: Final = frozenset({" ", "\t", "#"})
"""What may stand right behind a plain value where a comment follows it in its line."""

_COMMENT: Final = re.compile(r"([ \t]*)#")
_PROPER_COMMENT: Final = re.compile(r"(?: *\t[ \t]*|  +)#(?:#|[ \t]+\S)")
_COMMENT_IN_BLOCK: Final = re.compile(r"^[ ]*#(?=[ ])|[ ]{2,}#(?=[ ])", re.MULTILINE)
_ITEM_WITHIN: Final = re.compile(r"\n[ ]*([-?]) ")

INVISIBLE: Final = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
"""Signs without a width or a shape: two texts that look alike differ by them."""

_OTHER_BLANK: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


class Written:
    """The text of a file as it was written, against which each event of its reading is held.

    Signs that few files have are looked for once in the whole, and only where there are some in each text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._has_invisible = INVISIBLE.search(text) is not None
        self._has_other_blank = _OTHER_BLANK.search(text) is not None

    def surprises(self, event: yaml.Event) -> Iterable[Surprise]:
        """Return what the scalar or the collection that ``event`` begins has that is not read as it was written."""
        if event.anchor is not None or event.tag is not None:  # type: ignore[attr-defined]
            return self._of_named(event)
        if not isinstance(event, yaml.ScalarEvent):
            return ()
        if not (event.style or self._has_invisible or self._has_other_blank):
            first: Any = event.start_mark
            last: Any = event.end_mark
            end: int = last.index
            # A plain value of one line that no blank and no # follows, as nearly all are, is read as it was written.
            if first.line == last.line and self._text[end : end + 1] not in _BEGINS_COMMENT:
                return ()
        return self._of_scalar(event)

    def _of_named(self, event: yaml.Event) -> Iterator[Surprise]:
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            return
        first: Any = event.start_mark
        begin: int = first.index
        if event.anchor is not None:
            yield (
                begin,
                message(
                    "anchor",
                    "'&{name}' begins a name in YAML and would not be read; put the whole text in quotes",
                    name=event.anchor,
                ),
            )
        if event.tag is not None:
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            told = message(
                "tag",
                "the tag {tag} is not allowed; write a plain value, and put a text that begins with ! in quotes",
                tag=shown,
            )
            yield begin, told
        if isinstance(event, yaml.ScalarEvent):
            yield from self._of_scalar(event)

    def _of_scalar(self, event: yaml.ScalarEvent) -> Iterator[Surprise]:
        text = self._text
        first: Any = event.start_mark
        last: Any = event.end_mark
        begin: int = first.index
        end: int = last.index
        invisible = INVISIBLE.search(text, begin, end) if self._has_invisible else None
        if invisible:
            told = message(
                "invisible-sign",
                "a sign that cannot be seen (U+{sign:04X}) stands here; delete it",
                sign=ord(invisible[0]),
            )
            yield invisible.start(), told
        if event.style in {"|", ">"}:
            yield from _within_block(text[begin:end], begin)
        elif event.style:
            if text.startswith("#", end):
                told = message(
                    "sign-behind-a-quote",
                    "# stands right behind the closing quote and is not read; put it within the quotes or delete it",
                )
                yield end, told
        else:
            yield from self._of_plain(begin, end)

    def _of_plain(self, begin: int, end: int) -> Iterator[Surprise]:
        text = self._text
        blank = _OTHER_BLANK.search(text, begin, end) if self._has_other_blank else None
        if blank:
            yield (
                blank.start(),
                message(
                    "other-blank",
                    "a blank of another kind (U+{sign:04X}) stands here, which YAML takes for a "
                    "letter; write an ordinary blank",
                    sign=ord(blank[0]),
                ),
            )
        item = _ITEM_WITHIN.search(text, begin, end)
        if item:
            told = message(
                "item-within-a-text",
                "'{sign} ' begins nothing here: the text above goes on; end it, or put the whole text in quotes",
                sign=item[1],
            )
            yield item.start(1), told
        sign = followed_by_comment(text, end)
        if sign is not None and not _PROPER_COMMENT.match(text[end : sign + 80]):
            yield (
                sign,
                message(
                    "comment-within-a-text",
                    "# begins a comment here, and what stands behind it is not read; put the whole "
                    "text in quotes, or write two blanks before the # of a comment and one behind it",
                ),
            )


def followed_by_comment(text: str, end: int) -> int | None:
    """Return where the # stands that ends the line of a plain value after ``end``; None where there is none."""
    comment = _COMMENT.match(text, end)
    return comment.end() - 1 if comment else None


def _within_block(written: str, begin: int) -> Iterator[Surprise]:
    first = written.find("\n") + 1
    comment = _COMMENT_IN_BLOCK.search(written, first)
    if comment:
        told = message(
            "comment-in-a-block",
            "# begins no comment within a text of several lines, so it is read; write it above the key",
        )
        yield begin + comment.end() - 1, told
