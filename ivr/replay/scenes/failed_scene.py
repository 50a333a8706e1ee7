"""A failed scene is told from its beginning to where it went wrong: all its parties by one clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ivr.replay.failed_call import quoted_from, side_by_side
from ivr.replay.runner import Played
from ivr.replay.scenes.course import Course
from ivr.replay.scenes.performance import Performance
from ivr.replay.scenes.scene import Scene
from ivr.replay.scenes.scene_dialogue import scene_dialogue
from ivr.replay.scenes.scene_steps import described
from ivr.simulator.phones import steps
from ivr.simulator.phones.prompt_log import QUOTE
from ivr.source.diagnostics import Mark
from value_class import value_class


@value_class
class FailedScene:
    """A scene that did not pass, as it was ``played``, and the ``performance`` in which it was."""

    scene: Scene
    played: Played
    performance: Performance

    def lines(self) -> Iterator[str]:
        """Yield the whole report; the first line is the first failure, so that a list of failures can quote it."""
        yield from self.played.failures
        yield ""
        when = f"{self.scene.at:%a %Y-%m-%d %H:%M}"
        yield f"{self.scene.where}: {self.scene.title}, a scene on {self.performance.target.name} on {when}"
        yield ""
        yield from scene_dialogue(self.played.transcript["events"])
        if course := self.performance.failed:
            yield ""
            yield from side_by_side(*self._wrong(course))

    def _wrong(self, course: Course) -> tuple[str, Sequence[str], Sequence[str]]:
        """Where the scene expects what did not come, its lines there, and what that party heard."""
        heard = course.log.heard
        if len(heard) > QUOTE:
            heard = f"… {heard[-QUOTE:]}"
        came = [f"{course.name}: “{heard}”"] if heard else [f"{course.name} heard nothing since the last act"]
        step = course.unmet_step
        if step is None:
            return self.scene.where, ["a scene in which nothing fails"], self.played.failures[:1]
        if isinstance(step, steps.Sound):
            file, _, line = step.where.rpartition(":")
            return step.where, quoted_from(Mark(file, int(line), 1)), came
        return step.where, [described(step)], came
