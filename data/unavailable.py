"""The one error of a database that cannot be used."""

from __future__ import annotations


class DatabaseUnavailableError(Exception):
    """The database cannot be used now; the text says why and what to do, and never holds the URL's password."""
