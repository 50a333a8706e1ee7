"""Reports count from stored rows how a line did in a period: its destinations, its agents, and where callers left.

No figure is kept in a counter, so that a report says the same after a restart and from each process; every figure has
its operands beside it.
"""
