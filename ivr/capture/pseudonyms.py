"""``Pseudonyms`` puts something of the same shape in the place of what is somebody's: always the same for the same.

What is made of a value depends on a key that a capture makes for itself and forgets: whoever has the capture cannot try
out which number, document or name leads to what stands in it.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

import phonenumbers

CONSONANTS: Final = "bdfglmnprstv"
VOWELS: Final = "aeiou"

SHORTEST_SOUGHT: Final = 4
"""Characters of a value that is looked for in texts from then on; shorter ones stand in every other text by chance."""

SHORTEST_NAME: Final = 3

MOST_SOUGHT: Final = 100_000
"""Values that are looked for; of a capture that lasts for days the later ones are not."""

_RUN = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"[0-9]+")
_SID = re.compile(r"\b[A-Z]{2}[0-9a-f]{32}\b")
_TELEPHONE = re.compile(r"(?:\+|%2B)[0-9]{7,15}(?![0-9])")

_OCTET = r"(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])"
"""A part of an address of the network, which the groups of few documents are."""

_PATTERNS = (
    ("kept", rf"(?<![\d.]){_OCTET}(?:\.{_OCTET}){{3}}(?![\d.])|\b2010-04-01\b"),  # of the network; of the vendor's API
    ("sid", _SID.pattern),
    ("mail", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("party", r"\b(?:sips?:[^\s<>\"'@]+@[^\s<>\"'?;]+|(?:client|whatsapp):[^\s<>\"'?&]+)"),
    ("telephone", _TELEPHONE.pattern),
    ("digits", r"\d{2}\.?\d{3}\.?\d{3}/\d{4}-?\d{2}|\(?\d(?:[ .,()-]{0,3}\d){7,}"),
    ("company", r"\b[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/[0-9A-Z]{4}-?\d{2}\b"),
    ("spelled", r"(?<!\d)\d(?:[ .,-]{1,3}\d){3,6}(?!\d)"),
)
"""What is replaced in any text."""


class Pseudonyms:
    """Replaces values by ``key``; ``counts`` says how many different ones of each kind were replaced."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._made: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._sought: dict[str, str] = {}
        self._beginning: dict[str, list[str]] = {}
        """The values that are looked for by the words with which they begin, the longest first."""
        self.counts: Counter[str] = Counter()

    # One value

    def telephone(self, value: str) -> str:
        """Return a number of the same country and length that no telephone has: no national number begins with 00."""
        match = re.fullmatch(r"(\+|%2B|whatsapp:\+)?([0-9]{7,15})", value.strip())
        if match is None:
            return self.party(value) if ":" in value else self.words(value)
        made = self._once("telephone numbers", match[2], self._of_number)
        if match[1] is None and match[2] in self._sought:
            made = self._sought[match[2]]
        self._seek(match[2], made)
        return f"{match[1] or ''}{made}"

    def party(self, value: str) -> str:
        """Return another ``client:ana``, ``sip:ana@pbx.example`` or mail address."""
        scheme, _, name = value.partition(":") if ":" in value else ("", "", value)
        if scheme == "whatsapp" and name.startswith("+"):
            return f"whatsapp:{self.telephone(name)}"
        user, at, host = name.partition("@")
        made = self._once("addresses of people", name.lower(), lambda _: self._word(user))
        told = f"{made}@{self._word(host.split(';')[0])}.example" if at else made
        self._seek(name, told)
        return f"{scheme}:{told}" if scheme else told

    def sid(self, value: str) -> str:
        """Return another identifier with the same two letters."""
        return self._once("identifiers", value, lambda one: one[:2] + self._hash("sid", one)[:32])

    def digits(self, value: str, kind: str = "keys and numbers") -> str:
        """Return ``value`` with another digit in the place of each."""
        whole = re.sub(r"\D", "", value)
        if not whole:
            return value
        if whole in self._sought:
            made = iter(self._sought[whole])
        else:
            made = iter(self._once(kind, whole, self._other_digits))
            self._seek(whole, self._made[kind, whole])
        return re.sub(r"\d", lambda _: next(made), value)

    def name(self, value: str) -> str:
        """Return another name; each word of it is looked for in texts from then on."""
        for run in _RUN.findall(value):
            if len(run) >= SHORTEST_NAME and not run.isdigit():
                self._seek(run, self._word(run), SHORTEST_NAME)
        return self._counted("names and places", value, self._in_words(value))

    def words(self, value: str, kind: str = "words") -> str:
        """Return as many words of the same lengths; what stands between them stays."""
        made = self._counted(kind, value, self._in_words(value))
        self._seek(value, made)
        return made

    def secret(self, value: str) -> str:
        """Return something in the place of a secret: not even its shape is kept."""
        if not value:
            return value
        return self._once("secrets", value, lambda one: "x" + self._hash("secret", one)[: min(len(one), 24)])

    # What is written in running text

    def text(self, value: str) -> str:
        """Return ``value`` without what looks like somebody's number, document, address or identifier, and without
        each value that was replaced before.
        """
        spans = [(each.start(), each.end(), self._replace(each)) for each in _PLAIN.finditer(value)]
        spans += self._spans(value)
        told: list[str] = []
        at = 0
        for start, end, made in sorted(spans, key=lambda span: (span[0], -span[1])):
            if start >= at:  # of two that overlap the first counts, and of those that begin together the longer
                told += [value[at:start], made]
                at = end
        return "".join([*told, value[at:]])

    def patterns(self, value: str) -> str:
        """Return ``value`` without what looks like somebody's; values that were replaced before are not looked for."""
        return _PLAIN.sub(self._replace, value)

    def _replace(self, found: re.Match[str]) -> str:
        kind, value = found.lastgroup or "", found[0]
        match kind:
            case "sid":
                return self.sid(value)
            case "mail" | "party":
                return self.party(value)
            case "telephone":
                return self.telephone(value)
            case "digits" if re.sub(r"\D", "", value) not in self._sought:
                # Several that were replaced before may stand side by side.
                known = any(run in self._sought for run in _DIGITS.findall(value))
                return _DIGITS.sub(lambda run: self.digits(run[0]), value) if known else self.digits(value)
            case "digits":
                return self.digits(value)
            case "company":
                return self.words(value, "keys and numbers")
            case "spelled" if re.sub(r"\D", "", value) in self._sought:
                return self.digits(value)  # keys are read back one by one
            case _:
                return value

    def _spans(self, value: str) -> Iterator[tuple[int, int, str]]:
        """Where values stand that were replaced before, found by the word with which they begin, and by what."""
        for run in _RUN.finditer(value):
            for sought in self._beginning.get(run[0].lower(), ()):
                end = run.start() + len(sought)
                if value[run.start() : end].lower() == sought and not _RUN.match(value[end : end + 1]):
                    yield run.start(), end, self._sought[sought]
                    break

    # How it is made

    def _seek(self, value: str, made: str, shortest: int = SHORTEST_SOUGHT) -> None:
        for old, new in {value: made, html.escape(value): html.escape(made)}.items():
            runs = list(_RUN.finditer(old))
            if not runs or len(self._sought) >= MOST_SOUGHT:
                continue
            first, last = runs[0].start(), len(old) - runs[-1].end()
            sought = old[first : len(old) - last].lower()
            if len(sought) >= shortest and sought not in self._sought:
                self._sought[sought] = new[first : len(new) - last]
                beginning = self._beginning.setdefault(runs[0][0].lower(), [])
                beginning.append(sought)
                beginning.sort(key=len, reverse=True)

    def _once(self, kind: str, value: str, make: Callable[[str], str]) -> str:
        if (kind, value) not in self._made:
            self._made[kind, value] = make(value)
            self.counts[kind] += 1
        return self._made[kind, value]

    def _counted(self, kind: str, value: str, made: str) -> str:
        return self._once(kind, value, lambda _: made) if value else value

    def _of_number(self, number: str) -> str:
        try:
            code = str(phonenumbers.parse(f"+{number}").country_code)
        except phonenumbers.NumberParseException:
            return self._other_digits(number)
        rest = len(number) - len(code) - 2
        for salt in range(1000):
            made = f"{code}00{self._numerals(f'{number}/{salt}', rest)}"
            if made not in self._taken:
                break
        self._taken.add(made)
        return made

    def _other_digits(self, digits: str) -> str:
        """Each digit is another than the one that it stands for."""
        stream = self._bytes("digits", digits, len(digits))
        return "".join(str((int(one) + 1 + byte % 9) % 10) for one, byte in zip(digits, stream, strict=True))

    def _numerals(self, value: str, count: int) -> str:
        return "".join(str(byte % 10) for byte in self._bytes("number", value, max(count, 0)))

    def _in_words(self, value: str) -> str:
        """Each word by itself, and a number whole, however it is written."""
        return _NUMBER_OR_RUN.sub(
            lambda found: self._word(found[0]) if _RUN.fullmatch(found[0]) else self.digits(found[0]), value
        )

    def _word(self, run: str) -> str:
        """A word of the same length: letters for letters, digits for digits, capitals for capitals."""
        if run.isdecimal():
            return self._sought.get(run) or self._once("keys and numbers", run, self._other_digits)
        folded = run.casefold()
        for salt in range(8):
            stream = self._bytes("word", f"{folded}/{salt}", len(run))
            made = "".join(
                _letter(sign, place, byte) for place, (sign, byte) in enumerate(zip(run, stream, strict=True))
            )
            if made.casefold() != folded:
                break
        return made

    def _bytes(self, kind: str, value: str, count: int) -> bytes:
        stream = b""
        while len(stream) < count:
            stream += self._digest(f"{kind}/{len(stream)}/{value}")
        return stream[:count]

    def _hash(self, kind: str, value: str) -> str:
        return self._digest(f"{kind}/{value}").hex()

    def _digest(self, text: str) -> bytes:
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def _letter(sign: str, place: int, byte: int) -> str:
    if sign.isdigit():
        return str(byte % 10)
    letters = VOWELS if place % 2 else CONSONANTS
    made = letters[byte % len(letters)]
    return made.upper() if sign.isupper() else made


_NUMBER_OR_RUN = re.compile(rf"{dict(_PATTERNS)['digits']}|{_RUN.pattern}")

_PLAIN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS))
