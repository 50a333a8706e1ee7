"""``offer_words`` tells a shell which words fit a command's arguments: lines, desks, names, files.

Parameters say by their names what they hold. Nothing is told of what cannot be read: a user who types is
helped with what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from ivr.cli.lines import DEFAULT_LINE, flows_folder
from ivr.cli.stored import EVERY_DESTINATION
from ivr.errors import IvrError
from ivr.flow.uses import names
from ivr.source.diagnostics import Diagnostics
from ivr.source.yaml import Mapping, load
from routing.closures import scopes_of
from wording.catalogues import LANGUAGES

Words = Callable[[click.Context], Iterable[str]]
"""The words that fit, by what stands on the line before."""


class _Word(click.types.StringParamType):
    """A text whose words are known."""

    def __init__(self, words: Words, files: str = "") -> None:
        self._words = words
        self._files = files

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """Return the words that begin like ``incomplete``; where none does and files may stand there, the files."""
        try:
            found = [word for word in self._words(ctx) if word.startswith(incomplete)]
        except (IvrError, OSError):
            found = []
        if self._files and not found:
            return [CompletionItem(incomplete, type=self._files)]
        return [CompletionItem(word) for word in found]


def offer_words(command: click.Command) -> click.Command:
    """Give the parameters of ``command``, and of each one below it, the words that a shell is offered for them."""
    for parameter in command.params:
        word = _WORDS.get(f"{command.name} {parameter.name}") or _WORDS.get(parameter.name or "")
        if word and isinstance(parameter.type, click.types.StringParamType):
            parameter.type = word
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        offer_words(below)
    return command


def _lines(_: click.Context) -> list[str]:
    # As ivr.flow.folder finds them, which takes too long to be loaded between two keys.
    return sorted(menu.parent.name for menu in flows_folder().glob("*/menu.yaml"))


def _folder(name: str) -> Path:
    return Path(name) if (Path(name) / "menu.yaml").is_file() else flows_folder() / name


def _destinations(context: click.Context) -> list[str]:
    documents = load(_folder(context.params.get("line_name") or DEFAULT_LINE) / "routing.yaml", Diagnostics())
    section = documents[0].get("destinations") if documents and isinstance(documents[0], Mapping) else None
    return [str(name) for name in section.entries] if isinstance(section, Mapping) else []


def _scopes(context: click.Context) -> list[str]:
    destinations = _destinations(context)
    return [*sorted({*destinations, *scopes_of(destinations)}), EVERY_DESTINATION]


def _names(context: click.Context) -> list[str]:
    lines = context.params.get("lines") or _lines(context)
    return sorted(set().union(*(names(_folder(line)) for line in lines)))


def _none(_: click.Context) -> tuple[()]:
    return ()


_LINE = _Word(_lines, "dir")
_WORDS = {
    "line": _LINE,
    "lines": _LINE,
    "line_name": _Word(_lines),
    "call target": _Word(_lines),
    "destination": _Word(_destinations),
    "scope": _Word(_scopes),
    "where name": _Word(_names),
    "language": _Word(lambda _: LANGUAGES),
    "profiles": _Word(_none, "file"),
    "documents": _Word(_none, "file"),
}
"""By the parameter's name, or by the command's and the parameter's."""
