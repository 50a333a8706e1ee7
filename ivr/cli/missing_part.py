"""A base install plays the carrier to anybody's app; what answers calls itself comes with the extra ``line``."""

from __future__ import annotations

from typing import Final

LINE_MODULES: Final = frozenset(
    {
        "alembic", "argon2", "cryptography", "flask", "holidays", "httptools", "prometheus_client", "psycopg",
        "sqlalchemy", "sqlmodel", "stdnum", "transitions", "twilio", "uvicorn",
    }
)  # fmt: skip
"""What the packages of the extra are imported as."""


def missing_part(error: ModuleNotFoundError) -> str | None:
    """Return what to install where ``error`` is about a package of the extra; None where it is about another."""
    module = (error.name or "").partition(".")[0]
    if module not in LINE_MODULES:
        return None
    return f"this needs what a line runs with ({module} is not installed): pip install 'ivr-4003-0015[line]'"
