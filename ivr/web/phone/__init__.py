"""A telephone in a browser: the simulated carrier that it is connected to, its API, and its events."""
