"""What the simulated API has and answers is what the vendor's OpenAPI document says.

The answers of every test of the API are compared as they come (``shapes.CheckedInProcess``); here it is shown that the
comparison can fail, and that no route, method or page is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN
from ivr.simulator.rest.vendor_resources import ACCOUNTS, RESOURCES
from tests.rest_resources import GUIDE, served, written
from tests.simulator.rest.account import API, BASE, Account
from tests.simulator.rest.shapes import DOCUMENT, answers, problems
from tests.webapps import WebApp


def call() -> dict[str, Any]:
    account = Account(WebApp().page("/agent", ""))
    account.dial()
    answer = account.client.http_client.session.get(f"{API}{BASE}/Calls.json", auth=(DEMO_ACCOUNT, DEMO_TOKEN))
    found: dict[str, Any] = answer.json()["calls"][0]
    return found


@pytest.mark.parametrize(
    "spoil",
    [
        lambda shown: shown.pop("queue_time"),
        lambda shown: shown.update(annotation=None),
        lambda shown: shown.update(duration=5),
        lambda shown: shown.update(status="talking"),
        lambda shown: shown.update(sid="AC" + "1" * 32),
        lambda shown: shown.update(date_created="2026-03-10T13:00:00Z"),
    ],
)
def test_an_answer_that_the_vendor_would_not_give_is_noticed(spoil: Callable[[dict[str, Any]], object]) -> None:
    shown = call()
    schema = answers("GET", f"{BASE}/Calls/{shown['sid']}.json")["200"]
    assert problems(schema, json.dumps(shown).encode()) == []
    spoil(shown)
    assert len(problems(schema, json.dumps(shown).encode())) == 1


def test_a_list_without_its_neighbours_is_noticed() -> None:
    page = {"calls": [], "end": 0, "first_page_uri": "/a", "page": 0, "page_size": 50, "start": 0, "uri": "/a"}
    told = problems(answers("GET", f"{BASE}/Calls.json")["200"], json.dumps(page).encode())
    assert [re.findall(r'"(\w+)" is a required', each) for each in told] == [["next_page_uri"], ["previous_page_uri"]]


def test_every_route_is_one_of_the_vendors() -> None:
    whole = {(method, path if path.startswith("/Accounts") else f"/Accounts/*{path}") for method, path in served()}
    assert sorted(whole - vendors()) == []


def test_every_resource_of_the_vendors_has_a_page_and_its_methods() -> None:
    told = {asked for resource in RESOURCES for asked in resource.asked()}
    everything = {(method, f"/Accounts/*{path}") for method, path in told} | set(ACCOUNTS.asked())
    assert sorted(vendors() ^ everything) == []


def test_the_table_of_resources_is_the_one_that_is_made() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert written(guide) == guide, "write it anew: python -m tests.rest_resources"


def vendors() -> set[tuple[str, str]]:
    """Each method and path of the vendor's document, identifiers as ``*``."""
    return {
        (method, re.sub(r"\{\w+\}", "*", path).removeprefix("/2010-04-01"))
        for path, methods in DOCUMENT["paths"].items()
        for method in methods
    }
