"""A signature has no date: what was captured may be sent again for ever, and does nothing once the call is over."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.line_server import PADARIA, LineServer, twiml
from tests.security.signing import content


def _whole_call(server: LineServer) -> list[tuple[str, dict[str, str]]]:
    """Every request of a call that has ended; each was answered."""
    sent: list[tuple[str, dict[str, str]]] = []

    def send(path: str, **fields: str) -> None:
        sent.append((path, fields))
        twiml(server.post(path, fields))

    send("/twilio/status", CallStatus="ringing", SequenceNumber="0")
    send("/twilio/voice", CallStatus="ringing")
    send("/twilio/status", SequenceNumber="1")
    for number, digits in enumerate(("2", PADARIA, "1234", "0510001"), 1):
        send(f"/twilio/turn/{number}", Digits=digits)
    send("/twilio/accept?line=ensaio&desk=mesa.rm", CallSid="CA" + "3" * 32)
    send("/twilio/accepted", CallSid="CA" + "3" * 32, Digits="1")
    send("/twilio/turn/5", DialCallStatus="busy")
    state = {"seconds": "600", "turn": "6", "state": "ligar", "line": "ensaio"}
    send(f"/twilio/wait?{urlencode(state)}", QueueTime="0", QueuePosition="1")
    send(f"/twilio/wait/key?{urlencode(state)}", Digits="1", QueueTime="9")
    send("/twilio/turn/6", DialCallStatus="completed", DialCallDuration="61")
    send("/twilio/status", CallStatus="completed", SequenceNumber="2", CallDuration="99")
    send("/twilio/status", CallStatus="completed", SequenceNumber="2", CallDuration="99")
    return sent


def test_every_request_of_a_finished_call_sent_again_does_nothing(
    server: LineServer, caplog: pytest.LogCaptureFixture
) -> None:
    sent = _whole_call(server)
    sent += [("/twilio/callback?line=ensaio&desk=gente", {}), ("/twilio/fallback", {"ErrorCode": "11200"})]
    call = server.call()
    assert call is not None
    assert call.ended_at is not None
    before = content(server.database)
    caplog.clear()
    for order in (sent, sent[::-1], sent * 2):
        for path, fields in order:
            answer = twiml(server.post(path, fields))
            assert [verb.tag for verb in answer.iter("Dial", "Enqueue", "Record", "Refer")] == [], path
    assert content(server.database) == before
    assert [record for record in caplog.records if record.exc_info or record.getMessage() == "broken"] == []


def test_a_finished_call_may_not_be_sent_back_into_any_turn(server: LineServer) -> None:
    _whole_call(server)
    before = content(server.database)
    for number in (*range(12), 999):
        for fields in (
            {"Digits": "7"},
            {"Digits": "0510001"},
            {"DialCallStatus": "busy"},
            {"QueueResult": "leave"},
            {},
        ):
            answer = twiml(server.turn(number, **fields))
            assert [verb.tag for verb in answer.iter("Dial", "Enqueue", "Record")] == []
    assert content(server.database) == before
