"""What an agent does in a talk: hold, end, pass on, ask a colleague first, note how it went."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.agent_states import AgentState
from data.agents import ask_state
from data.database import Database
from data.vault import Vault
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.web.agent.agent_screen import AgentScreen, read_screen
from tests.conftest import Now
from tests.databases import one_of_both
from tests.lines import PROMPTS, ROUTING, write_line
from tests.talks.floor import Floor, Person, make_floor

pytestmark = one_of_both("sqlite")

ANALYST = "+551150900777"


def test_a_caller_is_held_and_heard_again_as_the_carrier_tells(floor: Floor) -> None:
    ana, caller = floor.talking()
    assert floor.acts.hold(ana) is None
    talk = floor.talk(caller)
    assert (talk.held_since, talk.hold_wanted) == (None, True)
    floor.pass_time(2)
    talk = floor.talk(caller)
    assert talk.held_since is not None
    assert talk.hold_wanted is None
    assert "on hold already" in str(floor.acts.hold(ana))
    floor.pass_time(10)
    assert floor.acts.resume(ana) is None
    floor.pass_time(2)
    talk = floor.talk(caller)
    assert talk.held_since is None
    assert 10 <= talk.hold_seconds <= 13
    assert floor.happened(talk.id)[-2:] == ["held", "resumed"]


def test_an_agent_ends_the_talk_and_the_caller_goes_on_in_the_menu(floor: Floor) -> None:
    ana, caller = floor.talking()
    assert floor.acts.end(ana) is None
    floor.pass_time(3)
    assert floor.heard(caller).endswith("Até logo & obrigado.")
    assert (floor.talk(caller).ended_by, floor.state(ana), caller.status) == ("agent", "wrap-up", "completed")
    assert "no talk that goes on" in str(floor.acts.hold(ana))


def test_a_talk_is_noted_and_wrapped_up_before_its_time(floor: Floor) -> None:
    ana, caller = floor.talking()
    assert "'resolvido' is no disposition" in str(floor.acts.note(ana, "resolvido", None))
    assert "2000 characters" in str(floor.acts.note(ana, None, "x" * 2001))
    assert "the talk goes on" in str(floor.acts.wrap_up(ana))
    assert floor.acts.note(ana, None, "Impressora fiscal.") is None
    floor.hang_up(caller)
    floor.pass_time(2)
    assert floor.acts.wrap_up(ana) is None
    talk = floor.talk(caller)
    assert (talk.notes, floor.state(ana)) == ("Impressora fiscal.", "available")
    assert talk.wrapped_at == talk.ended_at or talk.wrapped_at is not None


def test_a_state_that_is_asked_for_in_a_talk_takes_effect_behind_it(floor: Floor) -> None:
    ana, caller = floor.talking()
    with floor.database.transaction() as connection:
        ask_state(connection, ana, AgentState.PAUSED, "almoço", floor.time.now(), "page")
    assert floor.state(ana) == "talking"
    floor.hang_up(caller)
    floor.pass_time(2)
    assert floor.state(ana) == "wrap-up"
    floor.pass_time(31)
    assert floor.state(ana) == "paused"


def test_a_caller_is_passed_on_cold_and_keeps_the_place(floor: Floor) -> None:
    ana, caller = floor.talking()
    first = floor.talk(caller)
    assert "no destination 'mesa.nenhuma'" in str(floor.acts.transfer(ana, "mesa.nenhuma"))
    assert floor.acts.transfer(ana, "mesa.fila") is None
    floor.pass_time(5)
    assert (floor.state(ana), floor.talk(caller).ended_by) == ("wrap-up", "transfer")
    (entry,) = floor.waiting()
    assert (entry.transferred_from, entry.since, entry.turn) == (first.id, _since(floor, first.id), 3)
    bia = floor.agent("bia", "1")
    floor.pass_time(20)
    assert floor.talk(caller).user_id == bia
    assert floor.talk(caller).started_at is not None


def test_a_cold_transfer_rings_telephones_where_there_are_no_agents(floor: Floor) -> None:
    ana, caller = floor.talking()
    floor.people["+551150900105"] = floor.telephone(ana)
    assert floor.acts.transfer(ana, "mesa.rh") is None
    floor.pass_time(3)
    assert [each for each in caller.call.transcript.events if each.kind == "dial"][-1]["to"] == "+551150900105"


def test_a_caller_is_passed_on_to_a_telephone_of_the_allow_list_only(
    server_database: Database, server_vault: Vault, clock: Now, tmp_path: Path
) -> None:
    listed = "allowed:\n  numbers: ['+551150900777', '+551150900101', '+551150900105', '+551150900106']\n"
    line = load_line(write_line(tmp_path / "ensaio", routing=f"{ROUTING}{listed}  prefixes: ['+5511']\n"))
    for floor in make_floor(server_database, server_vault, line, clock):
        ana, caller = floor.talking()
        floor.people["+551150900777"] = Person("+551150900777")
        assert "no destination '+551150900999'" in str(floor.acts.transfer(ana, "+551150900999"))
        assert floor.acts.transfer(ana, "+551150900777") is None
        floor.pass_time(12)
        assert [each["to"] for each in caller.call.transcript.events if each.kind == "dial"][-1] == "+551150900777"
        assert "Vamos passar a sua ligação" in floor.heard(caller)
        assert not [each for each in floor.rows() if "0900777" in each.content]


def test_a_telephone_of_the_allow_list_is_asked_and_takes_the_call(
    server_database: Database, server_vault: Vault, clock: Now, tmp_path: Path
) -> None:
    for floor in make_floor(server_database, server_vault, _with_telephone(tmp_path), clock):
        ana, caller = floor.talking()
        talk = floor.talk(caller)
        floor.people[ANALYST] = Person(ANALYST, ring=5.0)
        assert "no destination '+551150900999'" in str(floor.acts.consult(ana, "+551150900999"))
        assert floor.acts.consult(ana, ANALYST) is None
        assert "being asked already" in str(floor.acts.consult(ana, ANALYST))
        floor.pass_time(3)
        assert "no colleague has come" in str(floor.acts.complete(ana))
        floor.pass_time(5)
        assert floor.room(talk.room) == [f"agent-{ana}", "caller", "consult"]
        held = floor.present(talk.room, "caller")
        assert held is not None
        assert held.held
        assert floor.acts.complete(ana) is None
        floor.pass_time(3)
        assert floor.room(talk.room) == ["caller", "consult"]
        heard, stays = floor.present(talk.room, "caller"), floor.present(talk.room, "consult")
        assert heard is not None
        assert stays is not None
        assert (heard.held, heard.ends, stays.ends) == (False, True, True)
        assert (floor.state(ana), floor.talk(caller).ended_by) == ("wrap-up", "transfer")
        assert not [each for each in floor.rows() if ANALYST in each.content]
        (asked,) = [each for each in floor.switchboard.calls() if each.call.setup.to == ANALYST]
        floor.hang_up(asked)
        floor.pass_time(3)
        assert floor.heard(caller).endswith("Até logo & obrigado.")


@pytest.mark.parametrize(("ring", "seconds"), [(5.0, 2), (5.0, 8), (None, 2)])
def test_a_telephone_that_is_asked_no_more_is_hung_up(
    ring: float | None, seconds: int, server_database: Database, server_vault: Vault, clock: Now, tmp_path: Path
) -> None:
    for floor in make_floor(server_database, server_vault, _with_telephone(tmp_path), clock):
        ana, caller = floor.talking()
        talk = floor.talk(caller)
        floor.people[ANALYST] = Person(ANALYST, ring=ring)
        assert floor.acts.consult(ana, ANALYST) is None
        floor.pass_time(seconds)
        assert floor.acts.cancel(ana) is None
        floor.pass_time(3)
        assert floor.room(talk.room) == [f"agent-{ana}", "caller"]
        heard, stays = floor.present(talk.room, "caller"), floor.present(talk.room, f"agent-{ana}")
        assert heard is not None
        assert stays is not None
        assert (heard.held, stays.ends) == (False, True)
        assert not [each for each in floor.switchboard.calls() if each.call.setup.to == ANALYST and each.call.live]
        # A caller who leaves ends it as well.
        assert floor.acts.consult(ana, ANALYST) is None
        floor.pass_time(seconds)
        floor.hang_up(caller)
        floor.pass_time(3)
        assert not [each for each in floor.switchboard.calls() if each.call.setup.to == ANALYST and each.call.live]
        assert floor.state(ana) == "wrap-up"


def test_an_agent_who_is_lost_while_a_telephone_is_asked_loses_no_caller(
    server_database: Database, server_vault: Vault, clock: Now, tmp_path: Path
) -> None:
    for floor in make_floor(server_database, server_vault, _with_telephone(tmp_path), clock):
        ana, caller = floor.talking()
        floor.people[ANALYST] = Person(ANALYST, ring=5.0)
        assert floor.acts.consult(ana, ANALYST) is None
        floor.pass_time(8)
        floor.hang_up(floor.legs(ana)[-1])
        floor.pass_time(5)
        assert not [each for each in floor.switchboard.calls() if each.call.setup.to == ANALYST and each.call.live]
        assert [(each.call_sid, each.front) for each in floor.waiting()] == [(caller.sid, True)]


@pytest.mark.parametrize("busy", [True, False])
def test_a_telephone_that_nobody_picks_up_leaves_the_call_to_the_agent(
    busy: bool, server_database: Database, server_vault: Vault, clock: Now, tmp_path: Path
) -> None:
    for floor in make_floor(server_database, server_vault, _with_telephone(tmp_path), clock):
        ana, caller = floor.talking()
        floor.people[ANALYST] = Person(ANALYST, ring=None, busy=busy)
        assert floor.acts.consult(ana, ANALYST) is None
        floor.pass_time(35)
        talk = floor.talk(caller)
        assert (talk.consult_id, talk.ended_at) == (None, None)
        stays = floor.present(talk.room, f"agent-{ana}")
        assert stays is not None
        assert stays.ends
        assert floor.acts.resume(ana) is None
        floor.pass_time(2)
        assert floor.talk(caller).held_since is None


def test_a_colleague_is_asked_comes_and_takes_the_call_over(floor: Floor) -> None:
    ana, caller = floor.talking()
    bia = floor.agent("bia", "1", destination="mesa.rh")
    talk = floor.talk(caller)
    assert "no colleague has come" in str(floor.acts.complete(ana))
    assert floor.acts.consult(ana, "mesa.rh") is None
    floor.pass_time(15)
    assert floor.room(talk.room) == [f"agent-{ana}", f"agent-{bia}", "caller"]
    held = floor.present(talk.room, "caller")
    assert held is not None
    assert held.held
    assert "end the consultation first" in str(floor.acts.resume(ana))
    assert floor.telephone(bia).heard[0].startswith("Um colega quer falar com você")
    assert [(each.has_colleague, each.is_asked) for each in _screens(floor, ana, bia)] == [(True, False), (False, True)]
    assert floor.acts.complete(ana) is None
    floor.pass_time(3)
    assert floor.room(talk.room) == [f"agent-{bia}", "caller"]
    heard, stays = floor.present(talk.room, "caller"), floor.present(talk.room, f"agent-{bia}")
    assert heard is not None
    assert stays is not None
    assert (heard.held, stays.ends) == (False, True)
    assert (floor.state(ana), floor.state(bia)) == ("wrap-up", "talking")
    assert not any(each.is_asked for each in _screens(floor, bia))
    before, after = floor.talks(caller)
    assert (before.ended_by, after.user_id, after.room, after.ended_at) == ("transfer", bia, before.id, None)
    floor.hang_up(caller)
    floor.pass_time(2)
    assert (floor.talk(caller).ended_by, floor.state(bia)) == ("caller", "wrap-up")


def test_a_caller_is_passed_on_to_a_colleague_who_is_known_to_be_there(floor: Floor) -> None:
    ana, _ = floor.talking()
    bia = floor.agent("bia", "1", destination="mesa.rh")
    floor.way.lost = {"participant-join"}
    assert floor.acts.consult(ana, "mesa.rh") is None
    floor.pass_time(8)
    assert floor.state(bia) == "talking"
    assert "no colleague has come" in str(floor.acts.complete(ana))
    assert not any(each.has_colleague for each in _screens(floor, ana))
    floor.pass_time(20)  # the sweep looks who is there
    assert floor.acts.complete(ana) is None


def _screens(floor: Floor, *agents: int) -> list[AgentScreen]:
    lines = {engine.line.name: engine.line for engine in floor.server.lines}
    rows = [floor.agent_row(each) for each in agents]
    with floor.database.reading() as connection:
        return [read_screen(connection, lines, each, floor.time.now()) for each in rows]


def test_a_consultation_is_cancelled_and_the_first_agent_has_the_caller(floor: Floor) -> None:
    ana, caller = floor.talking()
    bia = floor.agent("bia", "1", destination="mesa.rh")
    talk = floor.talk(caller)
    assert "no colleague is being asked" in str(floor.acts.cancel(ana))
    assert floor.acts.consult(ana, "mesa.rh") is None
    floor.pass_time(15)
    assert floor.acts.cancel(ana) is None
    floor.pass_time(3)
    assert floor.room(talk.room) == [f"agent-{ana}", "caller"]
    heard, stays = floor.present(talk.room, "caller"), floor.present(talk.room, f"agent-{ana}")
    assert heard is not None
    assert stays is not None
    assert (heard.held, stays.ends) == (False, True)
    assert (floor.state(ana), floor.state(bia)) == ("talking", "available")


def test_a_consultation_that_still_rings_is_cancelled(floor: Floor) -> None:
    ana, caller = floor.talking()
    bia = floor.agent("bia", destination="mesa.rh", ring=15.0)
    assert floor.acts.consult(ana, "mesa.rh") is None
    floor.pass_time(4)
    assert floor.state(bia) == "ringing"
    assert floor.acts.cancel(ana) is None
    floor.pass_time(3)
    assert floor.state(bia) == "available"
    assert floor.room(floor.talk(caller).room) == [f"agent-{ana}", "caller"]


def test_a_supervisor_listens_whispers_joins_and_leaves(floor: Floor) -> None:
    ana, caller = floor.talking()
    rui = floor.agent("rui", "1", destination="mesa.rh")
    talk = floor.talk(caller)
    label = f"supervisor-{rui}"

    def shown() -> tuple[bool, bool]:
        found = floor.present(talk.room, label)
        assert found is not None
        return found.muted, found.ends

    assert floor.supervision.listen(rui, talk.id, "rui", "127.0.0.1") is None
    floor.pass_time(15)
    assert shown() == (True, False)
    assert floor.supervision.whisper(rui, talk.id, "rui", "127.0.0.1") is None
    floor.pass_time(1)
    assert shown() == (False, False)
    assert floor.supervision.join(rui, talk.id, "rui", "127.0.0.1") is None
    assert floor.supervision.mute(rui, talk.id, "rui", "127.0.0.1") is None
    floor.pass_time(1)
    assert shown() == (True, False)
    assert floor.supervision.leave(rui, talk.id, "rui", "127.0.0.1") is None
    floor.pass_time(2)
    assert floor.room(talk.room) == [f"agent-{ana}", "caller"]
    assert floor.happened(talk.id).count("supervised") == 5
    assert not [each for each in floor.rows() if "announce" in each.content]
    assert "your own talk" in str(floor.supervision.listen(ana, talk.id, "ana", "127.0.0.1"))
    assert "no talk" in str(floor.supervision.listen(rui, "TK0", "rui", "127.0.0.1"))


def test_a_caller_is_told_that_a_supervisor_comes_where_the_line_says_so(
    server_database: Database, server_vault: Vault, clock: Now, tmp_path: Path
) -> None:
    routing = f"{ROUTING}agents: {{all: {{supervised_say: ouvida}}, mesa.rh: {{wrap_up: 10}}}}\n"
    prompts = PROMPTS.replace("destinations:", "  ouvida: A supervisão de {destino} está na linha.\ndestinations:")
    line = load_line(write_line(tmp_path / "ensaio", routing=routing, prompts=prompts))
    told = "A supervisão de a fila está na linha."
    for floor in make_floor(server_database, server_vault, line, clock):
        ana, caller = floor.talking()
        rui = floor.agent("rui", "2", destination="mesa.rh")
        talk = floor.talk(caller)
        assert floor.supervision.listen(rui, talk.id, "rui", "127.0.0.1") is None
        floor.pass_time(10)
        assert told not in floor.heard(caller)  # no key, nobody there
        floor.telephone(rui).keys.append("1")
        assert floor.supervision.listen(rui, talk.id, "rui", "127.0.0.1") is None
        floor.pass_time(10)
        assert floor.room(talk.room) == [f"agent-{ana}", "caller", f"supervisor-{rui}"]
        assert floor.heard(caller).count(told) == 1
        assert told not in " ".join(floor.telephone(ana).heard)
        # Asked once more for a lost answer, the same call is told of once.
        leg = floor.legs(rui)[-1].sid
        assert "<Conference" in floor.tell(f"/twilio/supervise/{talk.id}/{rui}/accept", leg, Digits="1")
        floor.pass_time(2)
        assert floor.heard(caller).count(told) == 1
        floor.hang_up(caller)
        floor.pass_time(2)
        assert "<Say" not in floor.tell(f"/twilio/supervised/{talk.id}", caller.sid)


def _with_telephone(folder: Path) -> Line:
    listed = f"allowed:\n  numbers: ['{ANALYST}', '+551150900101', '+551150900105', '+551150900106']\n"
    return load_line(write_line(folder / "ensaio", routing=f"{ROUTING}{listed}  prefixes: ['+5511']\n"))


def _since(floor: Floor, entry: str) -> object:
    from data.waiting import find_waiting

    with floor.database.reading() as connection:
        found = find_waiting(connection, entry)
    assert found is not None
    return found.since
