"""Twilio's request parameters, read strictly (https://www.twilio.com/docs/voice/twiml#request-parameters).

A signature has no separators between fields, so glued fields carry the same one: only values of exactly the expected
shape pass, and no field may hold another one. Messages name the field and never repeat its value.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import add
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from ivr.channels.twilio.outcomes import DIAL_STATUSES, QUEUE_RESULTS
from ivr.errors import RequestError
from routing.callers import number_of

_ITS_VALUE: Final = r"(?=[0-9*#.A-Z]|$)"


class _Field(NamedTuple):
    """A field that this server reads has a shape; ``tells`` where a request without it tells something else, so that it
    must not be swallowed unseen. Where a name may be a word of other texts, ``followed`` is what stands behind a field.
    """

    shape: re.Pattern[str]
    tells: bool = True
    followed: str = ""


def _one_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


FIELDS: Final = {
    "CallSid": _Field(re.compile(r"CA[0-9a-f]{32}"), tells=False),
    "AccountSid": _Field(re.compile(r"AC[0-9a-fA-F]{32}"), tells=False),
    "Digits": _Field(re.compile(r"[0-9*#]{0,64}"), followed=_ITS_VALUE),
    "FinishedOnKey": _Field(re.compile(r"[0-9*#]?")),
    "SpeechResult": _Field(re.compile(r"[^\x00-\x1f\x7f]{0,2000}")),
    "Confidence": _Field(
        re.compile(r"(?:0|1|0?\.[0-9]{1,20}|1\.0{1,20}|[0-9]\.[0-9]{1,20}(?:[eE]-[0-9]{1,2})?)?"), followed=_ITS_VALUE
    ),
    "DialCallStatus": _Field(_one_of(DIAL_STATUSES)),
    "DialCallDuration": _Field(re.compile(r"[0-9]{0,7}")),
    "DialBridged": _Field(re.compile(r"true|false")),
    "QueueResult": _Field(_one_of(QUEUE_RESULTS)),
    "QueueSid": _Field(re.compile(r"QU[0-9a-f]{32}"), tells=False),
    "QueueTime": _Field(re.compile(r"[0-9]{0,7}")),
    "QueuePosition": _Field(re.compile(r"[0-9]{0,7}")),
    "AvgQueueTime": _Field(re.compile(r"[0-9]{0,7}"), tells=False),
    "RecordingSid": _Field(re.compile(r"RE[0-9a-f]{32}")),
    "RecordingUrl": _Field(re.compile(r"https?://[!-~]{1,500}")),
    "RecordingDuration": _Field(re.compile(r"-?[0-9]{1,7}")),
    "RecordingStatus": _Field(re.compile(r"in-progress|completed|absent|failed"), tells=False),
    "CallStatus": _Field(
        re.compile(r"queued|initiated|ringing|in-progress|completed|busy|no-answer|failed|canceled"), tells=False
    ),
    "SequenceNumber": _Field(re.compile(r"[0-9]{1,6}")),
    "CallDuration": _Field(re.compile(r"[0-9]{0,7}")),
    "ConferenceSid": _Field(re.compile(r"CF[0-9a-f]{32}"), tells=False),
    "StatusCallbackEvent": _Field(re.compile(r"[a-z-]{1,40}"), tells=False),
    "ParticipantLabel": _Field(re.compile(r"[A-Za-z0-9_-]{0,64}"), tells=False),
    "MessageSid": _Field(re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}"), tells=False),
    "MessageStatus": _Field(re.compile(r"[a-z_-]{1,20}"), tells=False),
    "ErrorCode": _Field(re.compile(r"[0-9]{1,6}"), tells=False),
}

_PARTIES: Final = frozenset({"From", "To"})
"""Who calls whom, as anybody's SIP server writes it: of any shape. See ``Form.party``."""

_PLAIN: Final = "+*#._:@;=?&%~-"
"""The signs of an address that are kept as they are, besides letters and digits."""

_LONGEST_PARTY: Final = 255

_SIP: Final = re.compile(r"sips?:", re.IGNORECASE)

