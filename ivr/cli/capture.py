"""``ivr capture`` stands between the carrier and an app, and writes down what passes without anybody's data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli import clock
from ivr.cli.language import tell
from ivr.cli.new_file import PRIVATE, NewFile, force_option
from ivr.errors import TargetError
from wording import counted, message, phrase

if TYPE_CHECKING:
    from ivr.capture.capture_log import CaptureLog
    from ivr.capture.exchanges import Exchanges
    from ivr.capture.scrubbing import Scrubber

_LISTENED = re.compile(r"(?P<host>\[[^\[\]]+\]|[^:\[\]]+):(?P<port>[0-9]{1,5})", re.ASCII)

MEGABYTE = 1024 * 1024

KEY_BYTES = 32


def _place(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, int]:
    found = _LISTENED.fullmatch(value)
    if found is None or int(found["port"]) > 65535:
        raise click.BadParameter(
            message("listen-malformed", "'{given}' is no place to listen at; write it like 127.0.0.1:4015", given=value)
        )
    return found["host"].strip("[]"), int(found["port"])


def _address(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    from ivr.capture.capture_proxy import app_address

    if value is not None and app_address(value) is None:
        raise click.BadParameter(
            message(
                "app-address-malformed",
                "'{given}' is no address of an app; write it without a path, like http://127.0.0.1:3000",
                given=re.sub(r"//[^/]*@", "//", value, count=1),
            )
        )
    return value.rstrip("/") if value else None


@click.command(short_help="Record what passes between the carrier and an app, without anybody's data.")
@click.argument("url", callback=_address)
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Write the capture here.")
@click.option(
    "--listen",
    default="127.0.0.1:4015",
    show_default=True,
    callback=_place,
    metavar="HOST:PORT",
    help="Answer here: lead the tunnel to it in place of the app (port 0: a free one).",
)
@click.option(
    "--public-url",
    callback=_address,
    metavar="URL",
    help="The address that the carrier calls and signs (default: as the tunnel says).",
)
@click.option(
    "--auth-token",
    "--token",
    "token",
    envvar="TWILIO_AUTH_TOKEN",
    metavar="TOKEN",
    help="Say of each signature whether it is valid; the token is never written.",
)
@click.option("--replace-texts", is_flag=True, help="Replace what the app says, too.")
@click.option(
    "--most",
    type=click.IntRange(1, 10_000),
    default=50,
    show_default=True,
    metavar="MB",
    help="The file's size at most.",
)
@force_option
def capture(
    url: str,
    out: Path,
    listen: tuple[str, int],
    public_url: str | None,
    token: str | None,
    replace_texts: bool,
    most: int,
    force: bool,
) -> None:
    """Pass on to the app at URL what the carrier sends, and write to FILE what passed, until Ctrl-C.

    Requests, answers, signatures (valid or not), order and times are kept, of websockets too. Telephone numbers,
    names, keys, words, identifiers, cookies and tokens are replaced before anything is written, the same always by the
    same; of sound only its length is kept. `ivr conform FILE` plays the calls on the simulator and tells differences.

    Exits 0; 2 where URL, FILE or the port cannot be used.
    """
    import asyncio
    import secrets

    from ivr.capture.capture_log import CaptureLog, told
    from ivr.capture.exchanges import Exchanges
    from ivr.capture.pseudonyms import Pseudonyms
    from ivr.capture.scrubbing import Scrubber

    if out.exists() and not out.is_file():
        raise TargetError(message("capture-no-file", "{file} is no ordinary file; give --out a new name", file=out))
    file = NewFile(out, "--out", force, PRIVATE)
    unfinished = NewFile(out.with_name(f"{out.name}.part"), "--out", force, PRIVATE).path
    scrubber = Scrubber(Pseudonyms(secrets.token_bytes(KEY_BYTES)), replace_texts=replace_texts)
    loop = asyncio.new_event_loop()
    began = loop.time()
    try:
        log = CaptureLog(unfinished, lambda: loop.time() - began, most * MEGABYTE)
        exchanges = Exchanges(log, scrubber, public_url, token, lambda line: click.echo(line, err=True))
        log.head(
            clock.now(), _tool(), public_url, signatures="checked" if token else "unchecked", texts=not replace_texts
        )
        try:
            loop.run_until_complete(_serve(url, listen, exchanges, public_url))
        except OSError as error:
            log.end(requests=0)
            unfinished.unlink()
            raise TargetError(
                message(
                    "capture-port-taken",
                    "nothing can listen at {host}:{port} ({why}); give --listen another port, 0 for a free one",
                    host=listen[0],
                    port=listen[1],
                    why=(error.strerror or str(error)).lower(),
                )
            ) from None
    finally:
        loop.close()
    _finish(file, unfinished, log, exchanges, scrubber)
    for line in told(scrubber.counts, scrubber.unknown, log.left_out):
        tell(line, err=True)


async def _serve(url: str, listen: tuple[str, int], exchanges: Exchanges, public_url: str | None) -> None:
    """Pass on until SIGINT or SIGTERM."""
    import asyncio
    import signal

    from ivr.capture.capture_proxy import CaptureProxy

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    def ready(port: int) -> None:
        tell(
            phrase(
                "http://{host}:{port} passes on to {app}: lead the tunnel here, make calls, and end with Ctrl-C",
                host=listen[0] if ":" not in listen[0] else f"[{listen[0]}]",
                port=port,
                app=url,
            ),
            err=True,
        )

    await CaptureProxy(url, exchanges, public_url).serve(*listen, stop, ready)


def _finish(file: NewFile, unfinished: Path, log: CaptureLog, exchanges: Exchanges, scrubber: Scrubber) -> None:
    """Write the end, and give the file its name."""
    log.end(
        requests=exchanges.requests,
        from_outside=exchanges.from_outside,
        badly_signed=exchanges.badly_signed,
        replaced=scrubber.counts,
        unknown=sorted(scrubber.unknown),
    )
    try:
        file.take(unfinished)
    except TargetError:
        tell(phrase("the capture is in {file}", file=unfinished), err=True)
        raise
    unfinished.unlink(missing_ok=True)
    captured = counted(
        "{number} request is in {file}", "{number} requests are in {file}", exchanges.requests, file=file.path
    )
    tell(captured, err=True)
    if exchanges.badly_signed:
        tell(
            phrase(
                "{count} of them were signed otherwise than the token signs {address}: is it the address that the"
                " number's webhook has?",
                count=exchanges.badly_signed,
                address=exchanges.public_url or phrase("what the tunnel says; give --public-url"),
            ),
            err=True,
        )


def _tool() -> str:
    from importlib.metadata import version

    return f"ivr-4003-0015 {version('ivr-4003-0015')}"
