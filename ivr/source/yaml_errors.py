"""The complaints of the YAML parser are put in words that name the remedy: ops know lines and quotes, no tokens."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from ivr.source.indentation import NO_COLON
from wording import Message, message, phrase

_COLON: Final = message("colon-in-a-text", "': ' stands inside a text here; put the whole text in quotes")
_TAB: Final = message("tab", "a tab stands here; indent with spaces")
_BLOCK: Final = message(
    "block-on-one-line",
    "'|' or '>' begins a text of several lines, which starts on the next one; or put the whole text in quotes",
)
_BACKSLASH: Final = message(
    "backslash", r"'\' begins a sign of its own between double quotes; write '\\', or take single quotes"
)
_PERCENT: Final = message(
    "percent", "'%' at the beginning of a line is kept for YAML itself; put the whole text in quotes, or indent it"
)
_TAG: Final = message("tag-sign", "'!' begins a tag in YAML; put the whole text in quotes")
_LIST: Final = message(
    "list-in-a-line", "'- ' begins a list here; begin it on a line of its own, or put the whole text in quotes"
)
_KEY: Final = message("question-mark", "'? ' begins a key in YAML; put the whole text in quotes")
_UNCLOSED: Final = message("quote-never-closed", "a quote is opened above and never closed; close it")
_SEPARATED: Final = message(
    "quote-across-documents", "'---' or '...' stands inside a text in quotes; close the quote above"
)
_NAME: Final = message("name-sign", "'&' or '*' begins a name in YAML; put the whole text in quotes")
_ROWS: Final = message(
    "list-with-keys", "each line of a list begins with '- ', all below each other; or write keys only"
)
_SECOND: Final = message(
    "second-root", "a second text or list begins here; a file holds keys with values, indented alike"
)

_REMEDIES: Final = {
    "mapping values are not allowed": _COLON,
    "found a tab character that violates": _TAB,
    "tab character where an indentation": _TAB,
    "could not find expected ':'": NO_COLON,
    "block sequence entries are not": _LIST,
    "mapping keys are not allowed": _KEY,
    "expected comment or line break": _BLOCK,
    "indentation indicator": _BLOCK,
    "unknown escape character": _BACKSLASH,
    "hexdecimal number": _BACKSLASH,
    "expected hexadecimal": _BACKSLASH,
    "character escape code": _BACKSLASH,
    "found unexpected end of stream": _UNCLOSED,
    "found unexpected document": _SEPARATED,
    "alphabetic or numeric character": _NAME,
    "%yaml": _PERCENT,
    "%tag": _PERCENT,
    "tag": _TAG,
    "expected uri": _TAG,
    "expected '!'": _TAG,
    "expected whitespace or line break": _TAG,
    "expected '-' indicator": _ROWS,
    "expected <document start>": _SECOND,
}
"""A part of what the parser says, in small letters, and what is told instead; the first that fits."""

_OPENING: Final = {"]": "[", "}": "{"}
_WHAT: Final = {"]": phrase("list"), "}": phrase("mapping")}


_MERGE: Final = re.compile(r"^(<<<<<<<|=======|>>>>>>>)(?: .*)?$", re.MULTILINE)


def left_by_a_merge(text: str) -> tuple[int, int, Message] | None:
    """Return the line and the column, from 1, of the first mark that a merge of two versions left, and what is told."""
    found = _MERGE.search(text)
    if found is None:
        return None
    told = message(
        "merge-left-open",
        "'{sign}' is a mark between two versions of the lines below, as git leaves it; keep one of them, and delete "
        "the lines <<<<<<<, ======= and >>>>>>>",
        sign=found[1],
    )
    return text.count("\n", 0, found.start()) + 1, 1, told


def explained(error: yaml.MarkedYAMLError, text: str, last: yaml.Event | None) -> Message:
    """The remedy for ``error``; ``last`` is what was read before it."""
    problem, context = (error.problem or "").strip(), (error.context or "").strip()
    if "scanning an alias" in context:
        return message("alias-sign", "'*' begins an alias in YAML; put it, or the whole text, in quotes")
    return phrase("this is not YAML: {fault}", fault=_remedy(error, problem.lower(), context, text, last))


def _remedy(error: yaml.MarkedYAMLError, problem: str, context: str, text: str, last: yaml.Event | None) -> Message:
    sign = _sign(error, text)
    if "cannot start any token" in problem:
        return (
            _TAB
            if sign == "\t"
            else message(
                "sign-begins-no-text", "'{sign}' cannot begin a text in YAML; put the whole text in quotes", sign=sign
            )
        )
    if "directive" in context:
        return _PERCENT
    bracket = next((each for each in _OPENING if f"',' or '{each}'" in problem), None)
    if bracket:
        return _bracket(error, bracket)
    if "expected key" in problem or "<document start>" in problem:
        told = _behind(error, sign, last)
        if told:
            return told
    if "node content" in problem and not sign.strip():
        return message(
            "bracket-never-closed",
            "a value or a closing bracket is missing above this place; close what [ and { open",
        )
    if "node content" in problem:
        return message("sign-begins-no-value", "'{sign}' cannot begin a value; put the whole text in quotes", sign=sign)
    told = next((remedy for part, remedy in _REMEDIES.items() if part in problem), None)
    return told or message("not-yaml", "the indentation or a quote does not fit; compare with the lines above")


def _bracket(error: yaml.MarkedYAMLError, bracket: str) -> Message:
    began: Any = error.context_mark
    where = phrase(" that begins in line {line}", line=began.line + 1) if began else ""
    return message(
        "bracket-missing",
        "a comma or {bracket} is missing before this place, in the {what} {opening}{where}; a text that has brackets "
        "belongs in quotes",
        bracket=bracket,
        what=_WHAT[bracket],
        opening=_OPENING[bracket],
        where=where,
    )


def _behind(error: yaml.MarkedYAMLError, sign: str, last: yaml.Event | None) -> Message | None:
    """Tell what is wrong with the text behind the value ``last``."""
    if sign in _OPENING:
        return message(
            "bracket-closes-nothing",
            "'{sign}' closes nothing here; delete it, or put the whole text in quotes",
            sign=sign,
        )
    ends: Any = last.end_mark if last else None
    place: Any = error.problem_mark
    near = bool(ends and place and ends.line == place.line)
    if isinstance(last, yaml.ScalarEvent) and last.style in {"'", '"'}:
        begins: Any = last.start_mark
        if ends.line > begins.line:
            return message(
                "quote-closed-late",
                "the quote that is opened in line {line} is closed only here; close it where its text ends",
                line=begins.line + 1,
            )
        if near:
            doubled = phrase(", and double each ' within") if last.style == "'" else ""
            return message(
                "text-behind-a-quote",
                "a text goes on behind its closing quote; put quotes around the whole text{doubled}",
                doubled=doubled,
            )
    flow: Any = last.start_mark if isinstance(last, yaml.CollectionEndEvent) else None
    if near and flow and flow.index < ends.index:  # a block ends without a sign of its own
        opening = "{" if isinstance(last, yaml.MappingEndEvent) else "["
        return message(
            "text-behind-a-bracket",
            "a text goes on behind the closing bracket; a text that begins with {opening} must be in quotes",
            opening=opening,
        )
    if sign == "-":
        return message("list-in-place-of-a-key", "'- ' begins a list where a key is expected; indent it below its key")
    return None


def _sign(error: yaml.MarkedYAMLError, text: str) -> str:
    mark = error.problem_mark
    return text[mark.index : mark.index + 1] if mark else ""
