"""``ivr lint`` tells what Twilio would refuse or warn of in a TwiML document, without a call."""

from __future__ import annotations

import json
import os
import stat
import sys
from typing import TYPE_CHECKING

import click

from ivr.errors import TargetError

if TYPE_CHECKING:
    from ivr.simulator.lint import Finding


MAX_BYTES = 1024 * 1024
"""What is read of a document: a device never ends, and nothing that Twilio takes is nearly as large."""


@click.command(short_help="Check TwiML, in a file or from a URL, without a call.")
@click.argument("documents", nargs=-1, required=True, metavar="FILE|URL...")
@click.option("--json", "as_json", is_flag=True, help="One finding a line (JSON Lines) on standard output.")
@click.option("--account-sid", envvar="TWILIO_ACCOUNT_SID", metavar="SID", help="Account that asks a URL.")
@click.option("--auth-token", envvar="TWILIO_AUTH_TOKEN", metavar="TOKEN", help="Token that signs the request.")
@click.option(
    "--ignore",
    "ignored",
    type=int,
    multiple=True,
    metavar="NUMBER",
    help="A finding of this number does not count (0: never reached, not simulated); may be repeated.",
)
@click.option("--method", type=click.Choice(["POST", "GET"]), default="POST", show_default=True, help="How to ask.")
@click.pass_context
def lint(
    context: click.Context,
    documents: tuple[str, ...],
    as_json: bool,
    account_sid: str | None,
    auth_token: str | None,
    ignored: tuple[int, ...],
    method: str,
) -> None:
    """Tell what is wrong in each TwiML document: a file, - for standard input, or a URL, which is asked once.

    A finding is printed as FILE:LINE: NUMBER NAME: what it is, what Twilio would do, the remedy. Exits 0 where nothing
    was found, 1 where anything was (errors, warnings, verbs that are never reached or not simulated alike), 2 for what
    cannot be read. What --ignore names is printed and does not count.
    """
    findings = [finding for document in documents for finding in _look(document, account_sid, auth_token, method)]
    for finding in findings:
        click.echo(json.dumps(finding.as_dict(), ensure_ascii=False) if as_json else str(finding))
    errors = sum(finding.error for finding in findings)
    warnings = sum(not finding.error and finding.code != 0 for finding in findings)
    notes = sum(finding.code == 0 for finding in findings)
    told = f"{_count(len(documents), 'document')}: {_count(errors, 'error')}, {_count(warnings, 'warning')}"
    click.echo(f"{told}, {_count(notes, 'note')}" if notes else told, err=as_json)
    context.exit(1 if any(finding.code not in ignored for finding in findings) else 0)


def _look(document: str, account_sid: str | None, auth_token: str | None, method: str) -> list[Finding]:
    from ivr.simulator.lint import lint, lint_url

    if "://" not in document:
        return lint(_read(document), "<stdin>" if document == "-" else document)
    from contextlib import closing

    from ivr.cli.probe import probe
    from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN, Carrier
    from ivr.simulator.http_transport import HttpTransport

    probe(document)
    with closing(HttpTransport()) as transport:
        carrier = Carrier(account_sid or DEMO_ACCOUNT, auth_token or DEMO_TOKEN, method=method)
        return lint_url(document, transport, carrier)


def _read(document: str) -> bytes:
    if document == "-":
        written = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        try:
            with open(document, "rb", opener=_at_once) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise TargetError(f"{document} cannot be read: it is a pipe or a device; give a file, - or a URL")
                written = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise TargetError(f"{document} cannot be read: {error.strerror}; give a file, - or a URL") from None
    if len(written) > MAX_BYTES:
        told = f"{document} is larger than {MAX_BYTES // 1024} kB, and Twilio takes 64 (error 11750)"
        raise TargetError(f"{told}; give the document that it was asked for")
    return written


def _at_once(path: str, flags: int) -> int:
    """Open the file without blocking, so that a pipe without a writer is not waited for."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
