"""The first user of a new installation is made once, at the first start, with a one-time code that is told once.

So a line at a desk can be logged in to without reading a manual, and every password was chosen by a person.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from data.audit import CONSOLE, record
from data.installation import FIRST_USER, is_done, mark_done
from data.roles import Role
from data.users import CODE_FOR, add_user, all_users, can_anybody_log_in, code_digest, draw_code, set_code

if TYPE_CHECKING:
    from data.database import Database
    from data.vault import Vault

LOGIN: Final = "supervisor"
WHO: Final = "ivr serve"
"""Who makes it, for the audit."""


class FirstUser(NamedTuple):
    """The first user has a login and a one-time code, which is stored only as a keyed digest."""

    login: str
    code: str


def make_first_user(database: Database, vault: Vault, now: datetime, choose: Callable[[str], str]) -> FirstUser | None:
    """Make the first user at ``now`` (aware), who is a supervisor; None where it was made before, or where a user can
    log in already. ``choose`` draws one sign of several (``secrets.choice``).
    """
    with database.reading() as connection:
        if is_done(connection, FIRST_USER):
            return None
    with database.transaction() as connection:
        # Another process may have been here meanwhile.
        if is_done(connection, FIRST_USER):
            return None
        mark_done(connection, FIRST_USER)
        if can_anybody_log_in(connection) or LOGIN in {user.login for user in all_users(connection)}:
            return None
        code = draw_code(choose)
        user = add_user(connection, LOGIN, LOGIN, Role.SUPERVISOR)
        set_code(connection, user.id, code_digest(vault, user.id, code), now + CODE_FOR)
        record(connection, now, WHO, "add user", LOGIN, CONSOLE)
    return FirstUser(LOGIN, code)
