"""A named telephone hears the draft while the database is away, and the call is marked as soon as it is back."""

from __future__ import annotations

from dataclasses import replace

from data.database import Database
from data.trials import is_trial
from ivr.call.answer import DEGRADED_HEADER
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.languages.portuguese import PORTUGUESE
from tests.call.degraded.conftest import Locked
from tests.conftest import Now
from tests.line_server import CALLER, SID, LineServer, said, twiml


def test_a_draft_call_that_began_without_the_database_is_marked_with_it(
    database: Database, away: Locked, small_line: Line, clock: Now
) -> None:
    named = replace(small_line, header=replace(small_line.header, drafts=frozenset({CALLER})))
    server = LineServer(Lines([named]), database, clock, "http://ivr.test", "token", None)
    server.lines.put_draft("ensaio", small_line.as_draft())
    with away():
        answer = server.start()
        assert answer.headers[DEGRADED_HEADER] == "1"
        assert said(answer).startswith(PORTUGUESE.drafts.heard)
    (gather,) = twiml(answer).findall("Gather")
    server.post(str(gather.attrib["action"]), Digits="9")
    with database.reading() as connection:
        assert is_trial(connection, SID)
