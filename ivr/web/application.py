"""``Application`` is the Flask of both ports: its rules match requests, and no URL is built from them.

Which rule an address means is worked out once: a line is asked for few addresses, and for each of them all day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Flask
from flask.sessions import NullSession, SessionInterface, SessionMixin
from flask.typing import ResponseReturnValue, RouteCallable
from flask.wrappers import Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule

MOST_ADDRESSES: Final = 2000
LONGEST_ADDRESS: Final = 200
"""Addresses whose rule is remembered, and signs of one. They may come from anybody, and so are not kept without end."""

_OF_ALL: Final = {None}
"""Under this Flask keeps what is called for requests of every blueprint."""

_Match = tuple[Rule, Mapping[str, Any]]


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


class _Addresses(MapAdapter):
    """Matches the address of one request: by ``known``, where that address was matched before, else as Flask does."""

    def __init__(
        self,
        rules: Map,
        request: Request,
        known: dict[tuple[str, str], _Match],
        adapt: Callable[[Request], MapAdapter | None],
    ) -> None:
        environ = request.environ
        super().__init__(rules, "", environ["SCRIPT_NAME"], "", request.scheme, request.path, request.method)
        self._request = request
        self._known = known
        self._adapt = adapt

    def match(self, *which: Any, **how: Any) -> Any:
        """Return the rule and what the address tells. Raises what werkzeug's raises, which is never remembered."""
        if which or how != {"return_rule": True}:
            return super().match(*which, **how)
        address = (self.default_method, self.path_info)
        found = self._known.get(address) or self._matched(address)
        return found[0], dict(found[1])

    def _matched(self, address: tuple[str, str]) -> _Match:
        adapter = self._adapt(self._request)
        assert adapter is not None  # noqa: S101 - there is one for every request
        found: _Match = adapter.match(return_rule=True)
        if len(self.path_info) <= LONGEST_ADDRESS:
            if len(self._known) >= MOST_ADDRESSES:
                self._known.clear()
            self._known[address] = found
        return found


class _Asked(Request):
    """A request, most of which bring no files that had to be closed."""

    def close(self) -> None:
        """Close the files that were read."""
        if "files" in self.__dict__:
            super().close()


class Application(Flask):
    """A Flask that serves no files, keeps no sessions, and whose ``url_for`` raises NotImplementedError.

    ``like`` is an application with the same blueprints: their rules, and the addresses that were matched with them by
    now, are one for both. Raises LookupError where a rule is added that ``like`` has not.

    Where nothing was registered that is to be called before, after or at the end of a request, nothing is looked for
    by the names of its blueprints, and no signal is sent that nothing receives.
    """

    request_class = _Asked
    url_rule_class = MatchedRule
    session_interface = NoSessions()

    def __init__(self, import_name: str, like: Application | None = None) -> None:
        super().__init__(import_name, static_folder=None)
        self._known_addresses: dict[tuple[str, str], _Match] = {}
        self._has_rules = like is not None
        if like is not None:
            self.url_map = like.url_map
            self._known_addresses = like._known_addresses

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Register a rule and its function; where the rules are those of another application, the function alone."""
        if not self._has_rules or endpoint is None or view_func is None:
            super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)
            return
        if all(each.rule != rule for each in self.url_map.iter_rules(endpoint)):
            raise LookupError(f"the application whose rules are shared has no {rule} for {endpoint}")
        self.view_functions[endpoint] = view_func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what matches the address of ``request``."""
        if request is None:
            return super().create_url_adapter(None)
        return _Addresses(self.url_map, request, self._known_addresses, super().create_url_adapter)

    def full_dispatch_request(self) -> Response:
        """Answer the request as Flask does."""
        self._got_first_request = True
        try:
            answer = self.preprocess_request()
            if answer is None:
                answer = self.dispatch_request()
        except Exception as error:
            answer = self.handle_user_exception(error)
        return self.finalize_request(answer)

    def finalize_request(self, rv: ResponseReturnValue | HTTPException, from_error_handler: bool = False) -> Response:
        """Make the response of what a view returned."""
        if self.after_request_funcs:
            return super().finalize_request(rv, from_error_handler)
        return self.make_response(rv)

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Call what was registered to be called before each request, until one answers."""
        if self.url_value_preprocessors or not self.before_request_funcs.keys() <= _OF_ALL:
            return super().preprocess_request()
        for each in self.before_request_funcs.get(None, ()):
            answer: ResponseReturnValue | None = each()  # type: ignore[assignment]
            if answer is not None:
                return answer
        return None

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        """Call what was registered to be called at the end of each request."""
        if self.teardown_request_funcs:
            super().do_teardown_request(exc)

    def do_teardown_appcontext(self, exc: BaseException | None = None) -> None:
        """Call what was registered to be called after that."""
        if self.teardown_appcontext_funcs:
            super().do_teardown_appcontext(exc)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``func``: none of ours is a coroutine, so none is looked at for each request."""
        return func


def _built(*_: object, **__: object) -> tuple[str, str]:
    raise NotImplementedError("addresses are written out where they are told, and built from no rule")
