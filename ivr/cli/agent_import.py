"""``ivr agents import`` makes and changes agents by a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.agent_change import changing, lines_served
from ivr.cli.language import tell
from ivr.cli.stored import answering_line, line_option
from ivr.errors import TargetError
from wording import counted, phrase


@click.command("import", short_help="Make and change agents by a spreadsheet.")
@click.argument("file", type=click.Path(path_type=Path))
@line_option
@click.pass_context
def import_file(context: click.Context, file: Path, line_name: str) -> None:
    """Make and change the agents of a line by a CSV FILE with the columns login and telephone and, where wanted, name,
    hours and serves ("suporte 3; suporte.rm 5": all that the agent serves of the line). A login that no user has
    becomes one of role agent. Importing a file twice changes nothing; one bad row keeps all others out. Exits 1 then.
    """
    from ivr.call.agent_sheet import AgentSheet, import_agents

    line, lines, result = answering_line(line_name), lines_served(), AgentSheet()
    try:
        with changing("import agents") as change:
            result = import_agents(change.connection, file, line, lines, change.now, change.who)
            if result.faults:
                raise TargetError(result.faults[0])
            change.subject = f"{line.name}: {', '.join(result.rows)}"
    except TargetError:
        for fault in result.faults:
            tell(fault, err=True)
        context.exit(1)
    tell(
        phrase(
            "{file}: {agents}, {number} of them new",
            file=file,
            agents=counted("{number} agent", "{number} agents", len(result.rows)),
            number=len(result.agents),
        )
    )
    if result.users:
        tell(
            phrase(
                "new users, who choose a password with a code of ivr users reset NAME: {logins}",
                logins=", ".join(result.users),
            )
        )
