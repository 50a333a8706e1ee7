"""``ROUTES`` of the tests of signatures names every webhook, so that a new one is forged and replayed as well."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException

from tests.line_server import LineServer
from tests.security.signing import ROUTES


def test_every_webhook_is_among_those_that_are_forged(server: LineServer) -> None:
    rules = {
        rule.endpoint for rule in server.client.application.url_map.iter_rules() if rule.rule.startswith("/twilio")
    }
    adapter = server.client.application.url_map.bind("ivr.test")
    asked = set()
    for route in ROUTES:
        try:
            asked.add(adapter.match(urlsplit(route).path, method="POST")[0])
        except HTTPException:
            raise AssertionError(f"{route} is no webhook") from None
    assert asked == rules
