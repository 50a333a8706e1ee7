"""A participant on hold hears a document of its own, while the others talk on.

Source: Twilio, Participant resource, HoldUrl. When the document runs out of verbs there is silence, as for waitUrl; one
that is to go on redirects to itself.
"""

from __future__ import annotations

from ivr.simulator.effects import Steps
from ivr.simulator.twiml_notice import WebhookError
from ivr.simulator.verbs import pause, play, redirect, say
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.conference_room import ConferenceRoom
from ivr.simulator.verbs.exits import Goto, HoldEnded
from ivr.simulator.verbs.hold import play_once
from ivr.simulator.verbs.participation import Participation

HOLD_VERBS = (pause.Pause, play.Play, redirect.Redirect, say.Say)
"""The verbs that a hold document may hold."""


def listen_on_hold(call: CallControl, room: ConferenceRoom, place: Participation, music: Goto) -> Steps[None]:
    """Perform the document at ``music`` until it is over, or until HoldEnded comes: then what that one names.

    A document that cannot be performed is a warning, and the participant hears nothing.
    """
    params = (("ConferenceSid", room.sid), ("FriendlyName", room.name))
    following: Goto | None = music
    place.hearing = True
    try:
        while following:
            try:
                yield from play_once(call, following, params, HOLD_VERBS)
                following = None
            except HoldEnded as ended:
                following = ended.goto
            except WebhookError as error:
                call.transcript.warnings.append(error.notice)
                following = None
    finally:
        place.hearing = False
