"""Texts that a release before encrypted with its own cipher are encrypted anew (see ``data.reencryption``)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from data.reencryption import reencrypt_documents
from ivr.worker.work_kind import WorkDone, WorkKind

EVERY = timedelta(hours=1)
"""After the first start, and from then on. By then the machines of the release before, which cannot read what this one
writes, have been replaced by this one."""


class Reencrypting(WorkKind):
    """Encrypts anew an hour after the first start, and every hour: a copy that is restored may hold such texts."""

    name: ClassVar[str] = "former cipher"
    every = EVERY

    def first(self, now: datetime) -> datetime:
        """Return an hour later."""
        return now + EVERY

    def do(self, subject: str, now: datetime) -> WorkDone:  # noqa: ARG002 - it is about everything
        """Encrypt what is left of it."""
        reencrypt_documents(self._tools.database, self._tools.vault)
        return WorkDone("looked at all documents with letters", now + EVERY)
