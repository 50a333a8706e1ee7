"""``ivr prompts`` renders the prompts of a line with a voice of this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ivr.cli.lines import flows_folder, folder_of


@click.group()
def prompts() -> None:
    """Render a line's prompts as recordings."""


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
            done = render_line(folder, line, engine.speak, lambda text: click.echo(text, err=True), again=again)
            click.echo(f"{line.name}: {done.clips} clips, {done.rendered} rendered, {done.deleted} deleted")