HIDDEN: Final = "anonymous"

_PLACE: Final = "City|Country|State|Zip"
_STIR: Final = "Stir(?:PassportToken|Status|Verstat)"

_ABOUT_A_PARTY: Final = re.compile(rf"(?:From|To)(?:{_PLACE})|{_STIR}")
"""Fields that this server does not read and that may stand behind a caller or a called one: with one of them in it,
From is what stands before it, as when it was signed.
"""

_NAMES_ALIKE: Final = re.compile(
    rf"{_ABOUT_A_PARTY.pattern}|ForwardedFrom|ReferTo|UnstableSpeechResult|SipHeader_[!-~]+"
)
"""Fields of Twilio's that this server does not read, and whose names are like one that it reads or stand behind one."""

_ADDRESSES: Final = ("+", "sip", "client:", "anonymous", "Restricted", "unknown")
"""How an address begins that is signed behind ``From`` or ``To``."""

_TELLING: Final = re.compile(
    "|".join(f"{name}{field.followed}" for name, field in FIELDS.items() if field.tells)
    + rf"|(?:From|To)(?:(?=\+[0-9]|sips?:|client:|anonymous|Restricted|unknown)|{_PLACE})|{_STIR}"
)
"""Fields that change what a request tells where they are missing, how those begin that say who calls whom, and what may
stand behind a text of any shape.
"""

_TELLING_ANYWHERE: Final = re.compile(_TELLING.pattern, re.MULTILINE)
"""The same in texts that follow each other, one a line: what is at the end of a text is at the end of its line here."""

_SIGNS: Final = (
    *(name for name, field in FIELDS.items() if field.tells),
    *(f"{party}{begins}" for party in ("From", "To") for begins in (*_ADDRESSES, *_PLACE.split("|"))),
    "Stir",
)
"""One of these stands in each text that ``_TELLING`` finds something in; they are looked for in a tenth of its time."""

_SIGN: Final = re.compile("|".join(map(re.escape, _SIGNS)))

_SAID_TWICE: Final = {"From": "Caller", "To": "Called", "Caller": "From", "Called": "To"}
"""Fields that Twilio sends with the same value: where both agree, neither has swallowed another one."""

_SWALLOWED: Final = "a field that this house does not read holds another one"


_BETWEEN: Final = "\0"
"""Stands between names and values while all of them are unescaped."""

_NO_MARKS: Final = bytes(sign for sign in range(0x20, 0x7F) if sign not in b"&=")
"""What is left of a form without these are its marks, and whatever is not unescaped with the others."""

_QUOTED_PRINTABLE: Final = bytes.maketrans(b"&=+%", b"\0\0 =")
"""A form with these signs exchanged is a text in quoted-printable (RFC 2045), which Python reads in C."""

_MOST_FORMS: Final = 64
"""Lists of names whose place among each other is remembered; the forms of one webhook have one or two."""

_NUMBER: Final = re.compile(r"\+[0-9]{1,40}", re.ASCII)
"""What calls and is called nearly always: nothing of it needs a second look."""


