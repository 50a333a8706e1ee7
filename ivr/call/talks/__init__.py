"""Callers who wait and the agents who take their calls: what is decided, asked of the carrier, and told by it.

``distributing`` decides who is asked to take which call; ``offering`` hears whether that agent does; ``talking`` hears
of the conference in which caller and agent meet, and ends the talk; ``acts`` are what an agent or a supervisor does in
it. ``requests`` are what the carrier is asked for, as rows of the outbox; ``settling`` writes how offers and talks end.
"""
