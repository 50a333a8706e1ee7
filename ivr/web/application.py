"""``Application`` is the Flask of both ports: its rules match requests, and no URL is built from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.sessions import NullSession, SessionInterface, SessionMixin
from flask.wrappers import Request
from werkzeug.routing import Rule


class MatchedRule(Rule):
    """A rule that requests are matched with.

    Werkzeug also compiles two functions for each rule that build URLs of it, which is two thirds of the time that an
    application takes to be made; each rehearsed call has an application of its own.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: ARG002
        return _built


class NoSessions(SessionInterface):
    """Gives every request the same session, which holds nothing and takes nothing: no cookie of Flask's is used."""

    def __init__(self) -> None:
        self._none = NullSession()

    def open_session(self, app: Flask, request: Request) -> SessionMixin:  # noqa: ARG002
        """Return the session of any request."""
        return self._none


class Application(Flask):
    """A Flask that serves no files, keeps no sessions, and whose ``url_for`` raises NotImplementedError."""

    url_rule_class = MatchedRule
    session_interface = NoSessions()

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name, static_folder=None)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``func``: none of ours is a coroutine, so none is looked at for each request."""
        return func


def _built(*_: object, **__: object) -> tuple[str, str]:
    raise NotImplementedError("addresses are written out where they are told, and built from no rule")
