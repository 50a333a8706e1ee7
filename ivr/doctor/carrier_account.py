"""Looks at the carrier's account over its API: the token, the numbers and their webhooks, whom it may call.

Sources: Twilio's pages on the Account, IncomingPhoneNumber, OutgoingCallerId, Queue and Application resources, and on
voice dialing permissions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import phonenumbers

from ivr.doctor import public_address
from ivr.doctor.examined import Examined, doubtful, well, wrong
from ivr.doctor.get_only import GetOnly, Gotten, UnreachableError, basic
from ivr.doctor.public_address import ENTRY, FALLBACK, STATUS
from ivr.settings import Settings
from value_class import value_class
from wording import message, phrase

API: Final = "https://api.twilio.com"
VOICE_API: Final = "https://voice.twilio.com"

FEW_PLACES: Final = 100
"""A queue of fewer places than this was made small by somebody; the carrier's own have a thousand."""

MOST_LISTED: Final = 1000

REFUSED: Final = {401, 403}


@value_class
class DialledNumbers:
    """A line rings these ``numbers`` (E.164) from its own one, and lets callers wait in these ``queues``."""

    line: str
    own_number: str
    numbers: Sequence[str]
    queues: Sequence[str]


class CarrierAccount:
    """The account that the settings name, asked at ``api`` (None: the vendor's own hosts)."""

    def __init__(self, settings: Settings, get_only: GetOnly, api: str | None, now: datetime) -> None:
        self._settings = settings
        self._get_only = get_only
        self._now = now
        self._api = (api or API).rstrip("/")
        self._voice_api = (api or VOICE_API).rstrip("/")
        self._account = f"{self._api}/2010-04-01/Accounts/{settings.account_sid}"

    def look(self, lines: Sequence[DialledNumbers]) -> Iterator[Examined]:
        """Yield what is found; where the token does not work, nothing else can be looked at."""
        if not (self._settings.account_sid and self._settings.auth_token):
            told = message(
                "doctor-account-unknown",
                "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not both set, so nothing of the account was looked at",
            )
            yield doubtful("account", "TWILIO_ACCOUNT_SID", told)
            return
        try:
            answer = self._get(f"{self._account}.json")
        except UnreachableError as error:
            yield wrong("account", self._api, _no_answer(str(error)))
            return
        examined = self._of_account(answer)
        yield examined
        if answer.status != 200:
            return
        yield public_address.clock(answer, self._api, self._now)
        yield self._calls_per_second()
        for look in (self._numbers, self._caller_ids, self._permissions, self._queues):
            try:
                yield from look(lines)
            except UnreachableError as error:
                yield wrong("account", self._api, _no_answer(str(error)))

    def _get(self, url: str, **query: str) -> Gotten:
        asked = f"{url}?{urlencode(query)}" if query else url
        return self._get_only.get(asked, basic(self._settings.account_sid or "", self._settings.auth_token or ""))

    def _of_account(self, answer: Gotten) -> Examined:
        where = str(self._settings.account_sid)
        if answer.status in REFUSED:
            told = message(
                "doctor-token-refused",
                "the API refuses TWILIO_AUTH_TOKEN for this account ({status}); copy both from the console again",
                status=answer.status,
            )
            return wrong("account", where, told)
        if answer.status != 200:
            return wrong("account", where, _no_answer(str(answer.status)))
        found = answer.json()
        status = str(found.get("status", ""))
        if status != "active":
            told = message(
                "doctor-account-not-active",
                "the account is {status}: no call comes in or goes out; settle that in the console",
                status=status[:40] or "?",
            )
            return wrong("account", where, told)
        if str(found.get("type", "")).lower() == "trial":
            told = message(
                "doctor-account-on-trial",
                "the account is on trial: callers hear so first, and only verified numbers can be rung; upgrade it",
            )
            return doubtful("account", where, told)
        return well("account", where, phrase("the token works and the account is active"))

    def _calls_per_second(self) -> Examined:
        rate = self._settings.calls_per_second
        where = "IVR_CALLS_PER_SECOND"
        if rate > 1:
            told = message(
                "doctor-calls-per-second-unknown",
                "each process asks for {rate} calls a second, and the API does not tell how many the account takes;"
                " look in the console",
                rate=rate,
            )
            return doubtful("calls-per-second", where, told)
        return well("calls-per-second", where, phrase("one call a second is what every account takes"))

    def _numbers(self, lines: Sequence[DialledNumbers]) -> Iterator[Examined]:
        listed = self._listed("IncomingPhoneNumbers", "incoming_phone_numbers")
        if listed is None:
            yield doubtful("number", self._api, _not_looked_at("IncomingPhoneNumbers"))
            return
        by_number = {str(each.get("phone_number")): each for each in listed}
        entry = f"{self._settings.public_url}{ENTRY}"
        for line in lines:
            found = by_number.get(line.own_number)
            if found is not None:
                yield from self._webhooks(line.own_number, found)
                continue
            others = [number for number, each in by_number.items() if each.get("voice_url") == entry]
            if others:
                told = message(
                    "doctor-number-of-another",
                    "the account has no such number, but {others} asks this server: calls are taken where the carrier"
                    " sends this number as To",
                    others=", ".join(others[:5]),
                )
                yield doubtful("number", line.own_number, told)
            else:
                told = message(
                    "doctor-number-missing",
                    "the account has no such number, and none that asks {entry}: no call of the line {line} comes in",
                    entry=entry,
                    line=line.line,
                )
                yield wrong("number", line.own_number, told)

    def _webhooks(self, number: str, found: Mapping[str, Any]) -> Iterator[Examined]:
        public = str(self._settings.public_url)
        if found.get("trunk_sid"):
            told = message(
                "doctor-number-on-a-trunk", "its calls go to a SIP trunk, and ask no webhook; take it off the trunk"
            )
            yield wrong("number", number, told)
            return
        source = found
        if sid := found.get("voice_application_sid"):
            application = self._get(f"{self._account}/Applications/{sid}.json")
            source = application.json() if application.status == 200 else {}
        if isinstance(able := found.get("capabilities"), dict) and able.get("voice") is False:
            yield wrong("number", number, message("doctor-number-without-voice", "it takes no calls; get another"))
        yield _voice_url(number, source, public + ENTRY)
        yield _status_callback(number, source, public + STATUS)
        yield _fallback(number, source, public)

    def _caller_ids(self, lines: Sequence[DialledNumbers]) -> Iterator[Examined]:
        owned = self._listed("IncomingPhoneNumbers", "incoming_phone_numbers")
        verified = self._listed("OutgoingCallerIds", "outgoing_caller_ids")
        if owned is None and verified is None:
            yield doubtful("caller-id", self._api, _not_looked_at("OutgoingCallerIds"))
            return
        known = {str(each.get("phone_number")) for each in [*(owned or ()), *(verified or ())]}
        for number in dict.fromkeys(line.own_number for line in lines):
            if number in known:
                yield well("caller-id", number, phrase("calls may be made in its name"))
            else:
                told = message(
                    "doctor-caller-id-unverified",
                    "it is neither a number of the account nor a verified caller id, so calls in its name are refused"
                    " (21210); verify it in the console",
                )
                yield wrong("caller-id", number, told)

    def _permissions(self, lines: Sequence[DialledNumbers]) -> Iterator[Examined]:
        countries: dict[str, str] = {}
        for number in (number for line in lines for number in line.numbers):
            countries.setdefault(_country(number), number)
        for country, number in sorted(countries.items()):
            if not country:
                told = message("doctor-number-of-no-country", "it is rung, and belongs to no country; correct it")
                yield doubtful("geo", number, told)
                continue
            answer = self._get(f"{self._voice_api}/v1/DialingPermissions/Countries/{country}")
            allowed = answer.json().get("low_risk_numbers_enabled") if answer.status == 200 else None
            if allowed is None:
                yield doubtful("geo", country, _not_looked_at("DialingPermissions"))
            elif allowed:
                yield well("geo", country, phrase("its numbers may be called"))
            else:
                told = message(
                    "doctor-country-not-allowed",
                    "the line rings numbers there, such as {number}, and the account may not call that country; allow"
                    " it in the console under voice geographic permissions",
                    number=number,
                )
                yield wrong("geo", country, told)

    def _queues(self, lines: Sequence[DialledNumbers]) -> Iterator[Examined]:
        listed = self._listed("Queues", "queues")
        if listed is None:
            yield doubtful("queues", self._api, _not_looked_at("Queues"))
            return
        ours = {queue for line in lines for queue in line.queues}
        small = 0
        for each in listed:
            name, most = str(each.get("friendly_name")), each.get("max_size")
            if name in ours and isinstance(most, int) and most < FEW_PLACES:
                small += 1
                told = message(
                    "doctor-queue-small",
                    "it has {places} places, and callers beyond them are turned away; give it more, or delete it: the"
                    " line makes it anew",
                    places=most,
                )
                yield doubtful("queues", name, told)
        if not small:
            yield well("queues", self._api, phrase("no queue of the lines has few places"))

    def _listed(self, resource: str, key: str) -> list[dict[str, Any]] | None:
        """All of a list; None where it cannot be had."""
        answer = self._get(f"{self._account}/{resource}.json", PageSize=str(MOST_LISTED))
        found = answer.json().get(key) if answer.status == 200 else None
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else None


