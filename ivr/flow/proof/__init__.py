"""Proves rules of a line over all calls that its menu allows: see ``calls`` for what a call is here."""
