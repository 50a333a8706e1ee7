"""A line's folder below ``flows/``: its three files, read, checked and made into a Line."""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ivr.errors import FlowError, TargetError
from ivr.flow.audio_folder import digest_of, read_audio
from ivr.flow.checks import Rule, check_rules
from ivr.flow.clips import Clips
from ivr.flow.header import read_header
from ivr.flow.line import Line
from ivr.flow.nodes import READERS, Defaults, Node
from ivr.flow.prompts import read_prompts
from ivr.flow.routing_file import read_routing
from ivr.flow.sections import lacking
from ivr.source.diagnostics import MOST, Diagnostic, Diagnostics, Mark, TooManyDiagnosticsError
from ivr.source.fields import Fields, suggest
from ivr.source.yaml import Mapping, Text, contents, decode
from wording import message, phrase

MENU = "menu.yaml"
ROUTING = "routing.yaml"
FILES = phrase("menu.yaml, routing.yaml and prompts.LANGUAGE.yaml, of the menu's language")

_STATE_NAME = re.compile(r"[a-z0-9]+(?:[-._][a-z0-9]+)*")


def line_folder(flows: Path, name: str) -> Path:
    """The folder of the line ``name``; TargetError where there is none, with the lines that there are."""
    known = line_names(flows)
    if name in known:
        return flows / name
    there = (
        phrase("the lines are: {known}", known=", ".join(known))
        if known
        else phrase("there is none below {flows}/; ivr new NAME makes one", flows=flows)
    )
    raise TargetError(
        message(
            "no-such-line",
            "there is no line '{name}'{near} ({there})",
            name=name,
            near=suggest(name, known),
            there=there,
        )
    )


def line_names(flows: Path) -> list[str]:
    """Every line below the folder ``flows``: each folder that holds a ``menu.yaml`` or a ``routing.yaml``.

    It is one whatever that file is, and even where it cannot be read: callers would be the first to miss a line that is
    passed over in silence.
    """
    if not flows.is_dir():
        return []
    return sorted(folder.name for folder in flows.iterdir() if any(_holds(folder, file) for file in (MENU, ROUTING)))


def _holds(folder: Path, file: str) -> bool:
    try:
        (folder / file).lstat()
    except OSError as error:
        return error.errno not in {errno.ENOENT, errno.ENOTDIR}
    return True


def check_numbers(flows: Path) -> list[Diagnostic]:
    """A fault for each line below ``flows`` that has the number of another one: a call could only come to one."""
    taken: dict[str, str] = {}
    found = []
    for name in line_names(flows):
        menu = _root(flows / name, MENU, flows / name, Diagnostics(), hashlib.sha256())
        header = menu.get("line") if menu else None
        number = header.get("number") if isinstance(header, Mapping) else None
        if not isinstance(number, Text):
            continue
        if number in taken:
            other = taken[number]
            told = message(
                "number-of-another-line",
                "'{number}' is the number of the line '{other}' too; give each line a number of its own",
                number=number,
                other=other,
            )
            found.append(Diagnostic(number.mark, told))
        taken.setdefault(number, name)
    return found


def load_line(
    folder: Path, *, rules: Sequence[Rule] = (), audio: bytes | None = None, shown: Path | None = None
) -> Line:
    """The line in ``folder``. Raises FlowError with every fault of all its files; ``rules`` as in ``read_line``.

    With ``audio`` recordings may be missing or faulty: what cannot be played is said. It is the digest of those that
    the line had when its files were put where they are, and is part of its version. ``shown`` is where people know the
    files, which a copy of them is read for: faults and places name it.
    """
    line, diagnostics = read_line(folder, rules=rules, advise=False, audio=audio, shown=shown)
    if line is None or diagnostics.errors:
        raise FlowError(sorted(diagnostics.errors))
    return line


def read_line(
    folder: Path,
    now: datetime | None = None,
    *,
    rules: Sequence[Rule] = (),
    advise: bool = True,
    audio: bytes | None = None,
    shown: Path | None = None,
) -> tuple[Line | None, Diagnostics]:
    """The line in ``folder`` where its files can be read at all, and what is wrong with it.

    With ``now`` (aware) the two years to come are looked at as well. ``rules`` are those of the channels that the line
    is for: what a menu knows nothing of, such as how large an answer the carrier takes. Without ``advise`` only what
    keeps the line from being used is looked for. ``audio`` and ``shown`` as in ``load_line``.

    What one fault hides is not told as a fault of its own: a state that cannot be read is not missing. Where there are
    very many the reading ends.
    """
    diagnostics = Diagnostics(most=MOST)
    try:
        return _read(folder, now, diagnostics, rules, shown or folder, audio, advise=advise), diagnostics
    except TooManyDiagnosticsError:
        return None, diagnostics


