"""A call becomes one trace of OpenTelemetry, and each of its turns a span, where ``OTEL_EXPORTER_OTLP_ENDPOINT`` is
set.

The trace has the 32 digits of the CallSid as its id, so that turns that other processes take, also after a restart,
join it without anything being kept; the span of turn 0 has an id that follows from the CallSid too, and is the parent
of all others. A span says what the line of the log says of the turn, and no more. The SDK of OpenTelemetry sends
spans from a thread of its own, and drops them where its queue is full: no turn waits for a collector.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from logging import ERROR, getLogger
from threading import Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ivr.channels.webhook_report import TURNS, Report, WebhookReport
from ivr.errors import SettingsError
from ivr.redaction import redacted
from wording import message

if TYPE_CHECKING:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.sdk.trace.sampling import Sampler

CLOSE_SECONDS: Final = 2.0
"""For which the end of the process waits for what is still to be sent."""

SERVICE: Final = "ivr"
"""What the line is called among services, unless ``OTEL_SERVICE_NAME`` says otherwise."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_BROKEN: Final = frozenset({"late", "away", "broken"})
"""Results of which the span says that it is an error."""

_of_menus: Final = lru_cache(maxsize=1024)(redacted)
"""Words of menus come again and again; each is redacted once, as in the log."""


def with_traces(
    report: Report, environ: Mapping[str, str], clock: Callable[[], datetime], closing: ExitStack
) -> Report:
    """Return what is told of each webhook: ``report`` itself where ``environ`` asks for no traces, else one that
    makes a span of the turn too.

    ``environ`` is the process's own: the SDK reads more of ``OTEL_*`` there. ``clock`` gives aware instants.
    ``closing`` sends what is left when it is closed. Raises SettingsError for what cannot be done.
    """
    endpoint = _endpoint(environ)
    if endpoint is None:
        return report
    traces = CallTraces.to(endpoint, environ, clock)
    closing.callback(traces.close)

    def report_and_trace(answered: WebhookReport) -> None:
        report(answered)
        traces.report(answered)

    return report_and_trace


