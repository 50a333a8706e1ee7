"""Every resource that the vendor's API has, what can be asked of it there, and the page that describes it.

Source: the vendor's OpenAPI document of the version 2010-04-01 (paths and methods), and its documentation. Which of
them are answered here is said by ``routes``; what is not is refused with the resource's page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from value_class import value_class

DOCS = "https://www.twilio.com/docs/"


@value_class
class VendorResource:
    """One resource: its ``path`` below the account, the methods of its list and of ``one`` in it, and its page.

    Identifiers on the way are written ``*``.
    """

    path: str
    page: str
    list: str = ""
    one: str = ""

    def asked(self) -> Iterator[tuple[str, str]]:
        """Yield each method with the path that it is asked with, identifiers as ``*``."""
        for method in self.list.split():
            yield method, f"{self.path}.json"
        for method in self.one.split():
            yield method, f"{self.path}/*.json"

    def holds(self, path: str) -> bool:
        """Return whether ``path``, below the account, is the resource's list, or one in it."""
        bare = path.removesuffix(".json")
        pattern = re.escape(self.path).replace(r"\*", "[^/]+")
        return re.fullmatch(f"{pattern}(/[^/]+)?" if self.one else pattern, bare) is not None


_ALL = "GET POST"
_ONE = "GET POST DELETE"
_KEPT = "GET DELETE"
_SIP = "voice/sip/api"

RESOURCES = (
    VendorResource("/Addresses", "usage/api/address", _ALL, _ONE),
    VendorResource("/Addresses/*/DependentPhoneNumbers", "usage/api/address", "GET"),
    VendorResource("/Applications", "usage/api/applications", _ALL, _ONE),
    VendorResource("/AuthorizedConnectApps", "usage/api", "GET", "GET"),
    VendorResource("/AvailablePhoneNumbers", "phone-numbers/api/availablephonenumber-resource", "GET", "GET"),
    *(
        VendorResource(f"/AvailablePhoneNumbers/*/{kind}", f"phone-numbers/api/{page}-resource", "GET")
        for kind, page in (
            ("Local", "availablephonenumberlocal"),
            ("MachineToMachine", "availablephonenumber"),
            ("Mobile", "availablephonenumber-mobile"),
            ("National", "availablephonenumber"),
            ("SharedCost", "availablephonenumber"),
            ("TollFree", "availablephonenumber-tollfree"),
            ("Voip", "availablephonenumber"),
        )
    ),
    VendorResource("/Balance", "usage/api", "GET"),
    VendorResource("/Calls", "voice/api/call-resource", _ALL, _ONE),
    VendorResource("/Calls/*/Events", "voice/api/call-event-resource", "GET"),
    VendorResource("/Calls/*/Notifications", "voice/api/call-notification-resource", "GET", "GET"),
    VendorResource("/Calls/*/Payments", "voice/api/payment-resource", "POST", "POST"),
    VendorResource("/Calls/*/Recordings", "voice/api/recording", _ALL, _ONE),
    VendorResource("/Calls/*/Siprec", "voice/api/siprec-resource", "POST", "POST"),
    VendorResource("/Calls/*/Streams", "voice/api/stream-resource", "POST", "POST"),
    VendorResource("/Calls/*/Transcriptions", "voice/api/realtime-transcription-resource", "POST", "POST"),
    VendorResource("/Calls/*/UserDefinedMessages", "voice/api/userdefinedmessage-resource", "POST"),
    VendorResource(
        "/Calls/*/UserDefinedMessageSubscriptions",
        "voice/api/userdefinedmessagesubscription-resource",
        "POST",
        "DELETE",
    ),
    VendorResource("/Conferences", "voice/api/conference-resource", "GET", _ALL),
    VendorResource("/Conferences/*/Participants", "voice/api/conference-participant-resource", _ALL, _ONE),
    VendorResource("/Conferences/*/Recordings", "voice/api/recording", "GET", _ONE),
    VendorResource("/ConnectApps", "usage/api", "GET", _ONE),
    VendorResource("/IncomingPhoneNumbers", "phone-numbers/api/incomingphonenumber-resource", _ALL, _ONE),
    *(
        VendorResource(f"/IncomingPhoneNumbers/{kind}", "phone-numbers/api/incomingphonenumber-resource", _ALL)
        for kind in ("Local", "Mobile", "TollFree")
    ),
    VendorResource("/IncomingPhoneNumbers/*/AssignedAddOns", "marketplace/api/available-add-ons", _ALL, _KEPT),
    VendorResource(
        "/IncomingPhoneNumbers/*/AssignedAddOns/*/Extensions", "marketplace/api/available-add-ons", "GET", "GET"
    ),
    VendorResource("/Keys", "iam/api-keys", _ALL, _ONE),
    VendorResource("/Messages", "messaging/api/message-resource", _ALL, _ONE),
    VendorResource("/Messages/*/Feedback", "messaging/api/message-feedback-resource", "POST"),
    VendorResource("/Messages/*/Media", "messaging/api/media-resource", "GET", _KEPT),
    VendorResource("/Notifications", "usage/api", "GET", "GET"),
    VendorResource("/OutgoingCallerIds", "voice/api/outgoing-caller-ids", _ALL, _ONE),
    VendorResource("/Queues", "voice/api/queue-resource", _ALL, _ONE),
    VendorResource("/Queues/*/Members", "voice/api/member-resource", "GET", _ALL),
    VendorResource("/Recordings", "voice/api/recording", "GET", _KEPT),
    VendorResource("/Recordings/*/AddOnResults", "voice/api/recording", "GET", _KEPT),
    VendorResource("/Recordings/*/AddOnResults/*/Payloads", "voice/api/recording", "GET", _KEPT),
    VendorResource("/Recordings/*/AddOnResults/*/Payloads/*/Data", "voice/api/recording", "GET"),
    VendorResource("/Recordings/*/Transcriptions", "voice/api/recording-transcription", "GET", _KEPT),
    VendorResource("/SIP/CredentialLists", f"{_SIP}/sip-credentiallist-resource", _ALL, _ONE),
    VendorResource("/SIP/CredentialLists/*/Credentials", f"{_SIP}/sip-credentiallist-resource", _ALL, _ONE),
    VendorResource("/SIP/Domains", _SIP, _ALL, _ONE),
    VendorResource("/SIP/Domains/*/Auth/Calls/CredentialListMappings", _SIP, _ALL, _KEPT),
    VendorResource("/SIP/Domains/*/Auth/Calls/IpAccessControlListMappings", _SIP, _ALL, _KEPT),
    VendorResource("/SIP/Domains/*/Auth/Registrations/CredentialListMappings", _SIP, _ALL, _KEPT),
    VendorResource("/SIP/Domains/*/CredentialListMappings", _SIP, _ALL, _KEPT),
    VendorResource("/SIP/Domains/*/IpAccessControlListMappings", _SIP, _ALL, _KEPT),
    VendorResource("/SIP/IpAccessControlLists", f"{_SIP}/sip-ipaccesscontrollist-resource", _ALL, _ONE),
    VendorResource("/SIP/IpAccessControlLists/*/IpAddresses", f"{_SIP}/sip-ipaccesscontrollist-resource", _ALL, _ONE),
    VendorResource("/SMS/ShortCodes", "messaging/api", "GET", _ALL),
    VendorResource("/SigningKeys", "iam/api-keys", _ALL, _ONE),
    VendorResource("/Tokens", "usage/api", "POST"),
    VendorResource("/Transcriptions", "voice/api/recording-transcription", "GET", _KEPT),
    VendorResource("/Usage/Records", "usage/api/usage-record", "GET"),
    *(
        VendorResource(f"/Usage/Records/{period}", "usage/api/usage-record", "GET")
        for period in ("AllTime", "Daily", "LastMonth", "Monthly", "ThisMonth", "Today", "Yearly", "Yesterday")
    ),
    VendorResource("/Usage/Triggers", "usage/api", _ALL, _ONE),
)
"""The resources of an account, by their paths."""

