"""The form fields of requests about a text: of one that comes in, and of one whose status has changed.

Sources: Twilio, "Twilio's request to your incoming message Webhook URL", and "Track the Message Status of Outbound
Messages". Cities, states and post codes are sent empty, as for calls.
"""

from __future__ import annotations

from ivr.simulator.carrier import Carrier
from ivr.simulator.parameters import Params, country
from ivr.simulator.texts.text_message import TextMessage

_MEDIA_TYPES = {
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
}


def of_inbound(carrier: Carrier, message: TextMessage) -> Params:
    """Return what the messaging webhook is told of a text that came in."""
    fields = {
        "AccountSid": carrier.account_sid,
        "ApiVersion": carrier.api_version,
        "Body": message.body,
        "MessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "NumSegments": str(message.segments),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": message.status,
    }
    for party, number in (("From", message.from_), ("To", message.to)):
        fields[party] = number
        fields[f"{party}City"] = ""
        fields[f"{party}Country"] = country(number)
        fields[f"{party}State"] = ""
        fields[f"{party}Zip"] = ""
    for number_of, address in enumerate(message.media):
        fields[f"MediaUrl{number_of}"] = address
        fields[f"MediaContentType{number_of}"] = _media_type(address)
    return tuple(sorted(fields.items()))


def of_status(carrier: Carrier, message: TextMessage) -> Params:
    """Return what a status callback is told of a text of the application's."""
    fields = {
        "AccountSid": carrier.account_sid,
        "ApiVersion": carrier.api_version,
        "From": message.from_,
        "MessageSid": message.sid,
        "MessageStatus": message.status,
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "To": message.to,
    }
    if message.error is not None:
        fields["ErrorCode"] = str(message.error)
    return tuple(sorted(fields.items()))


def of_action(verb: str, message: TextMessage | None) -> Params:
    """Return what the action of ``verb`` (Message or Sms) is told: that the text is taken on, or was not (None)."""
    status = "invalid" if message is None else "sending"
    return ((f"{verb}Sid", message.sid if message else ""), (f"{verb}Status", status))


def _media_type(address: str) -> str:
    ending = address.partition("?")[0].rpartition(".")[2].lower()
    return _MEDIA_TYPES.get(ending, "application/octet-stream")
