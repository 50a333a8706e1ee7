"""The account that is simulated has a name, API keys, phone numbers with their webhooks, applications and verified
callers.

An ``AccountSeed`` says what there is at first, and ``SimulatedAccount`` what there is now: the application may change
it through the API.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime

from ivr.simulator.carrier import Carrier, Fallback, MessagingWebhook, StatusCallback
from ivr.simulator.rest.callees import CalleeBehaviour
from ivr.simulator.rest.queue_agents import QueueBehaviour
from ivr.simulator.sids import Sids
from value_class import value_class

NAME = "Simulated account"
"""What the account is called, where its seed does not say."""


@value_class
class ApiKey:
    """A key that stands for the account's SID and token."""

    sid: str
    secret: str = field(repr=False)
    name: str = ""


@value_class
class ConfiguredWebhooks:
    """The addresses that the carrier asks when a call or a text comes in; a number has some, and an application."""

    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    voice_fallback_method: str = "POST"
    status_callback: str | None = None
    status_callback_method: str = "POST"
    sms_url: str | None = None
    sms_method: str = "POST"
    sms_fallback_url: str | None = None
    sms_fallback_method: str = "POST"

    @property
    def messaging(self) -> MessagingWebhook | None:
        """Return what is asked when a text comes in; None where nothing is."""
        if self.sms_url is None:
            return None
        fallback = Fallback(self.sms_fallback_url, self.sms_fallback_method) if self.sms_fallback_url else None
        return MessagingWebhook(self.sms_url, self.sms_method, fallback)

    def applied_to(self, carrier: Carrier) -> Carrier:
        """Return ``carrier`` with what these say of a call, and of a text that is sent in it."""
        fallback = Fallback(self.voice_fallback_url, self.voice_fallback_method) if self.voice_fallback_url else None
        callback = StatusCallback(self.status_callback, self.status_callback_method) if self.status_callback else None
        return replace(
            carrier,
            method=self.voice_method,
            fallback=fallback or carrier.fallback,
            status_callback=callback or carrier.status_callback,
            messaging=self.messaging or carrier.messaging,
        )


@value_class
class TwimlApplication:
    """An application: webhooks that several numbers, and calls, may share."""

    sid: str
    name: str
    webhooks: ConfiguredWebhooks = ConfiguredWebhooks()
    sms_status_callback: str | None = None
    message_status_callback: str | None = None
    voice_caller_id_lookup: bool = False
    public_application_connect_enabled: bool = False
    created: datetime | None = None
    changed: datetime | None = None


@value_class
class OwnNumber:
    """A phone number of the account; the webhooks of an application take the place of its own."""

    sid: str
    number: str
    name: str = ""
    webhooks: ConfiguredWebhooks = ConfiguredWebhooks()
    voice_application_sid: str | None = None
    sms_application_sid: str | None = None
    voice_caller_id_lookup: bool = False
    kind: str = "local"
    created: datetime | None = None
    changed: datetime | None = None


@value_class
class AvailableNumber:
    """A phone number that the account may take on; ``kind`` is local, mobile or toll-free."""

    number: str
    country: str
    kind: str = "local"


@value_class
class VerifiedCaller:
    """A number of somebody else's, which the account may show as the caller's."""

    sid: str
    number: str
    name: str = ""


@value_class
class AccountSeed:
    """A seed says what an account is made with; ``callees`` are who picks up, ``queues`` what happens in them.

    Where it has no ``keys``, any key will do. ``sid`` and ``token`` are None where they are the call's own.
    """

    sid: str | None = None
    token: str | None = field(default=None, repr=False)
    name: str = NAME
    keys: tuple[ApiKey, ...] = ()
    numbers: tuple[OwnNumber, ...] = ()
    available: tuple[AvailableNumber, ...] = ()
    applications: tuple[TwimlApplication, ...] = ()
    verified: tuple[VerifiedCaller, ...] = ()
    callees: Mapping[str, CalleeBehaviour] = field(default_factory=dict)
    queues: Mapping[str, QueueBehaviour] = field(default_factory=dict)

    def voice_webhooks(self, number: str) -> ConfiguredWebhooks | None:
        """Return what a call to ``number`` asks: its application's webhooks, or its own; None: it has none such."""
        found = next((one for one in self.numbers if one.number == number), None)
        if found is None:
            return None
        applications = (one.webhooks for one in self.applications if one.sid == found.voice_application_sid)
        return next(applications, found.webhooks)

    def text_webhooks(self, number: str) -> ConfiguredWebhooks | None:
        """Return what a text to ``number`` asks: its application's webhooks, or its own; None: it has none such."""
        found = next((one for one in self.numbers if one.number == number), None)
        if found is None:
            return None
        applications = (one.webhooks for one in self.applications if one.sid == found.sms_application_sid)
        return next(applications, found.webhooks)

    def applied_to(self, carrier: Carrier) -> Carrier:
        """Return ``carrier`` with the account of this seed, where the seed names one."""
        return replace(
            carrier, account_sid=self.sid or carrier.account_sid, auth_token=self.token or carrier.auth_token
        )


class SimulatedAccount:
    """Everything of the account that a request may look at and change, by identifiers; the newest comes last."""

    def __init__(self, seed: AccountSeed, sids: Sids, now: datetime) -> None:
        self.name = seed.name
        self.created = now
        self.keys = {key.sid: key for key in seed.keys}
        self.numbers = {one.sid: replace(one, created=now, changed=now) for one in seed.numbers}
        self.applications = {one.sid: replace(one, created=now, changed=now) for one in seed.applications}
        self.available = {one.number: one for one in seed.available}
        self.verified = {one.sid: one for one in seed.verified}
        self._sids = sids

    def accepts(self, key: str, secret: str) -> bool:
        """Return whether ``key`` is one of the account's, with its secret; of an account without keys any is."""
        known = self.keys.get(key)
        return not self.keys or (known is not None and hmac.compare_digest(known.secret.encode(), secret.encode()))

    def verified_numbers(self) -> set[str]:
        """Return the numbers of others that the account may show as the caller's."""
        return {one.number for one in self.verified.values()}

    def number(self, written: str) -> OwnNumber | None:
        """Return the account's number that is written so."""
        return next((one for one in self.numbers.values() if one.number == written), None)

    def voice_webhooks(self, number: OwnNumber) -> ConfiguredWebhooks:
        """Return what a call to ``number`` asks: its application's webhooks, or its own."""
        application = self.applications.get(number.voice_application_sid or "")
        return application.webhooks if application else number.webhooks

    def text_webhooks(self, number: OwnNumber) -> ConfiguredWebhooks:
        """Return what a text to ``number`` asks: its application's webhooks, or its own."""
        application = self.applications.get(number.sms_application_sid or "")
        return application.webhooks if application else number.webhooks

    def new_sid(self, prefix: str) -> str:
        """Return an identifier for something that is made now."""
        return self._sids.next(prefix)
