"""A call from a telephone that the line names for its draft: what it hears, and what nobody is left with of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import func, select

from data.all_tables import METADATA
from data.database import Database
from data.staff import save_staff, staff_hash
from data.trials import count_customer_calls, is_trial, recent_customer_calls
from data.vault import Vault
from ivr.call import effects
from ivr.call.lines import Lines
from ivr.flow.line import Line, is_draft
from ivr.languages.portuguese import PORTUGUESE
from tests.call.test_closing_destinations_by_telephone import BIA, CLOSING
from tests.call.test_what_calls_leave_behind import PRICED
from tests.conftest import MakeServer
from tests.line_server import CALLER, SID, LineServer, said, sql, twiml
from tests.lines import make_line

OTHER = "CA" + "2" * 32
RECORDED = {"RecordingSid": "RE" + "1" * 32, "RecordingUrl": "https://api.twilio.com/rec", "RecordingDuration": "9"}

Drafted = Callable[..., LineServer]


def named(line: Line, *telephones: str) -> Line:
    """The line, whose published menu names those telephones."""
    return replace(line, header=replace(line.header, drafts=frozenset(telephones)))


@pytest.fixture
def drafted(make_server: MakeServer) -> Drafted:
    """Serves a line to the telephone of the tests, which hears ``draft`` (default: the same; None: it has faults)."""

    def build(line: Line, draft: Line | str | None = "the same", telephones: tuple[str, ...] = (CALLER,)) -> LineServer:
        server = make_server(named(line, *telephones))
        chosen = line if isinstance(draft, str) else draft
        server.lines.put_draft(line.name, chosen.as_draft() if chosen else None)
        return server

    return build


@pytest.fixture
def edited(tmp_path: Path) -> Line:
    return make_line(tmp_path / "edited", prompts=[("Bem-vindo.", "Boas-vindas.")])


def rows(database: Database, *tables: str) -> dict[str, int]:
    with database.reading() as connection:
        counted = {each: select(func.count()).select_from(METADATA.tables[each]) for each in tables}
        return {name: connection.execute(count).scalar_one() for name, count in counted.items()}


def marked(server: LineServer, sid: str = SID) -> bool:
    with server.database.reading() as connection:
        return is_trial(connection, sid)


def test_a_named_telephone_hears_the_draft_and_is_told(drafted: Drafted, small_line: Line, edited: Line) -> None:
    server = drafted(small_line, edited)
    heard = said(server.start())
    assert heard.startswith(f"{PORTUGUESE.drafts.heard} Boas-vindas.")
    assert marked(server)
    call = server.call()
    assert call is not None
    assert is_draft(call.menu_version)
    # Whoever is asked again hears no notice again.
    assert PORTUGUESE.drafts.heard not in said(server.turn(1, Digits="9"))


@pytest.mark.untraced
@pytest.mark.parametrize("caller", ["+5511987650000", "", "anonymous", "+266696687", "Restricted", f"sip:{CALLER}@x"])
def test_no_other_caller_hears_it(drafted: Drafted, small_line: Line, edited: Line, caller: str) -> None:
    server = drafted(small_line, edited)
    assert said(server.post("/twilio/voice", From=caller)).startswith("Bem-vindo.")
    assert not marked(server)


def test_a_telephone_that_only_the_draft_names_hears_what_is_published(
    drafted: Drafted, small_line: Line, edited: Line
) -> None:
    server = drafted(small_line, named(edited, CALLER), telephones=())
    assert said(server.start()).startswith("Bem-vindo.")


def test_a_draft_with_faults_is_told_and_the_published_version_answers(drafted: Drafted, small_line: Line) -> None:
    server = drafted(small_line, None)
    assert said(server.start()).startswith(f"{PORTUGUESE.drafts.faulty} Bem-vindo.")
    assert not marked(server)
    server.turn(1, Digits="7")
    assert rows(server.database, "dialled") == {"dialled": 1}


def test_the_notice_keeps_the_first_answer_in_the_line_s_recordings(drafted: Drafted, shipped_line: Line) -> None:
    answer = twiml(drafted(shipped_line).start())
    first, second, *_ = answer
    assert (first.tag, first.text) == ("Say", PORTUGUESE.drafts.heard)
    assert second.tag in ("Play", "Gather")
    assert answer.find(".//Play") is not None


def test_nothing_that_is_asked_for_comes_about(drafted: Drafted, shipped_line: Line) -> None:
    server = drafted(shipped_line)
    server.keys(*PRICED, "0290001")
    server.turn(7, DialCallStatus="completed", DialCallDuration="60")
    server.keys("5", sid=OTHER)
    server.turn(2, OTHER, DialCallStatus="busy")
    server.turn(3, OTHER, DialCallStatus="no-answer")
    heard = said(server.turn(4, OTHER, **RECORDED))
    # What was said is deleted at the carrier with the recordings of talks.
    left = rows(server.database, "consent", "message", "callback", "closure", "dialled", "outbox", "recording")
    assert left == dict.fromkeys(left, 0) | {"recording": 1}
    # The call itself can be looked up by its number, which is said as callers will hear it.
    assert "protocolo" in heard
    assert rows(server.database, "protocol", "trial") == {"protocol": 2, "trial": 2}
    with server.database.reading() as connection:
        assert recent_customer_calls(connection, 9) == []
        assert count_customer_calls(connection) == []


def test_nothing_is_closed_by_telephone(
    drafted: Drafted, tmp_path: Path, server_database: Database, server_vault: Vault
) -> None:
    with server_database.transaction() as connection:
        save_staff(connection, "101", "Bia", staff_hash(server_vault, "101", "48151623"))
    server = drafted(make_line(tmp_path, *CLOSING))
    assert said(server.keys("8", f"{BIA}*1")) == "Até logo & obrigado."
    assert rows(server_database, "closure") == {"closure": 0}


def test_a_password_counts_in_its_budget_as_in_any_call(drafted: Drafted, small_line: Line) -> None:
    server = drafted(small_line)
    server.keys("2", "11222333000181", "9999")
    assert rows(server.database, "attempt") == {"attempt": 1}


def test_every_effect_says_whether_it_counts_in_drafts() -> None:
    each = get_args(effects.Effect)
    assert {kind.__name__ for kind in each if kind.counts_in_drafts} == {
        "PasswordCompared",
        "ProtocolGiven",
        "TalkRecorded",
    }


def test_a_call_goes_on_with_the_draft_on_which_it_began(drafted: Drafted, small_line: Line, edited: Line) -> None:
    server = drafted(small_line, edited)
    server.start()
    server.lines.put_draft("ensaio", None)
    assert said(server.turn(1, Digits="2")) == "Digite o CNPJ ou o CPF."
    server.lines.end_draft("ensaio")
    server.turn(2, Digits="*")
    server.turn(3, Digits="7")
    assert {is_draft(turn.menu_version) for turn in server.turns()} == {True}
    assert rows(server.database, "dialled") == {"dialled": 0}
    assert said(server.start(OTHER)).startswith("Bem-vindo.")


def test_a_draft_that_is_nowhere_any_more_leaves_a_call_without_effects(
    drafted: Drafted, small_line: Line, edited: Line
) -> None:
    server = drafted(small_line, edited)
    server.start()
    late = LineServer(Lines([small_line]), server.database, server.clock, "http://ivr.test", server.auth_token, None)
    late.turn(1, Digits="9")
    late.turn(2, Digits="7")
    assert [is_draft(turn.menu_version) for turn in late.turns()] == [True, False, False]
    assert rows(server.database, "dialled") == {"dialled": 0}


def test_the_first_turn_delivered_twice_answers_alike(drafted: Drafted, small_line: Line, edited: Line) -> None:
    server = drafted(small_line, edited)
    first = server.start()
    server.lines.end_draft("ensaio")
    assert server.start().data == first.data


def test_an_ordinary_caller_costs_no_statement_more(drafted: Drafted, small_line: Line, edited: Line) -> None:
    costs: list[int] = []
    silent: tuple[str, ...] = ()
    for telephones in (silent, ("+5511987650000",)):
        server = drafted(small_line, edited, telephones)
        server.start(OTHER)
        with sql(server.database) as sent:
            server.start(f"CA{len(costs):032x}")
            server.turn(1, f"CA{len(costs):032x}", Digits="2")
        costs.append(len(sent))
    assert costs[0] == costs[1]
