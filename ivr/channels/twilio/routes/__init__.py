"""The webhooks of Twilio, one a file: each answers a form that the gate has let pass.

None of them knows of HTTP: they are given the form, the query of the address where it says anything, and what they work
with, and raise what went wrong. ``webhooks`` wires them to their paths.
"""
