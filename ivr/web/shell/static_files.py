"""Scripts, styles and pictures of the pages are read once, and kept by browsers for ever.

Their address holds a digest of all of them: ``/static/<digest>/<page>/<file>``. So a module that imports ``./keys.js``
gets the one of the same release, which a digest in the query would not carry over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from flask import Blueprint, Response

from ivr.web.guard import anyone

KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""What is served, by the ending of its name. Templates and catalogues are not."""

Marked = Callable[[Callable[..., Response]], Callable[..., Response]]

YEAR: Final = 365 * 24 * 3600


class StaticFiles:
    """The static files are those of each page's folder below ``pages``, the files ``also``, and ``catalogues`` as
    modules.

    ``catalogues`` are messages by language tag; a script imports ``../shell/messages.<tag>.js``.
    """

    def __init__(self, pages: Path, catalogues: Mapping[str, Mapping[str, str]], also: Sequence[Path] = ()) -> None:
        self._files = {
            f"{file.parent.name}/{file.name}": file.read_bytes()
            for file in (*sorted(pages.glob("*/*")), *also)
            if file.suffix in KINDS
        }
        for tag, messages in catalogues.items():
            told = json.dumps(messages, ensure_ascii=False, sort_keys=True)
            self._files[f"shell/messages.{tag}.js"] = f"export default {told};\n".encode()
        digest = hashlib.sha256()
        for name, content in sorted(self._files.items()):
            digest.update(b"%s %d " % (name.encode(), len(content)) + content)
        self.release = digest.hexdigest()[:16]

    def address(self, name: str) -> str:
        """Return the address of the file ``name`` (``phone/phone.js``). Raises LookupError where there is none."""
        if name not in self._files:
            raise LookupError(f"no page has the static file {name!r}; there are {', '.join(self._files)}")
        return f"/static/{self.release}/{name}"

    def routes(self, marked: Marked = anyone) -> Blueprint:
        """Return the blueprint that serves them, by a view that is ``marked`` for its guard. What is of another release
        is not found.
        """
        web = Blueprint("static_files", __name__)

        @web.get("/static/<release>/<page>/<file>")
        @marked
        def served(release: str, page: str, file: str) -> Response:
            content = self._files.get(f"{page}/{file}") if release == self.release else None
            if content is None:
                return Response("No such file.\n", 404, mimetype="text/plain")
            headers = {"Cache-Control": f"public, max-age={YEAR}, immutable"}
            return Response(content, headers=headers, content_type=KINDS[Path(file).suffix])

        return web
