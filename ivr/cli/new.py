"""``ivr new`` makes a small line that works, to begin one's own with."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from ivr.cli.language import tell
from ivr.cli.schema import put_beside
from ivr.errors import TargetError
from wording import message, phrase, reason

TEMPLATE: Final = Path(__file__).parents[1] / "line_template"

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
_DEMO_NUMBERS: Final = tuple(f"+5511400300{last}" for last in range(16, 100))


@click.command(short_help="Make a new line, small and whole, to begin with.")
@click.argument("name")
@click.option("--number", metavar="+55...", help="The line's number (default: a free one for demonstration).")
def new(name: str, number: str | None) -> None:
    """Make the line NAME below flows/ (or IVR_FLOWS): a menu, prompts, desks with hours and three call scripts.

    It passes ivr check and ivr replay as it is; its files say what to change.
    """
    from ivr.channels import RULES
    from ivr.flow.folder import load_line

    if not _NAME.fullmatch(name):
        raise TargetError(
            message(
                "line-name-malformed",
                "'{name}' is no name of a line; use small letters and digits with - between them, at most 40",
                name=name[:60],
            )
        )
    flows = Path(os.environ.get("IVR_FLOWS") or "flows")
    folder = flows / name
    chosen = _number(number) if number is not None else None
    try:
        flows.mkdir(parents=True, exist_ok=True)
        with _alone(flows):
            if os.path.lexists(folder):
                raise TargetError(
                    message(
                        "line-is-there",
                        "{folder} is there already; choose another name, or delete it first",
                        folder=folder,
                    )
                )
            _write(folder, _free(flows, chosen))
            put_beside(flows)
    except OSError as error:
        raise TargetError(
            message(
                "line-not-made",
                "{folder} cannot be made: {why}; choose another IVR_FLOWS",
                folder=folder,
                why=error.strerror,
            )
        ) from None
    line = load_line(folder, rules=RULES)
    told = {"name": name, "folder": folder}
    tell(phrase("The line {name} is in {folder}/, and answers {number}.", number=line.header.number, **told))
    tell(
        phrase(
            "  its number      'number' in {file}: write that of your own, as Twilio gave it to you",
            file=folder / "menu.yaml",
        )
    )
    tell(phrase("  check it        ivr check {name}", **told))
    tell(phrase("  rehearse it     ivr replay {folder}", **told))
    tell(phrase("  call it         ivr call {name}", **told))
    tell(phrase("  answer it       ivr serve"))


def _number(written: str) -> str:
    from routing.destinations import parse_number

    try:
        return parse_number(written)
    except ValueError as error:
        raise click.BadParameter(reason(error), param_hint="'--number'") from None


@contextmanager
def _alone(flows: Path) -> Iterator[None]:
    """Let one process at a time choose a number."""
    handle = os.open(flows, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _free(flows: Path, chosen: str | None) -> str:
    """``chosen``, where no line has it yet, or the first number for demonstration that none has."""
    taken = _numbers(flows)
    if chosen is None:
        free = next((each for each in _DEMO_NUMBERS if each not in taken), None)
        if free is None:
            raise TargetError(
                message("no-number-left", "every number for demonstration is taken; give one with --number")
            )
        return free
    if chosen in taken:
        raise TargetError(
            message(
                "number-taken",
                "{number} is the number of the line '{line}' already; give another --number",
                number=chosen,
                line=taken[chosen],
            )
        )
    return chosen


def _numbers(flows: Path) -> dict[str, str]:
    """Number to line, of every menu that says one; whatever else is wrong with a menu is not told here."""
    found = {}
    for menu in sorted(flows.glob("*/menu.yaml")):
        try:
            text = menu.read_text(encoding="utf-8", errors="replace") if menu.is_file() else ""
        except OSError:
            continue
        written = re.search(r"^\s*number:\s*[\"']?(\+[0-9 ()-]+)", text, re.MULTILINE)
        if written:
            found["+" + re.sub(r"\D", "", written[1])] = menu.parent.name
    return found


def _write(folder: Path, number: str) -> None:
    """The whole line or nothing: a process that is killed leaves no half of one that the others would answer with."""
    beside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    made = beside / folder.name  # not itself below flows/, where a running server would take it for a line
    try:
        for source in sorted(TEMPLATE.rglob("*.yaml")):
            text = source.read_text(encoding="utf-8")
            for word, value in (("NUMERO", number), ("NOME", folder.name), ("PASTA", str(folder))):
                text = text.replace(word, value)
            target = made / source.relative_to(TEMPLATE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        made.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
