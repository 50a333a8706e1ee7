"""What a call script expects of its call, and what it says when the call went otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ivr.flow.faults import Mark
from ivr.flow.fields import Fields, suggest
from ivr.flow.yaml import Scalar
from ivr.replay.steps import parse_seconds

ENDINGS = ("completed", "busy", "no-answer", "failed", "canceled")
"""Twilio's final call statuses."""

NONE = "none"

_UNTRACED = (
    "the answers of this webhook carry no {header} header; only our own lines send it, so take the expectation out"
)


@dataclass(frozen=True, slots=True)
class Course:
    """How a call went, as far as expectations ask.

    ``warnings`` holds the vendor's number of each warning, ``duration`` is in seconds.
    ``states`` and ``destination`` come from our own lines' tracing headers; ``traced`` is False where no answer
    of the call carried one, which is so for everybody else's webhooks. ``dialled`` has each telephone rung, in order.
    """

    status: str
    error: str | None
    destination: str | None
    states: tuple[str, ...]
    requests: int
    warnings: tuple[int, ...]
    duration: float
    traced: bool
    dialled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """``ended: completed``: the final call status."""

    mark: Mark
    status: str

    def unmet(self, course: Course) -> str | None:
        """What was expected and what came instead; None where it held."""
        if course.status == self.status:
            return None
        return f"expected the call to end as {self.status}, but it ended as {course.status}"


@dataclass(frozen=True, slots=True)
class Error:
    """``error: 12100``: the vendor's error number, or none."""

    mark: Mark
    code: str | None

    def unmet(self, course: Course) -> str | None:
        """What was expected and what came instead; None where it held."""
        if course.error == self.code:
            return None
        return f"expected {_error(self.code)}, but the call had {_error(course.error)}"


@dataclass(frozen=True, slots=True)
class Destination:
    """``destination: suporte.vitrine``: where the router sent the call, or none."""

    mark: Mark
    name: str | None

    def unmet(self, course: Course) -> str | None:
        """What was expected and what came instead; None where it held."""
        if not course.traced:
            return f"expected the call to be {_sent(self.name)}, but {_UNTRACED.format(header='X-IVR-Destination')}"
        if course.destination == self.name:
            return None
        return f"expected the call to be {_sent(self.name)}, but it was {_sent(course.destination)}"


@dataclass(frozen=True, slots=True)
class Visited:
    """``visited: [principal, senha]``: states entered in this order; others may lie between."""

    mark: Mark
    states: tuple[Scalar, ...]

    def unmet(self, course: Course) -> str | None:
        """The first state that did not come in its turn; None where all did."""
        expected = "expected the states " + " → ".join(state.text for state in self.states)
        if not course.traced:
            return f"{expected}, but {_UNTRACED.format(header='X-IVR-States')}"
        rest = iter(course.states)
        previous = None
        for state in self.states:
            if state.text not in rest:
                after = f" after '{previous}'" if previous else ""
                walked = " → ".join(course.states) or "none"
                return f"{expected}, but '{state.text}' was not entered{after} (entered: {walked})"
            previous = state.text
        return None


@dataclass(frozen=True, slots=True)
class Never:
    """``never: [cst]``: states that must not be entered."""

    mark: Mark
    states: tuple[Scalar, ...]

    def unmet(self, course: Course) -> str | None:
        """The states that were entered all the same; None where none was."""
        names = [state.text for state in self.states]
        expected = f"expected never to enter {', '.join(names)}"
        if not course.traced:
            return f"{expected}, but {_UNTRACED.format(header='X-IVR-States')}"
        entered = [name for name in names if name in course.states]
        if not entered:
            return None
        return f"{expected}, but {', '.join(entered)} was entered (entered: {' → '.join(course.states)})"


@dataclass(frozen=True, slots=True)
class Dialled:
    """``dialled: ["+551150900104"]``: every telephone that was rung, in this order; an empty list: none."""

    mark: Mark
    telephones: tuple[str, ...]

    def unmet(self, course: Course) -> str | None:
        """What was expected and what came instead; None where it held."""
        if course.dialled == self.telephones:
            return None
        expected, rung = (", ".join(each) or "nobody" for each in (self.telephones, course.dialled))
        return f"expected the call to ring {expected}, but it rang {rung}"


@dataclass(frozen=True, slots=True)
class Requests:
    """``requests: 9``: webhook requests made for the call's documents, status callbacks left out."""

    mark: Mark
    number: int

    def unmet(self, course: Course) -> str | None:
        """What was expected and what came instead; None where it held."""
        if course.requests == self.number:
            return None
        return f"expected {_plural(self.number, 'webhook request')}, but the call made {course.requests}"


