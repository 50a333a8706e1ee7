"""A page with a defect in it is told to whoever asked and to the log, and neither is told what the error says."""

from __future__ import annotations

import pytest

from tests.line_server import PADARIA, LineServer


@pytest.mark.parametrize("path", ["/", "/metrics"])
def test_a_page_that_breaks_is_told_by_kind_and_place(
    path: str,
    server: LineServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def bug(*_: object) -> object:
        raise KeyError(PADARIA)

    monkeypatch.setattr("ivr.web.pages.recent_customer_calls", bug)
    monkeypatch.setattr("ivr.web.pages.count_customer_calls", bug)
    answer = server.pages.get(path)
    assert (answer.status_code, answer.text) == (500, "This page is broken; the log of the line says where.\n")
    (record,) = caplog.records
    fields = vars(record)
    assert (record.name, fields["error"], fields["path"], record.exc_info) == (
        "ivr.web.defects",
        "KeyError",
        path,
        None,
    )
    assert "test_pages_that_break.py:" in fields["at"]
    assert PADARIA not in repr(fields)
    assert capfd.readouterr() == ("", "")


def test_a_page_that_is_not_there_is_no_defect(server: LineServer, caplog: pytest.LogCaptureFixture) -> None:
    assert server.pages.get("/nothing").status_code == 404
    assert server.pages.post("/").status_code == 405
    assert caplog.records == []
