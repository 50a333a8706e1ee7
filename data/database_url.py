"""The URL of a database is read here, with one host or several, and a mistake in it is told in one line.

Several hosts are written as libpq's own URLs have them (``postgresql://user@host1:5432,host2:5432/name``, section
"Connection URIs" of https://www.postgresql.org/docs/current/libpq-connect.html) or as SQLAlchemy's
(``postgresql://user@/name?host=host1:5432&host=host2:5432``). No message repeats what is written between ``://`` and
the name of the database: a password may be part of it.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from data.unavailable import DatabaseUnavailableError

_DRIVER: Final = "postgresql+psycopg"

# A password may hold anything but @, as SQLAlchemy reads it; a comma is behind it in the hosts only.
_SEVERAL: Final = re.compile(
    r"(?P<scheme>postgresql\+\w+)://(?>(?P<user>[^:@/?]*(?::[^@]*)?@)?)(?P<hosts>[^/?@]*,[^/?@]*)(?P<rest>.*)",
    re.DOTALL,
)
_HOST: Final = re.compile(r"(?:\[(?P<v6>[^\]]+)\]|(?P<name>[^:\[\]\s]+))(?::(?P<port>[0-9]*))?", re.ASCII)
_MAX_PORT: Final = 65535

_EXAMPLE: Final = "write sqlite:///path/to/file or postgresql://user:password@host/name"
_EXAMPLE_OF_SEVERAL: Final = "write postgresql://user:password@host1:5432,host2:5432/name"

WRITABLE: Final = ("read-write", "primary", "any")
"""What ``target_session_attrs`` may ask of a host: a line writes, so none that looks for a standby."""


def parse_url(url: str) -> URL:
    """Return the URL of a database that this project knows; where it names several hosts, ``hosts_of`` tells them.

    With several hosts the one that takes writes is asked for (``target_session_attrs=read-write``), unless the URL says
    otherwise. Raises DatabaseUnavailableError for any other text.
    """
    # Hosts of databases hand out postgres://, which SQLAlchemy does not know.
    spelled = re.sub(r"^postgres(ql)?://", f"{_DRIVER}://", url)
    several = _SEVERAL.fullmatch(spelled)
    try:
        if several:
            parsed = make_url(f"{several['scheme']}://{several['user'] or ''}{several['rest']}")
        else:
            parsed = make_url(spelled)
    except ArgumentError:
        raise DatabaseUnavailableError(f"the database URL cannot be read; {_EXAMPLE}") from None
    except ValueError:
        # SQLAlchemy makes a number of the port without looking at it first.
        raise DatabaseUnavailableError(f"the database URL has a port that is no number; {_EXAMPLE}") from None
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise DatabaseUnavailableError(
            f"the database '{parsed.get_backend_name()}' is not supported; use sqlite or postgresql"
        )
    if several and {"host", "port"} & parsed.query.keys():
        raise DatabaseUnavailableError(
            "the database URL names its hosts twice, before the name and as ?host= or ?port=; name them once"
        )
    if parsed.get_backend_name() == "sqlite":
        return parsed
    _know_parameters(parsed)
    if "@" in (parsed.host or ""):
        # What stands before it is the end of a password, and would be told as a host that is not found.
        raise DatabaseUnavailableError("the database URL has more than one @; in a password write %40 for it")
    if parsed.port is not None and parsed.port not in range(1, _MAX_PORT + 1):
        raise DatabaseUnavailableError(f"the database URL has a port that is none from 1 to {_MAX_PORT}; {_EXAMPLE}")
    if isinstance(password := parsed.query.get("password"), str):
        # There it would be shown with the rest of the URL.
        parsed = parsed.difference_update_query(["password"]).set(password=password)
    hosts = _read_hosts(several["hosts"].split(",")) if several else _hosts_of_query(parsed)
    if hosts:
        names, ports = (",".join(each) for each in zip(*hosts, strict=True))
        parsed = parsed.difference_update_query(["host", "port"]).update_query_dict({"host": names, "port": ports})
    return _asked_to_write(parsed, several=len(hosts) > 1)


def hosts_of(url: URL) -> list[tuple[str, str]]:
    """Return host and port of each of several hosts, in their order; none where the URL names one or none.

    A port that is not written is empty: libpq takes its own then.
    """
    names = url.query.get("host", "")
    if not isinstance(names, str) or "," not in names:
        return []
    ports = str(url.query.get("port", ""))
    return list(zip(names.split(","), ports.split(","), strict=True))


def in_memory(url: URL) -> bool:
    """True for a SQLite database that ends with its process."""
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}


def _read_hosts(written: list[str]) -> list[tuple[str, str]]:
    """Host and port of each text like ``host``, ``host:5432`` or ``[::1]:5432``."""
    hosts = []
    for place, text in enumerate(written, 1):
        found = _HOST.fullmatch(text)
        name = unquote(found["v6"] or found["name"]) if found else ""
        if found is None or "," in name or int(found["port"] or 1) not in range(1, _MAX_PORT + 1):
            raise DatabaseUnavailableError(
                f"the database URL has {len(written)} hosts, and number {place} of them is no host with a port from 1"
                f" to {_MAX_PORT}; {_EXAMPLE_OF_SEVERAL}"
            )
        hosts.append((name, found["port"] or ""))
    return hosts


def _hosts_of_query(url: URL) -> list[tuple[str, str]]:
    """The hosts of ``?host=h1:p1&host=h2:p2`` or ``?host=h1,h2&port=p1,p2``; none where there is one or none."""
    names, ports = url.query.get("host", ""), url.query.get("port", "")
    if isinstance(names, tuple) and not ports:
        folders = [(name, "") if name.startswith("/") else None for name in names]
        return [folder or _read_hosts([name])[0] for folder, name in zip(folders, names, strict=True)]
    listed = [",".join(each) if isinstance(each, tuple) else each for each in (names, ports)]
    if "," not in listed[0]:
        return []
    hosts, numbers = (each.split(",") for each in listed)
    # One port is that of all hosts, as with libpq.
    numbers = numbers * len(hosts) if len(numbers) == 1 else numbers
    if len(numbers) != len(hosts) or not all(hosts) or not all(map(_is_port, numbers)):
        raise DatabaseUnavailableError(
            f"the database URL has ?host= and &port= that do not fit together; {_EXAMPLE_OF_SEVERAL}"
        )
    return list(zip(hosts, numbers, strict=True))


def _is_port(text: str) -> bool:
    """Whether it is a port, or left out."""
    return text == "" or (text.isascii() and text.isdecimal() and int(text[:9]) in range(1, _MAX_PORT + 1))


def _know_parameters(url: URL) -> None:
    from psycopg.pq import Conninfo

    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    for name in url.query:
        if name not in known:
            raise DatabaseUnavailableError(
                f"the database URL has ?{name}=, which PostgreSQL's client does not know; its parameters are listed in"
                " https://www.postgresql.org/docs/current/libpq-connect.html"
            )


def _asked_to_write(url: URL, *, several: bool) -> URL:
    asked = url.query.get("target_session_attrs")
    if asked is None:
        return url.update_query_dict({"target_session_attrs": WRITABLE[0]}) if several else url
    if asked not in WRITABLE:
        raise DatabaseUnavailableError(
            "the database URL asks for target_session_attrs that no line can work with: it writes; "
            f"write one of {', '.join(WRITABLE)}, or leave it out"
        )
    return url
