"""An expectation of a call script compares one thing with how the call went, and says what came instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ivr.replay.call_result import CallResult
from ivr.source.diagnostics import Mark
from ivr.source.fields import suggest
from ivr.source.yaml import Text
from wording import message, phrase

NONE = "none"

_UNTRACED = (
    "the answers of this webhook carry no {header} header; only our own lines send it, so take the expectation out"
)


@dataclass(frozen=True, slots=True)
class Ended:
    """``ended: completed`` expects the final call status."""

    mark: Mark
    status: str

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if result.status == self.status:
            return None
        return f"expected the call to end as {self.status}, but it ended as {result.status}"


@dataclass(frozen=True, slots=True)
class Error:
    """``error: 12100`` expects Twilio's number of what ended the call, or of what failed in it; or none."""

    mark: Mark
    code: str | None

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if result.error == self.code or self.code in {str(notice.code) for notice in result.failed}:
            return None
        return f"expected {_error(self.code)}, but the call had {_error(result.error)}"


@dataclass(frozen=True, slots=True)
class ReachedDestination:
    """``destination: suporte.vitrine`` expects where the router sent the call, or none."""

    mark: Mark
    name: str | None

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if not result.traced:
            return f"expected the call to be {_sent(self.name)}, but {_UNTRACED.format(header='X-IVR-Destination')}"
        if result.destination == self.name:
            return None
        return f"expected the call to be {_sent(self.name)}, but it was {_sent(result.destination)}"


@dataclass(frozen=True, slots=True)
class Visited:
    """``visited: [principal, senha]`` expects states to be entered in this order; others may lie between."""

    mark: Mark
    states: tuple[Text, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return the first state that did not come in its turn; None where all did."""
        expected = "expected the states " + " → ".join(self.states)
        if not result.traced:
            return f"{expected}, but {_UNTRACED.format(header='X-IVR-States')}"
        rest = iter(result.states)
        previous = None
        for state in self.states:
            if state not in rest:
                after = f" after '{previous}'" if previous else ""
                walked = " → ".join(result.states) or "none"
                return f"{expected}, but '{state}' was not entered{after} (entered: {walked})"
            previous = state
        return None


@dataclass(frozen=True, slots=True)
class Never:
    """``never: [cst]`` names states that must not be entered."""

    mark: Mark
    states: tuple[Text, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return the states that were entered all the same; None where none was."""
        expected = f"expected never to enter {', '.join(self.states)}"
        if not result.traced:
            return f"{expected}, but {_UNTRACED.format(header='X-IVR-States')}"
        entered = [name for name in self.states if name in result.states]
        if not entered:
            return None
        return f"{expected}, but {', '.join(entered)} was entered (entered: {' → '.join(result.states)})"


@dataclass(frozen=True, slots=True)
class Dialled:
    """``dialled: ["+551150900104"]`` expects every telephone that was rung, in this order; an empty list: none."""

    mark: Mark
    telephones: tuple[str, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if result.dialled == self.telephones:
            return None
        expected, rung = (", ".join(each) or "nobody" for each in (self.telephones, result.dialled))
        return f"expected the call to ring {expected}, but it rang {rung}"


@dataclass(frozen=True, slots=True)
class Requests:
    """``requests: 9`` expects the number of webhook requests for the call's documents, status callbacks left out."""

    mark: Mark
    number: int

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if result.requests == self.number:
            return None
        return f"expected {_plural(self.number, 'webhook request')}, but the call made {result.requests}"


@dataclass(frozen=True, slots=True)
class Warnings:
    """``warnings: [12200]`` expects Twilio's numbers of all that it would only warn of; an empty list: of nothing."""

    mark: Mark
    codes: tuple[int, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if set(result.warnings) == set(self.codes):
            return None
        return f"expected {_warnings(self.codes)}, but the call had {_warnings(result.warnings)}"


@dataclass(frozen=True, slots=True)
class Duration:
    """``duration: {least: 5, most: 60}`` expects seconds from the first ring to the end, on the call's clock."""

    mark: Mark
    least: float
    most: float | None

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if result.duration < self.least:
            return f"expected the call to last {self.least:g} s at least, but it lasted {result.duration:.1f} s"
        if self.most is not None and result.duration > self.most:
            return f"expected the call to last {self.most:g} s at most, but it lasted {result.duration:.1f} s"
        return None


@dataclass(frozen=True, slots=True)
class Unperformed:
    """``unperformed: [Pay]`` expects the verb, not simulated, at which the call was stopped; ``[]`` is none."""

    mark: Mark
    verbs: tuple[str, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if result.unperformed == self.verbs:
            return None
        expected, came = (", ".join(f"<{verb}>" for verb in each) for each in (self.verbs, result.unperformed))
        return f"expected the call to be stopped at {expected or 'no verb'}, but it was at {came or 'none'}"


@dataclass(frozen=True, slots=True)
class MadeCall:
    """A call that the application is to make through the API: to whom, and how it is to go."""

    mark: Mark
    to: str | None
    expectations: tuple[Expectation, ...]

    def unmet(self, result: CallResult) -> Iterator[str]:
        """Yield each thing that was expected of the call and did not hold."""
        if self.to is not None and result.to != self.to:
            yield f"{self.mark.file}:{self.mark.line}: expected a call to {self.to}, but it went to {result.to}"
        yield from unmet(self.expectations, result)


@dataclass(frozen=True, slots=True)
class Calls:
    """``calls: [{to: "+5511900000001", ended: busy}]`` expects the calls that the application made; an empty list:
    none.
    """

    mark: Mark
    calls: tuple[MadeCall, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if len(result.calls) == len(self.calls):
            pairs = zip(self.calls, result.calls, strict=True)
            return "\n".join(failure for expected, call in pairs for failure in expected.unmet(call)) or None
        made = ", ".join(f"to {call.to}" for call in result.calls) or "none"
        return f"expected the application to make {_plural(len(self.calls), 'call')}, but it made {made}"


Expectation = (
    Ended
    | Error
    | ReachedDestination
    | Visited
    | Never
    | Dialled
    | Requests
    | Warnings
    | Unperformed
    | Duration
    | Calls
)


def unmet(expectations: Iterable[Expectation], result: CallResult) -> Iterator[str]:
    """Yield each expectation that did not hold, as ``file:line: expected ..., but ...``."""
    for expectation in expectations:
        failure = expectation.unmet(result)
        if failure and isinstance(expectation, Calls) and len(expectation.calls) == len(result.calls):
            yield from failure.splitlines()  # each of its calls has told its own place
        elif failure:
            yield f"{expectation.mark.file}:{expectation.mark.line}: {failure}"


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
            case ReachedDestination(mark=mark, name=str(name)) if name not in known_destinations:
                hint = suggest(name, known_destinations)
                yield (
                    mark,
                    message(
                        "expected-destination-unknown",
                        "the line has no destination '{name}'{near}",
                        name=name,
                        near=hint or _listed(known_destinations),
                    ),
                )


def _error(code: str | None) -> str:
    return "no error" if code is None else f"error {code}"


def _warnings(codes: Iterable[int]) -> str:
    numbers = sorted(set(codes))
    if not numbers:
        return "no warnings"
    return f"the warning{'s' if len(numbers) > 1 else ''} {', '.join(str(number) for number in numbers)}"


def _sent(destination: str | None) -> str:
    return "sent nowhere" if destination is None else f"sent to {destination}"


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _listed(names: list[str]) -> str:
    return phrase(" (it has: {known})", known=", ".join(names))
