"""The ``ivr`` command imports a subcommand's module when it is called, so that ``ivr --help`` is instant."""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from ivr.errors import FlowError, IvrError, ScriptError, SeedError, SettingsError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

BAD_INPUT = 2
"""What was given cannot be used: a bad option, script, target or setting."""

INTERRUPTED = 130
"""Ctrl-C, as shells count it: 128 and the signal's number."""

LONGEST = 1000
"""Characters of a line that is told: a user who gives a longer name knows it."""

COLLECT_EVERY = 300_000
"""Objects between two looks for garbage while a command loads and works: more than are loaded, which stay. To look
through them at every 700th, as Python would, takes a seventh of a start, and at every 50,000th still a tenth."""

DEFECT = 70
"""Something of ours broke (EX_SOFTWARE of sysexits.h), so that no program takes it for a call that failed."""


class Entry(NamedTuple):
    """One line of the help: the module of a command, and what the command does."""

    module: str
    help: str


COMMANDS = {
    "serve": Entry(
        "ivr.cli.serve",
        "Answer calls: Twilio's webhooks on one port, pages and metrics on another, the customers' portal on a third.",
    ),
    "doctor": Entry("ivr.cli.doctor", "Look at a deployment before it goes live; nothing is changed."),
    "worker": Entry("ivr.cli.worker", "Do what acts by itself, apart from the server; or tell what is due."),
    "call": Entry("ivr.cli.call", "Telephone a line, or any TwiML webhook, from the terminal."),
    "text": Entry("ivr.cli.text", "Text an application, and see what it answers."),
    "replay": Entry("ivr.cli.replay", "Play call scripts in process, on a virtual clock."),
    "explore": Entry("ivr.cli.explore", "Write a call script for each way, outcome and time that none tries."),
    "mutate": Entry("ivr.cli.mutate", "Tell which changes of a line's menu no call script would notice."),
    "journeys": Entry("ivr.cli.journeys", "Tell how many seconds a line's callers are on the way."),
    "load": Entry("ivr.cli.load", "Have many simulated callers telephone a webhook."),
    "lint": Entry("ivr.cli.lint", "Check TwiML, in a file or from a URL, without a call."),
    "capture": Entry("ivr.cli.capture", "Record what passes between the carrier and an app, without anybody's data."),
    "conform": Entry("ivr.cli.conform", "Play captured calls on the simulator, and tell each difference."),
    "check": Entry("ivr.cli.check", "Tell every fault in a line's YAML."),
    "diff": Entry("ivr.cli.diff", "Tell in words what an edit changes in a line."),
    "where": Entry("ivr.cli.where", "Tell each place that names a state, prompt, desk or code."),
    "schema": Entry("ivr.cli.schema", "Write JSON Schemas of menus, prompts and scripts, for editors."),
    "new": Entry("ivr.cli.new", "Make a new line, small and whole, to begin with."),
    "prompts": Entry("ivr.cli.prompts", "Render a line's prompts as recordings."),
    "publish": Entry("ivr.cli.publish", "Let callers hear a line as its files are now, as a numbered version."),
    "whatif": Entry("ivr.cli.whatif", "Tell where the calls that came in would land on an edited line."),
    "draft": Entry("ivr.cli.draft", "Edit a line before it is published: pull, push, show, update, drop."),
    "versions": Entry("ivr.cli.versions", "Tell what was published of a line, or write a version out as a folder."),
    "rollback": Entry("ivr.cli.rollback", "Let callers hear a version that was published before."),
    "graph": Entry("ivr.cli.graph", "Draw a line's menu as a tree, a picture, Mermaid or dot."),
    "route": Entry("ivr.cli.route", "Tell where a call would go, and why."),
    "hours": Entry("ivr.cli.hours", "Draw when desks are open, on call and closed."),
    "staffing": Entry("ivr.cli.staffing", "Tell how many agents a desk needs, hour by hour."),
    "oncall": Entry("ivr.cli.oncall", "Tell who is on call, and until when."),
    "close": Entry("ivr.cli.closing", "Close a desk now, in an emergency."),
    "open": Entry("ivr.cli.closing", "Open a desk that was closed in an emergency."),
    "announce": Entry("ivr.cli.announce", "Tell callers something, from when and until when."),
    "agents": Entry("ivr.cli.agents", "Say who takes the calls that wait, and tell who is on duty."),
    "users": Entry("ivr.cli.users", "Say who may log in to the pages, and as what."),
    "audit": Entry("ivr.cli.audit", "Tell who of the staff did what, when and from where."),
    "staff": Entry("ivr.cli.staff", "Say who may close desks by telephone."),
    "accounts": Entry("ivr.cli.accounts", "List accounts locked by wrong passwords, or unlock one."),
    "calls": Entry("ivr.cli.calls", "List calls, or tell how one of them went, and why."),
    "report": Entry("ivr.cli.report", "Tell how a line did: destinations, agents, where callers left."),
    "billing": Entry("ivr.cli.billing", "Tell what is charged for tickets: minutes, price, amount, who pays."),
    "messages": Entry("ivr.cli.messages", "List the messages that callers left."),
    "recordings": Entry("ivr.cli.recordings", "List recorded talks, or find those of one call."),
    "tickets": Entry("ivr.cli.tickets", "List tickets; tell all of one, and why its forecast is so."),
    "callbacks": Entry("ivr.cli.callbacks", "List who wants to be called back; with --call, call them."),
    "outbox": Entry("ivr.cli.outbox", "List what is to be sent, or could not be; retry or drop it."),
    "alarms": Entry("ivr.cli.alarms", "List alarms that stand, and those that are over."),
    "data": Entry("ivr.cli.data", "Load companies, contacts and invoices."),
    "backup": Entry("ivr.cli.backup", "Write the database into one file, while calls go on."),
    "restore": Entry("ivr.cli.restore", "Put a backup in the place of the database."),
    "completion": Entry("ivr.cli.completion", "Print the script with which a shell completes ivr's words."),
    "purge": Entry("ivr.cli.purge", "Forget whose calls were, once their time is over."),
    "portal": Entry("ivr.cli.portal", "Let the administrator of a company into the customers' portal."),
    "privacy": Entry("ivr.cli.privacy", "Give a customer all their data, or erase it."),
}


