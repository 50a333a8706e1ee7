"""A process that ``ivr serve`` keeps running ends with an exit code, and tells in one line what went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ivr.errors import IvrError
from ivr.logs import place_of

if TYPE_CHECKING:
    from logging import Logger


def exit_now() -> None:
    """End this process at once, whatever its threads are at."""
    sys.stderr.flush()
    os._exit(0)


def exit_code_of(main: Callable[[], None], name: str, log: Logger) -> int:
    """Run ``main`` and return the exit code of the process ``name`` (``pages``).

    An error's text may hold what is stored: of one that is not ours only kind and place are logged.
    """
    try:
        main()
    except IvrError as error:
        print(*(f"ivr {name}: {line}" for line in str(error).splitlines()), sep="\n", file=sys.stderr)
        return 2
    except Exception as error:
        log.critical("broken", extra={"error": type(error).__name__, "at": place_of(error)})
        return 70
    return 0
