"""An expectation of a call script compares one thing with how the call went, and says what came instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ivr.flow.nodes.closure import EVERY_DESTINATION
from ivr.replay.call_result import CallResult
from ivr.replay.stream_expectations import StreamsHeard
from ivr.replay.text_expectations import Texts
from ivr.source.diagnostics import Mark
from ivr.source.fields import suggest
from ivr.source.yaml import Text
from routing.closures import scopes_of
from value_class import value_class
from wording import Message, counted, joined, message, phrase

NONE = "none"

_STATES, _DESTINATION = "X-IVR-States", "X-IVR-Destination"
_CLOSES, _OPENS = "X-IVR-Closes", "X-IVR-Opens"


def _untraced(expected: str, header: str) -> Message:
    return phrase(
        "{expected}, but the answers of this webhook carry no {header} header; only our own lines send it, so take the "
        "expectation out",
        expected=expected,
        header=header,
    )


@value_class
class Ended:
    """``ended: completed`` expects the final call status."""

    mark: Mark
    status: str

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if result.status == self.status:
            return None
        return phrase(
            "expected the call to end as {wanted}, but it ended as {came}", wanted=self.status, came=result.status
        )


@value_class
class Error:
    """``error: 12100`` expects Twilio's number of what ended the call, or of what failed in it; or none."""

    mark: Mark
    code: str | None

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if result.error == self.code or self.code in {str(notice.code) for notice in result.failed}:
            return None
        return phrase("expected {wanted}, but the call had {came}", wanted=_error(self.code), came=_error(result.error))


@value_class
class ReachedDestination:
    """``destination: suporte.vitrine`` expects where the router sent the call, or none."""

    mark: Mark
    name: str | None

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if not result.traced:
            return _untraced(phrase("expected the call to be {wanted}", wanted=_sent(self.name)), _DESTINATION)
        if result.destination == self.name:
            return None
        return phrase(
            "expected the call to be {wanted}, but it was {came}",
            wanted=_sent(self.name),
            came=_sent(result.destination),
        )


