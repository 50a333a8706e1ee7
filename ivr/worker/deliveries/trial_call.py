"""The pages' carrier calls those back who asked for it at the telephone of a page; no account does."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from data.callbacks import TRIAL_CALL
from ivr.call.outgoing import NotSentError
from ivr.worker.deliveries.call import CallDelivery

if TYPE_CHECKING:
    from ivr.call.outgoing import CallMaker


class TrialCallDelivery(CallDelivery):
    """As any call that is made to a caller, but for who makes it. The rows wait for a server that has telephones of
    pages: ``ivr worker`` has none.
    """

    kind: ClassVar[str] = TRIAL_CALL
    makes_calls: ClassVar[bool] = False
    needs_no_lease: ClassVar[bool] = True
    calls_trials: ClassVar[bool] = True

    @property
    def is_set_up(self) -> bool:
        """Return whether this process has the carrier of the pages."""
        return self._tools.trial_calls is not None

    @property
    def _maker(self) -> CallMaker:
        if self._tools.trial_calls is None:
            raise NotSentError("the telephones of the pages are in another process", for_good=False)
        return self._tools.trial_calls
