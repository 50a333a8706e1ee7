"""``ivr check`` tells every fault in a line's YAML, in one pass."""

from __future__ import annotations

import json

import click

from ivr.cli.language import spoken, tell
from ivr.cli.lines import flows_folder, folder_of
from ivr.errors import TargetError
from wording import counted, message, phrase


@click.command(short_help="Tell every fault in a line's YAML.")
@click.argument("lines", nargs=-1, metavar="[LINE]...")
@click.option("--json", "as_json", is_flag=True, help="One mistake a line (JSON Lines), with its code.")
@click.pass_context
def check(context: click.Context, lines: tuple[str, ...], as_json: bool) -> None:
    """Tell every fault in the YAML of each LINE (a name or a folder; default: every line).

    The two years to come are looked at too: a minute at which nobody is on call, say, is a fault.
    A fault is printed as FILE:LINE:COLUMN: MESSAGE; warnings follow. With --json each is an object with file, line,
    column, severity, code and message, which are the same in every language. Exits 0 where there is no fault, else 1.
    """
    from ivr.channels import RULES
    from ivr.cli import clock
    from ivr.flow.folder import check_line, check_numbers, line_names

    flows = flows_folder()
    names = lines or tuple(line_names(flows))
    if not names:
        raise TargetError(
            message(
                "no-line-at-all",
                "there is no line below {flows}/; ivr new NAME makes one, or set IVR_FLOWS to where they are",
                flows=flows,
            )
        )
    now = clock.now()
    checked = [check_line(folder_of(name, flows), now, rules=RULES) for name in names]
    errors = [diagnostic for diagnostics in checked for diagnostic in diagnostics.errors] + (
        [] if lines else check_numbers(flows)
    )
    warnings = [diagnostic for diagnostics in checked for diagnostic in diagnostics.warnings]
    if as_json:
        for severity, diagnostics in (("error", errors), ("warning", warnings)):
            for diagnostic in diagnostics:
                click.echo(json.dumps({"severity": severity, **diagnostic.as_dict()}, ensure_ascii=False))
        context.exit(1 if errors else 0)
    if errors:
        from ivr.schema.examples import with_example  # a sound line does not wait for it

        for diagnostic in errors:
            click.echo(with_example(diagnostic).put(spoken))
    for diagnostic in warnings:
        tell(phrase("warning: {fault}", fault=diagnostic.put(spoken)))
    tell(
        phrase(
            "{lines} checked: {faults}, {warnings}",
            lines=counted("{number} line", "{number} lines", len(checked)),
            faults=counted("{number} fault", "{number} faults", len(errors)) if errors else phrase("no faults"),
            warnings=counted("{number} warning", "{number} warnings", len(warnings))
            if warnings
            else phrase("no warnings"),
        )
    )
    context.exit(1 if errors else 0)
