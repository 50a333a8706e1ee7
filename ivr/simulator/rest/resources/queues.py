"""Queues and who stands in them.

Source: Twilio, Queue resource and Queue Member resource. A member is dequeued by sending its call to a document.
"""

from __future__ import annotations

from typing import Any

from ivr.simulator.carrier_faults import GONE
from ivr.simulator.rest import api_errors
from ivr.simulator.rest.api_errors import ApiError
from ivr.simulator.rest.api_request import ApiRequest, rfc2822
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.queue import LARGEST, MAX_SIZE, QueueResource
from ivr.simulator.rest.resources.calls import goto_of
from ivr.simulator.verbs.exits import Moved

FRONT = "Front"
"""Stands for the caller who has waited longest."""


def create(request: ApiRequest) -> dict[str, Any]:
    """A queue before its first caller."""
    name = request.text("FriendlyName")
    if name is None:
        raise ApiError(api_errors.INVALID_PARAMETER, "FriendlyName is required: the name that <Enqueue> uses")
    queues = request.switchboard.bridges.queues
    if queues.get(name):
        raise ApiError(api_errors.QUEUE_EXISTS, f"There is a queue called '{name}' already")
    size = request.whole("MaxSize", MAX_SIZE, api_errors.INVALID_PARAMETER)
    if size > LARGEST:
        raise ApiError(api_errors.INVALID_PARAMETER, f"MaxSize must be {LARGEST} at most, not {size}")
    return shown(request, queues.made(name, request.switchboard.clock.now(), size))


def listed(request: ApiRequest) -> dict[str, Any]:
    """All queues."""
    return request.page("queues", [shown(request, queue) for queue in request.switchboard.bridges.queues.all()])


def fetch(request: ApiRequest, sid: str) -> dict[str, Any]:
    """One queue."""
    return shown(request, _found(request, sid))


def delete(request: ApiRequest, sid: str) -> None:
    """Delete the queue, where it is empty."""
    queue = _found(request, sid)
    if request.switchboard.bridges.members(queue.name):
        raise ApiError(api_errors.QUEUE_NOT_EMPTY, f"Callers stand in the queue '{queue.name}'; dequeue them first")
    request.switchboard.bridges.queues.delete(queue)


def members(request: ApiRequest, sid: str) -> dict[str, Any]:
    """List the calls that wait in the queue."""
    queue = _found(request, sid)
    standing = enumerate(request.switchboard.bridges.members(queue.name), 1)
    return request.page("queue_members", [_shown_member(request, queue, one, number) for number, one in standing])


def member(request: ApiRequest, sid: str, call_sid: str) -> dict[str, Any]:
    """One of them."""
    queue = _found(request, sid)
    return _shown_member(request, queue, *_standing(request, queue, call_sid))


def dequeue(request: ApiRequest, sid: str, call_sid: str) -> dict[str, Any]:
    """Send a member to a document; one who has left the queue is a bad request, not one that is not found."""
    queue = _found(request, sid)
    gone = request.switchboard.faults.gone_member
    if call_sid in queue.stood and gone == GONE and not _stands(request, queue, call_sid):
        raise ApiError(api_errors.INVALID_PARAMETER, f"The call {call_sid} has left the queue '{queue.name}' already")
    party, position = _standing(request, queue, call_sid)
    request.url("Url")
    goto = goto_of(request)
    if goto is None or not goto.url:
        raise ApiError(api_errors.INVALID_URL, "Url parameter is required: the document that the member goes on with")
    answer = _shown_member(request, queue, party, position)
    request.switchboard.interrupt(party, Moved(goto))
    return answer


def _found(request: ApiRequest, sid: str) -> QueueResource:
    queue = request.switchboard.bridges.queues.found(sid)
    if queue is None:
        raise request.not_found()
    return queue


def _stands(request: ApiRequest, queue: QueueResource, call_sid: str) -> bool:
    return any(party.sid == call_sid for party in request.switchboard.bridges.members(queue.name))


def _standing(request: ApiRequest, queue: QueueResource, call_sid: str) -> tuple[Party, int]:
    for position, party in enumerate(request.switchboard.bridges.members(queue.name), 1):
        if call_sid in {FRONT, party.sid}:
            return party, position
    raise request.not_found()


def shown(request: ApiRequest, queue: QueueResource) -> dict[str, Any]:
    """The queue as the API shows it."""
    bridges = request.switchboard.bridges
    return {
        "sid": queue.sid,
        "account_sid": request.switchboard.carrier.account_sid,
        "friendly_name": queue.name,
        "max_size": queue.max_size,
        "current_size": len(bridges.members(queue.name)),
        "average_wait_time": int(bridges.average(queue.name)),
        "date_created": rfc2822(queue.created),
        "date_updated": rfc2822(queue.created),
        "uri": f"{request.account}/Queues/{queue.sid}.json",
    }


def _shown_member(request: ApiRequest, queue: QueueResource, party: Party, position: int) -> dict[str, Any]:
    return {
        "call_sid": party.sid,
        "queue_sid": queue.sid,
        "date_enqueued": rfc2822(party.enqueued),
        "position": position,
        "wait_time": int(party.waited),
        "uri": f"{request.account}/Queues/{queue.sid}/Members/{party.sid}.json",
    }