ACCOUNTS = VendorResource("/Accounts", "iam/api/account", _ALL, _ALL)
"""The accounts themselves, which lie below none."""

PRODUCTS = {
    "accounts": "iam/api/account",
    "bulkexports": "usage/bulkexport",
    "chat": "chat/api/services",
    "content": "content/content-api-resources",
    "conversations": "conversations/api/conversation-resource",
    "events": "events",
    "flex-api": "flex/developer",
    "frontline-api": "frontline",
    "iam": "iam/api-keys",
    "insights": "voice/voice-insights",
    "intelligence": "conversational-intelligence/api/service-resource",
    "ip-messaging": "chat/api/services",
    "lookups": "lookup/v2-api",
    "marketplace": "marketplace/api/available-add-ons",
    "messaging": "messaging/services/api",
    "monitor": "usage/monitor-events",
    "notify": "notify/api/service-resource",
    "numbers": "phone-numbers/regulatory/api/bundles",
    "pricing": "voice/pricing",
    "proxy": "proxy/api/service",
    "routes": "global-infrastructure",
    "serverless": "serverless",
    "studio": "studio/rest-api/flow",
    "supersim": "iot/supersim/api/sim-resource",
    "sync": "sync/api/service",
    "taskrouter": "taskrouter/api/activity",
    "trunking": "sip-trunking",
    "trusthub": "trust-hub",
    "verify": "verify/api/service",
    "video": "video",
    "voice": "voice/api",
    "wireless": "iot/wireless/api/sim-resource",
}
"""The page of each product that has a host of its own, ``lookups.twilio.com``; none of them is simulated."""

ELSEWHERE = "usage/api"
"""The page for what none of these is."""


VENDOR = ".twilio.com"
"""What the hosts of all products end in."""

_NAMES = re.compile(r"(?<=/)(?:[A-Z]{2}[0-9a-zA-Z]{32}|\+[0-9]+)(?=[/.]|$)")


def without_names(path: str) -> str:
    """Return ``path`` with ``*`` in place of identifiers and numbers, as which two requests for one thing are alike."""
    return _NAMES.sub("*", path)


def is_other_product(host: str) -> bool:
    """Return whether ``host`` is that of another product than the API of calls; regions may stand in it as well."""
    return host.endswith(VENDOR) and host.partition(".")[0] != "api"


def page_of(host: str, path: str) -> str:
    """Return the address of the page about what lies at ``path``, as it was asked of ``host``."""
    if is_other_product(host):
        return DOCS + PRODUCTS.get(host.partition(".")[0], ELSEWHERE)
    below = re.fullmatch(r"/2010-04-01/Accounts(?:/[^/]+(?P<below>/.+)|[^/]*|/[^/]+)", path)
    if below is None:
        return DOCS + ELSEWHERE
    if below["below"] is None:
        return DOCS + ACCOUNTS.page
    found = next((one for one in RESOURCES if one.holds(below["below"])), None)
    return DOCS + (found.page if found else ELSEWHERE)
