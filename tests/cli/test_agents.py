"""``ivr agents`` as a person at the console uses it: who takes calls, at which telephone, for which desks, and when."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.agent_states import AgentState
from data.agents import agent_named, change_state, end_engagement
from data.audit import audit_since
from data.database import Database
from data.roles import Role
from data.users import add_user, set_disabled
from tests.cli.conftest import Ivr
from tests.conftest import Now

HOURS = "seg-sex 08:00-18:00"


@pytest.fixture(autouse=True)
def database(tmp_path: Path, _migrated_file: Path, monkeypatch: pytest.MonkeyPatch, now: Now) -> Iterator[Database]:
    """A database of the commands with two users, and no agent; it is half past ten on a Tuesday."""
    shutil.copy(_migrated_file, tmp_path / "own.sqlite")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path / 'own.sqlite'}")
    for module in ("console", "agent_change"):
        monkeypatch.setattr(f"ivr.cli.{module}.console_user", lambda: "bia")
    kept = Database(f"sqlite:///{tmp_path / 'own.sqlite'}")
    with kept.transaction() as connection:
        add_user(connection, "rita", "Rita Nogueira", Role.AGENT)
        add_user(connection, "tom", "Tom", Role.TESTER)
    yield kept
    kept.close()


def _add(ivr: Ivr) -> None:
    assert ivr("agents", "add", "rita", "--telephone", "(11) 5090-0901", "--hours", HOURS)[0] == 0
    assert ivr("agents", "serve", "rita", "suporte", "--level", 3)[0] == 0


def _user_id(database: Database) -> int:
    with database.reading() as connection:
        agent = agent_named(connection, "rita")
    assert agent
    return agent.user_id


def test_an_agent_is_made_serves_comes_on_duty_and_is_told(ivr: Ivr, database: Database, now: Now) -> None:
    assert ivr("agents") == (0, "there is no agent; ivr agents add NAME --telephone NUMBER makes one of a user\n", "")
    began = now.moment
    _add(ivr)
    ivr("agents", "serve", "rita", "suporte.rm", "--level", 5)
    ivr("agents", "serve", "rita", "cst")
    assert ivr("agents", "drop", "rita", "cst")[1] == "rita serves cst of 4003-0015 no more\n"
    assert ivr("agents", "available", "Rita") == (0, "rita: from now on available\n", "")
    assert ivr("agents", "available", "rita")[1] == "rita: available already\n"
    now.moment += timedelta(hours=1, minutes=5)
    code, out, err = ivr("agents")
    assert (code, out.splitlines()) == (
        0,
        [
            "agent  called         state      for         telephone      serves                   hours",
            f"rita   Rita Nogueira  available  1 h 05 min  +551150900901  suporte 3, suporte.rm 5  {HOURS}",
        ],
    )
    assert err.startswith("4003-0015: nobody serves 4 desks where calls wait: consultoria, datacenter, cst, assessoria")
    assert json.loads(ivr("agents", "--json")[1]) == {
        "login": "rita",
        "name": "Rita Nogueira",
        "telephone": "+551150900901",
        "hours": HOURS,
        "state": "available",
        "reason": None,
        "since": began.isoformat(),
        "wanted": None,
        "takes_calls": True,
        "serves": [
            {"line": "4003-0015", "destination": "suporte", "level": 3},
            {"line": "4003-0015", "destination": "suporte.rm", "level": 5},
        ],
    }
    with database.reading() as connection:
        rows = [(row.who, row.act, row.subject) for row in audit_since(connection, began - timedelta(1))]
    assert rows == [
        ("bia", "add agent", "rita at +551150900901"),
        ("bia", "serve", "rita: 4003-0015 suporte 3"),
        ("bia", "serve", "rita: 4003-0015 suporte.rm 5"),
        ("bia", "serve", "rita: 4003-0015 cst 1"),
        ("bia", "serve no more", "rita: 4003-0015 cst"),
        ("bia", "agent state", "rita: available"),
    ]


def test_what_is_asked_during_a_call_is_told_to_come_when_it_is_over(ivr: Ivr, database: Database, now: Now) -> None:
    _add(ivr)
    ivr("agents", "available", "rita")
    user = _user_id(database)
    with database.transaction() as connection:
        change_state(connection, user, AgentState.RINGING, None, now.moment, "offer")
        change_state(connection, user, AgentState.TALKING, None, now.moment, "accepted")
    told = "rita: talking, and paused: almoço when that is over\n"
    assert ivr("agents", "pause", "rita", "--reason", " almoço ")[1] == told
    assert "talking, then paused: almoço" in ivr("agents")[1]
    assert "em ligação; depois, em pausa: almoço" in ivr("agents", "--language", "pt-BR")[1]
    now.moment += timedelta(minutes=3)
    with database.transaction() as connection:
        end_engagement(connection, user, AgentState.AVAILABLE, now.moment, "talk over")
    now.moment += timedelta(seconds=40)
    assert [line.split() for line in ivr("agents", "history", "rita")[1].splitlines()[-2:]] == [
        ["rita", "10:30:00", "3", "min", "talking", "the", "call", "accepted"],
        ["rita", "10:33:00", "40", "s", "paused:", "almoço", "the", "talk", "over"],
    ]
    assert json.loads(ivr("agents", "history", "--json")[1].splitlines()[-1])["cause"] == "talk over"
    assert ivr("agents", "history", "--day", "2026-03-09")[1] == "there is nothing to tell of 2026-03-09\n"


def test_telephone_and_hours_change_and_a_disabled_user_takes_no_calls(ivr: Ivr, database: Database, now: Now) -> None:
    _add(ivr)
    assert ivr("agents", "change", "rita", "--telephone", "sip:rita@suporte.example.com", "--always")[1] == (
        "rita is rung at sip:rita@suporte.example.com, always\n"
    )
    assert ivr("agents", "change", "rita", "--hours", "todos 07:00-19:00")[1] == (
        "rita is rung at sip:rita@suporte.example.com, todos 07:00-19:00\n"
    )
    with database.transaction() as connection:
        set_disabled(connection, _user_id(database), now.moment)
    assert "off; takes no calls (ivr users)" in ivr("agents")[1]
    assert ivr("agents", "available", "rita")[::2] == (
        2,
        "ivr: rita takes no calls any more: the user is disabled, or of another role; ivr users tells which\n",
    )
    assert ivr("users", "remove", "rita")[2].startswith("ivr: an agent stays, with the history of calls")


REFUSED: list[tuple[tuple[str, ...], str]] = [
    (("add", "saulo", "--telephone", "11 5090-0902"), "there is no user 'saulo'; ivr users add saulo --role agent"),
    (
        ("add", "tom", "--telephone", "11 5090-0902"),
        "tom is tester, who takes no calls; ivr users change tom --role",
    ),
    (
        ("add", "rita", "--telephone", "11 5090-0902"),
        "rita is an agent already; ivr agents change rita changes one",
    ),
    (("add", "rita"), "say which telephone rings: --telephone +5511..."),
    (("change", "rita"), "say what to change: --telephone, and --hours or --always"),
    (("change", "rita", "--hours", HOURS, "--always"), "say what to change"),
    (("change", "rita", "--telephone", "ramal 12"), "'ramal 12' is not a telephone number; write digits only"),
    (("change", "rita", "--telephone", "sip:rita"), "'sip:rita' is not a SIP address; write it like"),
    (("change", "rita", "--telephone", "+14155550132"), "4003-0015: '+14155550132' is abroad"),
    (("change", "rita", "--hours", "cedo"), "'cedo' are no working hours; write them like seg-sex 08:00-12:00"),
    (("serve", "rita", "cts"), "the line 4003-0015 has no destination 'cts'; did you mean 'cst'?"),
    (("serve", "rita", "ouvidoria"), "no call waits for ouvidoria of 4003-0015, which has no queue; write {queue:"),
    (("serve", "rita", "cst", "--level", "6"), "Invalid value for '--level': 6 is not in the range 1<=x<=5."),
    (
        ("serve", "rita", "consultoria", "--line", "internacional"),
        "internacional: '+551150900901' is abroad",
    ),
    (("serve", "rita", "cst", "--line", "nenhuma"), "there is no line 'nenhuma'"),
    (("drop", "rita", "cst"), "rita does not serve 'cst' on 4003-0015; ivr agents tells what each serves"),
    (("pause", "rita"), "a pause needs its reason in a word or two, like lunch; 60 characters at most"),
    (("pause", "rita", "--reason", "x" * 61), "a pause needs its reason in a word or two"),
    (("off", "ritta"), "there is no agent 'ritta'; did you mean 'rita'?"),
    (("off", "x"), "there is no agent 'x'; ivr agents lists those that there are"),
    (("history", "x"), "there is no agent 'x'"),
    (("history", "--day", "ontem"), "'ontem' cannot be --day; write a date like 2026-03-10"),
]


def test_what_cannot_be_is_told_in_one_line_and_changes_nothing(ivr: Ivr) -> None:
    _add(ivr)
    before = ivr("agents", "--json"), ivr("audit")
    for given, told in REFUSED:
        code, out, err = ivr("agents", *given)
        assert (code, out, err.count("\n")) == (2, "", 1), given
        assert told in err
    assert (ivr("agents", "--json"), ivr("audit")) == before


def test_a_fault_is_told_in_portuguese(ivr: Ivr) -> None:
    _add(ivr)
    assert ivr("agents", "serve", "rita", "ouvidoria", "--language", "pt-BR")[2] == (
        "ivr: nenhuma ligação espera por ouvidoria de 4003-0015, que não tem fila;"
        " escreva {queue: ouvidoria} entre os alvos dela no routing.yaml\n"
    )


def test_a_sheet_makes_and_changes_agents_all_or_none(ivr: Ivr, tmp_path: Path) -> None:
    _add(ivr)
    sheet = tmp_path / "time.csv"
    sheet.write_text(
        "login,name,telephone,hours,serves\n"
        "rita,,+551150900909,,cst 4\n"
        'saulo,Saulo Prates,sip:saulo@suporte.example.com,seg-sex 08:00-18:00,"suporte 2, consultoria"\n',
        encoding="utf-8",
    )
    assert ivr("agents", "import", sheet) == (
        0,
        f"{sheet}: 2 agents, 1 of them new\n"
        "new users, who choose a password with a code of ivr users reset NAME: saulo\n",
        "",
    )
    shown = ivr("agents", "--json")
    told = [json.loads(line) for line in shown[1].splitlines()]
    assert [(each["login"], each["telephone"], each["hours"]) for each in told] == [
        ("rita", "+551150900909", None),
        ("saulo", "sip:saulo@suporte.example.com", HOURS),
    ]
    assert [[(one["destination"], one["level"]) for one in each["serves"]] for each in told] == [
        [("cst", 4)],
        [("consultoria", 1), ("suporte", 2)],
    ]
    assert ivr("agents", "import", sheet)[1] == f"{sheet}: 2 agents, 0 of them new\n"
    assert ivr("agents", "--json") == shown
    sheet.write_text(
        "login;telephone;serves\nrita;12;\nnova;+551150900910;cst 6\nnova2;+551150900910;\nnova2;+551150900910;\n"
        "tom;+551150900910;\n",
        encoding="utf-8",
    )
    code, out, err = ivr("agents", "import", sheet)
    assert (code, out) == (1, "")
    assert [line.removeprefix(f"{sheet}:").partition(";")[0] for line in err.splitlines()] == [
        "2: '12' is no valid telephone number",
        "3: 'cst 6' is no desk with a level from 1 to 5",
        "5: nova2 stands in the file twice",
        "6: tom is tester, who takes no calls",
    ]
    assert ivr("agents", "--json") == shown
    for wrong, told_of in (("login,fone\n", "the header lacks the column 'telephone'"), ("", "the file is empty")):
        sheet.write_text(wrong, encoding="utf-8")
        assert told_of in ivr("agents", "import", sheet)[2]
    assert ivr("agents", "import", tmp_path / "nada.csv")[::2] == (
        1,
        f"{tmp_path / 'nada.csv'}:1: the file cannot be read: No such file or directory\n",
    )
