"""What the simulator works out of addresses is kept, but of none that has fields of one call in it."""

from __future__ import annotations

from ivr.simulator.remembered import remembered


def test_an_address_with_fields_of_a_call_is_kept_nowhere() -> None:
    asked: list[str] = []

    @remembered(10)
    def address(url: str, base: str = "") -> str:
        asked.append(url)
        return base + url

    for _ in range(3):
        assert address("/turn", "http://a") == "http://a/turn"
        assert address("/turn?CallSid=CA1", "http://a") == "http://a/turn?CallSid=CA1"
    assert asked.count("/turn") == 1
    assert asked.count("/turn?CallSid=CA1") == 3