def _voice_url(number: str, found: Mapping[str, Any], entry: str) -> Examined:
    asked, method = found.get("voice_url") or "", str(found.get("voice_method") or "POST").upper()
    if asked != entry:
        told = message(
            "doctor-voice-url-other",
            "when a call comes in it asks {asked}, not {entry}; set the latter",
            asked=_shown(asked) or phrase("nobody"),
            entry=entry,
        )
        return wrong("number", number, told)
    if method != "POST":
        told = message("doctor-voice-method", "it asks {entry} by {method}; set POST", entry=entry, method=method[:10])
        return wrong("number", number, told)
    return well("number", number, phrase("when a call comes in it asks {entry}", entry=entry))


def _status_callback(number: str, found: Mapping[str, Any], meant: str) -> Examined:
    asked, method = found.get("status_callback") or "", str(found.get("status_callback_method") or "POST").upper()
    if asked == meant and method == "POST":
        return well("status-callback", number, phrase("it tells {address} how calls end", address=meant))
    told = message(
        "doctor-status-callback",
        "it tells {asked} how calls end, not {meant} by POST; set that: else calls end only by the nightly sweep",
        asked=_shown(asked) or phrase("nobody"),
        meant=meant,
    )
    return doubtful("status-callback", number, told)


def _fallback(number: str, found: Mapping[str, Any], public: str) -> Examined:
    asked = found.get("voice_fallback_url") or ""
    if not asked:
        told = message(
            "doctor-no-fallback",
            "it has no fallback, so that callers hear the carrier's apology where this server is away; set a TwiML Bin"
            " that dials the destination of last resort, or {address}",
            address=public + FALLBACK,
        )
        return doubtful("fallback", number, told)
    if urlsplit(asked).netloc == urlsplit(public).netloc:
        if asked != public + FALLBACK:
            told = message(
                "doctor-fallback-other",
                "its fallback is {asked}; set {meant}",
                asked=_shown(asked),
                meant=public + FALLBACK,
            )
            return wrong("fallback", number, told)
        told = phrase("it has a fallback on this server; a TwiML Bin would outlive the machine")
        return well("fallback", number, told)
    return well("fallback", number, phrase("it has a fallback elsewhere, which outlives this server"))


def _shown(url: object) -> str:
    """An address without what may be secret in it: its user, its password, the values of its query."""
    parts = urlsplit(str(url))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "…" if parts.query else "", ""))[:200]


def _country(number: str) -> str:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _no_answer(why: str) -> Any:
    return message("doctor-api-away", "the API gives no answer ({why}); look at the network, or try again", why=why)


def _not_looked_at(resource: str) -> Any:
    return message(
        "doctor-not-looked-at", "the API did not tell {resource}; look at it in the console", resource=resource
    )
