"""``ivr users`` says who may log in to the pages and close destinations by telephone: roles, passwords, numbers."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from data.roles import Role
from ivr.cli import clock
from ivr.cli.console import record_here
from ivr.cli.language import spoken
from ivr.cli.stored import open_database, open_readonly, settings_here
from ivr.cli.terminal import Cell, Column, show_rows
from ivr.errors import TargetError
from wording import phrase, reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from data.users import User
    from ivr.settings import Settings

role_option = click.option(
    "--role", type=click.Choice([role.value for role in Role]), help="What this person may do: ivr users roles."
)
name_argument = click.argument("login", metavar="NAME")


@click.group(invoke_without_command=True, short_help="Say who may log in to the pages, and as what.")
@click.pass_context
def users(context: click.Context) -> None:
    """Users of the staff: name, role, number for the keypad, and whether each may log in.

    A person at the console makes users and resets them; each chooses a password with a one-time code. Every act is
    written to the audit (ivr audit).
    """
    if context.invoked_subcommand:
        return
    from data.logins import locked_until
    from data.users import all_users

    settings, now = settings_here(), clock.now()
    with open_readonly(settings) as database, database.reading() as connection:
        found, locked = all_users(connection), locked_until(connection, settings.guesses, now)
    states = [_state(user, locked, now) for user in found]
    show_rows(
        [
            Column(spoken(phrase("user"))),
            Column(spoken(phrase("role"))),
            Column(spoken(phrase("called"))),
            Column(spoken(phrase("closes as"))),
            Column(spoken(phrase("state"))),
        ],
        [
            [Cell(user.login), Cell(user.role.value), Cell(user.name), Cell(user.keypad_number or "-"), state]
            for user, state in zip(found, states, strict=True)
        ],
        (_told(user, state.text) for user, state in zip(found, states, strict=True)),
    )
    if not found:
        click.echo("there is no user; ivr users add NAME --role supervisor")


def _state(user: User, locked: Mapping[int, datetime], now: datetime) -> Cell:
    """Whether and how this user is let in."""
    if user.disabled_at:
        return Cell(f"disabled since {user.disabled_at:%Y-%m-%d %H:%M} UTC", "faint")
    if user.id in locked:
        until = f"{locked[user.id]:%Y-%m-%d %H:%M} UTC"
        return Cell(f"strange browsers are refused until {until} (ivr users unlock)", "bad")
    if user.may_log_in:
        return Cell("logs in", "good")
    if user.code_until:
        late = "has a one-time code" if user.code_until > now else "had a one-time code, which was good"
        return Cell(f"{late} until {user.code_until:%Y-%m-%d %H:%M} UTC", "fair")
    return Cell("does not log in (ivr users reset)", "fair")


def _told(user: User, state: str) -> str:
    number = f"closes destinations as {user.keypad_number}; " if user.keypad_number else ""
    called = "" if user.name == user.login else f"{user.name}; "
    return f"{user.login:16}  {user.role.value:10}  {called}{number}{state}"


@users.command(short_help="Add a user, and tell the code with which a password is chosen.")
@name_argument
@role_option
@click.option("--full-name", metavar="TEXT", help="How this person is called (default: NAME).")
def add(login: str, role: str | None, full_name: str | None) -> None:
    """Add the user NAME (a-z, 0-9, '.', '_' and '-'), and tell a one-time code, good for a day, with which this person
    chooses a password on the pages. ``ivr users password`` sets one here instead.
    """
    from data.users import add_user, login_name
    from data.values import words

    if role is None:
        raise click.UsageError(f"say what NAME may do: --role {'|'.join(each.value for each in Role)}")
    with _changing(settings_here()) as change:
        name = login_name(login)
        user = add_user(change.connection, name, words(full_name) if full_name else name, Role(role))
        code = change.new_code(user)
        change.tell("add user", f"{name} as {role}")
    click.echo(f"{name} is added as {role}, and chooses a password at /login/code within a day, with the code {code}")


@users.command(short_help="Give a user another name or role.")
@name_argument
@role_option
@click.option("--full-name", metavar="TEXT", help="How this person is called.")
@click.option("--name", "renamed", metavar="NAME", help="Under which name this person logs in from now on.")
def change(login: str, role: str | None, full_name: str | None, renamed: str | None) -> None:
    """Give the user NAME another role, full name or name to log in. What is not said stays."""
    from data.users import change_user, login_name
    from data.values import words

    if not (role or full_name or renamed):
        raise click.UsageError("say what to change: --role, --full-name or --name")
    with _changing(settings_here()) as change:
        user = change.user(login)
        changed = change_user(
            change.connection,
            user,
            login=login_name(renamed) if renamed else user.login,
            name=words(full_name) if full_name else user.name,
            role=Role(role) if role else user.role,
        )
        change.tell("change user", f"{user.login}: {changed.login}, {changed.role.value}")
    click.echo(f"{user.login} is {changed.login}, {changed.name}, {changed.role.value} from now on")


@users.command(short_help="Set a user's password here.")
@name_argument
@click.option("--stdin", "piped", is_flag=True, help="Read it from standard input, one line, instead of asking.")
def password(login: str, piped: bool) -> None:
    """Set the password of the user NAME, which is asked for and not shown: twelve characters or more. Ends this user's
    sessions.
    """
    from data.sessions import end_sessions_of
    from data.users import page_password, password_hash, set_password

    written = sys.stdin.readline().rstrip("\n") if piped else click.prompt("Password", hide_input=True)
    if not piped and click.prompt("Once more", hide_input=True) != written:
        raise click.UsageError("the two passwords differ; nothing was changed")
    with _changing(settings_here()) as change:
        user = change.user(login)
        hashed = password_hash(change.vault, user.id, page_password(written, user.login))
        set_password(change.connection, user.id, hashed)
        end_sessions_of(change.connection, user.id)
        change.tell("set password", user.login)
    click.echo(f"{user.login} has a new password; whoever was logged in with the old one is not any more")


@users.command(short_help="Take a user's password away, and tell a one-time code for another.")
@name_argument
def reset(login: str) -> None:
    """Take the password of the user NAME away, end the sessions, give tries back, and tell a one-time code, good for a
    day, with which this person chooses another. No stranger's guesses keep the code from being taken.
    """
    from data.logins import give_tries_back
    from data.sessions import end_sessions_of

    with _changing(settings_here()) as change:
        user = change.user_who_is_let_in(login)
        code = change.new_code(user)
        end_sessions_of(change.connection, user.id)
        give_tries_back(change.connection, user.id, change.now)
        change.tell("reset user", user.login)
    click.echo(f"{user.login} chooses a password at /login/code within a day, with the code {code}")


@users.command(short_help="Let a user close destinations by telephone.")
@name_argument
@click.argument("number", required=False)
@click.option("--none", "taken", is_flag=True, help="Take the number away.")
@click.option("--stdin", "piped", is_flag=True, help="Read the password from standard input instead of asking.")
def number(login: str, number: str | None, taken: bool, piped: bool) -> None:
    """Let the user NAME close destinations by telephone under NUMBER (three to six digits) and a password of eight to
    twelve digits, which is asked for. It is another one than that of the pages.
    """
    from data.staff import give_number, staff_hash, staff_number, staff_password, take_number

    if taken == bool(number):
        raise click.UsageError("say the number, or --none")
    if number is None:
        with _changing(settings_here()) as change:
            user = change.user(login)
            take_number(change.connection, user.id)
            change.tell("take number", user.login)
        click.echo(f"{user.login} closes no destinations by telephone any more")
        return
    asked = sys.stdin.readline() if piped else click.prompt("Password (8 to 12 digits)", hide_input=True)
    with _changing(settings_here()) as change:
        user, under, secret = change.user_who_is_let_in(login), staff_number(number), staff_password(asked)
        give_number(change.connection, user.id, user.role, under, staff_hash(change.vault, under, secret))
        change.tell("give number", f"{user.login}: {under}")
    click.echo(f"{user.login} may close destinations by telephone, as {under}")


@users.command(short_help="Let a user in no more, without forgetting who it was.")
@name_argument
def disable(login: str) -> None:
    """Let the user NAME in no more, neither to the pages, where the sessions end, nor by telephone."""
    from data.sessions import end_sessions_of
    from data.users import set_disabled

    with _changing(settings_here()) as change:
        user = change.user(login)
        set_disabled(change.connection, user.id, user.disabled_at or change.now)
        ended = end_sessions_of(change.connection, user.id)
        change.tell("disable user", user.login)
    click.echo(f"{user.login} is disabled; {ended} sessions were ended")


@users.command(short_help="Let a disabled user in again.")
@name_argument
def enable(login: str) -> None:
    """Let the user NAME in again, with the password that there was."""
    from data.users import set_disabled

    with _changing(settings_here()) as change:
        user = change.user(login)
        set_disabled(change.connection, user.id, None)
        change.tell("enable user", user.login)
    click.echo(f"{user.login} is enabled")


@users.command(short_help="Delete a user; the audit keeps the name for its time.")
@name_argument
def remove(login: str) -> None:
    """Delete the user NAME. What NAME did stays in the audit until its period is over."""
    from data.logins import delete_user

    with _changing(settings_here()) as change:
        user = change.user(login)
        delete_user(change.connection, user.id)
        change.tell("remove user", user.login)
    click.echo(f"{user.login} is removed")


@users.command(short_help="Give a user the tries back that wrong passwords used up.")
@name_argument
def unlock(login: str) -> None:
    """Let strange browsers try the password of the user NAME again."""
    from data.logins import give_tries_back

    with _changing(settings_here()) as change:
        user = change.user(login)
        cleared = give_tries_back(change.connection, user.id, change.now)
        change.tell("unlock user", user.login)
    click.echo(f"{user.login} is unlocked: {cleared} wrong passwords do not count any more")


@users.command(short_help="Print who may do what.")
def roles() -> None:
    """Print the table of roles and acts, as Markdown."""
    from data.roles import table

    click.echo(table())


class _Change:
    """One command that changes users, in one transaction: who does it, and to whom."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        from data.vault import Cost, Vault

        self.connection = connection
        self.now = clock.now()
        self.vault = Vault(settings.secret_key, Cost.production())

    def user(self, login: str) -> User:
        from data.users import find_user

        return find_user(self.connection, login.strip().lower())

    def user_who_is_let_in(self, login: str) -> User:
        """Raises UserError for a disabled one, to whom nothing is given."""
        from data.users import UserError

        user = self.user(login)
        if user.disabled_at:
            raise UserError(f"{user.login} is disabled; ivr users enable {user.login} lets this user in again")
        return user

    def new_code(self, user: User) -> str:
        from data.users import CODE_FOR, code_digest, draw_code, set_code

        code = draw_code(secrets.choice)
        set_code(self.connection, user.id, code_digest(self.vault, user.id, code), self.now + CODE_FOR)
        return code

    def tell(self, act: str, subject: str) -> None:
        record_here(self.connection, act, subject)


@contextmanager
def _changing(settings: Settings) -> Iterator[_Change]:
    """Raises TargetError for what cannot be done; nothing is changed then."""
    with open_database(settings) as database:
        try:
            with database.transaction() as connection:
                yield _Change(connection, settings)
        except ValueError as error:
            raise TargetError(reason(error)) from None
