"""``ivr agents`` says who takes the calls that wait in queues: telephone, hours, destinations, and who is on duty."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from data.agent_states import AgentState
from ivr.cli import clock
from ivr.cli.agent_change import answering, changing, lines_served
from ivr.cli.agent_import import import_file
from ivr.cli.agent_tables import agent_as_json, show_agents, show_history, stretch_as_json, told_state
from ivr.cli.language import tell
from ivr.cli.stored import answering_line, line_option, open_readonly, settings_here
from ivr.errors import TargetError
from wording import counted, message, phrase, reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from data.agent_skills import Skill

login_argument = click.argument("login", metavar="NAME")
telephone_option = click.option(
    "--telephone", metavar="NUMBER|SIP", help="Which telephone rings: +5511..., or sip:rita@example.com."
)
hours_option = click.option(
    "--hours", metavar="HOURS", help='When this person works: "seg-sex 08:00-12:00, 13:30-18:00; sab 09:00-13:00".'
)


@click.group(invoke_without_command=True, short_help="Say who takes the calls that wait, and tell who is on duty.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def agents(context: click.Context, as_json: bool) -> None:
    """Agents: the state each is in and for how long, telephone, what each serves and how well (1 to 5), working hours.

    An agent is a user of role agent, or supervisor (ivr users add NAME --role agent). Every change is written to the
    audit (ivr audit).
    """
    if context.invoked_subcommand:
        return
    from data.agent_skills import skills_by_agent
    from data.agents import all_agents

    now = clock.now()
    with open_readonly(settings_here()) as database, database.reading() as connection:
        found, skills = all_agents(connection), skills_by_agent(connection)
    if as_json:
        for agent in found:
            click.echo(json.dumps(agent_as_json(agent, skills.get(agent.user_id, [])), ensure_ascii=False))
        return
    if not found:
        tell(phrase("there is no agent; ivr agents add NAME --telephone NUMBER makes one of a user"))
        return
    show_agents(found, skills, now)
    _tell_unserved([skill for each in skills.values() for skill in each])


agents.add_command(import_file)


@agents.command(short_help="Make an agent of a user.")
@login_argument
@telephone_option
@hours_option
def add(login: str, telephone: str | None, hours: str | None) -> None:
    """Make an agent of the user NAME, who is rung at that telephone; off at first, and serving nothing: ivr agents
    serve.
    """
    from ivr.call.agents import make_agent

    if not telephone:
        raise click.UsageError(message("agent-without-telephone", "say which telephone rings: --telephone +5511..."))
    with changing("add agent") as change:
        agent = make_agent(change.connection, login, telephone, hours, change.now, change.who)
        change.subject = f"{agent.login} at {agent.telephone}"
    tell(phrase("{login} is an agent from now on, off at first: ivr agents serve {login} DEST", login=agent.login))


@agents.command(short_help="Give an agent another telephone or other hours.")
@login_argument
@telephone_option
@hours_option
@click.option("--always", is_flag=True, help="No working hours: calls may come at any time.")
def change(login: str, telephone: str | None, hours: str | None, always: bool) -> None:
    """Give the agent NAME another telephone or other working hours, from the next call on. What is not said stays."""
    from ivr.call.agents import give_telephone_and_hours, require_agent

    if not (telephone or hours or always) or (hours and always):
        raise click.UsageError(
            message("agent-change-of-nothing", "say what to change: --telephone, and --hours or --always")
        )
    lines = lines_served()
    with changing("change agent") as change:
        agent = require_agent(change.connection, login)
        given = None if always else hours or agent.hours
        give_telephone_and_hours(change.connection, agent, telephone or agent.telephone, given, lines)
        agent = require_agent(change.connection, login)
        change.subject = f"{agent.login} at {agent.telephone}, {agent.hours or 'always'}"
    tell(
        phrase(
            "{login} is rung at {telephone}, {hours}",
            login=agent.login,
            telephone=agent.telephone,
            hours=agent.hours or phrase("always"),
        )
    )


@agents.command(short_help="Have an agent serve a desk, or a family of desks.")
@login_argument
@click.argument("scope", metavar="DEST")
@click.option("--level", type=click.IntRange(1, 5), default=1, show_default=True, help="How well; 5 knows it best.")
@line_option
def serve(login: str, scope: str, level: int, line_name: str) -> None:
    """Have the agent NAME take calls that wait for DEST: a desk, or a family of desks (suporte is suporte.rm and all
    its like; for a desk the longer name counts). Said again, with another level, the new one holds.
    """
    from ivr.call.agents import require_agent
    from ivr.call.agents import serve as give_skill

    line = answering_line(line_name)
    with changing("serve") as change:
        agent = require_agent(change.connection, login)
        give_skill(change.connection, agent, line, scope, level)
        change.subject = f"{agent.login}: {line.name} {scope} {level}"
    tell(
        phrase(
            "{login} serves {scope} of {line} at level {level}",
            login=agent.login,
            scope=scope,
            line=line.name,
            level=level,
        )
    )


@agents.command(short_help="Have an agent serve a desk no more.")
@login_argument
@click.argument("scope", metavar="DEST")
@line_option
def drop(login: str, scope: str, line_name: str) -> None:
    """Have the agent NAME serve DEST, named as it was served, no more. A talk that goes on is not ended."""
    from ivr.call.agents import require_agent, serve_no_more

    with changing("serve no more") as change:
        agent = require_agent(change.connection, login)
        serve_no_more(change.connection, agent, line_name, scope)
        change.subject = f"{agent.login}: {line_name} {scope}"
    tell(phrase("{login} serves {scope} of {line} no more", login=agent.login, scope=scope, line=line_name))


@agents.command(short_help="Have an agent take calls.")
@login_argument
def available(login: str) -> None:
    """Have the agent NAME take calls from now on."""
    _ask(login, AgentState.AVAILABLE, None)


@agents.command(short_help="Give an agent a pause, with its reason.")
@login_argument
@click.option("--reason", "why", metavar="TEXT", help="Why, like lunch; it is shown and kept.")
def pause(login: str, why: str | None) -> None:
    """Pause the agent NAME: no call comes. Whoever is rung or talks goes into the pause when that is over."""
    _ask(login, AgentState.PAUSED, why)


@agents.command(short_help="Have an agent go off duty.")
@login_argument
def off(login: str) -> None:
    """Have the agent NAME go off duty: now, or when the present call is over."""
    _ask(login, AgentState.OFF, None)


@agents.command(short_help="Tell in which states agents were on a day.")
@click.argument("login", metavar="[NAME]", required=False)
@click.option("--day", "day_text", metavar="DATE", help="2026-03-10, by the clocks of the line (default: today).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@line_option
def history(login: str | None, day_text: str | None, as_json: bool, line_name: str) -> None:
    """Tell the states of all agents, or of NAME, on a day: since when, for how long, and who or what brought each."""
    from data.agent_history import history_between
    from data.agents import all_agents
    from ivr.call.agents import require_agent

    zone, now = answering_line(line_name).header.zone, clock.now()
    begin, end = _day(day_text, now, zone)
    with open_readonly(settings_here()) as database, database.reading() as connection:
        try:
            only = require_agent(connection, login) if login else None
        except ValueError as error:
            raise TargetError(reason(error)) from None
        logins = {agent.user_id: agent.login for agent in all_agents(connection)}
        found = history_between(connection, begin, min(end, now), only.user_id if only else None)
    if as_json:
        for each in found:
            click.echo(json.dumps(stretch_as_json(each, logins[each.user_id]), ensure_ascii=False))
        return
    if not found:
        tell(phrase("there is nothing to tell of {day:%Y-%m-%d}", day=begin))
        return
    show_history(found, logins, begin, min(end, now))


def _ask(login: str, to: AgentState, why: str | None) -> None:
    from data.agents import StateRequest
    from ivr.call.agents import STATE_WORDS, ask, require_agent

    with changing("agent state") as change:
        before = require_agent(change.connection, login)
        answer = ask(change.connection, before, to, why, change.now, change.who)
        agent = require_agent(change.connection, login)
        change.subject = f"{agent.login}: {to.value}" if answer is not StateRequest.NOTHING else ""
    wanted, login = told_state(to, " ".join(why.split()) if why and to is AgentState.PAUSED else None), agent.login
    match answer:
        case StateRequest.NOW:
            tell(phrase("{login}: from now on {state}", login=login, state=wanted))
        case StateRequest.LATER:
            now = STATE_WORDS[agent.state]
            tell(phrase("{login}: {state}, and {wanted} when that is over", login=login, state=now, wanted=wanted))
        case StateRequest.NOTHING:
            tell(phrase("{login}: {state} already", login=login, state=wanted))


def _tell_unserved(skills: Sequence[Skill]) -> None:
    """Tell of the queues of each line on which anybody serves anything that nobody serves."""
    from ivr.call.agents import unserved

    for name, line in answering({skill.line for skill in skills}):
        left = unserved(line, skills)
        if left:
            tell(
                counted(
                    "{line}: nobody serves {number} desk where calls wait: {desks}",
                    "{line}: nobody serves {number} desks where calls wait: {desks}",
                    len(left),
                    line=name,
                    desks=", ".join(left),
                ),
                err=True,
            )


def _day(text: str | None, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    if text is None:
        day = now.astimezone(zone).date()
    else:
        try:
            day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            raise click.BadParameter(
                message("history-day-malformed", "'{text}' cannot be --day; write a date like 2026-03-10", text=text)
            ) from None
    begin = datetime(day.year, day.month, day.day, tzinfo=zone)
    return begin, begin + timedelta(days=1)
