"""The applications of both ports match requests with their rules, and build no address from them."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.line_server import LineServer


@pytest.mark.parametrize("port", ["webhooks", "pages"])
def test_no_address_is_built_from_a_rule(server: LineServer, port: str) -> None:
    """Werkzeug asks its rules for what builds addresses when an application is made; ours have nothing compiled."""
    app = server.app if port == "webhooks" else server.pages.application
    assert isinstance(app, Flask)
    with app.test_request_context(), pytest.raises(NotImplementedError, match="built from no rule"):
        app.url_for("health.told")