class Commands(click.Group):
    """The group of the subcommands imports each of them only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return every name, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command called ``cmd_name``; None where there is none."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = importlib.import_module(entry.module)
        # What would hide a builtin has an underscore behind its name: open_.
        command: click.Command = getattr(module, cmd_name, None) or getattr(module, f"{cmd_name}_")
        from ivr.cli.language import add_option, require_known

        if ctx.resilient_parsing:
            from ivr.cli.completed_words import offer_words

            return offer_words(add_option(command))
        require_known(os.environ)
        return add_option(command)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the names of commands with what each does, out of the table: nothing is imported for them."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=each.help) for name, each in COMMANDS.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve as click does, but tell a mistyped name together with the nearest one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            from ivr.source.fields import suggest

            known = ", ".join(COMMANDS)
            ctx.fail(f"there is no command '{args[0]}'{suggest(args[0], COMMANDS)} (commands: {known})")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table itself, so that nothing is imported for a help page."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


@click.command(
    "ivr",
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="ivr-4003-0015", prog_name="ivr")
@click.pass_context
def ivr(context: click.Context) -> None:
    """Simulator and router for the voice line 4003-0015."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main() -> None:
    """Run the console script, and end the process with the command's exit code."""
    gc.set_threshold(COLLECT_EVERY)
    # A terminal whose encoding lacks a sign (•, é) shows '?' instead of failing.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    code = run(sys.argv[1:])
    # All of it goes with the process: to be looked through for garbage once more takes a fifth of a second.
    gc.freeze()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Do what ``arguments`` ask for and return the exit code; every failure is told in one line on stderr."""
    from ivr.cli.language import choose

    choose(None)
    try:
        code = ivr.main(args=list(arguments), prog_name="ivr", standalone_mode=False)
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        from ivr.cli.language import usage_fault

        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "ivr"
        _tell(f"{path}: {usage_fault(error)}")
        return BAD_INPUT
    except (FlowError, ScriptError, SeedError) as error:
        from ivr.cli.language import spoken
        from ivr.schema.examples import with_example

        for diagnostic in error.diagnostics:
            _tell(with_example(diagnostic).put(spoken))
        return BAD_INPUT
    except IvrError as error:
        from ivr.cli.language import spoken
        from wording import reason

        # Settings tell each fault in a line of its own; anything else may quote a name that holds line breaks.
        words = spoken(reason(error))
        for line in words.splitlines() if isinstance(error, SettingsError) else [words]:
            _tell(f"ivr: {line}")
        return BAD_INPUT
    except (OSError, ValueError) as error:
        told = _unusable_name(error)
        if told is None:
            return _tell_defect(error)
        _tell(f"ivr: {told}")
        return BAD_INPUT
    except ModuleNotFoundError as error:
        from ivr.cli.missing_part import missing_part

        told = missing_part(error)
        if told is None:
            return _tell_defect(error)
        _tell(f"ivr: {told}")
        return BAD_INPUT
    except Exception as error:
        return _tell_defect(error)
    finally:
        choose(None)  # the next command of this process speaks its own language
    return code if isinstance(code, int) else 0


def _unusable_name(error: OSError | ValueError) -> str | None:
    """What is wrong with a name that was given and that no file can have; None where the error is another one."""
    if isinstance(error, OSError) and error.errno in {errno.ENAMETOOLONG, errno.ELOOP} and error.filename:
        return f"'{error.filename}' is no name of a file: {error.strerror}; give the path of one that exists"
    if isinstance(error, ValueError) and "null byte" in str(error):
        return "a name that was given holds a NUL; give the path of a file"
    return None


def _tell_defect(error: Exception) -> int:
    if os.environ.get("IVR_TRACE"):
        traceback.print_exception(error)
    _tell(f"ivr: {_defect(error)}")
    return DEFECT


def _defect(error: Exception) -> str:
    """Where our code broke. The exception's text stays out: it may hold what a caller keyed."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_file()]
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return (
        f"a defect of ivr itself, not of what you gave it ({type(error).__name__}{place});"
        " run it again with IVR_TRACE=1 to see the traceback"
    )


def _tell(line: str) -> None:
    click.echo(one_line(line), err=True)


def one_line(text: str) -> str:
    """Return ``text`` in one line of a bearable length, however long or broken the names in it are."""
    line = "\\n".join(text.splitlines())
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} ... {line[-LONGEST // 2 :]}"
