"""``asking`` tells, here and nowhere else, what of an error proves that Twilio's API did nothing of what was asked.

Its resources have no idempotency key: two requests are two calls, or two texts. So whatever proves nothing is an
outcome that is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ivr.call.outgoing import GoneError, NotSentError, OutcomeUnknownError

if TYPE_CHECKING:
    from twilio.base.exceptions import TwilioRestException

FIRST_OF_SERVERS: Final = 500
REQUEST_TIMEOUT: Final = 408
"""Answers that come where a request may have been taken all the same."""

OF_THE_ACCOUNT: Final = {401, 403, 429}
"""Refusals that say nothing of what was asked: credentials, a suspended account, too many requests."""


def _never(_error: TwilioRestException, _why: str) -> str | None:
    return None


@contextmanager
def asking(what: str, gone: Callable[[TwilioRestException, str], str | None] = _never) -> Iterator[None]:
    """Tell what went wrong with a request for ``what`` in words of the port, without what a library says of it, which
    holds the account and more. ``gone`` says of a refusal, and of what it would be told as, why that means that what it
    was about is over; None where it does not.
    """
    from requests import RequestException
    from twilio.base.exceptions import TwilioRestException

    try:
        yield
    except (NotSentError, OutcomeUnknownError):
        raise
    except TwilioRestException as error:
        if error.status >= FIRST_OF_SERVERS or error.status == REQUEST_TIMEOUT:
            raise OutcomeUnknownError(f"Twilio answered HTTP {error.status}") from None
        why = f"Twilio refuses {what} (HTTP {error.status}, error {error.code})"
        over = gone(error, why)
        if over is not None:
            raise GoneError(over) from None
        raise NotSentError(why, for_good=error.status not in OF_THE_ACCOUNT) from None
    except RequestException as error:
        if was_never_sent(error):
            raise NotSentError("Twilio cannot be reached", for_good=False) from None
        raise OutcomeUnknownError(f"Twilio did not answer ({type(error).__name__})") from None
    except Exception as error:
        # An answer that cannot be read is no proof of anything either.
        raise OutcomeUnknownError(f"Twilio's answer cannot be read ({type(error).__name__})") from None


def was_never_sent(error: Exception) -> bool:
    """Return whether no connection came about, so that nothing of the request can have arrived."""
    from requests import ConnectTimeout
    from urllib3.exceptions import NewConnectionError

    if isinstance(error, ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", cause), NewConnectionError)
