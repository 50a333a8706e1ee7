"""A file that people sent is downloaded, and shown by no page: its bytes may be anything."""

from __future__ import annotations

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
    headers.set("Content-Disposition", "attachment", filename=attachment.name)
    return Response(attachment.content, headers=headers, content_type="application/octet-stream")
