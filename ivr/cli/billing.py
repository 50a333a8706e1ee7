"""``ivr billing`` tells what is charged for the billed services of a line's tickets."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ivr.cli.language import spoken, tell
from ivr.cli.lines import DEFAULT_LINE
from ivr.cli.stored import answering_line, open_readonly, settings_here
from ivr.cli.terminal import Cell, Column, show_table
from wording import counted, message, phrase, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.reports.billing_rows import BillingRow
    from wording import Message


@click.command(short_help="Tell what is charged for tickets: minutes, price, amount, who pays.")
@click.argument("line_name", default=DEFAULT_LINE, metavar="[LINE]")
@click.option("--from", "since", metavar="DAY", help="The first day of acceptance, like 2026-11-01 (default: today).")
@click.option("--to", "until", metavar="DAY", help="The last day (default: today, or the first one).")
@click.option("--company", metavar="TEXT", help="Only companies in whose name this stands.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output, one row a charge.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def billing(
    line_name: str, since: str | None, until: str | None, company: str | None, as_csv: bool, as_json: bool
) -> None:
    """Tell each charge of LINE (default: 4003-0015) whose ticket was accepted in these days: the minutes that were
    noted under a billed service, summed, at the price of the day of acceptance; rounded once, to a centavo, half of
    one upwards. A row tells why nothing is charged where that is so, and which franchise pays.

    Days are those of the line's clocks; a silent acceptance is of the last day that it waited for. Of a company's
    document the last two digits are told.
    """
    from ivr.cli import clock
    from ivr.reports.billing_rows import billing_rows, write_billing_csv
    from ivr.reports.period import parse_period

    if as_csv and as_json:
        raise click.UsageError(
            message("report-in-two-forms", "--csv and --json are two forms of one answer; ask for one of them")
        )
    line = answering_line(line_name)
    try:
        today = clock.now().astimezone(line.header.zone).date()
        period = parse_period(since, until, today, line.header.zone)
    except ValueError as error:
        raise click.BadParameter(reason(error)) from None
    with open_readonly(settings_here()) as database, database.reading() as connection:
        rows = list(billing_rows(connection, line, period, company))
    if as_csv:
        write_billing_csv(rows, sys.stdout)
    elif as_json:
        _write_json(line.name, period.first.isoformat(), period.last.isoformat(), rows)
    else:
        _tell(rows, line.header.language)


def _write_json(line: str, first: str, last: str, rows: Sequence[BillingRow]) -> None:
    import json

    from ivr.reports.billing_rows import sums_of

    def told(row: BillingRow) -> dict[str, object]:
        return {
            "ticket": row.ticket, "company": row.company, "last_two": row.last_two, "service": row.service,
            "minutes": row.minutes, "hour_price": f"{row.hour_price:.2f}", "amount": f"{row.amount:.2f}",
            "currency": row.currency, "waived": row.waived, "accepted_on": row.accepted_on.isoformat(),
            "unit": row.unit,
        }  # fmt: skip

    answer = {
        "line": line,
        "from": first,
        "to": last,
        "charges": [told(row) for row in rows],
        "sums": {currency: f"{amount:.2f}" for currency, amount in sums_of(rows).items()},
    }
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def _tell(rows: Sequence[BillingRow], language: str) -> None:
    from ivr.languages import language_of
    from ivr.reports.billing_rows import sums_of
    from ivr.tickets.billing_words import hours_and_minutes

    if not rows:
        tell(phrase("no ticket with a billed service was accepted in these days"))
        return
    money = language_of(language).money
    headings = (
        (phrase("ticket"), False), (phrase("company"), False), (phrase("document"), False),
        (phrase("service"), False), (phrase("time"), True), (phrase("price of the hour"), True),
        (phrase("amount"), True), (phrase("not charged"), False), (phrase("accepted on"), False),
        (phrase("unit"), False),
    )  # fmt: skip
    table = []
    for row in rows:
        why = spoken(why_not_charged(row.waived)) if row.waived else ""
        cells = (
            row.ticket, row.company, f"…{row.last_two}", row.title, hours_and_minutes(row.minutes),
            money.written(row.hour_price, row.currency), money.written(row.amount, row.currency), why,
            row.accepted_on.isoformat(), row.unit or "",
        )  # fmt: skip
        table.append([Cell(text) for text in cells])
    show_table([Column(spoken(heading), figures) for heading, figures in headings], table)
    for currency, amount in sums_of(rows).items():
        charged = [row.minutes for row in rows if row.currency == currency and not row.waived]
        tell(
            counted(
                "{minutes} in {number} charge: {amount}",
                "{minutes} in {number} charges: {amount}",
                len(charged),
                minutes=hours_and_minutes(sum(charged)),
                amount=money.written(amount, currency),
            )
        )


def why_not_charged(waived: str) -> Message:
    """Return a stored reason for which nothing is charged in words; a later release's own word as it is."""
    match waived:
        case "product-at-fault":
            return phrase("the product was at fault")
        case "nothing-served":
            return phrase("nothing was served")
        case "without-price":
            return phrase("no price is kept")
        case _:
            return phrase("{reason}", reason=waived)
