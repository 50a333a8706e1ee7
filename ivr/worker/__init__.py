"""``kinds`` act by themselves, one kind of work a file; ``deliveries`` send the outbox, one kind of row a file.

``worker`` is the loop, which a lease elects among all processes; ``outbox`` claims rows, and settles lost answers.
"""
