"""An agent's telephone is told which call it rings for, and a caller what became of the agent."""

from __future__ import annotations

from value_class import value_class


@value_class
class TalkNotices:
    """The line says ``offered`` to an agent who picked up, ``{}`` being the destination, with ``company`` (``{}``: its
    name) and ``waited`` (``{}``: how long) where they are known, and asks for the key with ``asked``. ``called_back``
    is the offer of somebody who is to be called, and ``consulted`` that of a colleague who asks.

    ``taken`` and ``gone`` tell an agent why there is no call; ``dialling`` that a customer is being called, and
    ``unreached`` that nobody picked up; ``supervising`` asks a supervisor for the key. ``lost`` tells a caller that the
    agent was lost, ``passed_on`` that the call goes to somebody else.
    """

    offered: str
    called_back: str
    consulted: str
    company: str
    waited: str
    asked: str
    taken: str
    gone: str
    dialling: str
    unreached: str
    supervising: str
    lost: str
    passed_on: str
