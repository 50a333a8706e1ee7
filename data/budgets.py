"""A budget bounds how many wrong passwords by telephone are compared before no further one is, and documents."""

from __future__ import annotations

import sys
from dataclasses import fields
from datetime import timedelta

from value_class import value_class

HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)


@value_class
class Budgets:
    """Wrong passwords, each number at least 1; docs/security.md has the arithmetic behind these.

    ``account``: of one document within 24 hours, whoever calls; of one number of the staff, from one telephone.
    ``caller``: from one telephone number within 24 hours, whatever the account; withheld numbers are not counted so.
    ``alarm``: of everybody within an hour, before people are told.
    ``all``: of everybody within 24 hours; then no password is taken by telephone, and everybody is led to people.
    ``staff``: of one number of the staff within an hour, from telephones from which it was never right.

    And of documents, which only customers' data tells to be right, each counted once within 24 hours:

    ``documents``: from one telephone number; ``all_documents``: of everybody.
    """

    account: int = 5
    caller: int = 15
    alarm: int = 100
    all: int = 2000
    staff: int = 20
    documents: int = 20
    all_documents: int = 2000

    @classmethod
    def unbounded(cls) -> Budgets:
        """Never used up: for calls that are only rehearsed."""
        return cls(**{each.name: sys.maxsize for each in fields(cls)})
