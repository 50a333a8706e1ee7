"""Erlang's formulas, and days on which our own distribution is played, tell how many agents a destination needs."""
