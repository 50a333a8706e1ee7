"""Forms as nobody would send them: valid ones of every kind with some of their fields mangled, by hypothesis."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from urllib.parse import parse_qsl, quote, quote_from_bytes

from hypothesis import strategies as st

from tests.line_server import ACCOUNT, CALLER, FORM, NUMBER
from tests.security.canary import CNPJ, CPF, LETTERS, PASSWORD, SPOKEN, WRONG_PASSWORD

OWN = "CA" + "d" * 32
"""Stands for the call that the request is about."""
NEXT = "turn/next"
"""Stands for the turn that it expects."""
ENDED = "CA" + "e" * 32
"""A call that has ended."""
LIVE = "CA" + "f" * 32
"""Another caller's, who is in the middle of it."""
UNKNOWN = "CA" + "0" * 32
"""A call that never began."""

MAX_FORM_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Knock:
    """One request: ``path`` with its query, as it stands in the request line, and the bytes of the form."""

    path: str
    body: bytes
    content_type: str = FORM

    @property
    def signable(self) -> bool:
        """Whether a signature covers the form: a server reads fields in it, none of them twice, and all of it."""
        if not self.content_type.startswith("application/x-www-form-urlencoded") or len(self.body) > MAX_FORM_BYTES:
            return False
        try:
            names = [name for name, _ in parse_qsl(self.body.decode(), keep_blank_values=True)]
        except UnicodeDecodeError:
            return False
        return 0 < len(names) == len(set(names))


# What stands in a field instead of what belongs there; bytes stand as they are, escaped.
_ODD: list[str | bytes] = [
    "", " ", "0", "-1", "00", "1.5", "1e9", "NaN", "null", "true", "[]", "{}", "+", "'", '"', "<", "&", "%", "=",
    "\x00", "\x01", "\n", "\r\nX-Evil: 1", "\t", "\x7f", "\u0085", "\u2028", "\ufeff", "\ufffe", "\U0001f600", "\u202e",
    "ß", "İ", "１２３", "٣٤٥", "²", "½", "Ⅷ", "２#", "1" * 64, "1" * 65, "*" * 64, "#" * 64, "9" * 400, "a" * 2001,
    "é" * 2000, "9" * 7, "9999999999", str(2**31), str(2**63), str(10**18), str(10**30), "-" + "9" * 20, "0x10",
    "1_000", b"\xed\xa0\x80", b"\xff\xfe", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82",
    "x" * 70_000, "../../etc/passwd", "'; DROP TABLE call; --", "${jndi:ldap://x}", "{{7*7}}", "]]>", "<!--", "&lol;",
    "<Dial>+881612345678</Dial>", "%00", "%ed%a0%80", "sip:a@b.example", "anonymous", "+" + "1" * 300,
]  # fmt: skip
_SECRETS = [CNPJ, CPF, LETTERS, PASSWORD, WRONG_PASSWORD, SPOKEN, f"{CNPJ}*{CPF}#", f"{PASSWORD}#", f"{CNPJ}\x00"]
_SAID = [
    "suporte", "consultoria, por favor", "onze duzentos e vinte e dois", SPOKEN, "поддержка", "サポート", "支持",
    "الدعم", "תמיכה", "สนับสนุน", "हिन्दी", "a\u0301" * 900, "Z̸̢a̴l̶g̷o̶", "🙂" * 500, "1 1 2 2 2 3 3 3 0 0 0 1 8 1",
    "é " * 1000, "A" * 2000,
]  # fmt: skip
_SIDS = [ENDED, LIVE, UNKNOWN, "CA" + "1" * 31, "CA" + "A" * 32, "AC" + "a" * 32, "", CNPJ]

_KINDS: list[dict[str, list[str]]] = [
    {"Digits": ["2", "1", "9", "0", "*", "#", "11222333000181", "1234", "0510003", "**", *_SECRETS[:5]]},
    {"Digits": ["", "2", "1*"], "FinishedOnKey": ["#", "*", "", "5"]},
    {"SpeechResult": _SAID, "Confidence": ["0.9", "1", "0", "1.0", "9.1E-4", ".5", ""]},
    {},
    {
        "DialCallStatus": ["completed", "answered", "busy", "no-answer", "failed", "canceled"],
        "DialCallDuration": ["0", "60", "9999999"],
        "DialBridged": ["true", "false"],
    },
    {
        "QueueResult": ["bridged", "leave", "hangup", "queue-full", "error", "system-error"],
        "QueueTime": ["0", "9999999"],
    },
    {
        "RecordingSid": ["RE" + "0" * 32, "RE" + "f" * 32],
        "RecordingUrl": ["https://x.test/r", "http://[::1]/", "https://user:pass@x.test/'\"<>", "https://" + "a" * 500],
        "RecordingDuration": ["9", "0", "-1", "9999999"],
    },
    {
        "QueuePosition": ["0", "1", "7", "9999999"],
        "QueueTime": ["0", "5", "9999999"],
        "AvgQueueTime": ["0", "60", "9999999"],
    },
    {
        "CallStatus": ["completed", "busy", "no-answer", "failed", "canceled", "queued", "initiated", "ringing"],
        "SequenceNumber": ["0", "3", "999999"],
        "CallDuration": ["0", "12", "9999999", ""],
    },
    {"ErrorCode": ["11200", "0", "999999"], "ErrorUrl": ["https://x.test/"]},
]
"""Fields that come together, with values that Twilio may send."""

_USUAL = {
    "AccountSid": [ACCOUNT],
    "From": [CALLER, CALLER, "+5521912345678", "anonymous", "", "sip:a@b.example"],
    "To": [NUMBER, NUMBER, "+525550220015", "+551150900700", ""],
    "CallStatus": ["in-progress"],
}
_NAMES = sorted({name for kind in _KINDS for name in kind} | set(_USUAL) | {"CallSid"})

