"""Carriers of conversations, each behind the same port."""
