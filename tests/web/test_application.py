"""The applications of both ports match requests with their rules, and build no address from them."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask

from ivr.web.application import Application
from tests.line_server import LineServer


@pytest.mark.parametrize("port", ["webhooks", "pages"])
def test_no_address_is_built_from_a_rule(server: LineServer, port: str) -> None:
    """Werkzeug asks its rules for what builds addresses when an application is made; ours have nothing compiled."""
    app = server.app if port == "webhooks" else server.pages.application
    assert isinstance(app, Flask)
    with app.test_request_context(), pytest.raises(NotImplementedError, match="built from no rule"):
        app.url_for("health.told")


def _telling(word: str, rule: str = "/told/<name>") -> Blueprint:
    page = Blueprint("page", __name__)
    page.get(rule)(lambda name: f"{word} {name}")
    return page


def test_applications_with_the_same_rules_answer_each_by_its_own_functions() -> None:
    first = Application(__name__)
    first.register_blueprint(_telling("first"))
    second = Application(__name__, first)
    second.register_blueprint(_telling("second"))
    for _ in range(2):  # asked once more, the address is known
        for app, word in ((first, "first"), (second, "second")):
            assert app.test_client().get("/told/ana").text == f"{word} ana"
            assert app.test_client().post("/told/ana").status_code == 405
            assert app.test_client().get("/nowhere").status_code == 404


def test_a_rule_that_the_first_application_lacks_is_refused() -> None:
    first = Application(__name__)
    first.register_blueprint(_telling("first"))
    with pytest.raises(LookupError, match="/elsewhere"):
        Application(__name__, first).register_blueprint(_telling("second", "/elsewhere/<name>"))
