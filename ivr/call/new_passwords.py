"""``change_phone_password`` writes the password that a caller keyed twice, in the transaction of the turn."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from data.audit import TELEPHONE, record
from data.contact import name_of_contact
from data.phone_passwords import PasswordTakenError, set_phone_password
from ivr.call.facts_changed import FactsChangedError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.call.effects import PhonePasswordChanged


def change_phone_password(connection: Connection, changed: PhonePasswordChanged, now: datetime) -> None:
    """Write the new password at ``now`` (aware), and who changed it.

    Raises FactsChangedError where a colleague took the same password meanwhile: the turn is then decided anew.
    """
    contact_id, company_id = changed.contact_id, changed.company_id
    try:
        set_phone_password(connection, company_id, contact_id, changed.password_hash, now)
    except PasswordTakenError as taken:
        raise FactsChangedError("a colleague has the password by now") from taken
    name = name_of_contact(connection, contact_id) or ""
    record(connection, now, name, "phone password", name, TELEPHONE, company_id)
