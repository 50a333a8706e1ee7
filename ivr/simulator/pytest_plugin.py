"""The pytest fixture ``phone``. pytest loads this module at its start, so nothing heavy is imported before its use."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ivr.simulator.testing import PhoneCall, Telephone

TOLD: pytest.StashKey[list[PhoneCall]] = pytest.StashKey()
"""The calls of a test whose dialogue is shown already."""


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """pytest shows the dialogue of each call below a test that failed, or whose calls did."""
    telephone = getattr(item, "funcargs", {}).get("phone")
    if call.excinfo is not None and telephone is not None and call.when in {"call", "teardown"}:
        from ivr.simulator.testing import Telephone, dialogue

        for made in telephone.calls if isinstance(telephone, Telephone) else ():
            lines = list(dialogue(made.transcript.as_dict()["events"]))
            if lines and made not in item.stash.setdefault(TOLD, []):
                item.stash[TOLD].append(made)
                item.add_report_section(call.when, f"dialogue of {made.transcript.call_sid}", "\n".join(lines))
    return (yield)
