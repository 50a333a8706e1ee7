"""Requests that the API refuses, with the vendor's own numbers and its JSON.

Source: Twilio's error dictionary, and the shape of its REST errors: code, message, more_info, status.
"""

from __future__ import annotations

from typing import Any

AUTHENTICATION = 20003
TOO_MANY_REQUESTS = 20429
NOT_FOUND = 20404
INTERNAL = 20500
UNAVAILABLE = 20503
INVALID_PARAMETER = 20001
NOT_FINAL = 20009
NO_TO = 21201
INVALID_URL = 21205
INVALID_TIMEOUT = 21208
INVALID_METHOD = 21209
FOREIGN_FROM = 21210
INVALID_TO = 21211
INVALID_FROM = 21212
NO_FROM = 21213
INVALID_APPLICATION = 21218
INVALID_CALL_STATE = 21220
INVALID_NUMBER_URL = 21402
INVALID_NUMBER_METHOD = 21403
NO_NUMBER = 21421
NUMBER_NOT_AVAILABLE = 21422
NO_NUMBER_IN_AREA = 21452
INVALID_CALLBACK = 21609
INVALID_EVENTS = 21626
NOT_SCHEDULED = 30409
INVALID_VALIDITY = 90007
QUEUE_EXISTS = 22003
QUEUE_NOT_EMPTY = 22004


class ApiError(Exception):
    """Refuses a request to the API; the text says what is wrong with it and what to do, and ``page`` where more stands
    (None: on the vendor's page of the ``code``).
    """

    def __init__(self, code: int, message: str, status: int = 400, page: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.page = page or f"https://www.twilio.com/docs/errors/{code}"

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of the answer."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": self.page,
            "status": self.status,
        }


def not_found(path: str) -> ApiError:
    """The error of a ``path`` at which there is nothing."""
    return ApiError(NOT_FOUND, f"The requested resource {path} was not found", 404)
