"""The routes of the webhooks as an OpenAPI document that schemathesis fuzzes by itself: what it says, what it forbids.

The document is written from the routes and the shapes of fields that there are, so that a new one comes in by itself.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from requests import Request
from schemathesis import Case

from data.database import Database
from ivr.channels.twilio.form import FIELDS
from ivr.flow.line import Line
from tests.conftest import MakeServer, Now
from tests.properties.bodies import ENDED, LIVE, OWN, Knock
from tests.properties.delivery import Fuzzed, Listener, begin_others, sids
from tests.properties.test_fuzzed_webhooks import unhurried
from tests.properties.ways import MOMENTS, Way
from tests.security.canary import sniffed

EXAMPLES = {"sqlite": 8, "postgresql": 3}
"""Requests on each database; a twentieth of IVR_FUZZ where it is set."""

QUERY = ("seconds", "turn", "state", "line", "menu", "desk", "at", "again")


def openapi(app: Flask) -> dict[str, Any]:
    """What the webhooks take."""
    fields: dict[str, Any] = {
        name: {"type": "string", "pattern": f"^(?:{field.shape.pattern})$"} for name, field in FIELDS.items()
    }
    fields["CallSid"] = {"type": "string", "anyOf": [{"enum": [OWN, OWN, LIVE, ENDED]}, fields["CallSid"]]}
    form = {
        "type": "object",
        "required": ["CallSid"],
        "properties": fields,
        "additionalProperties": {"type": "string"},
    }
    query = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in QUERY]
    number = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
    routes = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/twilio/")]
    paths = {
        re.sub(r"<int:(\w+)>", r"{\1}", route): {
            "post": {
                "parameters": [*query, number] if "<int:number>" in route else query,
                "requestBody": {
                    "required": True,
                    "content": {"application/x-www-form-urlencoded": {"schema": form}},
                },
                "responses": {"200": {"description": "a document for the telephone company"}},
            }
        }
        for route in routes
    }
    return {"openapi": "3.1.0", "info": {"title": "webhooks", "version": "1"}, "paths": paths}


def _cases(document: dict[str, Any]) -> st.SearchStrategy[Case[Any]]:
    """Requests that the document allows, and such as it forbids."""
    schema = schemathesis.openapi.from_dict(document)
    cases: list[st.SearchStrategy[Case[Any]]] = [
        schema[path]["POST"].as_strategy(generation_mode=mode)
        for path in document["paths"]
        for mode in schemathesis.GenerationMode
    ]
    return st.one_of(cases)


def _knock(case: Case[Any]) -> Knock:
    sent = case.as_transport_kwargs(base_url="http://ivr.test")
    options = {name: sent[name] for name in ("params", "data", "json", "files") if sent.get(name)}
    prepared = Request("POST", sent["url"], **options).prepare()
    parts = urlsplit(str(prepared.url))
    body = prepared.body or b""
    return Knock(
        f"{parts.path}?{parts.query}" if parts.query else parts.path,
        body if isinstance(body, bytes) else body.encode(),
        prepared.headers.get("Content-Type", "application/x-www-form-urlencoded"),
    )


def test_nothing_that_the_schema_allows_or_forbids_breaks_the_line(
    shipped_lines: list[Line],
    all_ways: list[Way],
    make_server: MakeServer,
    server_database: Database,
    clock: Now,
    listener: Listener,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server, sid = make_server(*shipped_lines), sids()
    clock.moment = MOMENTS[0]
    begin_others(server)
    document = openapi(server.app)
    assert len(document["paths"]) >= 9
    counted: Counter[int] = Counter()
    examples = int(os.environ.get("IVR_FUZZ", 0)) // 20 or EXAMPLES[server_database.dialect]

    @settings(unhurried, max_examples=examples)
    @given(st.sampled_from(all_ways), _cases(document))
    def fuzz(way: Way, case: Case[Any]) -> None:
        clock.moment = way.moment + timedelta(weeks=sum(counted.values()) % 200)
        fuzzed = Fuzzed.led(server, way, sid())
        listener.heard.clear()
        counted[fuzzed.deliver(_knock(case))] += 1
        assert sniffed("\n".join(listener.heard)) == set()

    fuzz()
    if "IVR_FUZZ" in os.environ:
        with capsys.disabled():
            print(f"\n{server_database.dialect}: {sum(counted.values())} requests by schema: {dict(counted)}")
