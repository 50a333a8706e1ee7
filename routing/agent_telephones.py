"""An agent's telephone is a number or a SIP address that the lines which the agent serves may ring."""

from __future__ import annotations

from routing.numbers import parse_any_number
from routing.targets import Number, Sip, parse_sip


def parse_telephone(text: str) -> Number | Sip:
    """Read an agent's telephone: ``+5511...`` or ``sip:...``. Raises ValueError for anything else."""
    written = text.strip()
    if written.lower().startswith(("sip:", "sips:")):
        return Sip(parse_sip(written))
    return Number(parse_any_number(written))


def address_of(telephone: Number | Sip) -> str:
    """Return a telephone as it is stored and dialled."""
    return telephone.e164 if isinstance(telephone, Number) else telephone.uri
