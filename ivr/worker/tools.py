"""``Tools`` are what kinds of work and deliveries do theirs with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from data.budgets import Budgets
from ivr.addresses import is_loopback
from ivr.settings import DATA_DIRECTORY, MAIL_FOLDER
from ivr.worker.mailing import MailFolder, SmtpServer
from ivr.worker.signed_webhook import SignedWebhook
from ivr.worker.token_bucket import TokenBucket, bucket_of_this_process
from value_class import value_class

if TYPE_CHECKING:
    from datetime import datetime

    from twilio.rest import Client

    from data.database import Database
    from data.retention import DeleteRecording
    from data.vault import Vault
    from ivr.call.lines import Lines
    from ivr.call.outgoing import CallMaker
    from ivr.call.outgoing_texts import TextSender
    from ivr.call.talks.carrier import TalkCarrier
    from ivr.settings import Settings
    from ivr.worker.mailing import MailSender

UNSET_FROM = "portal@localhost"
"""From whom mails are that are only written into a folder."""

NOT_SET_UP = "IVR_PUBLIC_URL (an address that Twilio reaches), TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not all set"
"""Why nothing is asked of the carrier."""


@value_class
class Tools:
    """``lines`` gives the menus as they are now. ``calls`` and ``delete_recording`` ask the carrier; None where its
    account is not set up.

    ``trial_calls`` ask the simulated carrier of the pages, where this is their process: a call that was asked for in a
    trial is made there, and never to a number that may be a stranger's. ``talks`` and ``trial_talks`` ask the same two
    for what talks with agents need, ``texts`` and ``trial_texts`` to send those. ``call_rate`` says how many calls a
    second are asked for; None: as many as are due.
    ``mail`` sends letters to contacts, from the address ``mail_from``, which name the portal at ``portal_url``.
    ``receiver`` is told of alarms, ``ticket_events`` of what happens to tickets, where one is named; ``budgets`` say
    how many wrong passwords are one.
    """

    database: Database
    vault: Vault
    lines: Callable[[], Lines]
    calls: CallMaker | None = None
    delete_recording: DeleteRecording | None = None
    trial_calls: CallMaker | None = None
    talks: TalkCarrier | None = None
    trial_talks: TalkCarrier | None = None
    call_rate: TokenBucket | None = None
    receiver: SignedWebhook | None = None
    ticket_events: SignedWebhook | None = None
    budgets: Budgets = field(default_factory=Budgets)
    texts: TextSender | None = None
    trial_texts: TextSender | None = None
    mail: MailSender | None = None
    mail_from: str = ""
    portal_url: str = ""

    def talks_of(self, trial: bool) -> TalkCarrier | None:
        """Return whom talks of trials, or those of customers, are asked of in this process."""
        return self.trial_talks if trial else self.talks

    @classmethod
    def of(
        cls,
        settings: Settings,
        database: Database,
        lines: Callable[[], Lines],
        simulated: Callable[[], Client] | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> Tools:
        """Return the tools of a process with these settings; ``simulated`` gives a client of the pages' carrier,
        and is asked when there is a call for it. By ``clock`` alarms are signed; None: this process sends none.

        Where no account at all is set up, the server can be called from this machine only, and every call that the line
        makes goes to that carrier.
        """
        tools = cls._of_carriers(settings, database, lines, simulated)
        receiver = SignedWebhook(settings.alarms, clock) if settings.alarms and clock else None
        return replace(
            tools,
            receiver=receiver,
            ticket_events=SignedWebhook(settings.ticket_events, clock) if settings.ticket_events and clock else None,
            budgets=settings.guesses,
            mail=mail_of(settings),
            mail_from=settings.mail_from or UNSET_FROM,
            portal_url=settings.portal_url or settings.portal_at or "",
        )

    @classmethod
    def _of_carriers(
        cls,
        settings: Settings,
        database: Database,
        lines: Callable[[], Lines],
        simulated: Callable[[], Client] | None,
    ) -> Tools:
        from data.vault import Cost, Vault
        from ivr.channels.twilio.outgoing_calls import TwilioCalls
        from ivr.channels.twilio.outgoing_texts import TwilioTexts
        from ivr.channels.twilio.recordings import client_of, deleter
        from ivr.channels.twilio.talk_carrier import ANSWER_SECONDS, TwilioTalks

        vault = Vault(settings.secret_key, Cost.production())
        client = client_of(settings)
        public_url = settings.public_url
        trial_calls = TwilioCalls(simulated, public_url) if simulated and public_url else None
        trial_talks = TwilioTalks(simulated, public_url) if simulated and public_url else None
        trial_texts = TwilioTexts(simulated, public_url) if simulated and public_url else None
        if client is None:
            alone = not (settings.account_sid or settings.auth_token)
            calls, talks, texts = (trial_calls, trial_talks, trial_texts) if alone else (None, None, None)
            tools = cls(database, vault, lines, calls, None, trial_calls, talks, trial_talks)
            return replace(tools, texts=texts, trial_texts=trial_texts)
        hasty = client_of(settings, ANSWER_SECONDS)
        if not (public_url and hasty and _is_reached(settings)):
            tools = cls(database, vault, lines, None, deleter(client), trial_calls, None, trial_talks)
            return replace(tools, trial_texts=trial_texts)
        calls, talks = TwilioCalls(lambda: client, public_url), TwilioTalks(lambda: hasty, public_url)
        rate = bucket_of_this_process(settings.calls_per_second)
        tools = cls(database, vault, lines, calls, deleter(client), trial_calls, talks, trial_talks, rate)
        return replace(tools, texts=TwilioTexts(lambda: client, public_url), trial_texts=trial_texts)


def mail_of(settings: Settings) -> MailSender | None:
    """Return what sends mails: the server that settings name, else, beside the embedded database that is there to be
    tried, a folder; None where there is neither.
    """
    if settings.smtp_url:
        return SmtpServer(settings.smtp_url)
    return MailFolder(DATA_DIRECTORY / MAIL_FOLDER) if settings.embedded else None


def _is_reached(settings: Settings) -> bool:
    """Whether the carrier reaches the webhooks of a call that it is asked for: Twilio asks none on this machine."""
    host = urlsplit(settings.public_url or "").hostname or ""
    return settings.api_url is not None or not is_loopback(host)
