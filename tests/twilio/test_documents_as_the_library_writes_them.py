"""Documents are written byte for byte as Twilio's own library writes them, which is asked beside ours."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml import TwiML
from twilio.twiml.voice_response import Dial, Gather, Play, Say, VoiceResponse

from ivr.channels.twilio.xml import Comment, WrittenElements, xml_of
from tests.twilio.test_documents_of_any_prompts import TEXTS

VALUES = TEXTS | st.booleans() | st.integers()


@st.composite
def documents(draw: st.DrawFn) -> VoiceResponse:
    """A response with verbs in verbs, and any text and attribute in each."""
    response = VoiceResponse()
    for kind in draw(st.lists(st.sampled_from(["say", "gather", "dial", "hangup", "pause"]), max_size=4)):
        if kind == "say":
            response.say(draw(TEXTS | st.just("") | st.none()), voice=draw(VALUES))
        elif kind == "gather":
            gather = Gather(action=draw(TEXTS), action_on_empty_result=draw(st.booleans()))
            gather.say(draw(TEXTS)).add_child("xml:lang", draw(TEXTS))
            response.append(gather)
        elif kind == "dial":
            response.append(Dial(draw(TEXTS | st.none()), answer_on_bridge=True))
        elif kind == "hangup":
            response.hangup()
        else:
            response.pause(length=draw(st.integers()))
    return response


@given(documents())
def test_any_document_is_written_as_the_library_writes_it(document: TwiML) -> None:
    assert xml_of(document) == str(document)


def test_a_comment_stands_where_it_was_appended() -> None:
    response = VoiceResponse()
    response.append(Say("Olá"))
    response.append(Comment(" says: Olá & tchau "))
    assert xml_of(response).endswith("<Response><Say>Olá</Say><!-- says: Olá & tchau --></Response>")


@given(TEXTS, TEXTS)
def test_what_is_written_once_stands_in_any_document_as_it_would_anew(before: str, played: str) -> None:
    written = WrittenElements(Play(played))
    for _ in range(2):
        response, anew = VoiceResponse(), VoiceResponse()
        for each in (Say(before), Gather()):
            response.append(each)
            anew.append(each)
        response.append(written)
        anew.append(Play(played))
        assert xml_of(response) == str(anew)
