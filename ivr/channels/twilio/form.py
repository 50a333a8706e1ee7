"""Twilio's request parameters, read strictly (https://www.twilio.com/docs/voice/twiml#request-parameters).

A signature has no separators between fields, so glued fields carry the same one: only values of exactly the expected
shape pass, and no field may hold another one. Messages name the field and never repeat its value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from ivr.errors import RequestError
from routing.callers import number_of

_CALL_STATUSES: Final = "queued|initiated|ringing|in-progress|completed|busy|no-answer|failed|canceled"

_SHAPES: Final = {
    "CallSid": re.compile(r"CA[0-9a-f]{32}"),
    "AccountSid": re.compile(r"AC[0-9a-fA-F]{32}"),
    "Digits": re.compile(r"[0-9*#]{0,64}"),
    "FinishedOnKey": re.compile(r"[0-9*#]?"),
    "SpeechResult": re.compile(r"[^\x00-\x1f\x7f]{0,2000}"),
    "Confidence": re.compile(r"(?:0|1|0?\.[0-9]{1,20}|1\.0{1,20}|[0-9]\.[0-9]{1,20}(?:[eE]-[0-9]{1,2})?)?"),
    "DialCallStatus": re.compile(r"completed|answered|busy|no-answer|failed|canceled"),
    "DialCallDuration": re.compile(r"[0-9]{0,7}"),
    "DialBridged": re.compile(r"true|false"),
    "QueueResult": re.compile(
        r"bridged|bridging-in-process|error|hangup|leave|redirected|redirected-from-bridged|queue-full|system-error"
    ),
    "QueueSid": re.compile(r"QU[0-9a-f]{32}"),
    "QueueTime": re.compile(r"[0-9]{0,7}"),
    "QueuePosition": re.compile(r"[0-9]{0,7}"),
    "AvgQueueTime": re.compile(r"[0-9]{0,7}"),
    "RecordingSid": re.compile(r"RE[0-9a-f]{32}"),
    "RecordingUrl": re.compile(r"https?://[!-~]{1,500}"),
    "RecordingDuration": re.compile(r"-?[0-9]{1,7}"),
    "RecordingStatus": re.compile(r"in-progress|completed|absent|failed"),
    "CallStatus": re.compile(_CALL_STATUSES),
    "SequenceNumber": re.compile(r"[0-9]{1,6}"),
    "CallDuration": re.compile(r"[0-9]{0,7}"),
    "ErrorCode": re.compile(r"[0-9]{1,6}"),
}

_PARTIES: Final = frozenset({"From", "To"})
"""Who calls whom, as anybody's SIP server writes it: of any shape. See ``Form.party``."""

_PLAIN: Final = "+*#._:@;=?&%~-"
"""The signs of an address that are kept as they are, besides letters and digits."""

_LONGEST_PARTY: Final = 255

_SIP: Final = re.compile(r"sips?:", re.IGNORECASE)

HIDDEN: Final = "anonymous"

_NAMES_ALIKE: Final = re.compile(
    r"(?:From|To)(?:City|Country|State|Zip)|Stir(?:PassportToken|Status|Verstat)"
    r"|ForwardedFrom|ReferTo|UnstableSpeechResult|SipHeader_[!-~]+"
)
"""Fields of Twilio's that this server does not read, and whose names are like one that it reads or stand behind one."""

_TELLING: Final = re.compile(
    r"(?:Confidence|Digits)(?=[0-9*#.A-Z]|$)|Dial(?:Bridged|Call(?:Duration|Status))|FinishedOnKey|Queue(?:Position|Result|Time)"
    r"|Recording(?:Duration|Sid|Url)|SequenceNumber|SpeechResult|(?<!Dial)CallDuration"
    r"|(?:From|To)(?:(?=\+[0-9]|sips?:|client:|anonymous|Restricted|unknown)|City|Country|State|Zip)"
    r"|Stir(?:PassportToken|Status|Verstat)"
)
"""Fields that change what a request tells where they are missing, how those begin that say who calls whom, and what may
stand behind a text of any shape.
"""

_ABOUT_A_PARTY: Final = re.compile(r"(?:From|To)(?:City|Country|State|Zip)|Stir(?:PassportToken|Status|Verstat)")
"""Fields that this server does not read and that may stand behind a caller or a called one: with one of them in it,
From is what stands before it, as when it was signed.
"""

_SAID_TWICE: Final = {"From": "Caller", "To": "Called", "Caller": "From", "Called": "To"}
"""Fields that Twilio sends with the same value: where both agree, neither has swallowed another one."""

_SWALLOWED: Final = "a field that this house does not read holds another one"


class Form:
    """The fields of one request. Fields that this server does not read may hold anything but those that it does.

    Raises RequestError where a field has swallowed one that followed it when Twilio signed, in the order of the names:
    ``Direction`` with the value ``inboundFrom+5511...``, or a name like ``Digits7From``. What stands elsewhere in
    that order was not swallowed: ``client:ToCity`` is a caller's own name.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        names = sorted(fields)
        for name, before, after in zip(names, ["", *names], [*names[1:], None], strict=False):
            if fields.get(_SAID_TWICE.get(name, "")) == fields[name]:
                continue
            if _holds_another(name, fields[name], before, after):
                known = name in _SHAPES or name in _PARTIES
                raise RequestError(f"the field {name} is not what Twilio sends" if known else _SWALLOWED)
        self._fields = fields

    def text(self, name: str) -> str | None:
        """The field, or None where it was not sent. Raises RequestError where its shape is not Twilio's."""
        value = self._fields.get(name)
        if value is None:
            return None
        if name in _PARTIES:
            return self.party(name)
        if not _SHAPES[name].fullmatch(value):
            raise RequestError(f"the field {name} is not what Twilio sends")
        return value

    def party(self, name: str) -> str:
        """Return the address that calls (``From``) or is called (``To``): empty where it was not sent, else of a shape
        that can be kept.

        A caller is not to blame for what a SIP server writes: signs that belong in no address are percent-encoded, and
        of what is too long to be one only a number in it is kept. Nothing here is a reason to refuse a call.
        """
        value = self._fields.get(name, "")
        if value != self._fields.get(_SAID_TWICE[name]):
            value = _ABOUT_A_PARTY.split(value, maxsplit=1)[0]
        value = value.strip()
        kept = quote(value.encode("utf-8", "replace"), safe=_PLAIN)
        if len(kept) <= _LONGEST_PARTY:
            return kept
        number = number_of(value)
        if number is None:
            return HIDDEN
        return f"sip:{number}@" if _SIP.match(value) else number

    def required(self, name: str) -> str:
        """The field. Raises RequestError also where it was not sent."""
        value = self.text(name)
        if not value:
            raise RequestError(f"the field {name} is missing")
        return value

    def whole(self, name: str) -> int:
        """The field as a whole number of at least 0; 0 where it was not sent or is empty."""
        return max(0, int(self.text(name) or 0))


def _holds_another(name: str, value: str, before: str, after: str | None) -> bool:
    """Whether a field between those named ``before`` and ``after`` holds one that was signed by itself."""
    if name in _SHAPES or name in _PARTIES or _NAMES_ALIKE.fullmatch(name):
        text, least = value, name
    elif "/" in name:
        return True
    else:
        text, least = f"{name}{value}", before
    found = (each[0] for each in _TELLING.finditer(text))
    told = (each for each in found if not (name in _PARTIES and _ABOUT_A_PARTY.fullmatch(each)))
    return any(least < each and (after is None or each < after) for each in told)
