"""``ivr report --surveys`` counts what contacts answered, by month, destination and analyst."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data.database import Database
from data.roles import Role
from data.surveys import SurveyRecord, add_survey, answer_once
from data.users import add_user
from tests.cli.conftest import Ivr

ZONE = ZoneInfo("America/Sao_Paulo")
SPRING = ("report", "--surveys", "--from", "2026-03-01", "--to", "2026-04-30")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _migrated_file: Path) -> Iterator[Database]:
    file = tmp_path / "ivr.db"
    file.write_bytes(_migrated_file.read_bytes())
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def asked(database: Database) -> None:
    """Iara got five answers of seven in March, Téo one of its last second, which is April in UTC, and one of April."""
    with database.transaction() as connection:
        iara = add_user(connection, "iara", "Iara", Role.AGENT).id
        teo = add_user(connection, "teo", "Téo", Role.AGENT).id
        march = datetime(2026, 3, 10, 10, tzinfo=ZONE)
        last = datetime(2026, 3, 31, 23, 59, 59, tzinfo=ZONE)
        sent = [
            *((iara, march, figure) for figure in (5, 5, 4, 4, 3, None, None)),
            (teo, last, 1),
            (teo, last + timedelta(seconds=1), 2),
            (None, march, None),
        ]
        for number, (analyst, at, figure) in enumerate(sent):
            id = f"SV{number:032x}"
            desk = "suporte.rm" if analyst else "suporte.logix"
            add_survey(
                connection,
                SurveyRecord(
                    id, "4003-0015", None, None, None, None, desk, analyst, 3, None, at, at + timedelta(days=15)
                ),
            )
            if figure is not None:
                answers = json.dumps({"atendimento": figure, "antiga": 5})
                assert answer_once(connection, id, answers, None, "portal", at + timedelta(hours=1))


@pytest.mark.usefixtures("asked")
def test_means_are_of_what_was_answered_and_shares_of_what_was_sent(ivr: Ivr) -> None:
    code, told, _ = ivr(*SPRING, "--csv")
    assert code == 0
    rows = [
        (
            row["month"],
            row["destination"],
            row["analyst"],
            row["sent"],
            row["answered"],
            row["share"],
            row["atendimento"],
        )
        for row in csv.DictReader(io.StringIO(told))
    ]
    assert rows == [
        ("2026-03", "suporte.logix", "", "1", "0", "0.0000", ""),
        # 5, 5, 4, 4, 3 and 1 of eight: 22 / 6.
        ("2026-03", "suporte.rm", "", "8", "6", "0.7500", "3.67"),
        ("2026-03", "suporte.rm", "iara", "7", "5", "0.7143", "4.20"),
        # One answer of an analyst is counted, and its figure is not told.
        ("2026-03", "suporte.rm", "teo", "1", "1", "1.0000", ""),
        ("2026-04", "suporte.rm", "", "1", "1", "1.0000", "2.00"),
        ("2026-04", "suporte.rm", "teo", "1", "1", "1.0000", ""),
    ]


@pytest.mark.usefixtures("asked")
def test_a_question_that_is_asked_no_more_is_still_told(ivr: Ivr) -> None:
    told = json.loads(ivr(*SPRING, "--json")[1])["surveys"]
    assert list(told[1]["means"]) == ["atendimento", "solucao", "prazo", "antiga"]
    assert told[1]["means"]["antiga"] == 5.0
    assert told[1]["means"]["solucao"] is None
    assert told[3]["means"]["antiga"] is None


@pytest.mark.usefixtures("asked")
def test_the_table_says_from_how_many_answers_an_agent_is_told(ivr: Ivr) -> None:
    told = ivr(*SPRING, "--destination", "suporte.rm")[1]
    assert "an agent's are told from 5 answers on" in told
    assert "4.20" in told
    assert "suporte.logix" not in told


@pytest.mark.usefixtures("database")
def test_days_without_surveys_say_so(ivr: Ivr) -> None:
    assert ivr(*SPRING)[:2] == (0, "no survey was sent in these days\n")
