"""A period says how long what is remembered of calls stays personal.

The law: Lei 13.709/2018 (LGPD), art. 6 III (no more than is needed), art. 15 I and 16 (what is not needed any more is
deleted, except where another law or a right of the controller's needs it). Decreto 11.034/2022, art. 12 § 3 (a recorded
call is kept for at least 90 days) and § 5 (the record of service for at least two years).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from value_class import value_class

RECORDINGS = "recordings"


@value_class
class Period:
    """A period is how long something is kept, from its call's end or, outside of calls, from when it was over."""

    name: str
    days: int
    what: str
    why: str
    source: str

    def due(self, now: datetime) -> datetime:
        """Return the moment up to which what has ended goes at ``now``."""
        return now - timedelta(days=self.days)


PERIODS = (
    Period(
        "answers",
        30,
        "what each turn answered and why, what plays it again, and where the call stood (with the keyed digest of the"
        " document)",
        "a turn that is delivered again must be answered alike; afterwards it explains complaints, and shows what an"
        " edit of the menu changes",
        "LGPD art. 6 III, 7 IX",
    ),
    Period(
        "attempts",
        30,
        "which account a password was tried for, by whom",
        "budgets against guessing count 24 hours; the rest is to look into an attack",
        "LGPD art. 7 IX, 46",
    ),
    Period(
        RECORDINGS,
        90,
        "messages, and talks with desks that record: the recording at the telephone company, and its address",
        "to return the call, and to give a talk to the customer who asks; recorded calls must be kept this long",
        "Decreto 11.034/2022 art. 12 § 3",
    ),
    Period(
        "statuses",
        90,
        "what the telephone company told of the call's progress",
        "to settle what it charges",
        "LGPD art. 6 III",
    ),
    Period(
        "callbacks",
        90,
        "the number that was to be called back",
        "to call back, and to answer whoever says that nobody did",
        "LGPD art. 6 III; Decreto 11.034/2022 art. 12 § 3",
    ),
    Period(
        "numbers",
        180,
        "who called, and what was dialled",
        "to find a caller's calls again, and abuse of the line",
        "LGPD art. 7 IX",
    ),
    Period(
        "customers",
        731,
        "whose call it was: contact and company; what an agent noted of the talk",
        "the record of service must be kept for two years",
        "Decreto 11.034/2022 art. 12 § 5",
    ),
    Period(
        "surveys",
        731,
        "whose answers they were that a caller keyed about a talk of no ticket, in which call, and the spoken comment",
        "to look into a bad mark while the record of service of its call is kept; the figures stay, for reports",
        "LGPD art. 6 III, 7 IX",
    ),
    Period(
        "consents",
        1827,
        "who accepted a term; the wording and the call stay",
        "whoever relies on a consent must be able to prove it while a claim may be brought, for five years",
        "LGPD art. 8 § 2, 16 I; Lei 8.078/1990 (CDC) art. 27",
    ),
    Period(
        "tickets",
        1827,
        "tickets with their events, attachments, surveys, appointments, remote accesses and charges, once they closed",
        "what was done and billed is answered for as long as a claim may be brought, for five years",
        "LGPD art. 7 VI, 16 I; CDC art. 27",
    ),
    Period(
        "closures",
        1827,
        "who closed and opened desks; what was closed, when and why stays",
        "staff answer for it as long as a claim may be brought",
        "LGPD art. 7 IX; CDC art. 27",
    ),
    Period(
        "announcements",
        1827,
        "who made and ended announcements; what was announced, and when, stays",
        "staff answer for what callers were told as long as a claim may be brought",
        "LGPD art. 7 IX; CDC art. 27",
    ),
    Period(
        "swaps",
        1827,
        "who stood in for whom on call, and who said so; that somebody stood in, and when, stays",
        "what staff did is looked up while a claim from their work may be brought, for five years",
        "LGPD art. 7 VI; Constituição art. 7 XXIX; CLT art. 11",
    ),
    Period(
        "versions",
        1827,
        "who published a version of a line; what was published, when and why stays",
        "staff answer for what callers were told as long as a claim may be brought",
        "LGPD art. 7 IX; CDC art. 27",
    ),
    Period(
        "agents",
        1827,
        "in which state each agent was from when to when, and why",
        "what agents did is looked up while a claim from their work may be brought, for five years",
        "LGPD art. 7 VI; Constituição art. 7 XXIX; CLT art. 11",
    ),
    Period(
        "addresses",
        183,
        "from which address a user of the staff did something",
        "to look into a misuse of the pages; records of access to an application must be kept for six months",
        "Lei 12.965/2014 (Marco Civil da Internet) art. 15",
    ),
    Period(
        "audit",
        1827,
        "which user of the staff did what, and when",
        "staff answer for it as long as a claim may be brought",
        "LGPD art. 7 IX, 37; CDC art. 27",
    ),
)
"""The policy. Two years are 731 days and five years 1,827, so that no leap year makes them too short."""
