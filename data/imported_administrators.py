"""An import leaves each company an administrator who is served, or says that it does not.

The administrator releases and adds the other contacts, and cannot be blocked at the portal (``data.contact_acts``). A
file may block a whole company, that of a person by themselves as well; it may not block the administrator of one whose
other contacts go on being served.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, select

from data.company import find_company
from data.contact import CONTACT, folded
from data.imported_contact import ImportedContact
from data.sheet import Sheet
from data.sourced_contacts import UNNAMED, stored_contacts

_ADMINISTRATOR: Final = select(CONTACT.c.blocked).where(
    CONTACT.c.company_id == bindparam("of"), CONTACT.c.administrator.is_(True)
)


@dataclass(slots=True)
class _Standing:
    """What would be true of a contact after the import; ``line`` is that of its row, None where it has none."""

    blocked: bool = False
    administrator: bool = False
    line: int | None = None


def refuse_blocked_administrators(
    connection: Connection, contacts: Iterable[ImportedContact], sheet: Sheet
) -> frozenset[int]:
    """Tell the rows by which the administrator of a company would be blocked while other contacts of it are served, and
    return their lines, which are not to be saved. One who is blocked so already is a warning afterwards.
    """
    by_company: dict[str, list[ImportedContact]] = {}
    for each in contacts:
        by_company.setdefault(each.document.number, []).append(each)
    refused = {
        line
        for rows in by_company.values()
        if any(each.fields.get("blocked") or each.fields.get("administrator") for each in rows)
        if (line := _blocking(connection, rows)) is not None
    }
    for line in refused:
        sheet.problem(
            line,
            "blocked: this contact would be the administrator of its company, whose other contacts are served, and is"
            " not blocked; write no under 'blocked', or yes under 'administrator' for another contact",
        )
    return frozenset(refused)


def _blocking(connection: Connection, rows: list[ImportedContact]) -> int | None:
    """The line of the row of ``rows``, all of one company, that blocks its administrator beside others."""
    first = rows[0]
    company_id = find_company(connection, first.vault, first.document)
    stored = stored_contacts(connection, company_id, first.source or UNNAMED) if company_id is not None else {}
    named = {folded(each.fields["name"]) for each in rows}
    after: dict[str, _Standing] = {}
    already: set[str] = set()
    for name, before in stored.items():
        # One whom a source lacked is released by being named.
        is_blocked = bool(before.values["blocked"]) and not (before.missing_in and name in named)
        after[name] = _Standing(is_blocked, bool(before.values["administrator"]))
        if is_blocked and before.values["administrator"]:
            already.add(name)
    for each in rows:
        standing, unsaid = after.setdefault(folded(each.fields["name"]), _Standing()), each.unsaid(stored)
        standing.line = each.line
        if "blocked" not in unsaid:
            standing.blocked = each.fields.get("blocked", standing.blocked)
        if "administrator" not in unsaid:
            if each.fields.get("administrator"):
                for other in after.values():
                    other.administrator = False
            standing.administrator = each.fields.get("administrator", standing.administrator)
    if all(each.blocked for each in after.values()):
        return None
    return next(
        (
            each.line
            for name, each in after.items()
            if each.administrator and each.blocked and each.line is not None and name not in already
        ),
        None,
    )


def look_at_administrators(connection: Connection, sheet: Sheet) -> None:
    """Warn of each company of the file that has no administrator now, or a blocked one; two it cannot have."""
    for company_id, line in sheet.companies.items():
        administrators = connection.execute(_ADMINISTRATOR, {"of": company_id}).scalars().all()
        if not administrators:
            sheet.warning(
                line,
                "no contact of this company would be its administrator; one is, who releases the others: write yes"
                " under 'administrator' for one",
            )
        elif all(administrators):
            sheet.warning(
                line,
                "the administrator of this company would be blocked, and nobody of it could release or add contacts;"
                " write no under 'blocked' for that one, or yes under 'administrator' for another contact",
            )