@value_class
class Visited:
    """``visited: [principal, senha]`` expects states to be entered in this order; others may lie between."""

    mark: Mark
    states: tuple[Text, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return the first state that did not come in its turn; None where all did."""
        expected = phrase("expected the states {wanted}", wanted=" → ".join(self.states))
        if not result.traced:
            return _untraced(expected, _STATES)
        rest = iter(result.states)
        previous = None
        for state in self.states:
            if state not in rest:
                return phrase(
                    "{expected}, but '{state}' was not entered{after} (entered: {walked})",
                    expected=expected,
                    state=state,
                    after=phrase(" after '{previous}'", previous=previous) if previous else "",
                    walked=" → ".join(result.states) or phrase("none"),
                )
            previous = state
        return None


@value_class
class Never:
    """``never: [cst]`` names states that must not be entered."""

    mark: Mark
    states: tuple[Text, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return the states that were entered all the same; None where none was."""
        expected = phrase("expected never to enter {states}", states=", ".join(self.states))
        if not result.traced:
            return _untraced(expected, _STATES)
        entered = [name for name in self.states if name in result.states]
        if not entered:
            return None
        return phrase(
            "{expected}, but {entered} was entered (entered: {walked})",
            expected=expected,
            entered=", ".join(entered),
            walked=" → ".join(result.states),
        )


@value_class
class Dialled:
    """``dialled: ["+551150900104"]`` expects every telephone that was rung, in this order; an empty list: none."""

    mark: Mark
    telephones: tuple[str, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if result.dialled == self.telephones:
            return None
        wanted, came = (", ".join(each) or phrase("nobody") for each in (self.telephones, result.dialled))
        return phrase("expected the call to ring {wanted}, but it rang {came}", wanted=wanted, came=came)


@value_class
class Closes:
    """``closes: {suporte: 4}`` expects what staff close in the call, and for how many hours; an empty one: nothing."""

    mark: Mark
    scopes: Mapping[Text, int]

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if not result.traced:
            told = phrase("expected the call to close {wanted}", wanted=_closed(self.scopes.items()))
            return _untraced(told, _CLOSES)
        if dict(result.closes) == self.scopes:
            return None
        return phrase(
            "expected the call to close {wanted}, but it closed {came}",
            wanted=_closed(self.scopes.items()),
            came=_closed(result.closes),
        )


@value_class
class Opens:
    """``opens: [suporte]`` expects what staff open again in the call; an empty list: nothing."""

    mark: Mark
    scopes: tuple[Text, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        wanted, came = (", ".join(each) or phrase("nothing") for each in (self.scopes, result.opens))
        if not result.traced:
            return _untraced(phrase("expected the call to open {wanted}", wanted=wanted), _OPENS)
        if result.opens == self.scopes:
            return None
        return phrase("expected the call to open {wanted}, but it opened {came}", wanted=wanted, came=came)


@value_class
class Requests:
    """``requests: 9`` expects the number of webhook requests for the call's documents, status callbacks left out."""

    mark: Mark
    number: int

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if result.requests == self.number:
            return None
        return counted(
            "expected {number} webhook request, but the call made {made}",
            "expected {number} webhook requests, but the call made {made}",
            self.number,
            made=result.requests,
        )


@value_class
class Warnings:
    """``warnings: [12200]`` expects Twilio's numbers of all that it would only warn of; an empty list: of nothing."""

    mark: Mark
    codes: tuple[int, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if set(result.warnings) == set(self.codes):
            return None
        return phrase(
            "expected {wanted}, but the call had {came}",
            wanted=_warnings(self.codes),
            came=_warnings(result.warnings),
        )


@value_class
class Duration:
    """``duration: {least: 5, most: 60}`` expects seconds from the first ring to the end, on the call's clock."""

    mark: Mark
    least: float
    most: float | None

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if result.duration < self.least:
            return phrase(
                "expected the call to last {least:g} s at least, but it lasted {seconds:.1f} s",
                least=self.least,
                seconds=result.duration,
            )
        if self.most is not None and result.duration > self.most:
            return phrase(
                "expected the call to last {most:g} s at most, but it lasted {seconds:.1f} s",
                most=self.most,
                seconds=result.duration,
            )
        return None


@value_class
class Unperformed:
    """``unperformed: [Pay]`` expects the verb, not simulated, at which the call was stopped; ``[]`` is none."""

    mark: Mark
    verbs: tuple[str, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if result.unperformed == self.verbs:
            return None
        wanted, came = (", ".join(f"<{verb}>" for verb in each) for each in (self.verbs, result.unperformed))
        return phrase(
            "expected the call to be stopped at {wanted}, but it was at {came}",
            wanted=wanted or phrase("no verb"),
            came=came or phrase("none"),
        )


@value_class
class MadeCall:
    """A call that the application is to make through the API: to whom, and how it is to go."""

    mark: Mark
    to: str | None
    expectations: tuple[Expectation, ...]

    def unmet(self, result: CallResult) -> Iterator[str]:
        """Yield each thing that was expected of the call and did not hold."""
        if self.to is not None and result.to != self.to:
            yield phrase(
                "{where}: expected a call to {wanted}, but it went to {came}",
                where=_place(self.mark),
                wanted=self.to,
                came=result.to,
            )
        yield from unmet(self.expectations, result)


@value_class
class Calls:
    """``calls: [{to: "+5511900000001", ended: busy}]`` expects the calls that the application made; an empty list:
    none.
    """

    mark: Mark
    calls: tuple[MadeCall, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if len(result.calls) == len(self.calls):
            return "\n".join(self.each_unmet(result)) or None
        made = [phrase("to {number}", number=call.to) for call in result.calls]
        return counted(
            "expected the application to make {number} call, but it made {made}",
            "expected the application to make {number} calls, but it made {made}",
            len(self.calls),
            made=joined(", ", made) if made else phrase("none"),
        )

    def each_unmet(self, result: CallResult) -> Iterator[str]:
        """Yield what did not hold in each of as many calls as were expected, with its own place."""
        for expected, call in zip(self.calls, result.calls, strict=True):
            yield from expected.unmet(call)


Expectation = (
    Ended
    | Error
    | ReachedDestination
    | Visited
    | Never
    | Closes
    | Opens
    | Dialled
    | Requests
    | Warnings
    | Unperformed
    | Duration
    | Calls
    | Texts
    | StreamsHeard
)


def unmet(expectations: Iterable[Expectation], result: CallResult) -> Iterator[str]:
    """Yield each expectation that did not hold, as ``file:line: expected ..., but ...``."""
    for expectation in expectations:
        if isinstance(expectation, Calls) and len(expectation.calls) == len(result.calls):
            yield from expectation.each_unmet(result)
        elif isinstance(expectation, Texts) and len(expectation.texts) == len(result.texts):
            yield from expectation.each_unmet(result.texts)
        elif failure := expectation.unmet(result):
            yield phrase("{where}: {what}", where=_place(expectation.mark), what=failure)


def unknown_names(
    expectations: Iterable[Expectation], states: Iterable[str], destinations: Iterable[str]
) -> Iterator[tuple[Mark, str]]:
    """Yield the names that the line does not have: a ``never`` with a slip of the pen would hold for ever."""
    known_states, known_destinations = sorted(states), sorted(destinations)
    for expectation in expectations:
        match expectation:
            case Visited(states=named) | Never(states=named):
                for state in named:
                    if state not in known_states:
                        hint = suggest(state, known_states)
                        yield (
                            state.mark,
                            message(
                                "expected-state-unknown",
                                "the line has no state '{state}'{near}",
                                state=state,
                                near=hint or _listed(known_states),
                            ),
                        )
            case Closes(scopes=scopes) | Opens(scopes=scopes):
                known_scopes = sorted({*scopes_of(known_destinations), EVERY_DESTINATION})
                for scope in scopes:
                    if scope not in known_scopes:
                        yield scope.mark, _no_destination(scope, known_scopes)
            case ReachedDestination(mark=mark, name=str(name)) if name not in known_destinations:
                yield mark, _no_destination(name, known_destinations)


def _no_destination(name: str, known: list[str]) -> Message:
    return message(
        "expected-destination-unknown",
        "the line has no destination '{name}'{near}",
        name=name,
        near=suggest(name, known) or _listed(known),
    )


def _closed(scopes: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{scope} ({hours} h)" for scope, hours in scopes) or phrase("nothing")


def _error(code: str | None) -> str:
    return phrase("no error") if code is None else phrase("error {code}", code=code)


def _warnings(numbers_of: Iterable[int]) -> str:
    numbers = sorted(set(numbers_of))
    if not numbers:
        return phrase("no warnings")
    codes = ", ".join(str(number) for number in numbers)
    return counted("the warning {codes}", "the warnings {codes}", len(numbers), codes=codes)


def _sent(destination: str | None) -> str:
    return phrase("sent nowhere") if destination is None else phrase("sent to {destination}", destination=destination)


def _place(mark: Mark) -> str:
    return f"{mark.file}:{mark.line}"


def _listed(names: list[str]) -> str:
    return phrase(" (it has: {known})", known=", ".join(names))
