"""Fixtures of every test here."""

from __future__ import annotations

from tests.server.connected import served

__all__ = ["served"]
