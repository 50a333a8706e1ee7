"""The studio renders the prompts of a line as clips, with a voice that runs on this machine and asks no network.

The line itself needs nothing of it: it plays the clips that are there. ``speech_engine`` starts the voice as a process
of its own (``kokoro.py``), and that one the library for phonemes, which is under the GPL (``phonemes.py``).
"""
