"""Tickets (chamados) as pure values: events, the machine of states, the forecast, acceptance and what is billed.

Nothing here reads a database, a clock or a file: ``data.tickets`` keeps the events, ``ivr.service_desk`` takes the
acts of people on them.
"""
