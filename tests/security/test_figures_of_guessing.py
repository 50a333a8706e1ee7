"""The arithmetic of docs/security.md comes from the budgets themselves."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from data.budgets import Budgets

SECURITY = Path(__file__).parents[2] / "docs" / "security.md"


def _taken_over(passwords: int, contacts: int, tries: int) -> float:
    """The chance that one of ``contacts`` different passwords is among ``tries`` different guesses."""
    missed = 1.0
    for each in range(contacts):
        missed *= (passwords - tries - each) / (passwords - each)
    return 1 - missed


def _plain(figure: float) -> str:
    """Two digits that count, without an exponent."""
    return f"{Decimal(f'{figure:.2g}'):f}"


def _percent(chance: float) -> str:
    return f"{_plain(100 * chance)} %"


def _figures(digits: int) -> Sequence[str]:
    budgets, passwords = Budgets(), 10**digits
    return (
        str(digits),
        _percent(_taken_over(passwords, 1, budgets.account)),
        _percent(_taken_over(passwords, 5, budgets.account)),
        _percent(_taken_over(passwords, 1, 365 * budgets.account)),
        _percent(_taken_over(passwords, 5, 365 * budgets.account)),
        _plain(budgets.all / passwords),
        _plain(5 * budgets.all / passwords),
    )


@pytest.mark.parametrize("digits", range(4, 9))
def test_the_figures_of_the_documents_are_those_of_the_budgets(digits: int) -> None:
    assert f"| {' | '.join(_figures(digits))} |" in SECURITY.read_text(encoding="utf-8")


def test_the_documents_tell_the_budgets() -> None:
    budgets = Budgets()
    told = f"`IVR_GUESSES=account:{budgets.account},caller:{budgets.caller},alarm:{budgets.alarm},all:{budgets.all}`"
    assert told in SECURITY.read_text(encoding="utf-8")