class CallTraces:
    """Makes spans of turns, and gives them to ``processor``, which sends them by ``exporter``."""

    def __init__(
        self,
        processor: SpanProcessor,
        exporter: SpanExporter,
        sampler: Sampler,
        resource: Resource,
        clock: Callable[[], datetime],
    ) -> None:
        from opentelemetry.sdk.trace import ReadableSpan
        from opentelemetry.sdk.trace.sampling import Decision
        from opentelemetry.sdk.util.instrumentation import InstrumentationScope
        from opentelemetry.trace import SpanContext, SpanKind, TraceFlags
        from opentelemetry.trace.status import Status, StatusCode

        self._processor = processor
        self._exporter = exporter
        self._sampler = sampler
        self._resource = resource
        self._clock = clock
        self._scope = InstrumentationScope(SERVICE)
        self._sampled = TraceFlags(TraceFlags.SAMPLED)
        self._span, self._context = ReadableSpan, SpanContext
        self._take, self._server = Decision.RECORD_AND_SAMPLE, SpanKind.SERVER
        self._well, self._error = Status(StatusCode.UNSET), Status(StatusCode.ERROR)

    @classmethod
    def to(cls, endpoint: str, environ: Mapping[str, str], clock: Callable[[], datetime]) -> CallTraces:
        """Return what sends spans to the collector at ``endpoint``. Raises SettingsError where the SDK is not there, or
        does not take what ``OTEL_*`` says.
        """
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
        except ImportError:
            raise SettingsError(
                message(
                    "traces-need-extra",
                    "OTEL_EXPORTER_OTLP_ENDPOINT: traces need OpenTelemetry; install it with:"
                    " pip install 'ivr-4003-0015[traces]'",
                )
            ) from None
        # Each try that fails would be a line; that a batch is lost is one.
        getLogger("opentelemetry.exporter").setLevel(ERROR)
        own: dict[str, str | int] = {"process.pid": os.getpid()}
        if not environ.get("OTEL_SERVICE_NAME") and "service.name=" not in environ.get("OTEL_RESOURCE_ATTRIBUTES", ""):
            own["service.name"] = SERVICE
        try:
            provider = TracerProvider(resource=Resource.create(own), shutdown_on_exit=False)
            exporter = OTLPSpanExporter(endpoint=endpoint)
            processor = BatchSpanProcessor(exporter)
        except ValueError as error:
            raise SettingsError(
                message("traces-settings", "OTEL_*: OpenTelemetry does not take them: {reason}", reason=str(error))
            ) from None
        return cls(processor, exporter, provider.sampler, provider.resource, clock)

    def report(self, report: WebhookReport) -> None:
        """Make a span of an answered webhook that takes turns, as the log makes a line of it."""
        if report.webhook not in TURNS or not report.call:
            return
        trace = int(report.call[2:], 16)
        if not trace:
            return  # no trace may have this id
        turn = report.turn
        attributes: dict[str, str | int] = {
            "ivr.call": report.call, "ivr.webhook": report.webhook, "ivr.result": report.result
        }  # fmt: skip
        name, begins = report.webhook, False
        if turn is not None:
            attributes["ivr.line"] = turn.line
            attributes["ivr.turn"] = turn.number
            if turn.how != "repeated":
                begins = turn.number == 0
                name = attributes["ivr.state"] = _of_menus(turn.state)
                attributes["ivr.event"] = _of_menus(turn.event)
                attributes["ivr.outcome"] = _of_menus(turn.outcome)
        if self._sampler.should_sample(None, trace, name, self._server, attributes).decision is not self._take:
            return
        ended = (self._clock() - _EPOCH) // _MICROSECOND * 1000
        first = _span_id(report.call)
        own = first if begins else _span_id(f"{report.call}/{turn.number if turn else ''}/{ended}")
        # The SDK's own tracer would ask its sampler by the parent, which another process may have sampled, and would
        # give each span an id by chance.
        self._processor.on_end(
            self._span(
                name=name,
                context=self._context(trace, own, is_remote=False, trace_flags=self._sampled),
                parent=None if begins else self._context(trace, first, is_remote=True, trace_flags=self._sampled),
                resource=self._resource,
                attributes=attributes,
                kind=self._server,
                status=self._error if report.result in _BROKEN else self._well,
                start_time=ended - int(report.seconds * 1e9),
                end_time=ended,
                instrumentation_scope=self._scope,
            )
        )

    def close(self) -> None:
        """Send what is left, for ``CLOSE_SECONDS`` at most, and try nothing again after them; the SDK itself would wait
        half a minute for a collector.
        """
        sending = Thread(target=self._processor.shutdown, name="last spans", daemon=True)
        sending.start()
        sending.join(CLOSE_SECONDS)
        if sending.is_alive():
            self._exporter.shutdown()


def _span_id(of: str) -> int:
    """Eight bytes that follow from ``of``, and are not all 0."""
    return int.from_bytes(blake2b(of.encode(), digest_size=8).digest(), "big") or 1


def _endpoint(environ: Mapping[str, str]) -> str | None:
    """The address to which spans are posted; None where no traces are asked for. The names are OpenTelemetry's
    (https://opentelemetry.io/docs/specs/otel/protocol/exporter/). Raises SettingsError for what there is no way for.
    """
    own = environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "").strip()
    of_all = environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").strip()
    exporter = environ.get("OTEL_TRACES_EXPORTER", "").strip() or "otlp"
    if not (own or of_all) or exporter == "none" or environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    if exporter != "otlp":
        raise SettingsError(
            message(
                "traces-exporter",
                "OTEL_TRACES_EXPORTER: spans are sent by otlp, or not at all by none; not by {exporter}",
                exporter=exporter,
            )
        )
    protocols = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
    protocol = next((environ[name] for name in protocols if environ.get(name)), "http/protobuf")
    if protocol != "http/protobuf":
        raise SettingsError(
            message(
                "traces-protocol",
                "OTEL_EXPORTER_OTLP_PROTOCOL: spans are sent by http/protobuf only (port 4318 of a collector),"
                " not by {protocol}",
                protocol=protocol,
            )
        )
    endpoint = own or f"{of_all.rstrip('/')}/v1/traces"
    try:
        parts = urlsplit(endpoint)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(
            message(
                "traces-endpoint",
                "OTEL_EXPORTER_OTLP_ENDPOINT: write the address of a collector, like http://127.0.0.1:4318",
            )
        )
    return endpoint
