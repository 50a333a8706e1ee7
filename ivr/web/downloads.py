"""A file that people sent is downloaded, and shown by no page: its bytes may be anything."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response
from werkzeug.datastructures import Headers

from data.ticket_attachments import AttachmentRecord


def download(attachment: AttachmentRecord) -> Response:
    """Return the file under its name, as bytes of no kind that a browser would open by itself."""
    headers = Headers(
        {
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
    )
    # RFC 6266: a header holds no sign beyond Latin-1; browsers of today read the second name.
    plain = attachment.name.encode("ascii", "ignore").decode()
    whole = f"UTF-8''{quote(attachment.name, safe='')}"
    headers.set("Content-Disposition", "attachment", **{"filename": plain, "filename*": whole})
    return Response(attachment.content, headers=headers, content_type="application/octet-stream")
