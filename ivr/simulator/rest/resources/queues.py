"""Queues and who stands in them.

Source: Twilio, Queue resource and Queue Member resource. A member is dequeued by sending its call to a document.
"""

from __future__ import annotations

from typing import Any

from ivr.simulator.rest import refusals
from ivr.simulator.rest.inquiry import Inquiry, rfc2822
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.queue import MAX_SIZE, Queue
from ivr.simulator.rest.refusals import Refusal
from ivr.simulator.rest.resources.calls import goto_of
from ivr.simulator.verbs.base import Moved

FRONT = "Front"
"""Stands for the caller who has waited longest."""


def create(inquiry: Inquiry) -> dict[str, Any]:
    """A queue before its first caller."""
    name = inquiry.text("FriendlyName")
    if name is None:
        raise Refusal(refusals.INVALID_PARAMETER, "FriendlyName is required: the name that <Enqueue> uses")
    queues = inquiry.switchboard.bridges.queues
    if queues.get(name):
        raise Refusal(refusals.QUEUE_EXISTS, f"There is a queue called '{name}' already")
    size = inquiry.whole("MaxSize", MAX_SIZE, refusals.INVALID_PARAMETER)
    return shown(inquiry, queues.made(name, inquiry.switchboard.clock.now(), size))


def listed(inquiry: Inquiry) -> dict[str, Any]:
    """All queues."""
    return inquiry.page("queues", [shown(inquiry, queue) for queue in inquiry.switchboard.bridges.queues.all()])


def fetch(inquiry: Inquiry, sid: str) -> dict[str, Any]:
    """One queue."""
    return shown(inquiry, _found(inquiry, sid))


def delete(inquiry: Inquiry, sid: str) -> None:
    """The queue, where nobody stands in it."""
    queue = _found(inquiry, sid)
    if inquiry.switchboard.bridges.members(queue.name):
        raise Refusal(refusals.QUEUE_NOT_EMPTY, f"Callers stand in the queue '{queue.name}'; dequeue them first")
    inquiry.switchboard.bridges.queues.delete(queue)


def members(inquiry: Inquiry, sid: str) -> dict[str, Any]:
    """Who stands in the queue."""
    queue = _found(inquiry, sid)
    standing = enumerate(inquiry.switchboard.bridges.members(queue.name), 1)
    return inquiry.page("queue_members", [_shown_member(inquiry, queue, one, number) for number, one in standing])


def member(inquiry: Inquiry, sid: str, call_sid: str) -> dict[str, Any]:
    """One of them."""
    queue = _found(inquiry, sid)
    return _shown_member(inquiry, queue, *_standing(inquiry, queue, call_sid))


def dequeue(inquiry: Inquiry, sid: str, call_sid: str) -> dict[str, Any]:
    """Send a member to a document."""
    queue = _found(inquiry, sid)
    party, position = _standing(inquiry, queue, call_sid)
    inquiry.url("Url")
    goto = goto_of(inquiry)
    if goto is None or not goto.url:
        raise Refusal(refusals.INVALID_URL, "Url parameter is required: the document that the member goes on with")
    answer = _shown_member(inquiry, queue, party, position)
    inquiry.switchboard.interrupt(party, Moved(goto))
    return answer


def _found(inquiry: Inquiry, sid: str) -> Queue:
    queue = inquiry.switchboard.bridges.queues.found(sid)
    if queue is None:
        raise inquiry.not_found()
    return queue


def _standing(inquiry: Inquiry, queue: Queue, call_sid: str) -> tuple[Party, int]:
    for position, party in enumerate(inquiry.switchboard.bridges.members(queue.name), 1):
        if call_sid in {FRONT, party.sid}:
            return party, position
    raise inquiry.not_found()


def shown(inquiry: Inquiry, queue: Queue) -> dict[str, Any]:
    """The queue as the API shows it."""
    bridges = inquiry.switchboard.bridges
    uri = f"{inquiry.account}/Queues/{queue.sid}"
    return {
        "sid": queue.sid,
        "account_sid": inquiry.switchboard.carrier.account_sid,
        "friendly_name": queue.name,
        "max_size": queue.max_size,
        "current_size": len(bridges.members(queue.name)),
        "average_wait_time": int(bridges.average(queue.name)),
        "date_created": rfc2822(queue.created),
        "date_updated": rfc2822(queue.created),
        "uri": f"{uri}.json",
        "subresource_uris": {"members": f"{uri}/Members.json"},
    }


def _shown_member(inquiry: Inquiry, queue: Queue, party: Party, position: int) -> dict[str, Any]:
    return {
        "call_sid": party.sid,
        "queue_sid": queue.sid,
        "date_enqueued": rfc2822(party.enqueued),
        "position": position,
        "wait_time": int(party.waited),
        "uri": f"{inquiry.account}/Queues/{queue.sid}/Members/{party.sid}.json",
    }