def _read(
    folder: Path,
    now: datetime | None,
    diagnostics: Diagnostics,
    rules: Sequence[Rule],
    shown: Path,
    audio: bytes | None = None,
    *,
    advise: bool,
) -> Line | None:
    digest = hashlib.sha256()
    menu = _root(folder, MENU, shown, diagnostics, digest)
    if menu is None:
        return None
    header_root = menu.get("line")
    if lacking(menu, "menu", diagnostics) and not (isinstance(header_root, Mapping) and header_root.entries):
        return None
    whole = not diagnostics.errors
    fields = Fields(menu, phrase("the menu file"), diagnostics)
    header, defaults = read_header(fields, diagnostics)
    states, unread = read_states(fields, defaults, diagnostics) if whole else ({}, frozenset[str]())
    if whole:
        fields.finish()
    if header is None:
        return None
    prompts_root = _root(folder, f"prompts.{header.language}.yaml", shown, diagnostics, digest)
    routing_root = _root(folder, ROUTING, shown, diagnostics, digest)
    if prompts_root and lacking(prompts_root, "prompts", diagnostics):
        prompts_root = None
    if routing_root and lacking(routing_root, "routing", diagnostics):
        routing_root = None
    prompts = read_prompts(prompts_root, header.language, header.zone, diagnostics) if prompts_root else None
    routing = read_routing(routing_root, header.zone, diagnostics) if routing_root else None
    if prompts is None or routing is None or not whole:
        return None
    told = diagnostics if audio is None else Diagnostics()
    clips = read_audio(folder, prompts, told, shown) if header.recorded else Clips()
    digest.update(digest_of(clips) if audio is None else audio)
    line = Line(shown.name, digest.hexdigest()[:12], header, states, prompts, routing, unread, clips)
    since = now.astimezone(header.zone).date() if now else None
    check_rules(line, diagnostics, since, rules, advise=advise)
    return line


def check_line(folder: Path, now: datetime | None = None, *, rules: Sequence[Rule] = ()) -> Diagnostics:
    """The faults and warnings of the line in ``folder``, each list in the order of the files.

    ``now`` and ``rules`` as above.
    """
    _, diagnostics = read_line(folder, now, rules=rules)
    diagnostics.errors.sort()
    diagnostics.warnings.sort()
    return diagnostics


def _root(folder: Path, file: str, shown: Path, diagnostics: Diagnostics, digest: hashlib._Hash) -> Mapping | None:
    """The one mapping of a file, which faults name below ``shown``."""
    named = str(shown / file)
    start = Mark(named, 1, 1)
    written = contents(
        folder / file,
        diagnostics,
        named,
        missing=message("file-missing", "there is no such file; a line has {files}", files=FILES),
    )
    if written is None:
        return None
    before = len(diagnostics.errors)
    documents = decode(written, named, diagnostics)
    if len(diagnostics.errors) > before:
        return None
    if not documents:
        diagnostics.error(start, message("file-empty", "the file is empty; it must hold one mapping of keys to values"))
        return None
    if len(documents) > 1:
        diagnostics.error(
            documents[1].mark,
            message("second-document", "a second document begins here; delete the line '---' above it"),
        )
        return None
    (root,) = documents
    if not isinstance(root, Mapping):
        diagnostics.error(root.mark, message("file-is-no-mapping", "the file must hold one mapping of keys to values"))
        return None
    digest.update(written)
    return root


def read_states(fields: Fields, defaults: Defaults, diagnostics: Diagnostics) -> tuple[dict[str, Node], frozenset[str]]:
    """The states that can be read, and the names of those that cannot."""
    states: dict[str, Node] = {}
    unread: set[str] = set()
    written = fields.mapping_of("states", required=True)
    for name, mark, value in written.items() if written else ():
        unread.add(name)
        if not _STATE_NAME.fullmatch(name):
            diagnostics.error(
                mark,
                message(
                    "state-name-malformed",
                    "'{name}' is no name of a state; use small letters, digits and - . _ between them",
                    name=name,
                ),
            )
            continue
        owner = phrase("state '{name}'", name=name)
        kinds = Fields.of(value, owner, diagnostics, mark)
        if not isinstance(value, Mapping) or len(value.entries) != 1:
            if isinstance(value, Mapping):
                diagnostics.error(
                    mark,
                    message(
                        "state-of-no-kind",
                        "{owner} must be of exactly one kind ({kinds})",
                        owner=owner,
                        kinds=", ".join(READERS),
                    ),
                )
            continue
        ((kind, kind_mark, body),) = kinds.mapping.items()
        reader = READERS.get(kind)
        if reader is None:
            diagnostics.error(
                kind_mark,
                message(
                    "state-kind-unknown",
                    "{owner} is of unknown kind '{kind}'{near} (one of: {kinds})",
                    owner=owner,
                    kind=kind,
                    near=suggest(kind, READERS),
                    kinds=", ".join(READERS),
                ),
            )
            continue
        node = reader(name, Fields.of(body, owner, diagnostics, kind_mark), defaults)
        if node:
            states[name] = node
            unread.discard(name)
    return states, frozenset(unread)
