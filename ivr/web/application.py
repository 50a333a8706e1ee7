"""``Application`` is the Flask of both ports: its rules match requests, and no URL is built from them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from werkzeug.routing import Rule


class MatchedRule(Rule):
    """A rule that requests are matched with.

    Werkzeug also compiles two functions for each rule that build URLs of it, which is two thirds of the time that an
    application takes to be made; each rehearsed call has an application of its own.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: ARG002
        return _built


class Application(Flask):
    """A Flask that serves no files, and whose ``url_for`` raises NotImplementedError."""

    url_rule_class = MatchedRule

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name, static_folder=None)


def _built(*_: object, **__: object) -> tuple[str, str]:
    raise NotImplementedError("addresses are written out where they are told, and built from no rule")
