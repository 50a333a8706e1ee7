"""``ivr completion`` prints the script with which a shell completes the words of ``ivr``."""

from __future__ import annotations

import click

VARIABLE = "_IVR_COMPLETE"
"""Set by the script while it asks ``ivr`` for words; click reads it."""


@click.command(short_help="Print the script with which a shell completes ivr's words.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script with which SHELL completes commands, options, lines, desks, names and paths.

    \b
    bash:  eval "$(ivr completion bash)"      in ~/.bashrc (bash 4.4 or newer)
    zsh:   eval "$(ivr completion zsh)"       in ~/.zshrc, after compinit
    fish:  ivr completion fish > ~/.config/fish/completions/ivr.fish
    """
    from click.shell_completion import get_completion_class

    from ivr.cli import ivr

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"click knows no completion for {shell}")
    script = found(ivr, {}, "ivr", VARIABLE)
    # Without the look at the version of a bash that is on the path: it need not be the one that reads this.
    click.echo(script.source_template % script.source_vars())
