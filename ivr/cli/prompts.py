"""``ivr prompts`` renders a line's prompts, and gives them to who records or translates them, as a sheet."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ivr.cli.lines import flows_folder, folder_of
from ivr.cli.new_file import NewFile, force_option
from ivr.cli.terminal import progress
from wording import counted, phrase


@click.group()
def prompts() -> None:
    """Render a line's prompts as recordings; export and import them as a sheet."""


def _texts(texts: Sequence[str]) -> Iterator[str]:
    """Each text to be rendered, told before, with what is left of them shown."""
    with progress(len(texts), phrase("rendering")) as shown:
        for text in texts:
            shown.echo(text, err=True)
            yield text
            shown.advance()


@prompts.command(short_help="Render the clips that are missing or changed.")
@click.argument("lines", nargs=-1, metavar="[LINE]...")
@click.option("--again", is_flag=True, help="Render every clip, also those that are there.")
@click.option(
    "--python",
    metavar="FILE",
    help="The Python that has the extra 'voice'.  [default: this one, or that of .voice where 'make voice' made it]",
)
def voice(lines: tuple[str, ...], again: bool, python: str | None) -> None:
    """Render what the recorded voice of each LINE lacks (default: every line), into its folder audio/.

    A clip is rendered where its text, its voice or the engine is another than before. What a line does not say any
    more is deleted. Recordings of your own stay as they are.
    """
    from ivr.channels import RULES
    from ivr.flow.folder import line_names, load_line
    from ivr.studio.render import render_line
    from ivr.studio.speech_engine import SpeechEngine, missing_packages, require_voice

    flows = flows_folder()
    folders = [folder_of(name, flows) for name in lines or line_names(flows)]
    loaded = [(folder, load_line(folder, rules=RULES, audio=b"")) for folder in folders]
    made = Path(".voice/bin/python")
    interpreter = python or (str(made) if made.is_file() and missing_packages(sys.executable) else sys.executable)
    require_voice(interpreter)
    with SpeechEngine(interpreter) as engine:
        for folder, line in loaded:
            done = render_line(folder, line, engine.speak, _texts, again=again)
            click.echo(f"{line.name}: {done.clips} clips, {done.rendered} rendered, {done.deleted} deleted")


@prompts.command(short_help="Write the prompts as a CSV file, for a studio or a translator.")
@click.argument("line", metavar="LINE")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="The file.  [default: standard output]")
@force_option
def export(line: str, out: Path | None, force: bool) -> None:
    """Write the prompts of LINE as CSV: name, text, file (its own recording) and seconds (of what is played for it)."""
    from ivr.channels import RULES
    from ivr.flow.folder import load_line
    from ivr.studio.prompt_sheet import write_sheet

    file = NewFile(out, "--out", force) if out else None
    sheet = write_sheet(load_line(folder_of(line, flows_folder()), rules=RULES))
    if file:
        file.write(sheet.encode("utf-8-sig"))  # a spreadsheet takes a file without the mark for Windows-1252
    else:
        click.echo(sheet, nl=False)


@prompts.command(name="import", short_help="Take texts and recordings from a CSV file.")
@click.argument("line", metavar="LINE")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option(
    "--recordings",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where the recordings stand that the column 'file' names.  [default: beside FILE.csv]",
)
@click.pass_context
def import_(context: click.Context, line: str, file: Path, recordings: Path | None) -> None:
    """Put what FILE.csv changes into the prompts of LINE: the columns name and, where wanted, text and file.

    A text is exchanged in its place, with the comments around it; a recording is copied into the line's folder. Nothing
    is written where a row is wrong or the line would be faulty: each fault is told, and the exit code is 1.
    """
    from data.sheet import read_sheet
    from ivr.channels import RULES
    from ivr.cli.language import tell
    from ivr.flow.folder import load_line
    from ivr.studio.prompt_sheet import COLUMNS, SheetError, put_sheet

    folder = folder_of(line, flows_folder())
    sheet = read_sheet(file)
    if sheet.columns:
        sheet.expect(COLUMNS[:1], COLUMNS[1:])
    try:
        done = put_sheet(folder, load_line(folder, rules=RULES), sheet, recordings or file.parent, RULES)
    except SheetError as error:
        for problem in error.problems:
            tell(problem, err=True)
        context.exit(1)
    told = phrase(
        "{line}: {texts}, {recordings}",
        line=line,
        texts=counted("{number} text changed", "{number} texts changed", len(done.reworded)),
        recordings=counted("{number} recording changed", "{number} recordings changed", len(done.recorded)),
    )
    tell(told)
    if done.reworded:
        tell(phrase("'ivr prompts voice' renders what was reworded; until then those answers are said"), err=True)
