"""The URL of a database with one host or several, and what is told of one that is wrong."""

from __future__ import annotations

import pytest

from data.database import DatabaseUnavailableError
from data.database_url import hosts_of, parse_url

SECRET = "fa1afe1"


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("postgresql://u:p@h1:5433,h2:5434/ivr", [("h1", "5433"), ("h2", "5434")]),
        ("postgres://u@h1,h2:5434/ivr", [("h1", ""), ("h2", "5434")]),
        ("postgresql+psycopg://u@h1,h2,h3/ivr", [("h1", ""), ("h2", ""), ("h3", "")]),
        ("postgresql://u@[::1]:5433,[fe80::2]/ivr", [("::1", "5433"), ("fe80::2", "")]),
        ("postgresql://u@%2Frun%2Fa,%2Frun%2Fb/ivr", [("/run/a", ""), ("/run/b", "")]),
        ("postgresql://u@/ivr?host=h1:5433&host=h2:5434", [("h1", "5433"), ("h2", "5434")]),
        ("postgresql://u@/ivr?host=h1,h2&port=5433,5434", [("h1", "5433"), ("h2", "5434")]),
        ("postgresql://u@/ivr?host=h1,h2&port=5433", [("h1", "5433"), ("h2", "5433")]),
        ("postgresql://u:a,b/c@h1/ivr", []),
        ("postgresql://u@/ivr?host=/run/postgresql", []),
        ("sqlite:///a,b.db", []),
    ],
)
def test_several_hosts_are_read_however_they_are_written(url: str, hosts: list[tuple[str, str]]) -> None:
    parsed = parse_url(url)
    assert hosts_of(parsed) == hosts
    assert parsed.query.get("target_session_attrs") == ("read-write" if hosts else None)


def test_user_password_and_name_stay_beside_several_hosts() -> None:
    parsed = parse_url(f"postgresql://ivr:{SECRET}%40x@h1:1,h2:2/line?sslmode=require&target_session_attrs=primary")
    assert (parsed.username, parsed.password, parsed.database) == ("ivr", f"{SECRET}@x", "line")
    assert (parsed.query["sslmode"], parsed.query["target_session_attrs"]) == ("require", "primary")


def test_a_password_among_the_parameters_is_not_shown_with_them() -> None:
    parsed = parse_url(f"postgresql://ivr@h1,h2/line?password={SECRET}")
    assert parsed.password == SECRET
    assert SECRET not in repr(parsed)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"postgresql://u:{SECRET}@h1:abc,h2/ivr", "number 1 of them is no host with a port from 1 to 65535"),
        (f"postgresql://u:{SECRET}@h1,h2:70000/ivr", "number 2 of them is no host with a port from 1 to 65535"),
        (f"postgresql://u:{SECRET}@h1,/ivr", "has 2 hosts, and number 2 of them is no host"),
        (f"postgresql://u:a@{SECRET}:b,h2/ivr", "number 1 of them is no host"),
        (f"postgresql://u:{SECRET}@h1:abc/ivr", "a port that is no number"),
        (f"postgresql://u:{SECRET}@h1,h2/ivr?host=h3", "names its hosts twice"),
        (f"postgresql://u:{SECRET}@h1,h2/ivr?port=5433", "names its hosts twice"),
        (f"postgresql://u:{SECRET}@h1, h2/ivr", "number 2 of them is no host"),
        (f"postgresql://u:{SECRET}@h1%2C,h2/ivr", "number 1 of them is no host"),
        (f"postgresql://u:a@{SECRET}@h1/ivr", "more than one @; in a password write %40 for it"),
        (f"postgresql://u:{SECRET}@h1:70000/ivr", "a port that is none from 1 to 65535"),
        (f"postgresql://u:{SECRET}@/ivr?host=h1,h2&port=70000", "that do not fit together"),
        (f"postgresql://u:{SECRET}@/ivr?host=h1,h2&port=1,2,3", "that do not fit together"),
        (f"postgresql://u:{SECRET}@h1,h2/ivr?target_session_attrs=standby", "write one of read-write, primary, any"),
        (f"postgresql://u:{SECRET}@h1/ivr?sslmod=require", r"has \?sslmod=, which PostgreSQL's client does not know"),
        (f"mysql://u:{SECRET}@h1/ivr", "the database 'mysql' is not supported"),
        (SECRET, "write sqlite:///path/to/file or postgresql://user:password@host/name"),
    ],
)
def test_a_wrong_url_is_told_in_one_line_without_its_secrets(url: str, told: str) -> None:
    with pytest.raises(DatabaseUnavailableError, match=told) as raised:
        parse_url(url)
    assert "\n" not in str(raised.value)
    assert SECRET not in str(raised.value)
