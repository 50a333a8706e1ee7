"""Deletes recordings at Twilio (its Recording resource), and makes the client of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.retention import DeleteRecording, RecordingNotDeletedError

if TYPE_CHECKING:
    from twilio.rest import Client

    from ivr.settings import Settings

NOT_FOUND = 404

ANSWER_SECONDS = 10

SERVER_ERRORS = 500

OF_THE_ACCOUNT = {401, 429}
"""Answers that the next recording would get as well; so are all from 500 on."""


def client_of(settings: Settings, seconds: float = ANSWER_SECONDS) -> Client | None:
    """The account's client, or None where its credentials are not set. It asks once, waits for ``seconds``, and uses
    no connection twice: on one that was closed meanwhile a request is lost, and whether it arrived cannot be told.
    """
    if not (settings.account_sid and settings.auth_token):
        return None
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    http = TwilioHttpClient(pool_connections=False, timeout=seconds)
    client = Client(settings.account_sid, settings.auth_token, http_client=http)
    if settings.api_url:
        client.api.base_url = settings.api_url
    return client


def deleter(client: Client) -> DeleteRecording:
    """Deletes a recording by its sid; one that is gone already is deleted."""
    from requests import RequestException
    from twilio.base.exceptions import TwilioException, TwilioRestException

    def delete(sid: str) -> None:
        try:
            if not client.recordings(sid).delete():
                raise RecordingNotDeletedError("Twilio did not delete it", alone=True)
        except TwilioRestException as error:
            if error.status != NOT_FOUND:
                alone = error.status not in OF_THE_ACCOUNT and error.status < SERVER_ERRORS
                raise RecordingNotDeletedError(
                    f"Twilio refuses to delete it (HTTP {error.status})", alone=alone
                ) from None
        except (TwilioException, RequestException) as error:
            # What a library says of a request that failed holds the account, and more.
            raise RecordingNotDeletedError(f"Twilio cannot be reached ({type(error).__name__})") from None

    return delete
