"""Decrypts what releases before AES-SIV wrote; nothing is encrypted with this any more.

Answers of turns go with their period, documents with letters are encrypted anew an hour after ``ivr serve`` has begun
(see ``data.reencryption``). The cipher was an SIV mode made of HMAC-SHA256: a mark of context and text (32 bytes),
which proves that neither was changed, and the text under the stream that begins with the mark; all of it in Base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

MARK_BYTES = hashlib.sha256().digest_size


class DecryptionError(Exception):
    """An encrypted text cannot be decrypted: it was changed or moved, or the secret key is another one."""

    def __init__(self) -> None:
        super().__init__("an encrypted text cannot be read: IVR_SECRET_KEY is another one, or the text was changed")


class FormerCipher:
    """Decrypts with the two keys that releases before AES-SIV derived from the secret key."""

    def __init__(self, key: bytes) -> None:
        self._mark_key = _hmac(key, b"mark of what is hidden")
        self._stream_key = _hmac(key, b"stream of what is hidden")

    def decrypt(self, encrypted: str, context: str) -> str:
        """The text that was encrypted in ``context``. Raises DecryptionError."""
        try:
            decoded = base64.b64decode(encrypted, validate=True)
        except ValueError:
            raise DecryptionError from None
        mark, covered = decoded[:MARK_BYTES], decoded[MARK_BYTES:]
        blocks = range(-(-len(covered) // MARK_BYTES))
        stream = b"".join(_hmac(self._stream_key, mark + place.to_bytes(4)) for place in blocks)
        text = bytes(sign ^ cover for sign, cover in zip(covered, stream, strict=False))
        expected = _hmac(self._mark_key, len(context).to_bytes(4) + context.encode() + text)
        if not hmac.compare_digest(mark, expected):
            raise DecryptionError
        return text.decode()


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
