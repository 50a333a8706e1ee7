"""Fixtures of every test here."""

from __future__ import annotations

from tests.twilio.office import office

__all__ = ["office"]
