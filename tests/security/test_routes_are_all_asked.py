"""``ROUTES`` of the tests of signatures names every webhook, so that a new one is forged and replayed as well."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.line_server import LineServer
from tests.security.signing import ROUTES


def test_every_webhook_is_among_those_that_are_forged(server: LineServer) -> None:
    webhooks = cast(Flask, server.client.application).url_map
    rules = {rule.endpoint for rule in webhooks.iter_rules() if rule.rule.startswith("/twilio")}
    adapter = webhooks.bind("ivr.test")
    asked = set()
    for route in ROUTES:
        try:
            asked.add(adapter.match(urlsplit(route).path, method="POST")[0])
        except HTTPException:
            raise AssertionError(f"{route} is no webhook") from None
    assert asked == rules
