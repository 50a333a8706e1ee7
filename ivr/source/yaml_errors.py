"""The complaints of the YAML parser are put in words that name the remedy: ops know lines and quotes, no tokens."""

from __future__ import annotations

from typing import Any, Final

import yaml

_QUOTE: Final = "put the whole text in quotes"
_COLON: Final = f"': ' stands inside a text here; {_QUOTE}"
_TAB: Final = "a tab stands here; indent with spaces"
_BLOCK: Final = f"'|' or '>' begins a text of several lines, which starts on the next one; or {_QUOTE}"
_BACKSLASH: Final = r"'\' begins a sign of its own between double quotes; write '\\', or take single quotes"
_PERCENT: Final = f"'%' at the beginning of a line is kept for YAML itself; {_QUOTE}, or indent it"
_TAG: Final = f"'!' begins a tag in YAML; {_QUOTE}"

_REMEDIES: Final = {
    "mapping values are not allowed": _COLON,
    "found a tab character that violates": _TAB,
    "tab character where an indentation": _TAB,
    "could not find expected ':'": "a key without ': ', or a text that goes on unindented; check the line above",
    "block sequence entries are not": f"'- ' begins a list here; begin it on a line of its own, or {_QUOTE}",
    "mapping keys are not allowed": f"'? ' begins a key in YAML; {_QUOTE}",
    "expected comment or line break": _BLOCK,
    "indentation indicator": _BLOCK,
    "unknown escape character": _BACKSLASH,
    "hexdecimal number": _BACKSLASH,
    "expected hexadecimal": _BACKSLASH,
    "character escape code": _BACKSLASH,
    "found unexpected end of stream": "a quote is opened above and never closed; close it",
    "found unexpected document": "'---' or '...' stands inside a text in quotes; close the quote above",
    "alphabetic or numeric character": f"'&' or '*' begins a name in YAML; {_QUOTE}",
    "%yaml": _PERCENT,
    "%tag": _PERCENT,
    "tag": _TAG,
    "expected uri": _TAG,
    "expected '!'": _TAG,
    "expected whitespace or line break": _TAG,
    "expected '-' indicator": "each line of a list begins with '- ', all below each other; or write keys only",
    "expected <document start>": "a second text or list begins here; a file holds keys with values, indented alike",
}
"""A part of what the parser says, in small letters, and what is told instead; the first that fits."""

_OPENING: Final = {"]": "[", "}": "{"}
_WHAT: Final = {"]": "list", "}": "mapping"}


def explained(error: yaml.MarkedYAMLError, text: str, last: yaml.Event | None) -> str:
    """The remedy for ``error``; ``last`` is what was read before it."""
    problem, context = (error.problem or "").strip(), (error.context or "").strip()
    if "scanning an alias" in context:
        return "'*' begins an alias in YAML; put it, or the whole text, in quotes"
    return f"this is not YAML: {_remedy(error, problem.lower(), context, text, last)}"


def _remedy(error: yaml.MarkedYAMLError, problem: str, context: str, text: str, last: yaml.Event | None) -> str:
    sign = _sign(error, text)
    if "cannot start any token" in problem:
        return _TAB if sign == "\t" else f"'{sign}' cannot begin a text in YAML; {_QUOTE}"
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
        return "a value or a closing bracket is missing above this place; close what [ and { open"
    if "node content" in problem:
        return f"'{sign}' cannot begin a value; {_QUOTE}"
    told = next((remedy for part, remedy in _REMEDIES.items() if part in problem), None)
    return told or "the indentation or a quote does not fit; compare with the lines above"


def _bracket(error: yaml.MarkedYAMLError, bracket: str) -> str:
    began: Any = error.context_mark
    where = f" that begins in line {began.line + 1}" if began else ""
    return (
        f"a comma or {bracket} is missing before this place, in the {_WHAT[bracket]} {_OPENING[bracket]}{where};"
        " a text that has brackets belongs in quotes"
    )


def _behind(error: yaml.MarkedYAMLError, sign: str, last: yaml.Event | None) -> str | None:
    """Tell what is wrong with the text behind the value ``last``."""
    if sign in _OPENING:
        return f"'{sign}' closes nothing here; delete it, or {_QUOTE}"
    ends: Any = last.end_mark if last else None
    place: Any = error.problem_mark
    near = bool(ends and place and ends.line == place.line)
    if isinstance(last, yaml.ScalarEvent) and last.style in {"'", '"'}:
        begins: Any = last.start_mark
        if ends.line > begins.line:
            opened = f"the quote that is opened in line {begins.line + 1}"
            return f"{opened} is closed only here; close it where its text ends"
        if near:
            doubled = ", and double each ' within" if last.style == "'" else ""
            return f"a text goes on behind its closing quote; put quotes around the whole text{doubled}"
    flow: Any = last.start_mark if isinstance(last, yaml.CollectionEndEvent) else None
    if near and flow and flow.index < ends.index:  # a block ends without a sign of its own
        opening = "{" if isinstance(last, yaml.MappingEndEvent) else "["
        return f"a text goes on behind the closing bracket; a text that begins with {opening} must be in quotes"
    if sign == "-":
        return "'- ' begins a list where a key is expected; indent it below its key"
    return None


def _sign(error: yaml.MarkedYAMLError, text: str) -> str:
    mark = error.problem_mark
    return text[mark.index : mark.index + 1] if mark else ""