@dataclass(frozen=True, slots=True)
class Warnings:
    """``warnings: [12200]``: the vendor's numbers of all that it would only warn of; an empty list: of nothing."""

    mark: Mark
    codes: tuple[int, ...]

    def unmet(self, course: Course) -> str | None:
        """What was expected and what came instead; None where it held."""
        if set(course.warnings) == set(self.codes):
            return None
        return f"expected {_warnings(self.codes)}, but the call had {_warnings(course.warnings)}"


@dataclass(frozen=True, slots=True)
class Duration:
    """``duration: {least: 5, most: 60}``: seconds from the first ring to the end, on the call's clock."""

    mark: Mark
    least: float
    most: float | None

    def unmet(self, course: Course) -> str | None:
        """What was expected and what came instead; None where it held."""
        if course.duration < self.least:
            return f"expected the call to last {self.least:g} s at least, but it lasted {course.duration:.1f} s"
        if self.most is not None and course.duration > self.most:
            return f"expected the call to last {self.most:g} s at most, but it lasted {course.duration:.1f} s"
        return None


Expectation = Ended | Error | Destination | Visited | Never | Dialled | Requests | Warnings | Duration


def read_expectations(fields: Fields) -> tuple[Expectation, ...]:
    """The expectations under ``expect:``, in the order of this file; faults go to ``fields``."""
    found: list[Expectation] = []
    if status := fields.choice("ended", ENDINGS, default=""):
        found.append(Ended(fields.mark_of("ended"), status))
    if (code := fields.parsed("error", _code)) is not None:
        found.append(Error(fields.mark_of("error"), None if code == NONE else code))
    if (name := fields.text("destination")) is not None:
        found.append(Destination(fields.mark_of("destination"), None if name == NONE else name))
    if visited := fields.texts("visited"):
        found.append(Visited(fields.mark_of("visited"), visited))
    if never := fields.texts("never"):
        found.append(Never(fields.mark_of("never"), never))
    telephones = fields.texts("dialled")
    if fields.has("dialled"):
        found.append(Dialled(fields.mark_of("dialled"), tuple(telephone.text for telephone in telephones)))
    if (number := fields.parsed("requests", _number)) is not None:
        found.append(Requests(fields.mark_of("requests"), number))
    codes = [_warning(code, fields) for code in fields.texts("warnings")]
    if fields.has("warnings"):
        found.append(Warnings(fields.mark_of("warnings"), tuple(code for code in codes if code is not None)))
    if (duration := fields.mapping_of("duration")) is not None:
        found.append(_duration(Fields(duration, f"'duration' of {fields.owner}", fields.faults)))
    fields.finish()
    return tuple(found)


def unmet(expectations: Iterable[Expectation], course: Course) -> Iterator[str]:
    """Each expectation that did not hold, as ``file:line: expected ..., but ...``."""
    for expectation in expectations:
        failure = expectation.unmet(course)
        if failure:
            yield f"{expectation.mark.file}:{expectation.mark.line}: {failure}"


def unknown_names(
    expectations: Iterable[Expectation], states: Iterable[str], destinations: Iterable[str]
) -> Iterator[tuple[Mark, str]]:
    """Names that the line does not have: a ``never`` with a slip of the pen would hold for ever."""
    known_states, known_destinations = sorted(states), sorted(destinations)
    for expectation in expectations:
        match expectation:
            case Visited(states=named) | Never(states=named):
                for state in named:
                    if state.text not in known_states:
                        hint = suggest(state.text, known_states)
                        yield (
                            state.mark,
                            f"the line has no state '{state.text}'{hint or _listed(known_states)}",
                        )
            case Destination(mark=mark, name=str(name)) if name not in known_destinations:
                hint = suggest(name, known_destinations)
                yield mark, f"the line has no destination '{name}'{hint or _listed(known_destinations)}"


def _code(text: str) -> str:
    if text == NONE or re.fullmatch(r"[1-9][0-9]{4}", text):
        return text
    raise ValueError(f"write none or the vendor's five-digit error number, such as 12100, not '{text}'")


def _warning(written: Scalar, fields: Fields) -> int | None:
    if re.fullmatch(r"0|[1-9][0-9]{4}", written.text):
        return int(written.text)
    message = f"write the vendor's five-digit number of a warning, or 0 for what is not simulated, not '{written.text}'"
    fields.faults.error(written.mark, f"'warnings' of {fields.owner}: {message}")
    return None


def _duration(fields: Fields) -> Duration:
    least, most = fields.parsed("least", parse_seconds), fields.parsed("most", parse_seconds)
    fields.finish()
    if not fields.mapping.entries:
        fields.faults.error(fields.mark, f"{fields.owner} needs 'most' or 'least', in seconds")
    return Duration(fields.mark, least or 0.0, most)


def _number(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,6}", text):
        return int(text)
    raise ValueError(f"write a whole number, not '{text}'")


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
    return f" (it has: {', '.join(names)})"
