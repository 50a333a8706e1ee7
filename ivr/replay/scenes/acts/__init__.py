"""``ACTS`` are what may stand behind ``act:`` in a scene, one kind a file: a new one is its file and its line here.

What an act does to the line (its tables, its talks) is imported where it is done: to read a scene takes none of it.
"""

from __future__ import annotations

from typing import Final

from ivr.replay.scenes.acts.account import AccountAct
from ivr.replay.scenes.acts.rest import RestAct
from ivr.replay.scenes.acts.scene_act import SceneAct
from ivr.replay.scenes.acts.state import StateAct
from ivr.replay.scenes.acts.supervise import SuperviseAct
from ivr.replay.scenes.acts.talk import TalkAct

ACTS: Final[dict[str, type[SceneAct]]] = {
    act.name: act for act in (RestAct, StateAct, TalkAct, SuperviseAct, AccountAct)
}
