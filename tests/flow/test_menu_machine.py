"""The machine of a menu moves calls along its edges, all of them, and along nothing else."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from transitions import MachineError

from ivr.flow.folder import load_line
from ivr.flow.graph import edges
from ivr.flow.line import Line
from ivr.flow.machine import MenuMachine
from tests.flow.lines import SHIPPED, copied, good

pytestmark = pytest.mark.untraced


class Call:
    """Something that stands on a state, and remembers where it was."""

    def __init__(self, state: str) -> None:
        self.been = [state]

    @property
    def state(self) -> str:
        return self.been[-1]

    @state.setter
    def state(self, name: str) -> None:
        self.been.append(name)


@pytest.fixture(scope="module", params=["good", "4003-0015"])
def line(request: pytest.FixtureRequest) -> Line:
    return good() if request.param == "good" else load_line(SHIPPED)


def test_every_edge_moves_to_its_target(line: Line) -> None:
    machine = MenuMachine(line)
    for edge in edges(line):
        call = Call(edge.source)
        machine.move(call, edge.trigger)
        assert call.state == edge.target


def test_no_state_has_two_edges_for_one_trigger(line: Line) -> None:
    drawn = [(edge.source, edge.trigger) for edge in edges(line)]
    assert len(drawn) == len(set(drawn))


def test_no_other_trigger_moves_anything(line: Line) -> None:
    machine = MenuMachine(line)
    drawn = {(edge.source, edge.trigger) for edge in edges(line)}
    triggers = {trigger for _, trigger in drawn}
    tried = [(state, trigger) for state in line.states for trigger in triggers if (state, trigger) not in drawn]
    assert tried
    for state, trigger in tried:
        call = Call(state)
        with pytest.raises(MachineError):
            machine.move(call, trigger)
        assert call.been == [state]


def test_the_library_adds_no_triggers_of_its_own(line: Line) -> None:
    machine = MenuMachine(line)
    for state in line.states:
        for trigger in (f"to_{state}", f"to_{state.replace('-', '_')}", "to", "trigger", "may_next"):
            call = Call(line.header.start)
            with pytest.raises(MachineError):
                machine.move(call, trigger)
            assert len(call.been) == 1
    assert set(machine._machine.events) == {edge.trigger for edge in edges(line)}


def test_no_text_of_a_yaml_file_becomes_a_callback_or_a_condition(tmp_path: Path) -> None:
    """``transitions`` imports and calls dotted names that reach it as callbacks: os.abort would end this very test."""
    folder = copied(tmp_path)
    for file in ("menu.yaml", "prompts.pt-BR.yaml", "routing.yaml"):
        text = (folder / file).read_text(encoding="utf-8")
        for name, dotted in (("tchau", "os.abort"), ("principal", "sys.exit"), ("atendentes", "os.abort.now")):
            text = text.replace(name, dotted)
        (folder / file).write_text(text, encoding="utf-8")
    hostile = load_line(folder)
    assert {"os.abort", "sys.exit"} <= hostile.states.keys()
    machine = MenuMachine(hostile)
    for edge in edges(hostile):
        machine.move(Call(edge.source), edge.trigger)
    library = machine._machine
    assert [state for state in library.states.values() if state.on_enter or state.on_exit] == []
    hooks = [
        (transition.prepare, transition.conditions, transition.before, transition.after)
        for event in library.events.values()
        for transitions in event.transitions.values()
        for transition in transitions
    ]
    assert len(hooks) == len(edges(hostile))
    assert all(hook == ([], [], [], []) for hook in hooks)
    assert (library.before_state_change, library.after_state_change, library.prepare_event) == ([], [], [])
    assert (library.on_exception, library.on_final, library.finalize_event) == ([], [], [])


def test_calls_are_not_kept_by_the_machine() -> None:
    machine = MenuMachine(good())
    machine.move(Call("principal"), "key_1")
    assert machine._machine.models == []


def test_threads_that_share_a_machine_lose_no_move() -> None:
    machine = MenuMachine(good())
    rounds = 3000
    calls = [Call("principal") for _ in range(2)]
    begin = threading.Barrier(len(calls))

    def walk(call: Call) -> None:
        begin.wait()
        for _ in range(rounds):
            machine.move(call, "key_1")
            machine.move(call, "key_star")

    threads = [threading.Thread(target=walk, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for call in calls:
        assert call.been == ["principal"] + ["documento", "principal"] * rounds
