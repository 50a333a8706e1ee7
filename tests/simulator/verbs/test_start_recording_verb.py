"""<Start><Recording>: the tape of a call runs until <Stop> names it, or the call ends.

Source: Twilio's <Recording> page.
"""

from __future__ import annotations

import pytest

from tests.webapps import WebApp, call, codes, said

TOLD = 'recordingStatusCallback="/told" recordingStatusCallbackEvent="in-progress completed"'


def app(document: str) -> WebApp:
    return WebApp().page("/voice", document).page("/told", "")


def tapes(played: WebApp) -> list[tuple[str, str | None]]:
    return [(one.form["RecordingStatus"], one.form.get("RecordingDuration")) for one in played.to("/told")]


def test_the_call_goes_on_while_the_tape_runs_to_its_end() -> None:
    played = app(f'<Start><Recording {TOLD}/></Start><Pause length="7"/><Say>segue</Say>')
    transcript = call(played)
    assert (said(transcript), codes(transcript)) == (["segue"], [])
    assert len(transcript.recordings) == 1
    (first, _), (second, seconds) = tapes(played)
    assert (first, second) == ("in-progress", "completed")
    assert int(seconds or 0) >= 7


def test_a_tape_with_a_name_is_stopped_by_its_name() -> None:
    stopped = '<Stop><Recording name="outra"/></Stop><Pause length="3"/><Stop><Recording name="fila"/></Stop>'
    played = app(f'<Start><Recording name="fila" {TOLD}/></Start>{stopped}<Pause length="30"/>')
    assert codes(call(played)) == []
    assert tapes(played) == [("in-progress", None), ("completed", "3")]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [('channels="three"', 12200), ('track="all"', 13622), ('trim="yes"', 12200), ('x="1"', 12200)],
)
def test_a_wrong_attribute_of_a_tape_is_a_warning(attributes: str, code: int) -> None:
    assert codes(call(app(f"<Start><Recording {attributes}/></Start>"))) == [code]


def test_a_configuration_that_the_vendor_keeps_is_told_not_to_be_known() -> None:
    transcript = call(app("<Start><Recording recordingConfigurationId='voice_recording_1'/></Start>"))
    assert (codes(transcript), transcript.warnings[0].failure) == ([0], True)
    assert "recordingConfigurationId is not simulated" in transcript.warnings[0].message


def test_what_else_may_be_started_is_not_simulated() -> None:
    transcript = call(app('<Start><Siprec name="copia"/></Start><Say>segue</Say>'))
    assert (said(transcript), codes(transcript)) == (["segue"], [0])


def test_a_recording_beside_what_is_not_simulated_is_made_all_the_same() -> None:
    transcript = call(app('<Start><Recording/><Siprec name="copia"/></Start><Say>segue</Say>'))
    assert (codes(transcript), len(transcript.recordings)) == ([0], 1)
    assert "<Siprec> is not simulated" in transcript.warnings[0].message
