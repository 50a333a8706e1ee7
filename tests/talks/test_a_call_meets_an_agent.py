"""A caller in a queue and an agent meet: the whisper, the key, the conference, and everything that comes between."""

from __future__ import annotations

import pytest

from data.agents import change_agent
from data.offers import move_offer, offers_of
from data.talks import change_talk
from tests.databases import one_of_both
from tests.talks.floor import Floor

pytestmark = one_of_both("sqlite")


def test_an_agent_takes_the_call_by_a_key_and_both_are_in_one_room(floor: Floor) -> None:
    ana = floor.agent("ana", "1")
    caller = floor.caller()
    floor.pass_time(20)
    (talk,) = floor.talks(caller)
    assert floor.room(talk.id) == [f"agent-{ana}", "caller"]
    assert talk.started_at is not None
    assert (floor.state(ana), floor.waiting()) == ("talking", [])
    assert floor.happened(talk.id) == ["entered", "offered", "accepted", "left", "started"]
    told = floor.telephone(ana).heard[0]
    assert told.startswith("Ligação para a fila. Espera há menos de um minuto. Tecle 1 para atender")


def test_the_caller_hangs_up_and_the_agent_notes_down_and_is_free_again(floor: Floor) -> None:
    ana = floor.agent("ana", "1")
    caller = floor.caller()
    floor.pass_time(20)
    floor.hang_up(caller)
    floor.pass_time(2)
    (talk,) = floor.talks(caller)
    assert (talk.ended_by, floor.state(ana)) == ("caller", "wrap-up")
    assert floor.legs(ana)[0].status == "completed"
    floor.pass_time(31)
    assert floor.state(ana) == "available"
    assert floor.happened(talk.id)[-2:] == ["ended", "wrapped"]


def test_without_a_free_agent_the_caller_waits_as_ever(floor: Floor) -> None:
    caller = floor.caller()
    floor.pass_time(100)
    assert [entry.call_sid for entry in floor.waiting()] == [caller.sid]
    floor.pass_time(60)
    assert floor.waiting() == []
    assert "sip" not in floor.heard(caller)


def test_who_is_outside_of_working_hours_is_not_rung(floor: Floor) -> None:
    ana = floor.agent("ana", "1")
    telephone = floor.agent_row(ana).telephone
    with floor.database.transaction() as connection:
        change_agent(connection, ana, telephone, "seg-sex 14:00-18:00")
    floor.caller()
    floor.pass_time(20)
    assert (floor.legs(ana), floor.state(ana)) == ([], "available")


def test_an_agent_who_is_free_later_gets_the_call_that_waits(floor: Floor) -> None:
    caller = floor.caller()
    floor.pass_time(30)
    floor.agent("ana", "1")
    floor.pass_time(20)
    (talk,) = floor.talks(caller)
    assert talk.started_at is not None


@pytest.mark.parametrize(
    ("ring", "key", "state"),
    [(2.0, "2", "refused"), (2.0, "", "missed"), (None, "", "missed"), (None, "", "busy")],
    ids=["refused", "no key", "no answer", "busy"],
)
def test_who_does_not_take_a_call_is_not_asked_again_while_another_can(
    floor: Floor, ring: float | None, key: str, state: str
) -> None:
    ana = floor.agent("ana", *filter(None, [key]), level=5, ring=ring, busy=state == "busy")
    bia = floor.agent("bia", "1", level=1)
    caller = floor.caller()
    floor.pass_time(70)
    (talk,) = floor.talks(caller)
    assert talk.user_id == bia
    assert state in floor.happened(talk.id)
    assert len(floor.legs(ana)) == 1
    assert floor.state(ana) == "available"
    with floor.database.reading() as connection:
        assert [each.state for each in offers_of(connection, [talk.id])] == [state, "joined"]


def test_two_ignored_rings_in_a_row_pause_an_agent(floor: Floor) -> None:
    ana = floor.agent("ana", ring=None)
    floor.caller()
    floor.pass_time(110)
    assert (floor.state(ana), len(floor.legs(ana))) == ("paused", 2)


