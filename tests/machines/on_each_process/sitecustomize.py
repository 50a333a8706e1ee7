"""Python imports this before anything else in the processes that a line of the tests starts: its clock stands at
IVR_TEST_NOW for all of them.
"""

import os
from datetime import datetime

from ivr.cli import clock


def set_clock() -> None:
    """Let the clock of the commands stand."""
    moment = datetime.fromisoformat(os.environ["IVR_TEST_NOW"])
    clock.now = lambda: moment


if "IVR_TEST_NOW" in os.environ:
    set_clock()
