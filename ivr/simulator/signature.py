"""The vendor's request signature: HMAC-SHA1 over the URL and, for a form, its sorted fields.

Source: Twilio, "Validating requests are coming from Twilio". There are no separators between the fields; a field that
is repeated with one value counts once.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable

from ivr.simulator.remembered import remembered


def sign(auth_token: str, url: str, params: Iterable[tuple[str, str]] = ()) -> str:
    """The value of X-Twilio-Signature; ``params`` are the fields of a POST, and empty for GET."""
    if not params:
        return _of_address(auth_token, url)
    # Most of them are sorted already, which is quickly seen as long as their order is kept.
    return _signed(auth_token, url + "".join([name + value for name, value in sorted(dict.fromkeys(params))]))


def _signed(auth_token: str, text: str) -> str:
    # Half the price of hmac.digest with OpenSSL 3, which looks the algorithm up anew.
    digest = hmac.new(auth_token.encode(), text.encode(), "sha1").digest()
    return base64.b64encode(digest).decode("ascii")


_of_address = remembered(1024)(_signed)
"""A recording is asked for in every call at the same address, with nothing else that is signed."""
