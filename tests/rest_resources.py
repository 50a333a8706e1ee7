"""``python -m tests.rest_resources`` writes the table of the API's resources in ``docs/simulator-rest.md`` anew.

It is made of what the vendor has (``vendor_resources``) and what is answered here (``routes``); a test compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ivr.simulator.rest.routes import ACCOUNT_ROUTES, ROUTES
from ivr.simulator.rest.vendor_resources import ACCOUNTS, DOCS, RESOURCES

GUIDE: Final = Path(__file__).parents[1] / "docs" / "simulator-rest.md"
BEGIN: Final = "<!-- resources: python -m tests.rest_resources -->\n"
END: Final = "<!-- end of resources -->\n"

WORDS: Final = {
    ("GET", False): "list",
    ("POST", False): "create",
    ("GET", True): "fetch",
    ("POST", True): "update",
    ("DELETE", True): "delete",
}
"""What a method does to a list, and to one of its resources, in the words of the vendor's clients."""


def served() -> set[tuple[str, str]]:
    """Return each method and path that is answered, identifiers as ``*``."""
    return {(method, re.sub(r"<\w+>", "*", path)) for method, path, _ in (*ROUTES, *ACCOUNT_ROUTES)}


def rows() -> Iterator[str]:
    """Yield the table's lines."""
    yield "| resource | answered here | 501 | page |"
    yield "|---|---|---|---|"
    known = served()
    for resource in sorted((ACCOUNTS, *RESOURCES), key=lambda one: one.path):
        here = [_word(*asked) for asked in resource.asked() if asked in known]
        absent = [_word(*asked) for asked in resource.asked() if asked not in known]
        name = resource.path.removeprefix("/")
        page = f"[{resource.page}]({DOCS}{resource.page})"
        yield f"| `{name}` | {', '.join(here) or '-'} | {', '.join(absent) or '-'} | {page} |"


def _word(method: str, path: str) -> str:
    return WORDS[method, path.endswith("*.json")]


def written(guide: str) -> str:
    """Return the ``guide`` with the table as it is to be."""
    before, _, rest = guide.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(rows()) + "\n" + END + after


def main() -> None:
    """Write the table."""
    GUIDE.write_text(written(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
