"""What ``deploy/monitoring`` asks of a server is what its ``/metrics`` tells, by name and by label."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from app import create_pages
from ivr.channels.webhook_report import RESULTS, TURNS
from ivr.settings import Settings
from ivr.web.health import Health
from ivr.web.metrics import meters_in
from tests.line_server import PADARIA, LineServer

FOLDER = Path(__file__).parents[2] / "deploy" / "monitoring"
ALERTS = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((FOLDER / "grafana.json").read_text(encoding="utf-8"))

_SELECTOR = re.compile(r"\b(ivr_[a-z_]+)(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'([a-z]+)(=~|!~|!=|=)"([^"]*)"')
_OF_PROMETHEUS = {"instance", "job"}


def _expressions() -> Iterator[tuple[str, str]]:
    """Where an expression stands, and the expression."""
    for rule in ALERTS:
        yield rule["alert"], rule["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


@pytest.fixture
def samples(server: LineServer) -> dict[str, set[str]]:
    """The labels of each sample that a server tells to which everything has happened."""
    server.keys("2", PADARIA, "1234", "0510001")
    server.meter.refused(403)
    settings = Settings("sqlite://", b"a key of the tests", Path("flows"))
    health = Health(server.lines, server.database.standing).told
    told = server.pages.get("/metrics").text
    of_machine = create_pages(
        settings,
        clock=server.clock,
        database=server.database,
        lines=lambda: server.lines,
        health=health,
        meters=meters_in(None, os.getpid()),
    )
    told += Client(of_machine).get("/metrics").text
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(told):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_each_metric_that_alerts_and_dashboard_name_exists(samples: dict[str, set[str]]) -> None:
    seen = 0
    for where, expression in _expressions():
        for name, matchers in _SELECTOR.findall(expression):
            assert name in samples, f"{where}: no server tells {name}"
            for label, _, _ in _MATCHER.findall(matchers):
                assert label in samples[name] | _OF_PROMETHEUS, f"{where}: {name} has no label {label}"
            seen += 1
    assert seen > 20


def test_each_word_that_alerts_and_dashboard_select_exists() -> None:
    known: dict[str, set[str]] = {"result": set(RESULTS), "webhook": set(TURNS)}
    for where, expression in _expressions():
        for _, matchers in _SELECTOR.findall(expression):
            for label, _, words in _MATCHER.findall(matchers):
                unknown = set(words.split("|")) - known.get(label, set(words.split("|")))
                assert not unknown, f"{where}: {label} is never {unknown}"


def test_the_page_on_monitoring_names_each_metric(samples: dict[str, set[str]]) -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name in samples:
        family = re.sub(r"_(bucket|sum|count|created)$", "", name)
        listed = "ivr_webhooks_process_*" if family.startswith("ivr_webhooks_process_") else family
        assert f"`{listed}" in page, f"deploy/monitoring/README.md does not tell of {listed}"


def test_each_alert_says_what_to_do() -> None:
    for rule in ALERTS:
        assert rule["annotations"].keys() == {"summary", "action"}, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS)


def test_panels_of_the_dashboard_stand_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