def read_fields(body: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a form in their order, as werkzeug reads them; none of what is no UTF-8."""
    together = _read_together(body)
    if together is not None:
        return together
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return []
    return [_read_one(each) for each in text.split("&") if each]


def _read_together(body: bytes) -> list[tuple[str, str]] | None:
    """Return the fields of a form as Twilio writes one: each with one ``=``, and no control signs. They are unescaped
    in one go, with a sign between them that none of them holds. None for a form that is written otherwise.
    """
    marks = body.translate(None, _NO_MARKS)
    if marks != b"=&" * (len(marks) // 2) + b"=" or body.find(b"%00") >= 0:
        return None
    read = a2b_qp(body.translate(_QUOTED_PRINTABLE))
    if len(read) != len(body) - 2 * body.count(b"%"):
        return None  # one of the escapes is none, and stays as it is
    texts = read.decode(errors="werkzeug.url_quote").split(_BETWEEN)
    return list(zip(texts[::2], texts[1::2], strict=True))


def _read_one(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return _unescaped(name), _unescaped(value)


def _unescaped(text: str) -> str:
    text = text.replace("+", " ")
    return unquote(text, errors="werkzeug.url_quote") if "%" in text else text


class Form:
    """The fields of one request. Fields that this server does not read may hold anything but those that it does.

    Raises RequestError where a field has swallowed one that followed it when Twilio signed, in the order of the names:
    ``Direction`` with the value ``inboundFrom+5511...``, or a name like ``Digits7From``. What stands elsewhere in
    that order was not swallowed: ``client:ToCity`` is a caller's own name.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields
        # Most hold nothing that looks like another one, wherever that stood in the order of the names. They are looked
        # at together: what looks so only because two of them meet here is looked at again, one by one.
        before = _looked_at(tuple(fields))
        together = "\n".join(map(add, before, fields.values()) if before else fields.values())
        if "/" in before or (_has_sign(together) and _TELLING_ANYWHERE.search(together)):
            self._refuse_swallowed()

    def _refuse_swallowed(self) -> None:
        fields = self._fields
        names = sorted(fields)
        for name, before, after in zip(names, ["", *names], [*names[1:], None], strict=False):
            if fields.get(_SAID_TWICE.get(name, "")) == fields[name]:
                continue
            if _holds_another(name, fields[name], before, after):
                known = name in FIELDS or name in _PARTIES
                raise RequestError(f"the field {name} is not what Twilio sends" if known else _SWALLOWED)

    def has_any(self, names: Iterable[str]) -> bool:
        """Return whether a field of one of these names was sent."""
        return not self._fields.keys().isdisjoint(names)

    def text(self, name: str) -> str | None:
        """The field, or None where it was not sent. Raises RequestError where its shape is not Twilio's."""
        value = self._fields.get(name)
        if value is None:
            return None
        if name in _PARTIES:
            return self.party(name)
        if not FIELDS[name].shape.fullmatch(value):
            raise RequestError(f"the field {name} is not what Twilio sends")
        return value

    def party(self, name: str) -> str:
        """Return the address that calls (``From``) or is called (``To``): empty where it was not sent, else of a shape
        that can be kept.

        A caller is not to blame for what a SIP server writes: signs that belong in no address are percent-encoded, and
        of what is too long to be one only a number in it is kept. Nothing here is a reason to refuse a call.
        """
        value = self._fields.get(name, "")
        if _NUMBER.fullmatch(value):
            return value
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


@lru_cache(maxsize=_MOST_FORMS)
def _looked_at(names: tuple[str, ...]) -> tuple[str, ...]:
    """What of each name is looked at together with its value: the name where it may hold a sign of another field or
    begin one, else nothing; of a name with a slash the slash. Empty where nothing is of any: of most forms.
    """
    before = tuple(
        "" if _is_known(name) else "/" if "/" in name else name if _may_begin(name) else "" for name in names
    )
    return before if any(before) else ()


def _may_begin(name: str) -> bool:
    """Whether a sign stands in ``name``, or may stand where it ends and its value begins."""
    return any(sign in name or any(name.endswith(sign[:length]) for length in range(1, len(sign))) for sign in _SIGNS)


def _is_known(name: str) -> bool:
    """Whether the name is one of Twilio's, so that only the value of the field may hold another one."""
    return name in FIELDS or name in _PARTIES or _NAMES_ALIKE.fullmatch(name) is not None


def _has_sign(text: str) -> bool:
    return _SIGN.search(text) is not None


def _holds_another(name: str, value: str, before: str, after: str | None) -> bool:
    """Whether a field between those named ``before`` and ``after`` holds one that was signed by itself."""
    if _is_known(name):
        text, least = value, name
    elif "/" in name:
        return True
    else:
        text, least = f"{name}{value}", before
    found = (each[0] for each in _TELLING.finditer(text))
    told = (each for each in found if not (name in _PARTIES and _ABOUT_A_PARTY.fullmatch(each)))
    return any(least < each and (after is None or each < after) for each in told)
