"""The errors of a database that cannot be used now."""

from __future__ import annotations


class DatabaseUnavailableError(Exception):
    """The database cannot be used now; the text says why and what to do, and never holds the URL's password."""


class TransactionConflictError(DatabaseUnavailableError):
    """The database is there, and rolled the transaction back because of another one at the same moment (a deadlock, a
    serialization failure): the same work, begun again, may well succeed.
    """
