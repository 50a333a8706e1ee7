"""A call script is one rehearsed call as a tester wrote it, every value with its place.

A file holds one script or several, separated by ``---``; JSON is YAML and serves too. Values stay the text that was
written until they are typed here, so that a mistake is told at its line and column, and all mistakes in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.errors import ScriptError, TargetError
from ivr.replay.addresses import parse_address
from ivr.replay.carriers import CarrierChanges, read_carrier
from ivr.replay.documents import Document, documents_of, read_documents
from ivr.replay.expectations import Expectation
from ivr.replay.expecting import read_expectations
from ivr.replay.heard_prompts import PromptsOf
from ivr.replay.journey import Journey, read_journey
from ivr.replay.manners.manner import Manner
from ivr.replay.relay_settings import read_relay
from ivr.replay.steps import ScriptPrompts, read_steps
from ivr.replay.text_fates import read_text_fates
from ivr.simulator.phones import steps
from ivr.simulator.phones.steps import Step
from ivr.simulator.rest.account import AccountSeed
from ivr.simulator.rest.callee_reading import read_callees
from ivr.simulator.rest.callees import CalleeBehaviour
from ivr.simulator.rest.seed import read_seed_beside
from ivr.simulator.texts.account_texts import TextFate
from ivr.source.diagnostics import MOST, Diagnostic, Diagnostics, Mark, TooManyDiagnosticsError, bounded
from ivr.source.fields import Fields, suggest
from ivr.source.files_beside import folder_beside
from ivr.source.yaml import Mapping, Text
from value_class import value_class
from wording import message, phrase

if TYPE_CHECKING:
    from data.fixtures import Fixtures

ENDING = ".call.yaml"
"""What the name of a file of call scripts ends in."""

DEFAULT_FROM = "+5511987650000"
"""Who calls where a script does not say."""

DEFAULT_AT = datetime(2026, 3, 10, 10, 0)  # noqa: DTZ001 - the line's own zone is added when the call is placed
"""When a call comes in where a script does not say: a Tuesday on which every destination is open."""

FORMER_KEY = "world"
"""What ``fixtures`` were called in scripts until November 2026; scripts of then are read for ever."""


@value_class
class Script:
    """A script says who calls when, what the people in the call do, and how it is expected to go.

    ``number`` is its place among the scripts of its file, from 1. ``at`` is the line's local time (naive). ``fixtures``
    are what differs from the demo data, and ``written_fixtures`` the text of the same, to be recorded with the call.
    ``callees`` are who picks up by number, where the application makes calls of its own, ``texts`` what becomes of
    those that it sends, and ``seed`` is what its account has. ``manner`` is how the caller goes about it (None: as it
    is written); a script that is to be played ``as_written`` is played in no other way. ``keep_sound`` is the folder in
    which what is heard of media streams is kept.
    """

    title: str | None
    mark: Mark
    number: int
    line: str
    from_: str
    at: datetime
    fixtures: Fixtures | None
    written_fixtures: Mapping | None
    carrier: CarrierChanges
    steps: tuple[Step, ...]
    expectations: tuple[Expectation, ...]
    journey: Journey | None = None
    callees: dict[str, CalleeBehaviour] = field(default_factory=dict)
    seed: AccountSeed | None = None
    texts: dict[str, TextFate] = field(default_factory=dict)
    as_written: bool = False
    manner: Manner | None = None
    keep_sound: Path | None = None

    @property
    def expected(self) -> tuple[Expectation, ...]:
        """Return the expectations that must hold in the manner in which the script is played."""
        manner = self.manner
        return tuple(each for each in self.expectations if manner is None or manner.asks(each))

    @property
    def has_no_call(self) -> bool:
        """Return whether its people only text, so that there is no call: the target is asked what to do with texts.

        Where a webhook for texts is written beside the target, there is a call.
        """
        texts = all(isinstance(step, steps.Sms | steps.Texted) for step in self.steps)
        return bool(self.steps) and texts and self.carrier.messaging is None

    @property
    def where(self) -> str:
        """Return ``file:line`` of the script's first key."""
        return f"{self.mark.file}:{self.mark.line}"

    def told(self, failure: str, key: str) -> str:
        """Return ``failure`` with the place of a written script, and the ``key`` under expect: that names it."""
        if self.title is None:
            return failure
        told = phrase("{where}: {what}", where=self.where, what=failure)
        return phrase("{told} A script that wants this writes expect: {{{key}}}", told=told, key=key) if key else told


