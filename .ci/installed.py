"""Counts the packages of a lock that this Python has, and tells what it has besides (``installed.py LOCK``)."""

from __future__ import annotations

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

OWN = {"pip", "setuptools", "ivr-4003-0015"}
"""What a new .venv has, and this project."""

lock = Path(sys.argv[1])
named = set(re.findall(r"^([a-z0-9-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE))
there = {re.sub(r"[-_.]+", "-", each.name).lower() for each in distributions()}
more = sorted(there - named - OWN)
print(f"{len(there & named)} packages of {lock} are installed")
if more:
    print(f"and {len(more)} that it does not name: {', '.join(more)}; 'make clean' takes them away")
