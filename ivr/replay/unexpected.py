"""``unexpected`` finds what failed in a call although its script does not expect it: no failing call passes in silence.

A failure is an error that ended a document, in the call or in one that the application made; a request that brought
nothing (a fallback may have stepped in); a verb at which the call was stopped since it is not simulated; a step that
the people of another call could not do. Warnings of attributes that were written wrong are no failures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivr.replay.call_result import CallResult
from ivr.replay.expectations import Calls, Error, Expectation, Unperformed, Warnings
from ivr.simulator.twiml_notice import TwimlNotice
from wording import phrase

THE_CALL = phrase("the call")
"""Who failed, where it is the call itself."""


def unexpected(
    expectations: Iterable[Expectation], result: CallResult, who: str = THE_CALL
) -> Iterator[tuple[str, str]]:
    """Yield each failure of ``result`` that none of ``expectations`` names, and the expectation that would."""
    wanted = tuple(expectations)
    seen: set[TwimlNotice] = set()
    for notice in result.failed:
        if notice not in seen and not _is_expected(notice, wanted, result):
            yield _told(notice, result, who)
        seen.add(notice)
    made = next((one.calls for one in wanted if isinstance(one, Calls)), ())
    for number, call in enumerate(result.calls):
        yield from ((step, "") for step in call.unmet_steps)
        expected = made[number].expectations if number < len(made) else ()
        made_call = phrase("the call to {number} that the application made", number=call.to)
        for told, key in unexpected(expected, call, made_call):
            yield told, key and f'calls: [{{to: "{call.to}", {key}}}]'


def _is_expected(notice: TwimlNotice, wanted: tuple[Expectation, ...], result: CallResult) -> bool:
    for expectation in wanted:
        match expectation:
            case Error(code=code) if result.failed[0] is notice and result.error is not None:
                return True  # whether it is the right one, the expectation itself tells
            case Error(code=code) if code == str(notice.code):
                return True
            case Warnings(codes=codes) if notice.code in codes:
                return True
            case Unperformed() if notice.unperformed:
                return True
    return False


def _told(notice: TwimlNotice, result: CallResult, who: str) -> tuple[str, str]:
    if notice.unperformed:
        return phrase("{who} was stopped: {what}", who=who, what=notice.message), f"unperformed: [{notice.unperformed}]"
    if not notice.code:
        told = phrase("{who} met what is not simulated: {what}", who=who, what=notice.message)
        return told, "warnings: [0]"
    ended_by_it = result.failed[0] is notice and result.error is not None
    key = f"error: {notice.code}" if ended_by_it else f"warnings: [{notice.code}]"
    return phrase("{who} met error {code}: {what}", who=who, code=notice.code, what=notice.message), key
