"""Names every table with what is personal in it, in the order in which rows refer to rows of other tables."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import MetaData, Table

from data import (
    agent_history,
    agent_skills,
    agents,
    alarms,
    announcements,
    appointments,
    attempts,
    audit,
    callbacks,
    calls,
    charges,
    closures,
    company,
    consents,
    contact,
    contact_profile,
    drafts,
    due_work,
    imported_sources,
    installation,
    invoice,
    lease,
    logins,
    lookups,
    messages,
    offers,
    one_time_secrets,
    outbox,
    portal_attempts,
    portal_sessions,
    protocols,
    queue_exits,
    recordings,
    remote_access,
    rota_swaps,
    sessions,
    sourced_contacts,
    surveys,
    talk_events,
    talks,
    ticket_attachments,
    ticket_events,
    ticket_words,
    tickets,
    traffic,
    trials,
    turns,
    users,
    versions,
    waiting,
)
from data.personal import Personal
from data.tables import Stored

_IN_ORDER: tuple[Personal, ...] = (
    company.PERSONAL,
    contact.PERSONAL,
    contact_profile.PERSONAL,
    sourced_contacts.PERSONAL,
    portal_sessions.PERSONAL,
    one_time_secrets.PERSONAL,
    portal_attempts.PERSONAL,
    invoice.PERSONAL,
    users.PERSONAL,
    sessions.PERSONAL,
    logins.PERSONAL,
    agents.PERSONAL,
    agent_skills.PERSONAL,
    agent_history.PERSONAL,
    audit.PERSONAL,
    calls.PERSONAL,
    turns.PERSONAL,
    calls.PERSONAL_OF_STATUS,
    trials.PERSONAL,
    traffic.PERSONAL,
    installation.PERSONAL,
    queue_exits.PERSONAL,
    waiting.PERSONAL,
    offers.PERSONAL,
    talks.PERSONAL,
    talk_events.PERSONAL,
    messages.PERSONAL,
    recordings.PERSONAL,
    consents.PERSONAL,
    # Before callbacks, as the worker changes both: so an erasure and it cannot wait for each other.
    outbox.PERSONAL,
    callbacks.PERSONAL,
    protocols.PERSONAL,
    tickets.PERSONAL,
    ticket_events.PERSONAL,
    ticket_attachments.PERSONAL,
    surveys.PERSONAL,
    appointments.PERSONAL,
    charges.PERSONAL,
    remote_access.PERSONAL,
    imported_sources.PERSONAL,
    attempts.PERSONAL,
    lookups.PERSONAL,
    closures.PERSONAL,
    announcements.PERSONAL,
    rota_swaps.PERSONAL,
    alarms.PERSONAL,
    lease.PERSONAL,
    due_work.PERSONAL,
    versions.PERSONAL_OF_CONTENT,
    versions.PERSONAL_OF_VERSION,
    versions.PERSONAL_OF_FILE,
    versions.PERSONAL_OF_PUBLICATION,
    drafts.PERSONAL,
    drafts.PERSONAL_OF_FILE,
)
"""A new table names its PERSONAL here."""

PERSONAL: Mapping[Table, Personal] = {each.table: each for each in _IN_ORDER}
"""What migrations, export, erasure, retention and the privacy page begin from."""

OF_INDICES = ticket_words.TABLES | {tickets.BY_WORK}
"""Names of indices that stand in no table of the metadata, and of what SQLite shows among the tables of a file for
them.
"""

METADATA = Stored.metadata
"""Whole, since the module of every table is imported here."""


def metadata_of(dialect: str) -> MetaData:
    """Return every table as it is in one database, without the indices that only another one has."""
    said = MetaData(naming_convention=METADATA.naming_convention)
    for table in METADATA.sorted_tables:
        others = {index.name for index in table.indexes if index._ddl_if and index._ddl_if.dialect != dialect}
        copied = table.to_metadata(said)
        copied.indexes -= {index for index in copied.indexes if index.name in others}
    return said
