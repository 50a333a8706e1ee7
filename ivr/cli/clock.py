"""Commands read the time from one clock, and read times as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

import click

from wording import message

_LASTS = re.compile(r"([1-9][0-9]{0,3})(m|min|h|d)")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}
_HOUR = re.compile(r"[0-9]{1,2}:[0-9]{2}")


def now() -> datetime:
    """Return the present instant, aware."""
    return datetime.now(UTC)


def local_moment(option: str, text: str | None, zone: tzinfo) -> datetime:
    """Read ``2026-12-24T11:59`` as the clocks of ``zone`` show it; return now where nothing is written.

    Raises click.BadParameter for any other text.
    """
    if text is None:
        return now().astimezone(zone)
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            message(
                "moment-malformed",
                "'{text}' cannot be {option}; write a time like 2026-12-24T11:59, local time of the line",
                text=text,
                option=option,
            )
        ) from None
    return written.astimezone(zone) if written.tzinfo else written.replace(tzinfo=zone)


def lasts(text: str) -> bool:
    """Return whether ``text`` is a time that passes (``2h``), and no moment."""
    return _LASTS.fullmatch(text) is not None


def end_of(option: str, text: str, now: datetime, zone: tzinfo) -> datetime:
    """Return when something ends that begins ``now``, from ``2h``, ``30min``, ``3d``, ``18:00`` (today) or a moment.

    Raises click.BadParameter for any other text and for a time that is over.
    """
    lasts = _LASTS.fullmatch(text)
    local = now.astimezone(zone)
    if lasts:
        return local + timedelta(**{_UNITS[lasts[2]]: int(lasts[1])})
    try:
        written = datetime.fromisoformat(f"{local.date()}T{text.zfill(5)}" if _HOUR.fullmatch(text) else text)
    except ValueError:
        raise click.BadParameter(
            message(
                "end-malformed",
                "'{text}' cannot be {option}; write how long it lasts, like 2h, 30min or 3d, or when it ends, like "
                "18:00 or 2026-12-24T11:59, local time of the line",
                text=text,
                option=option,
            )
        ) from None
    end = written.astimezone(zone) if written.tzinfo else written.replace(tzinfo=zone)
    if end <= now:
        raise click.BadParameter(
            message(
                "moment-is-over",
                "'{text}' cannot be {option}; write a time later than now, which is {now:%Y-%m-%d %H:%M} there",
                text=text,
                option=option,
                now=local,
            )
        )
    return end
