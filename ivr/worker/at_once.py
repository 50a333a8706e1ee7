"""``AtOnce`` sends single rows of the outbox from a process of webhooks or pages, in which a person waits.

It never raises, and makes nothing of what it cannot send: the worker does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from random import Random

from ivr.logs import place_of
from ivr.worker.deliveries.talk_act import TalkActDelivery, TrialTalkActDelivery
from ivr.worker.deliveries.talk_leg import TalkLegDelivery, TrialTalkLegDelivery
from ivr.worker.outbox import Outbox
from ivr.worker.tools import Tools

log = logging.getLogger(__name__)

KINDS = (TalkActDelivery, TrialTalkActDelivery, TalkLegDelivery, TrialTalkLegDelivery)


class AtOnce:
    """Sends with ``tools`` in the name of ``me``. May be shared by threads."""

    def __init__(self, tools: Tools, clock: Callable[[], datetime], rng: Random, me: str) -> None:
        self._outbox = Outbox(tools.database, [each(tools) for each in KINDS], me, rng, clock)

    def __call__(self, row: str) -> None:
        """Send the row, where this process can."""
        try:
            self._outbox.send_now(row)
        except Exception as error:
            log.error("not sent at once", extra={"error": type(error).__name__, "at": place_of(error)})
