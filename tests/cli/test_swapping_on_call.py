"""``ivr oncall swap`` puts somebody in the place of a person on call, ``ivr oncall end`` ends it; no rubbish."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.audit import audit_since
from data.database import Database
from tests.cli.conftest import Ivr
from tests.conftest import Now

ROTA = "plantao-suporte"
SWAP = ("oncall", "swap", ROTA, "carla", "ana", "--until", "19:00", "--by", "bia")
TOLD = "swap 1: ana in the place of carla on plantao-suporte until 2026-03-10 19:00, by bia"


@pytest.fixture(autouse=True)
def database(tmp_path: Path, _migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """An empty database of the commands, with the schema."""
    url = f"sqlite:///{tmp_path / 'ops.sqlite'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(_migrated_file, tmp_path / "ops.sqlite")
    kept = Database(url)
    yield kept
    kept.close()


def test_a_swap_is_made_shown_ended_and_audited(ivr: Ivr, database: Database, now: Now) -> None:
    began = now.moment
    assert ivr(*SWAP) == (0, f"{TOLD}\n", "")
    rows = [" ".join(row.split()) for row in ivr("oncall", "--at", "2026-03-10T12:10")[1].splitlines()]
    assert rows[1:4] == [
        "1. ana +551150900101 rings for 30 s, in the place of carla",
        "2. davi +551150900104 rings for 30 s",
        TOLD,
    ]
    assert "ana stands in for carla" in ivr("route", "suporte.rm", "--at", "2026-03-10T12:10")[1]
    assert ivr("oncall", "end", "1", "--by", "caio") == (0, f"ended: {TOLD}\n", "")
    assert "in the place of" not in ivr("oncall", "--at", "2026-03-10T12:10")[1]
    assert "the swap 1 is over already" in ivr("oncall", "end", "1")[2]
    with database.reading() as connection:
        acts = [(row.who, row.act, row.subject) for row in audit_since(connection, began - timedelta(1))]
    assert acts == [
        ("bia", "oncall", "4003-0015 plantao-suporte swap #1"),
        ("caio", "oncall", "4003-0015 plantao-suporte swap #1 ended"),
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["swap", "plantao", "carla", "ana", "--until", "19:00"], "the line has no rota 'plantao'"),
        (["swap", ROTA, "zé", "ana", "--until", "19:00"], "'zé' is nobody of the rota 'plantao-suporte'"),
        (["swap", ROTA, "carla", "davi", "--until", "19:00"], "'davi' is on call beside 'carla'"),
        (["swap", ROTA, "ana", "bruno", "--until", "19:00"], "'ana' is not on call before 2026-03-10 19:00"),
        (["swap", ROTA, "carla", "0900 123", "--until", "19:00"], "is no valid telephone number"),
        (["swap", ROTA, "carla", "ana", "--until", "99d"], "a swap lasts 31 days at most"),
        (["swap", ROTA, "carla", "ana", "--until", "ontem"], "'ontem' cannot be --until"),
        (["swap", ROTA, "carla", "ana", "--until", "09:00"], "write a time later than now"),
        (["swap", ROTA, "carla", "ana"], "--until"),
        (["end", "7"], "the line 4003-0015 has no swap 7; ivr oncall lists those that there are"),
        (["end", "x"], "x"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(ivr: Ivr, now: Now, given: list[str], told: str) -> None:
    code, out, err = ivr("oncall", *given)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
