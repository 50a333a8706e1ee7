"""``ROUTES`` tells which function answers each request; what is not there is refused as not simulated.

A new resource is a file in ``resources`` and its lines in ``ROUTES``; ``python -m tests.rest_resources`` then writes
the table of ``docs/simulator-rest.md`` anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ivr.simulator.rest.resources import (
    accounts,
    addresses,
    applications,
    available_phone_numbers,
    calls,
    conferences,
    incoming_phone_numbers,
    keys,
    messages,
    outgoing_caller_ids,
    participants,
    queues,
    recordings,
    streams,
    transcriptions,
)

Resource: TypeAlias = Callable[..., "dict[str, Any] | None"]
"""Answers a request with the JSON object of the answer; None: there is nothing to say."""

ROUTES: tuple[tuple[str, str, Resource], ...] = (
    ("POST", "/Calls.json", calls.create),
    ("GET", "/Calls.json", calls.listed),
    ("GET", "/Calls/<sid>.json", calls.fetch),
    ("POST", "/Calls/<sid>.json", calls.update),
    ("GET", "/Calls/<sid>/Recordings.json", recordings.of_call),
    ("POST", "/Calls/<sid>/Recordings.json", recordings.start),
    ("GET", "/Calls/<sid>/Recordings/<recording>.json", recordings.fetch_of_call),
    ("POST", "/Calls/<sid>/Recordings/<recording>.json", recordings.update),
    ("DELETE", "/Calls/<sid>/Recordings/<recording>.json", recordings.delete_of_call),
    ("POST", "/Calls/<sid>/Streams.json", streams.create),
    ("POST", "/Calls/<sid>/Streams/<stream>.json", streams.update),
    ("POST", "/Calls/<sid>/Transcriptions.json", transcriptions.create),
    ("POST", "/Calls/<sid>/Transcriptions/<transcription>.json", transcriptions.update),
    ("POST", "/Messages.json", messages.create),
    ("GET", "/Messages.json", messages.listed),
    ("GET", "/Messages/<sid>.json", messages.fetch),
    ("POST", "/Messages/<sid>.json", messages.update),
    ("DELETE", "/Messages/<sid>.json", messages.delete),
    ("GET", "/Addresses.json", addresses.listed),
    ("GET", "/Addresses/<sid>.json", addresses.fetch),
    ("POST", "/Applications.json", applications.create),
    ("GET", "/Applications.json", applications.listed),
    ("GET", "/Applications/<sid>.json", applications.fetch),
    ("POST", "/Applications/<sid>.json", applications.update),
    ("DELETE", "/Applications/<sid>.json", applications.delete),
    ("GET", "/AvailablePhoneNumbers/<country>/Local.json", available_phone_numbers.local),
    ("GET", "/AvailablePhoneNumbers/<country>/Mobile.json", available_phone_numbers.mobile),
    ("GET", "/AvailablePhoneNumbers/<country>/TollFree.json", available_phone_numbers.toll_free),
    ("POST", "/IncomingPhoneNumbers.json", incoming_phone_numbers.create),
    ("GET", "/IncomingPhoneNumbers.json", incoming_phone_numbers.listed),
    ("GET", "/IncomingPhoneNumbers/Local.json", incoming_phone_numbers.listed_local),
    ("GET", "/IncomingPhoneNumbers/Mobile.json", incoming_phone_numbers.listed_mobile),
    ("GET", "/IncomingPhoneNumbers/TollFree.json", incoming_phone_numbers.listed_toll_free),
    ("GET", "/IncomingPhoneNumbers/<sid>.json", incoming_phone_numbers.fetch),
    ("POST", "/IncomingPhoneNumbers/<sid>.json", incoming_phone_numbers.update),
    ("DELETE", "/IncomingPhoneNumbers/<sid>.json", incoming_phone_numbers.delete),
    ("GET", "/Keys.json", keys.listed),
    ("GET", "/Keys/<sid>.json", keys.fetch),
    ("GET", "/OutgoingCallerIds.json", outgoing_caller_ids.listed),
    ("GET", "/OutgoingCallerIds/<sid>.json", outgoing_caller_ids.fetch),
    ("POST", "/OutgoingCallerIds/<sid>.json", outgoing_caller_ids.update),
    ("DELETE", "/OutgoingCallerIds/<sid>.json", outgoing_caller_ids.delete),
    ("POST", "/Queues.json", queues.create),
    ("GET", "/Queues.json", queues.listed),
    ("GET", "/Queues/<sid>.json", queues.fetch),
    ("DELETE", "/Queues/<sid>.json", queues.delete),
    ("GET", "/Queues/<sid>/Members.json", queues.members),
    ("GET", "/Queues/<sid>/Members/<call_sid>.json", queues.member),
    ("POST", "/Queues/<sid>/Members/<call_sid>.json", queues.dequeue),
    ("GET", "/Conferences.json", conferences.listed),
    ("GET", "/Conferences/<sid>.json", conferences.fetch),
    ("POST", "/Conferences/<sid>.json", conferences.update),
    ("GET", "/Conferences/<sid>/Participants.json", participants.listed),
    ("POST", "/Conferences/<sid>/Participants.json", participants.add),
    ("GET", "/Conferences/<sid>/Participants/<call_sid>.json", participants.fetch),
    ("POST", "/Conferences/<sid>/Participants/<call_sid>.json", participants.update),
    ("DELETE", "/Conferences/<sid>/Participants/<call_sid>.json", participants.remove),
    ("GET", "/Recordings.json", recordings.listed),
    ("GET", "/Recordings/<sid>.json", recordings.fetch),
    ("DELETE", "/Recordings/<sid>.json", recordings.delete),
)
"""Method, path below the account, and what answers."""

ACCOUNT_ROUTES: tuple[tuple[str, str, Resource], ...] = (
    ("GET", "/Accounts.json", accounts.listed),
    ("GET", "/Accounts/<account>.json", accounts.fetch),
)
"""The same of the accounts, which lie below none."""

CREATING = (
    applications.create,
    calls.create,
    incoming_phone_numbers.create,
    messages.create,
    participants.add,
    queues.create,
    recordings.start,
)
"""Those that make something, and answer with status 201."""

SOUNDS = ("/Recordings/<sid>", "/Recordings/<sid>.wav", "/Recordings/<sid>.mp3")
"""Where a recording is heard."""
