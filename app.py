"""``create_app``, ``create_pages`` and ``create_portal`` wire settings, lines, database, webhooks and pages into WSGI
applications.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask

from data.database import TURN_PATIENCE, Database
from data.vault import Cost, Vault
from ivr.addresses import is_loopback
from ivr.call.lines import Lines
from ivr.call.talks.talks import Talks
from ivr.call.turn import Turns
from ivr.call.waits import Waits
from ivr.channels import RULES
from ivr.channels.twilio.audio import Audio
from ivr.channels.twilio.channel import TwilioVoice
from ivr.channels.twilio.deadline import AT_ONCE, MOST_AT_ONCE, SECONDS
from ivr.channels.twilio.gate import gate_of, is_webhook
from ivr.channels.twilio.webhooks import webhooks
from ivr.channels.webhook_report import Report, log_turn
from ivr.server.front import Bulkhead, Front, Judge, Refusal, refuse_nothing
from ivr.settings import Settings
from ivr.web.application import Application
from ivr.web.audio import audio
from ivr.web.defects import tell_defects
from ivr.web.guard import LOGIN
from ivr.web.health import Health, health_page
from ivr.web.hold import hold
from ivr.web.recordings import AT_HOME, recordings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from prometheus_client.registry import Collector

    from ivr.call.announcements import Announcements
    from ivr.call.rota_swaps import RotaSwaps
    from ivr.call.talks.offering import SendNow
    from ivr.simulator.clock import RealClock
    from ivr.web.menu.gate_runs import Compared
    from ivr.web.phone.dialling import Rehearse
    from ivr.web.phone.limits import PhoneLimits
    from ivr.web.phone.simulated_carrier import SimulatedCarrier

LINKS_AT_ONCE = 2
"""Messages that are fetched from the carrier at one time; each may have 32 MB."""

MOST_OF_A_PAGE = 640 * 1024
"""Bytes that one form of a page may have: a file of a line, of 512 kB at most, and what stands around it."""

MOST_OF_A_PORTAL_FORM = 64 * 1024
"""Bytes that one form of the portal may have: a sheet of five contacts, and what is written of a ticket."""

VOICE = "voice"
"""Where an application keeps what renders its documents."""

PAGES_AT_ONCE = 4

PORTAL_AT_ONCE = 4

PORTAL_PASSWORDS = ("/entrar", "/acesso", "/meus-dados/senha", "/contatos/")
"""Beginnings of the portal's paths at which a password is compared or chosen."""

LOGINS_WAITING = 64
"""At 25 to 70 ms a password, the last of them waits about three seconds."""


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    database: Database | None = None,
    lines: Lines | None = None,
    cost: Cost | None = None,
    health: Health | None = None,
    report: Report = log_turn,
    announcements: Announcements | None = None,
    swaps: RotaSwaps | None = None,
    send_now: SendNow | None = None,
    waits: Waits | None = None,
    like: object = None,
) -> Flask:
    """Make the WSGI application of the webhooks' port: ``/twilio``, ``/health``, ``/hold.wav``, ``/audio``, and signed
    links to recordings.

    ``clock`` gives aware instants; ``database`` must be migrated; ``cost`` is what one password costs (default:
    production); ``report`` is told how each webhook was answered; ``announcements`` is what is known of those of the
    database (None: nothing), ``swaps`` of those of rotas; ``send_now`` sends what an agent waits for (None: with the
    account of ``settings``); ``waits`` keeps how long callers waited (None: nothing is known yet, and it is kept here).
    ``like`` is an application made here with the same ``settings`` and ``lines`` and another
    database: both share the rules of their addresses and the documents that are the same for all callers (None, or
    anything else that answers WSGI: nothing is shared).
    Signatures are verified where settings hold an auth
    token; where they hold none, only this machine is answered. How long a webhook is worked on is bounded by
    ``webhooks_front``.
    """
    lines = lines or Lines.load(settings.flows, rules=RULES)
    database = database or Database(settings.database_url, patience=TURN_PATIENCE)
    health = health or Health(lines, database.standing)
    vault = Vault(settings.secret_key, cost or Cost.production())
    prefix = urlsplit(settings.public_url or "").path.rstrip("/")
    beside = like if isinstance(like, Application) else None
    voice: TwilioVoice = beside.extensions[VOICE] if beside else TwilioVoice(prefix)
    turns = Turns(lines, database, vault, clock, voice, settings.guesses, announcements, swaps)

    app = Application(__name__, beside)
    app.extensions[VOICE] = voice
    app.register_blueprint(
        webhooks(
            turns,
            lines,
            clock,
            gate=gate_of(settings),
            prefix=prefix,
            public_url=settings.public_url or "",
            report=report,
            talks=Talks(database, lines, clock, send_now or at_once(settings, database, lines, clock)),
            waits=waits or Waits(clock),
        )
    )
    app.register_blueprint(health_page(health.told))
    app.register_blueprint(hold())
    app.register_blueprint(audio(lambda: lines))
    tell_defects(app)
    behind_proxy = not is_loopback(urlsplit(settings.public_url or AT_HOME).hostname or "")
    app.register_blueprint(recordings(database, vault, clock, Audio(settings, clock).fetch, behind_proxy=behind_proxy))
    return app


