"""The vendor's numbers of the reasons for which a text is not taken on, over the API and in TwiML.

Source: Twilio's error and warning dictionary.
"""

from __future__ import annotations

from ivr.simulator import codes

NO_REGION = 21408
INVALID_TO = 21211
INVALID_FROM = 21212
SAME_NUMBER = 21266
NO_BODY = 21602
NO_FROM = 21603
NO_TO = 21604
NOT_CAPABLE = 21606
UNSUBSCRIBED = codes.UNSUBSCRIBED
UNREACHABLE = 21612
NOT_MOBILE = 21614
LONG_BODY = 21617
INVALID_MEDIA = 21620
MANY_MEDIA = 21623
FOREIGN_FROM = 21659

NAMES = {
    NO_REGION: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    NOT_CAPABLE: "The 'From' phone number provided is not a valid message-capable Twilio phone number",
    UNSUBSCRIBED: "Attempt to send to unsubscribed recipient",
    UNREACHABLE: "The 'To' phone number is not currently reachable using the 'From' phone number",
    NOT_MOBILE: "'To' number is not a valid mobile number",
}
"""What those are called that only a script brings about."""

_IN_TWIML = {
    INVALID_TO: codes.MESSAGE_TO,
    NO_TO: codes.MESSAGE_TO,
    SAME_NUMBER: codes.MESSAGE_TO,
    INVALID_FROM: codes.MESSAGE_FROM,
    NO_FROM: codes.MESSAGE_FROM,
    FOREIGN_FROM: codes.MESSAGE_FROM,
    NO_BODY: codes.MESSAGE_BODY,
    LONG_BODY: codes.MESSAGE_BODY,
    INVALID_MEDIA: codes.MESSAGE_BODY,
    MANY_MEDIA: codes.MESSAGE_BODY,
}


class TextRefusedError(Exception):
    """The vendor does not take the text on; ``code`` is its number over the API, ``code_in_twiml`` that of a verb."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def code_in_twiml(self) -> int:
        """Return the number of the warning where a document wants the text."""
        return _IN_TWIML.get(self.code, self.code)