def test_a_caller_who_leaves_takes_the_ringing_with_them_and_blames_nobody(floor: Floor) -> None:
    ana = floor.agent("ana", "1", ring=15.0)
    caller = floor.caller()
    floor.pass_time(10)
    assert floor.state(ana) == "ringing"
    (entry,) = floor.waiting()
    floor.hang_up(caller)
    floor.pass_time(2)
    assert (floor.state(ana), floor.agent_row(ana).standing.ignored) == ("available", 0)
    assert [leg.status for leg in floor.legs(ana)] == ["canceled"]
    assert [offer.state for offer in floor.offers(entry)] == ["caller_gone"]
    assert floor.happened(entry.id) == ["entered", "offered", "left", "caller-gone"]


def test_a_key_out_of_the_queue_takes_the_ringing_back(floor: Floor) -> None:
    ana = floor.agent("ana", ring=15.0)
    caller = floor.caller()
    floor.pass_time(10)
    (entry,) = floor.waiting()
    floor.tell("/twilio/turn/3", caller.sid, QueueResult="leave", QueueTime="9")
    floor.pass_time(2)
    assert (floor.state(ana), [offer.state for offer in floor.offers(entry)]) == ("available", ["caller_gone"])


def test_a_late_key_hears_that_the_call_was_taken(floor: Floor) -> None:
    ana = floor.agent("ana", ring=1.0)
    floor.caller()
    floor.pass_time(8)
    (entry,) = floor.waiting()
    (offer,) = floor.offers(entry)
    (leg,) = floor.legs(ana)
    with floor.database.transaction() as connection:
        assert move_offer(connection, offer.id, "canceled", floor.time.now())
    answer = floor.tell(f"/twilio/offer/{offer.id}/accept", leg.sid, Digits="1")
    assert "Esta ligação já foi atendida." in answer
    assert floor.happened(entry.id)[-1] == "late"


def test_an_acceptance_that_is_told_twice_gets_the_same_answer(floor: Floor) -> None:
    ana = floor.agent("ana", ring=1.0)
    floor.caller()
    floor.pass_time(8)
    (entry,) = floor.waiting()
    (offer,) = floor.offers(entry)
    (leg,) = floor.legs(ana)
    first, second = (floor.tell(f"/twilio/offer/{offer.id}/accept", leg.sid, Digits="1") for _ in range(2))
    assert first == second
    assert entry.id in first
    stranger = floor.tell(f"/twilio/offer/{offer.id}/accept", f"CA{'9' * 32}", Digits="1")
    assert "<Hangup" in stranger
    assert "Conference" not in stranger
    assert len([row for row in floor.rows() if '"take"' in row.content]) == 1


def test_another_leg_of_an_offer_is_hung_up(floor: Floor) -> None:
    floor.agent("ana", ring=1.0)
    floor.caller()
    floor.pass_time(8)
    (entry,) = floor.waiting()
    (offer,) = floor.offers(entry)
    second = floor.tell(f"/twilio/offer/{offer.id}", f"CA{'9' * 32}")
    assert "Gather" not in second
    assert "<Hangup" in second


def test_an_agent_who_says_so_leaves_and_the_caller_goes_on_in_the_menu(floor: Floor) -> None:
    floor.agent("ana", "1")
    caller = floor.caller()
    floor.pass_time(20)
    (talk,) = floor.talks(caller)
    with floor.database.transaction() as connection:
        change_talk(connection, talk.id, ended_by="agent")
    assert floor.tools.talks is not None
    floor.tools.talks.remove(talk.id, f"agent-{talk.user_id}")
    floor.pass_time(5)
    assert "Até logo & obrigado." in floor.heard(caller)
    (talk,) = floor.talks(caller)
    assert talk.ended_by == "agent"


def test_nothing_personal_is_whispered_before_the_key(floor: Floor) -> None:
    ana = floor.agent("ana")
    caller = floor.caller()
    floor.pass_time(20)
    told = " ".join(floor.telephone(ana).heard)
    assert caller.call.setup.from_[-8:] not in told
    assert caller.sid not in told
