"""``ivr check`` tells every fault in a line's YAML, in one pass."""

from __future__ import annotations

import click

from ivr.cli.lines import flows_folder, folder_of
from ivr.errors import TargetError


@click.command(short_help="Tell every fault in a line's YAML.")
@click.argument("lines", nargs=-1, metavar="[LINE]...")
@click.pass_context
def check(context: click.Context, lines: tuple[str, ...]) -> None:
    """Tell every fault in the YAML of each LINE (a name or a folder; default: every line).

    The two years to come are looked at too: a minute at which nobody is on call, say, is a fault.
    A fault is printed as FILE:LINE:COLUMN: MESSAGE; warnings follow. Exits 0 where there is no fault, else 1.
    """
    from ivr.channels import RULES
    from ivr.cli import clock
    from ivr.flow.folder import check_line, check_numbers, line_names

    flows = flows_folder()
    names = lines or tuple(line_names(flows))
    if not names:
        raise TargetError(
            f"there is no line below {flows}/; ivr new NAME makes one, or set IVR_FLOWS to where they are"
        )
    now = clock.now()
    checked = [check_line(folder_of(name, flows), now, rules=RULES) for name in names]
    errors = [diagnostic for diagnostics in checked for diagnostic in diagnostics.errors] + (
        [] if lines else check_numbers(flows)
    )
    warnings = [diagnostic for diagnostics in checked for diagnostic in diagnostics.warnings]
    for diagnostic in errors:
        click.echo(str(diagnostic))
    for diagnostic in warnings:
        click.echo(f"warning: {diagnostic}")
    told = (_count(len(checked), "line"), _count(len(errors), "fault"), _count(len(warnings), "warning"))
    click.echo("{} checked: {}, {}".format(*told))
    context.exit(1 if errors else 0)


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
