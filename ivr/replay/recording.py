"""``script_of`` makes the text of a call script of a recorded call: its head, the steps, and what it expects."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol

from ivr.replay.carriers import CarrierChanges
from ivr.replay.recorder import RecordedScript, quoted, steps_of, without_secrets, write_script
from ivr.replay.recording_phone import RecordingPhone
from ivr.replay.runner import Played
from ivr.replay.script import Script
from ivr.source.yaml import plain


class RecordedTarget(Protocol):
    """A recorded call names its target: a line of ours, or a webhook by its address."""

    @property
    def target(self) -> str: ...

    @property
    def ours(self) -> bool: ...


def script_of(
    recorder: RecordingPhone,
    script: Script,
    target: RecordedTarget,
    played: Played,
    *,
    secrets: bool = False,
    known: Collection[str] = (),
) -> RecordedScript:
    """Write the call that ``recorder`` heard, played as ``script`` says on ``target``; ``secrets`` writes out what is
    secret, and ``known`` are entries that are written out as they are no secret.

    Tokens are never written, and the script's fixtures only with ``secrets``: passwords stand in it.
    """
    head = [*_head(recorder, script, target), *_carrier(script.carrier)]
    if script.written_fixtures is not None:
        fixtures = _flow(plain(script.written_fixtures))
        head += [f"fixtures: {fixtures}"] if secrets else [f"# fixtures: copy it from {script.where}"]
    return write_script(head, steps_of(recorder.notes, secrets=secrets, known=known), list(_expect(played)))


def _head(recorder: RecordingPhone, script: Script, target: RecordedTarget) -> Iterator[str]:
    name = target.target if target.ours else without_secrets(target.target)
    if not target.ours:
        yield f"# Play it again: ivr call {name} --script <this file>"
    title = script.title or f"Call to {name}, {recorder.began:%Y-%m-%d %H:%M}"
    yield f"call: {quoted(title)}"
    if target.ours:
        yield f"line: {quoted(name)}"
    yield f"from: {quoted(script.from_)}"
    yield f"at: {recorder.began:%Y-%m-%dT%H:%M:%S}"


def _carrier(carrier: CarrierChanges) -> Iterator[str]:
    lines: list[str] = []
    for key in ("account_sid", "to", "direction", "method"):
        if value := getattr(carrier, key):
            lines.append(f"  {key}: {quoted(value)}")
    if carrier.fields:
        lines.append(f"  fields: {_flow(dict(carrier.fields))}")
    if carrier.tunnel:
        lines.append(f"  tunnel: {_flow({each.public: each.local for each in carrier.tunnel.passages})}")
    if fallback := carrier.fallback:
        lines.append(f"  fallback: {{url: {quoted(fallback.url)}, method: {fallback.method}}}")
    if callback := carrier.status_callback:
        events = ", ".join(callback.events)
        lines.append(
            f"  status_callback: {{url: {quoted(callback.url)}, method: {callback.method}, events: [{events}]}}"
        )
    if carrier.auth_token:
        lines.append("  # auth_token is not recorded: give it again, or set TWILIO_AUTH_TOKEN")
    if lines:
        yield "carrier:" if any(not line.lstrip().startswith("#") for line in lines) else "# carrier:"
        yield from lines


def _expect(played: Played) -> Iterator[str]:
    transcript = played.transcript
    yield f"ended: {transcript['status']}"
    yield f"error: {transcript['error']['code'] if transcript['error'] else 'none'}"
    warnings = transcript["warnings"]
    if any(warning.get("failure") for warning in warnings):
        yield f"warnings: [{', '.join(str(code) for code in sorted({warning['code'] for warning in warnings}))}]"
    verbs = [event["verb"] for event in transcript["events"] if event["kind"] == "unperformed"]
    if verbs:
        yield f"unperformed: [{', '.join(verbs)}]"
    if played.destination:
        yield f"destination: {quoted(played.destination)}"
    # How often the wait document of a queue was asked for hangs on fractions of a second.
    if not any(event["kind"] == "enqueue" for event in transcript["events"]):
        yield f"requests: {played.requests}"


def _flow(value: object) -> str:
    """Plain dict, list and str as YAML on one line; every text is quoted, since it was read as text."""
    match value:
        case dict():
            return "{" + ", ".join(f"{quoted(str(key))}: {_flow(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(_flow(item) for item in value) + "]"
        case None:
            return "null"
        case _:
            return quoted(str(value))