def at_once(settings: Settings, database: Database, lines: Lines, clock: Callable[[], datetime]) -> SendNow:
    """Return what sends single rows of the outbox from a process that answers webhooks: nothing of it is loaded before
    an agent takes the first call.
    """

    def send(row: str) -> None:
        if not (settings.account_sid and settings.auth_token):
            return
        sender = made.get("sender")
        if sender is None:
            from random import SystemRandom

            from ivr.worker.at_once import AtOnce
            from ivr.worker.tools import Tools
            from ivr.worker.worker import name_of_this_process

            tools = Tools.of(settings, database, lambda: lines)
            sender = made.setdefault("sender", AtOnce(tools, clock, SystemRandom(), name_of_this_process()))
        sender(row)

    made: dict[str, SendNow] = {}
    return send


def _left_to_the_worker(_row: str) -> None:
    """Nothing is sent here: the worker looks once a second."""


def create_pages(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    database: Database,
    lines: Callable[[], Lines],
    health: Callable[[], dict[str, object]],
    meters: Collector | None = None,
    stopwatch: Callable[[], float] = time.monotonic,
    cost: Cost | None = None,
    carrier: SimulatedCarrier | None = None,
    gate: Callable[[Compared, str], Sequence[str]] | None = None,
    follows: bool = False,
    send_now: SendNow = _left_to_the_worker,
) -> Flask:
    """Make the WSGI application of the pages' port, behind its guard: for this machine, or for users who log in at the
    address that settings name.

    ``carrier`` is what the telephone of the pages is connected to (None: there is none). ``cost`` is what one password
    costs (default: production). ``meters`` is where the webhooks count what they answer (None: nothing is counted).
    ``stopwatch`` gives seconds that only grow: figures are as old as it says. ``gate`` gives the command that plays the
    calls of a line on its draft and speaks a language (None: none can be played); ``follows`` says that callers hear
    the folder, and not what is published. ``send_now`` sends what people wait for (default: the worker does).
    """
    # Applications that only answer webhooks do not load what pages need.
    from prometheus_client import CollectorRegistry

    from ivr.call.drafts import LineDrafts
    from ivr.call.publishing import Publishing
    from ivr.call.talks.acts import TalkActs
    from ivr.call.talks.distributing import distribute_calls
    from ivr.call.talks.supervising import Supervision
    from ivr.web.agent.routes import agent_page
    from ivr.web.agents.routes import agent_pages
    from ivr.web.announcements.routes import announcement_pages
    from ivr.web.customers.routes import customer_pages
    from ivr.web.guard import Guard
    from ivr.web.login.login import login
    from ivr.web.map.routes import map_pages
    from ivr.web.menu.gate_runs import GateRuns
    from ivr.web.menu.read_lines import LinesAsTheyStand
    from ivr.web.menu.routes import menu_pages
    from ivr.web.origin import PagesAddress
    from ivr.web.pages import pages
    from ivr.web.phone.page import phone_page
    from ivr.web.reports.routes import report_pages
    from ivr.web.shell.layout import shell
    from ivr.web.tickets.routes import ticket_pages
    from ivr.web.wallboard.routes import wallboard_pages

    app = Application(__name__)
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_OF_A_PAGE
    vault = Vault(settings.secret_key, cost or Cost.production())
    address = PagesAddress(settings.pages_url)
    guard = Guard(database, vault, clock, address, signed=bool(settings.auth_tokens))
    guard.stand_before(app)
    shell(app, guard.may_open, lambda: next((engine.line.name for engine in lines()), "IVR"))
    app.register_blueprint(login(database, vault, clock, settings.guesses, guard))
    entry = f"{settings.public_url or ''}/twilio/voice"
    meters = meters or CollectorRegistry()
    app.register_blueprint(phone_page())
    app.register_blueprint(pages(lines, database, clock, settings.guesses, entry, health, meters, stopwatch))
    app.register_blueprint(map_pages(lines))
    drafts = LineDrafts(database, RULES, clock)
    reading = LinesAsTheyStand(database, drafts, RULES)
    publishing = Publishing(database, clock, second_person=settings.second_person)
    app.register_blueprint(announcement_pages(lines, database, clock))
    app.register_blueprint(report_pages(lines, database, clock))
    app.register_blueprint(customer_pages(database, vault, clock))
    app.register_blueprint(agent_pages(lines, database, clock))
    app.register_blueprint(
        agent_page(
            lines,
            database,
            clock,
            lambda: TalkActs(database, lines(), clock, send_now),
            lambda: distribute_calls(database, lines(), clock()),
            has_telephone=carrier is not None,
        )
    )
    app.register_blueprint(ticket_pages(lines, database, clock, vault))
    supervision = Supervision(database, clock, send_now)
    number_of = carrier.number_of if carrier else None
    app.register_blueprint(wallboard_pages(lines, database, clock, vault, settings, supervision, stopwatch, number_of))
    app.register_blueprint(menu_pages(lines, drafts, reading, publishing, GateRuns(gate), follows=follows))
    app.register_blueprint(health_page(health))
    app.register_blueprint(audio(lines))
    if carrier is not None:
        from data.demo.installed import knows_demo_customers
        from ivr.web.phone.api import phone_api
        from ivr.web.phone.recorded_sounds import recorded_sounds
        from routing.documents import parse_document

        app.register_blueprint(phone_api(carrier, lines, lambda: knows_demo_customers(database, vault, parse_document)))
        app.register_blueprint(recorded_sounds(carrier.switchboard))
    tell_defects(app)
    return app


