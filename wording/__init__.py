"""Words for people are values: a message knows its code, its template and what is filled in, and is put in another
language where it is shown.

The code is written in English and reads as such: a ``Message`` is a ``str``. Everything may import this package, which
imports nothing of ours.
"""

from wording.message import Message, counted, joined, message, packed, phrase, reason, unpacked

__all__ = ["Message", "counted", "joined", "message", "packed", "phrase", "reason", "unpacked"]