_QUERY_NAMES = ["seconds", "turn", "state", "line", "menu", "desk", "at", "again", "x", ""]
_QUERY_VALUES: list[str | bytes] = [
    *_ODD[:60], "600", "1", "2", "3", "transferencia", "principal", "senha", "documento", "despedida", "4003-0015",
    "internacional", "suporte.rm", "assessoria", "all", str(2**31), str(2**63), "a" * 3000,
]  # fmt: skip
_NO_VALUES: list[object] = [
    "x",
    "",
    None,
    -1,
    10**6,
    True,
    [],
    {},
    {"a": "b"},
    {"a": 1},
    "x" * 300,
    1.5,
    {"destination": 1},
]
_TYPES = ["application/json", "text/plain", "", "multipart/form-data; boundary=x", "multipart/form-data"]
_ROUTES = ["voice", "wait", "wait/key", "accept", "accepted", "callback", "status", "fallback"]
_TURNS = [
    "0",
    "1",
    "2",
    "3",
    "00",
    "-1",
    str(2**31),
    str(2**63 - 1),
    str(2**63),
    str(10**18),
    str(10**30),
    "9" * 400,
    "9" * 5000,
    "%D9%A3",
    "x",
    "",
]

_HOW = ["other"] * 8 + ["missing", "missing", "glued", "another", "another", "unknown", "unknown", "repeated"]

_odd = st.sampled_from(_ODD) | st.sampled_from(_SECRETS) | st.text(max_size=20) | st.binary(max_size=12)
_manglings = st.lists(st.tuples(st.sampled_from(_HOW), st.integers(0, 7), _odd), max_size=3)

Form = list[tuple[str, str | bytes]]


def _whole(chance: Random) -> Form:
    """A form that Twilio might send, mostly of the call ``OWN``."""
    kind = chance.choice(_KINDS)
    sid = chance.choice(_SIDS) if chance.random() < 0.12 else OWN
    return [("CallSid", sid), *((name, chance.choice(values)) for name, values in (_USUAL | kind).items())]


def _mangled(form: Form, how: str, place: int, odd: str | bytes, chance: Random) -> Form:
    if not form:
        return [(chance.choice(_NAMES), odd)]
    place %= len(form)
    before, (name, value), after = form[:place], form[place], form[place + 1 :]
    match how:
        case "missing":
            return [*before, *after]
        case "glued":
            return [*before, (name, f"{value!s}{chance.choice(_NAMES)}2"), *after]
        case "another":
            name = chance.choice(_NAMES)
            return [*(each for each in form if each[0] != name), (name, odd)]
        case "unknown":
            return [*form, (chance.choice(["SipHeader_X-A", CNPJ, "", "é", "callsid"]), odd)]
        case "repeated":
            return [*form, (name, value)]
    return [*before, (name, odd), *after]


def _escaped(value: str | bytes) -> str:
    return quote_from_bytes(value, safe="") if isinstance(value, bytes) else quote(value, safe="", errors="replace")


def _query(chance: Random) -> str:
    """What follows the path, its question mark included; mostly nothing."""
    pairs = [(chance.choice(_QUERY_NAMES), chance.choice(_QUERY_VALUES)) for _ in range(chance.choice([0, 0, 1, 2, 4]))]
    if chance.random() < 0.1:
        pairs.append(("at", _standing(chance)))
    return "?" + "&".join(f"{name}={_escaped(value)}" for name, value in pairs) if pairs else ""


def _standing(chance: Random) -> str:
    """Where a call might stand that goes on without a database, mostly with something wrong in it."""
    values: dict[str, object] = {
        "line": "4003-0015", "menu": "x", "state": chance.choice(["principal", "senha", "transferencia", "recado"]),
        "choices": {}, "strikes": {}, "silences": 0, "errors": 0, "strays": 0, "destination": None, "progress": None,
        "over_limit": False, "queued_at": None,
    }  # fmt: skip
    for _ in range(chance.choice([0, 1, 1, 3])):
        values[chance.choice(sorted(values))] = chance.choice(_NO_VALUES)
    return json.dumps(values)[: chance.choice([9999, 9999, 9999, 50])]


def _knock(route: str, turn: str, seed: int, manglings: list[tuple[str, int, str | bytes]]) -> Knock:
    chance = Random(seed)
    path = f"/twilio/{f'turn/{turn}' if route == 'turn' else route}{_query(chance)}"
    form = _whole(chance)
    for how, place, odd in manglings:
        form = _mangled(form, how, place, odd, chance)
    body = "&".join(f"{_escaped(name)}={_escaped(value)}" for name, value in form).encode()
    match chance.randrange(200):
        case 0 | 1:
            return Knock(path, chance.randbytes(200))
        case 2 | 3 | 4:
            return Knock(path, body, chance.choice(_TYPES))
        case 5:
            return Knock(path, body + b"&Huge=" + b"x" * chance.choice([300_000, MAX_FORM_BYTES]))
        case 6 | 7:
            return Knock(path, body + b"".join(b"&Field%d=v" % number for number in range(5000)))
    return Knock(path, body)


knocks = st.builds(
    _knock,
    st.sampled_from([NEXT, NEXT, NEXT, NEXT, "turn", *_ROUTES]),
    st.sampled_from(_TURNS),
    st.integers(0, 2**32 - 1),
    _manglings,
)
"""Requests about the call ``OWN``, most of which could nearly be Twilio's. What is regular of each is drawn by a seed,
which costs a tenth of the time; what is wrong with it by hypothesis, which makes it smaller when it breaks something.
"""
