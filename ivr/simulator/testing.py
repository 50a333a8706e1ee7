"""The edge of the simulator: tests and tools of others import these names from here, and nothing else.

``docs/simulator.md`` tells what each is for. Every other module of this package may be renamed or moved at any time.
"""

from __future__ import annotations

from ivr.simulator import acts
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier, Fallback, StatusCallback
from ivr.simulator.clock import RealClock, VirtualClock
from ivr.simulator.http_transport import HttpTransport
from ivr.simulator.lint import Finding, lint, lint_url
from ivr.simulator.live_call import place_call
from ivr.simulator.moments import Moment
from ivr.simulator.phone_call import PhoneCall, WebhookRequest
from ivr.simulator.phones import steps
from ivr.simulator.phones.base import Phone
from ivr.simulator.phones.dialogue import dialogue
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.rest.account import AccountSeed
from ivr.simulator.rest.app import rest_app
from ivr.simulator.rest.callees import CalleeBehaviour, Callees
from ivr.simulator.rest.in_process import InProcess
from ivr.simulator.rest.pointed_client import ForeignHostError, every_client_at, point_client_at
from ivr.simulator.rest.seed import read_seed
from ivr.simulator.rest.server import PortError, rest_server
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.rest.tested_account import TestedAccount
from ivr.simulator.telephone import Telephone
from ivr.simulator.text_talk import TextTalk
from ivr.simulator.texts.account_texts import AccountTexts, TextFate
from ivr.simulator.transcript import Event, Transcript
from ivr.simulator.transports import Headers, Request, Response, Transport, TransportError, WsgiTransport
from ivr.simulator.twiml_notice import TwimlNotice

__all__ = [
    "AccountSeed",
    "AccountTexts",
    "CallSetup",
    "CalleeBehaviour",
    "Callees",
    "Carrier",
    "Event",
    "Fallback",
    "Finding",
    "ForeignHostError",
    "Headers",
    "HttpTransport",
    "InProcess",
    "Moment",
    "Phone",
    "PhoneCall",
    "PortError",
    "RealClock",
    "Request",
    "Response",
    "ScriptedPhone",
    "StatusCallback",
    "Switchboard",
    "Telephone",
    "TestedAccount",
    "TextFate",
    "TextTalk",
    "Transcript",
    "Transport",
    "TransportError",
    "TwimlNotice",
    "VirtualClock",
    "WebhookRequest",
    "WsgiTransport",
    "acts",
    "dialogue",
    "every_client_at",
    "lint",
    "lint_url",
    "place_call",
    "point_client_at",
    "read_seed",
    "rest_app",
    "rest_server",
    "steps",
]
