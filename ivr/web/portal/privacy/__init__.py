"""The privacy page tells customers what is kept of them, for how long and why, and whom to ask."""
