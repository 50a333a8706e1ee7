"""The service desk takes the acts of people on tickets: by the rules of ``ivr.tickets`` it writes with ``data``."""
