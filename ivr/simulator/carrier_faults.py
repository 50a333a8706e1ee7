"""The faults of a carrier are what an account sees now and then, and what a script may ask for by name.

By default the simulated carrier does what Twilio documents. Each of these is something that was seen on real accounts,
or that the documents leave open.
"""

from __future__ import annotations

from value_class import value_class

CONFERENCE_EVENTS = (
    "conference-start", "conference-end", "participant-join", "participant-leave", "participant-mute",
    "participant-unmute", "participant-hold", "participant-unhold", "participant-modify", "announcement-end",
    "announcement-fail",
)  # fmt: skip
"""The events of a conference that can be lost or late, as its status callback names them."""

API_AWAY, API_LOST = "away", "lost"
"""The API does nothing and says so, or does what it is asked to and answers as if it had not."""

GONE = 400
"""What a second request for a member of a queue is answered, as documented."""


@value_class
class RelayFaults:
    """The faults of sessions with AI agents: what the network and the vendor's own services do to an agent.

    An ``unreachable`` address opens no socket. The connection breaks ``lost_after`` so many prompts were sent (0:
    never). Each answer is heard ``slow`` seconds late. Before each message the agent gets one of a type that it cannot
    know, where there are ``unknown`` ones. The first ``refused`` messages of the agent are taken for invalid ones.
    """

    unreachable: bool = False
    lost_after: int = 0
    slow: float = 0.0
    unknown: bool = False
    refused: int = 0


NO_RELAY_FAULTS = RelayFaults()


@value_class
class CarrierFaults:
    """The faults of one account; none by default.

    Conference events named in ``lost`` are never told, those in ``late`` only after the event that follows; both keep
    their sequence numbers. With ``regions_apart`` documents that name different regions lead to different conferences
    of the same name. A member who has left the queue is answered with status ``gone_member``. With
    ``action_performed`` a caller who is sent out of a queue goes on with what the action answers. With
    ``redirect_ends_recording`` the recordings of a call end when the account holder sends it elsewhere. The
    ``api`` is away (503), or its answers to what changes something are lost (500), or it works (empty). The network
    holds media streams up for ``slow_streams`` seconds, again and again, and breaks after ``broken_streams`` of them.
    ``relay`` is what goes wrong between the carrier and an AI agent.

    The first ``throttled`` requests to the API are answered with 429, and so is each that comes while
    ``requests_at_once`` are in hand (0: any number may be).
    """

    lost: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    regions_apart: bool = False
    gone_member: int = GONE
    action_performed: bool = False
    redirect_ends_recording: bool = False
    api: str = ""
    throttled: int = 0
    requests_at_once: int = 0
    slow_streams: float = 0.0
    broken_streams: float = 0.0
    relay: RelayFaults = NO_RELAY_FAULTS


NO_FAULTS = CarrierFaults()


def no_faults() -> CarrierFaults:
    """Return that nothing goes wrong."""
    return NO_FAULTS
