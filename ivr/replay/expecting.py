"""``read_expectations`` reads the YAML under ``expect:`` of a call script into expectations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.flow.nodes.closure import MOST_HOURS
from ivr.replay import expectations
from ivr.replay.expectations import NONE, Expectation
from ivr.replay.stream_expectations import StreamsHeard, read_stream
from ivr.replay.text_expectations import read_texts
from ivr.simulator.verbs.unsimulated import STOPPING
from ivr.source.fields import Fields, suggest
from ivr.source.seconds import parse_seconds
from ivr.source.yaml import Text, Value
from wording import message, phrase

ENDINGS = ("completed", "busy", "no-answer", "failed", "canceled")
"""Twilio's final call statuses."""


def read_expectations(fields: Fields, *, of_a_line: bool = True, texts: bool = True) -> tuple[Expectation, ...]:
    """Read the expectations under ``expect:``, in the order of this file; diagnostics go to ``fields``.

    ``of_a_line`` where our own lines tell the way that the call took; ``texts`` where nobody else reads those.
    """
    found: list[Expectation] = []
    if status := fields.choice("ended", ENDINGS, default=""):
        found.append(expectations.Ended(fields.mark_of("ended"), status))
    if (code := fields.parsed("error", _code)) is not None:
        found.append(expectations.Error(fields.mark_of("error"), None if code == NONE else code))
    found += _way(fields) if of_a_line else ()
    telephones = fields.texts("dialled")
    if fields.has("dialled"):
        found.append(expectations.Dialled(fields.mark_of("dialled"), tuple(telephones)))
    if (number := fields.parsed("requests", _number)) is not None:
        found.append(expectations.Requests(fields.mark_of("requests"), number))
    codes = [_warning(code, fields) for code in fields.texts("warnings")]
    if fields.has("warnings"):
        found.append(
            expectations.Warnings(fields.mark_of("warnings"), tuple(code for code in codes if code is not None))
        )
    if (duration := fields.mapping_of("duration")) is not None:
        found.append(
            _duration(
                Fields(duration, phrase("'{key}' of {owner}", key="duration", owner=fields.owner), fields.diagnostics)
            )
        )
    verbs = fields.texts("unperformed")
    if fields.has("unperformed"):
        found.append(
            expectations.Unperformed(fields.mark_of("unperformed"), tuple(_verb(verb, fields) for verb in verbs))
        )
    if texts and (wanted := read_texts(fields)) is not None:
        found.append(wanted)
    made = fields.items("calls")
    if fields.has("calls"):
        found.append(
            expectations.Calls(
                fields.mark_of("calls"), tuple(_made(call, number, fields) for number, call in enumerate(made, 1))
            )
        )
    streams = fields.items("streams")
    if fields.has("streams"):
        found.append(
            StreamsHeard(
                fields.mark_of("streams"),
                tuple(read_stream(stream, number, fields) for number, stream in enumerate(streams, 1)),
            )
        )
    fields.finish()
    return tuple(found)


def _way(fields: Fields) -> Iterator[Expectation]:
    if (name := fields.text("destination")) is not None:
        yield expectations.ReachedDestination(fields.mark_of("destination"), None if name == NONE else name)
    if visited := fields.texts("visited"):
        yield expectations.Visited(fields.mark_of("visited"), visited)
    if never := fields.texts("never"):
        yield expectations.Never(fields.mark_of("never"), never)
    if (closed := fields.mapping_of("closes")) is not None:
        owner = phrase("'{key}' of {owner}", key="closes", owner=fields.owner)
        hours = Fields(closed, owner, fields.diagnostics)
        scopes = {Text(name, mark): hours.whole(name, 1, least=1, most=MOST_HOURS) for name, mark, _ in closed.items()}
        yield expectations.Closes(fields.mark_of("closes"), scopes)
    opened = fields.texts("opens")
    if fields.has("opens"):
        yield expectations.Opens(fields.mark_of("opens"), tuple(opened))


def _made(value: Value, number: int, fields: Fields) -> expectations.MadeCall:
    inner = Fields.of(
        value, phrase("call {number} of 'calls'", number=number), fields.diagnostics, fields.mark_of("calls")
    )
    to = inner.text("to")
    return expectations.MadeCall(inner.mark, to, read_expectations(inner, of_a_line=False))


def _code(text: str) -> str:
    if text == NONE or re.fullmatch(r"[1-9][0-9]{4}", text):
        return text
    raise ValueError(
        message(
            "expected-error-malformed",
            "write none or the vendor's five-digit error number, such as 12100, not '{text}'",
            text=text,
        )
    )


def _warning(written: Text, fields: Fields) -> int | None:
    if re.fullmatch(r"0|[1-9][0-9]{4}", written):
        return int(written)
    fields.diagnostics.error(
        written.mark,
        message(
            "expected-warning-malformed",
            "'warnings' of {owner}: write the vendor's five-digit number of a warning, or 0 for what is not simulated, "
            "not '{written}'",
            owner=fields.owner,
            written=written,
        ),
    )
    return None


def _verb(written: Text, fields: Fields) -> str:
    if written not in STOPPING:
        hint = suggest(written, STOPPING) or phrase(" (there are: {known})", known=", ".join(sorted(STOPPING)))
        fields.diagnostics.error(
            written.mark,
            message(
                "unperformed-verb-unknown",
                "'unperformed' of {owner} knows no verb '{verb}'{near}",
                owner=fields.owner,
                verb=written,
                near=hint,
            ),
        )
    return written


def _duration(fields: Fields) -> expectations.Duration:
    least, most = fields.parsed("least", parse_seconds), fields.parsed("most", parse_seconds)
    fields.finish()
    if not fields.mapping.entries:
        fields.diagnostics.error(
            fields.mark,
            message("duration-without-bounds", "{owner} needs 'most' or 'least', in seconds", owner=fields.owner),
        )
    return expectations.Duration(fields.mark, least or 0.0, most)


def _number(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,6}", text):
        return int(text)
    raise ValueError(message("expected-number-malformed", "write a whole number, not '{text}'", text=text))
