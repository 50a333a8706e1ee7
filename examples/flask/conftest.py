"""The token that the app checks and the telephone signs with."""

from __future__ import annotations

import os

TOKEN = "0" * 32

os.environ.setdefault("TWILIO_AUTH_TOKEN", TOKEN)