def create_portal(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    database: Database,
    lines: Callable[[], Lines],
    cost: Cost | None = None,
) -> Flask:
    """Make the WSGI application of the portal's port, behind its own guard: for contacts of customers who sign in at
    the address that settings name, or on this machine where they name none. No page of the staff's is on it.

    ``lines`` gives the menus that callers hear; the first one's number and zone are the portal's. ``cost`` is what one
    password costs (default: production).
    """
    from ivr.web.origin import PagesAddress
    from ivr.web.portal.access.routes import access_pages
    from ivr.web.portal.contacts.routes import contact_pages
    from ivr.web.portal.guard import PortalGuard
    from ivr.web.portal.home.routes import home_page
    from ivr.web.portal.layout import choose_language, portal_shell
    from ivr.web.portal.own_data.routes import own_data_pages
    from ivr.web.portal.privacy.routes import privacy_page
    from ivr.web.portal.refusals import (
        administrator_only_page,
        blocked_page,
        broken_line,
        tell_what_is_no_page,
        typed_page,
    )
    from ivr.web.portal.sign_in.routes import sign_in_pages
    from ivr.web.portal.surveys.routes import survey_pages
    from ivr.web.portal.the_line import TheLine
    from ivr.web.portal.tickets.acts import CustomerActs
    from ivr.web.portal.tickets.forms import LARGEST_MESSAGE
    from ivr.web.portal.tickets.routes import ticket_pages

    app = Application(__name__)
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_OF_A_PORTAL_FORM
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_MESSAGE + MOST_OF_A_PORTAL_FORM
    vault = Vault(settings.secret_key, cost or Cost.production())
    line = TheLine(lines, clock)
    guard = PortalGuard(
        database,
        vault,
        clock,
        PagesAddress(settings.portal_url),
        line.today,
        blocked=blocked_page,
        refused=lambda: administrator_only_page(database),
        typed=typed_page,
    )
    app.before_request(choose_language)
    guard.stand_before(app)
    portal_shell(app, line.number)
    app.register_blueprint(sign_in_pages(database, vault, clock, settings.guesses, guard))
    app.register_blueprint(access_pages(database, vault, clock, settings.guesses, guard))
    app.register_blueprint(home_page(database, line.today))
    app.register_blueprint(contact_pages(database, vault, clock, settings.guesses, guard))
    app.register_blueprint(own_data_pages(database, vault, clock, settings.guesses, guard))
    app.register_blueprint(privacy_page())
    app.register_blueprint(survey_pages(database, vault, clock, lines))
    acts = CustomerActs(database, vault, lines, clock, guard.draw)
    app.register_blueprint(ticket_pages(database, line, acts, clock, guard.draw))
    tell_what_is_no_page(app)
    tell_defects(app, broken_line)
    return app


