"""Tells what ringing a target means as a message: the sentences that the router's trace has as plain texts."""

from __future__ import annotations

from routing.targets import BorrowedTargets, Number, Queue, Share, Sip, Together
from wording import Message, joined, phrase


def target_in_words(target: Number | Sip | Queue | BorrowedTargets | Together) -> Message:
    """Return ``ring +551150900401 for 25 s``; in English it is what ``routing.trace.in_words`` says."""
    match target:
        case Number(number, seconds, True):
            return phrase("ring {number} for {seconds} s, who has to accept the call", number=number, seconds=seconds)
        case Number(number, seconds, _):
            return phrase("ring {number} for {seconds} s", number=number, seconds=seconds)
        case Sip(uri, seconds):
            return phrase("ring {number} for {seconds} s", number=uri, seconds=seconds)
        case Queue(name, seconds):
            return phrase("wait in the queue {queue} for {seconds} s at most", queue=name, seconds=seconds)
        case BorrowedTargets(name):
            return phrase("borrow the targets of {destination}", destination=name)
        case Together(members):
            names = ", ".join(each.e164 if isinstance(each, Number) else each.uri for each in members)
            seconds = members[0].ring_seconds
            return phrase("ring {numbers} at once for {seconds} s", numbers=names, seconds=seconds)


def share_in_words(share: Share) -> Message:
    """Return which share of the calls each target of ``share`` takes: ``1 of 4: ring …, 3 of 4: ring …``."""
    whole = sum(weight for weight, _ in share.weights)
    each = [
        phrase("{weight} of {whole}: {target}", weight=weight, whole=whole, target=target_in_words(target))
        for weight, target in share.weights
    ]
    return joined(", ", each)
