"""Messages: send a text, look at those there are, redact one, delete one.

Source: Twilio, Message resource. What would let a text go another way than here (a messaging service, a schedule, a
template) is refused with 501; what is accepted and has no effect is a warning.
"""

from __future__ import annotations

from typing import Any

from ivr.simulator import codes
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.rest import api_errors
from ivr.simulator.rest.api_errors import ApiError
from ivr.simulator.rest.api_request import ApiRequest, rfc2822
from ivr.simulator.rest.resources.calls import ignored
from ivr.simulator.texts.refusals import TextRefusedError
from ivr.simulator.texts.text_message import ERRORS, FINAL, TextDraft, TextMessage

HEEDED = frozenset({"To", "From", "Body", "MediaUrl", "StatusCallback", "ValidityPeriod"})
"""Parameters that have their effect; nothing waits so long here that its validity ends."""

ELSEWHERE = ("MessagingServiceSid", "SendAt", "ScheduleType", "ContentSid", "ApplicationSid")
"""Parameters with which the vendor would send another text, at another time or from another number."""

LONGEST_VALIDITY = 36000


def create(request: ApiRequest) -> dict[str, Any]:
    """The application sends a text."""
    for name in ELSEWHERE:
        if request.text(name):
            what = f"a message with {name} is not simulated; give To, From and Body"
            raise ApiError(codes.NOT_SIMULATED, what, 501)
    validity = request.whole("ValidityPeriod", LONGEST_VALIDITY, api_errors.INVALID_VALIDITY)
    if validity > LONGEST_VALIDITY:
        raise ApiError(api_errors.INVALID_VALIDITY, f"ValidityPeriod takes 1 to {LONGEST_VALIDITY} seconds")
    callback = request.url("StatusCallback", api_errors.INVALID_CALLBACK)
    draft = TextDraft(
        request.text("From") or "",
        request.text("To") or "",
        request.text("Body") or "",
        tuple(filter(None, request.form.getlist("MediaUrl"))),
        StatusCallback(callback) if callback else None,
    )
    try:
        message = request.switchboard.send_text(draft)
    except TextRefusedError as error:
        raise ApiError(error.code, error.message) from None
    for name in request.form:
        if name not in HEEDED and request.text(name):
            request.switchboard.refused(ignored(name))
    return shown(request, message)


def listed(request: ApiRequest) -> dict[str, Any]:
    """The texts, sent and received, the newest first, filtered."""
    wanted, sent = request.query, request.period("DateSent")
    messages = reversed(request.switchboard.texts.kept.values())
    return request.page(
        "messages",
        [
            shown(request, message)
            for message in messages
            if wanted.get("To", message.to) == message.to
            and wanted.get("From", message.from_) == message.from_
            and sent(message.sent)
        ],
    )


def fetch(request: ApiRequest, sid: str) -> dict[str, Any]:
    """One text."""
    return shown(request, _found(request, sid))


def update(request: ApiRequest, sid: str) -> dict[str, Any]:
    """Redact the text: an empty Body takes the words out for good."""
    message = _found(request, sid)
    status, body = request.text("Status"), request.form.get("Body")
    if status is not None:
        if status != "canceled":
            raise ApiError(api_errors.INVALID_PARAMETER, f"Status must be canceled, not '{status}'")
        raise ApiError(api_errors.NOT_SCHEDULED, "Message cannot be canceled: it is not scheduled")
    if body is None or body:
        what = "A message is updated with an empty Body only, which redacts it"
        raise ApiError(api_errors.INVALID_PARAMETER, what)
    _require_final(message, "redacted")
    message.body = ""
    message.updated = request.switchboard.clock.now()
    return shown(request, message)


def delete(request: ApiRequest, sid: str) -> None:
    """Delete the text, once it has come to its end."""
    _require_final(_found(request, sid), "deleted")
    del request.switchboard.texts.kept[sid]


def _require_final(message: TextMessage, what: str) -> None:
    if message.status not in FINAL and message.status != "sent":
        told = f"Message cannot be {what} while it is {message.status}; wait until it is delivered, or is not"
        raise ApiError(api_errors.NOT_FINAL, told, 409)


def _found(request: ApiRequest, sid: str) -> TextMessage:
    message = request.switchboard.texts.kept.get(sid)
    if message is None:
        raise request.not_found()
    return message


def shown(request: ApiRequest, message: TextMessage) -> dict[str, Any]:
    """The text as the API shows it."""
    uri = f"{request.account}/Messages/{message.sid}"
    return {
        "account_sid": request.switchboard.carrier.account_sid,
        "api_version": request.switchboard.carrier.api_version,
        "body": message.body,
        "date_created": rfc2822(message.created),
        "date_sent": rfc2822(message.sent),
        "date_updated": rfc2822(message.updated),
        "direction": message.direction,
        "error_code": message.error,
        "error_message": None if message.error is None else ERRORS.get(message.error, "See the error dictionary"),
        "from": message.from_,
        "messaging_service_sid": None,
        "num_media": str(len(message.media)),
        "num_segments": str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }
