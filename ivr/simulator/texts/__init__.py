"""Texts of the simulated account as values: what is sent, how long it is, what becomes of it, and what is refused."""
