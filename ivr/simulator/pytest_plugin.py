"""The pytest fixture ``phone``. pytest loads this module at its start, so nothing heavy is imported before its use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ivr.simulator.testing import Telephone


@pytest.fixture
def phone() -> Iterator[Telephone]:
    """A telephone: ``call = phone.dial(app_or_url)``. Calls that still go on at the test's end are hung up.

    A test is not green where anything failed in one of its calls, unless it said ``call.expects(11200)``.
    """
    from ivr.simulator.testing import Telephone

    telephone = Telephone()
    yield telephone
    telephone.hang_up()
    telephone.verify()