def create_carrier(
    settings: Settings,
    *,
    database: Database,
    lines: Callable[[], Lines],
    webhooks: str,
    api_url: str,
    rehearse: Rehearse,
    warm: Callable[[], object] = lambda: None,
    limits: PhoneLimits | None = None,
    clock: RealClock | None = None,
) -> SimulatedCarrier:
    """Make the telephone company of the pages' telephones: it reaches the webhooks at ``webhooks``, and its recordings
    are heard at ``api_url``. ``rehearse`` makes a line anew for one call; ``warm`` loads what that needs beforehand.
    """
    from ivr.simulator.clock import RealClock
    from ivr.web.phone.dialling import Dialling
    from ivr.web.phone.limits import PhoneLimits
    from ivr.web.phone.simulated_carrier import SimulatedCarrier
    from ivr.web.phone.trial_marks import trial_marks

    clock = clock or RealClock()
    dialling = Dialling(settings, lines, database, webhooks, api_url, rehearse, clock)
    return SimulatedCarrier(dialling, trial_marks(database), clock, limits or PhoneLimits(), warm)


def webhooks_front(
    app: Flask, settings: Settings, refused: Callable[[int], None] = lambda _: None, *, deadline: float = SECONDS
) -> Front:
    """Put the front before ``create_app``: calls have a bulkhead of their own, so no other request takes a thread.

    ``refused`` is told the status of each request that is refused. A webhook is worked on for ``deadline`` seconds.
    """
    gate = gate_of(settings)
    at_once = AT_ONCE if settings.database_url.startswith("sqlite") else 0
    calls = Bulkhead("webhook", MOST_AT_ONCE, waiting=None, seconds=deadline, at_once=at_once)
    links = Bulkhead("link", LINKS_AT_ONCE, waiting=2 * LINKS_AT_ONCE)

    def bulkhead_of(path: str) -> Bulkhead | None:
        if is_webhook(path):
            return calls
        return links if path.startswith("/recordings/") else None

    def counted(judge: Judge) -> Judge:
        def judged(environ: WSGIEnvironment) -> Refusal | None:
            refusal = judge(environ)
            if refusal:
                refused(refusal.status)
            return refusal

        return judged

    head, whole = counted(gate.judge_head), counted(gate.judge)
    return Front(app.wsgi_app, judge_head=head, judge=whole, bulkhead_of=bulkhead_of)


def pages_front(app: Flask, streams: int = 256) -> Front:
    """Put the front before ``create_pages``; so many ``streams`` of events may be open at once."""
    bulkhead = Bulkhead("page", PAGES_AT_ONCE, waiting=4 * PAGES_AT_ONCE)
    # A password takes a processor for as long as it is compared: strangers who try them keep no page waiting.
    logins = Bulkhead("login", 1, waiting=LOGINS_WAITING)
    return Front(
        app.wsgi_app,
        judge_head=refuse_nothing,
        judge=refuse_nothing,
        bulkhead_of=lambda path: None if path == "/health" else logins if path.startswith(LOGIN) else bulkhead,
        streams=streams,
    )


def portal_front(app: Flask) -> Front:
    """Put the front before ``create_portal``, with bulkheads of its own: guessing passwords keeps no page waiting."""
    bulkhead = Bulkhead("portal", PORTAL_AT_ONCE, waiting=8 * PORTAL_AT_ONCE)
    sign_ins = Bulkhead("sign-in", 1, waiting=LOGINS_WAITING)
    return Front(
        app.wsgi_app,
        judge_head=refuse_nothing,
        judge=refuse_nothing,
        bulkhead_of=lambda path: sign_ins if path.startswith(PORTAL_PASSWORDS) else bulkhead,
    )