@value_class
class BadScript:
    """A script that cannot be played, and why; ``title`` and ``target`` as far as they could be read.

    ``waits`` is true where nothing is wrong with the script itself, and the faults of its line were told with another.
    """

    file: str
    line: int
    title: str | None
    target: str | None
    diagnostics: tuple[Diagnostic, ...]
    waits: bool = False

    @classmethod
    def of(cls, script: Script, diagnostics: Iterable[Diagnostic], *, waits: bool = False) -> BadScript:
        """Make a BadScript of ``script``, which could be read, but not be played."""
        return cls(script.mark.file, script.mark.line, script.title, script.line, tuple(diagnostics), waits)


def improvised(line: str) -> Script:
    """Return the script of a call to ``line`` that has no file and no steps."""
    nowhere = Mark("terminal", 1, 1)
    return Script(None, nowhere, 1, line, DEFAULT_FROM, DEFAULT_AT, None, None, CarrierChanges(), (), ())


def played_in(manner: type[Manner], scripts: Iterable[Script]) -> Iterator[Script]:
    """Yield each script once for each call that ``manner`` makes of it; those to be played as written are left out."""
    for script in scripts:
        for one in () if script.as_written else manner.of(script.steps):
            yield replace(script, title=f"{script.title} ({one.title})", manner=one)


