"""Scenes: several callers, and those who are rung for them, on one clock.

A ``Scene`` is a call script for several parties. ``performance`` lets all of them go on, each along its own ``Course``
of steps, at telephones that the switchboard of the simulator connects.
"""
