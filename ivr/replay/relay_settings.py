"""``read_relay`` reads how long a script waits for AI agents (``relay``), in real seconds."""

from __future__ import annotations

from ivr.simulator.relay_settings import RelaySettings
from ivr.source.fields import Fields
from ivr.source.seconds import parse_seconds
from wording import phrase


def read_relay(fields: Fields) -> RelaySettings | None:
    """Read ``relay: {patience: 5, pause: 0.5}``; None where the script does not say."""
    mapping = fields.mapping_of("relay")
    if mapping is None:
        return None
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="relay", owner=fields.owner), fields.diagnostics)
    usual = RelaySettings()
    patience, pause = inner.parsed("patience", parse_seconds), inner.parsed("pause", parse_seconds)
    inner.finish()
    return RelaySettings(usual.patience if patience is None else patience, usual.pause if pause is None else pause)