def find_scripts(paths: Iterable[Path], endings: tuple[str, ...] = (ENDING,)) -> list[Path]:
    """Return the files of call scripts at and below ``paths``, each once, sorted below each path.

    Raises TargetError for a path that does not exist and for a file that is not named ``*.call.yaml``, or as another
    of the ``endings`` says.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            below = (each for ending in endings for each in path.rglob(f"*{ending}"))
            found.update(dict.fromkeys(sorted(below)))
        elif not path.exists():
            raise TargetError(
                message(
                    "script-file-missing",
                    "{path} does not exist; give a file named *{ending} or a folder that holds some",
                    path=path,
                    ending=ENDING,
                )
            )
        elif path.name.endswith(endings):
            found[path] = None
        else:
            raise TargetError(
                message(
                    "script-file-misnamed",
                    "{path} is not named *{ending}; rename it, or play it with: ivr call --script {path}",
                    path=path,
                    ending=ENDING,
                )
            )
    return list(found)


@value_class
class ScriptLines:
    """The lines that scripts may call: ``flows`` holds a folder for each of ``names`` (None: any name will do).

    A script that names no line calls the one in whose folder it lies, and ``default`` outside of ``flows`` (None:
    wherever it lies). Its steps may name what ``prompts`` knows of that line; None: no prompt has a name.
    """

    flows: Path | None
    names: Collection[str] | None
    default: str
    prompts: PromptsOf | None = None

    def of(self, path: Path) -> str:
        """Return the line that the scripts at ``path`` call by themselves."""
        if self.flows is None:
            return self.default
        try:
            below = path.resolve().relative_to(self.flows.resolve()).parts
        except (ValueError, RuntimeError):  # a link that leads to itself is in no folder
            return self.default
        return below[0] if len(below) > 1 else self.default


def read_scripts(paths: Iterable[Path], lines: ScriptLines) -> list[Script]:
    """Read every script in the files at ``paths``; ScriptError with the diagnostics of all files where there is any."""
    scripts, bad = read_all(paths, lines)
    if bad:
        raise ScriptError(bounded(sorted(diagnostic for each in bad for diagnostic in each.diagnostics), MOST))
    return scripts


@value_class
class ScriptReader:
    """Reads one document by ``read``, which is told its place among those of its file, and the line that it calls by
    itself; the title stands behind the key ``title``, and faults name the document by ``owner``.
    """

    title: str
    owner: str
    read: Callable[[Fields, int, str, ScriptLines], Script]


def read_all(
    paths: Iterable[Path], lines: ScriptLines, reader_of: Callable[[Path], ScriptReader] | None = None
) -> tuple[list[Script], list[BadScript]]:
    """Read every script in the files at ``paths``, and those that cannot be used: a bad one keeps no other back.

    ``reader_of`` gives what reads the documents of a file, where some hold other than calls.
    """
    scripts: list[Script] = []
    bad: list[BadScript] = []
    for path in paths:
        reader = reader_of(path) if reader_of else SCRIPT_READER
        for each in _read(read_documents(path), path, lines, reader):
            if isinstance(each, Script):
                scripts.append(each)
            else:
                bad.append(each)
    return scripts, bad


def read_written(written: bytes, path: Path, lines: ScriptLines) -> Iterator[Script | BadScript]:
    """Yield every script of a file that holds ``written``, in its order; ``path`` is where it stands, or stood."""
    return _read(documents_of(written, str(path)), path, lines, SCRIPT_READER)


def _read(
    documents: Iterable[Document], path: Path, lines: ScriptLines, reader: ScriptReader
) -> Iterator[Script | BadScript]:
    told, by_itself = 0, lines.of(path)
    for number, (document, found) in enumerate(documents, start=1):
        diagnostics = Diagnostics(most=max(MOST - told, 0))
        owner = reader.owner
        fields = Fields.of(document, owner, Diagnostics(), Mark(str(path), 1, 1))
        script: Script | None = None
        try:
            for diagnostic in found:
                diagnostics.error(diagnostic.mark, diagnostic.message)
            if document is not None:
                fields = Fields.of(document, owner, diagnostics, fields.mark)
                script = reader.read(fields, number, by_itself, lines)
        except TooManyDiagnosticsError:
            pass  # enough was told of this file
        if script and not diagnostics.errors:
            yield script
        else:
            line = fields.mapping.get("line")
            target = line if isinstance(line, Text) else by_itself
            title = fields.mapping.get(reader.title)
            told += len(diagnostics.errors)
            yield BadScript(
                str(path),
                fields.mark.line,
                title if isinstance(title, Text) else None,
                target,
                tuple(sorted(diagnostics.errors)),
            )
            if told > MOST:
                return


def read_script(fields: Fields, number: int, default_line: str, lines: ScriptLines) -> Script:
    """Read one script, the ``number``-th of its file; what is wrong goes to the diagnostics of ``fields``."""
    diagnostics = fields.diagnostics
    title = fields.text("call", required=True)
    line, prompts = read_line(fields, default_line, lines)
    carrier = fields.mapping_of("carrier")
    expect = fields.mapping_of("expect")
    fixtures = fields.mapping_of(FORMER_KEY if fields.has(FORMER_KEY) and not fields.has("fixtures") else "fixtures")
    steps = read_steps(fields.items("steps"), diagnostics, prompts)
    from_client = (fields.text("from") or "").startswith("client:")
    script = Script(
        title=title,
        mark=fields.mark,
        number=number,
        line=line,
        from_=fields.parsed("from", parse_address) or DEFAULT_FROM,
        at=fields.parsed("at", parse_moment) or DEFAULT_AT,
        fixtures=read_stored_things(fixtures, diagnostics) if fixtures else None,
        written_fixtures=fixtures,
        carrier=replace(
            read_carrier(Fields(carrier, "'carrier'", diagnostics), from_client=from_client)
            if carrier
            else CarrierChanges(),
            relay=read_relay(fields),
        ),
        steps=steps,
        expectations=read_expectations(Fields(expect, "'expect'", diagnostics)) if expect else (),
        journey=read_journey(fields, steps),
        callees=read_callees(fields),
        seed=read_seed_beside(fields),
        texts=read_text_fates(fields),
        as_written=fields.flag("as_written", default=False),
        keep_sound=folder_beside(fields.text("keep_sound"), fields.mark.file),
    )
    fields.finish()
    if told := _webhook_missing(script):
        diagnostics.error(*told)
    return script


def read_stored_things(written: Mapping, diagnostics: Diagnostics) -> Fixtures:
    """Read what differs from the demo data; what is wrong goes to ``diagnostics``."""
    # What is stored of customers is loaded for the scripts that have some: others rehearse apps that have no database.
    from ivr.replay.fixtures import read_fixtures

    return read_fixtures(Fields(written, "'fixtures'", diagnostics, hides_keys=True))


def _webhook_missing(script: Script) -> tuple[Mark, str] | None:
    """The place of a text that nobody would be asked about, and what to do."""
    sms = next((step for step in script.steps if isinstance(step, steps.Sms)), None)
    if sms is None or script.has_no_call or script.carrier.messaging:
        return None
    file, _, line = sms.where.rpartition(":")
    told = message(
        "sms-without-webhook",
        "a text is sent in a call, and nothing says where the application is told of it; write carrier: messaging:"
        " url: and its address",
    )
    return Mark(file, int(line), 1), told


def read_line(fields: Fields, default_line: str, lines: ScriptLines) -> tuple[str, ScriptPrompts]:
    """Read which line is called, and return it with the prompts that steps may name."""
    line = fields.text("line") or default_line
    is_known = lines.names is None or line in lines.names
    if lines.names is not None and not is_known:
        hint = suggest(line, lines.names) or phrase(" (there are: {known})", known=", ".join(lines.names))
        told = message("script-line-unknown", "there is no line '{line}'{near}", line=line, near=hint)
        fields.diagnostics.error(fields.mark_of("line"), told)
    return line, ScriptPrompts(line, lines.prompts if is_known else lambda _: None)


def parse_moment(text: str) -> datetime:
    """Read the local date and time of ``text``, naive; ValueError with the form to write otherwise."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?", text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(
                message("script-moment-impossible", "'{text}' is no date and time that exists", text=text)
            ) from None
    raise ValueError(
        message(
            "script-moment-malformed", "write the line's local time, such as 2026-03-10T10:00, not '{text}'", text=text
        )
    )


SCRIPT_READER = ScriptReader("call", phrase("the call script"), read_script)
"""Reads a call script."""
