"""The attributes and children of <ConversationRelay> are checked as the vendor does: a wrong one keeps its default."""

from __future__ import annotations

import pytest

from ivr.simulator.attributes import Page
from ivr.simulator.reader import read
from ivr.simulator.verbs import connect
from ivr.simulator.verbs.registry import verbs_of
from ivr.simulator.verbs.relay import ConversationRelay
from ivr.simulator.verbs.relay_terms import RelayTerms

URL = "url='wss://agent.example.com/'"


def relay_of(attributes: str = "", inside: str = "") -> tuple[ConversationRelay, list[str]]:
    """The noun, and what is warned of."""
    page = Page("http://app.test/voice")
    body = f"<Response><Connect><ConversationRelay {attributes}>{inside}</ConversationRelay></Connect></Response>"
    (verb,) = verbs_of(read("http://app.test/voice", "text/xml", body.encode()), page)
    assert isinstance(verb, connect.Connect)
    assert isinstance(verb.noun, ConversationRelay)
    return verb.noun, [notice.message.split(": ", 1)[1].split(" (Twilio's")[0] for notice in page.warnings]


def terms(attributes: str) -> RelayTerms:
    relay, warnings = relay_of(f"{URL} {attributes}")
    assert warnings == []
    return relay.terms


def test_the_defaults_are_the_vendors() -> None:
    assert terms("") == RelayTerms(
        greeting="",
        greeting_interruptible="any",
        interruptible="any",
        reported="none",
        preemptible=False,
        dtmf=False,
        partial=False,
        sensitivity="high",
        ignores_backchannel=False,
        events=frozenset(),
        spoken_language="en-US",
        heard_language="en-US",
    )


def test_one_language_is_that_of_both_unless_they_differ() -> None:
    both = terms("language='pt-BR'")
    assert (both.spoken_language, both.heard_language) == ("pt-BR", "pt-BR")
    apart = terms("language='pt-BR' ttsLanguage='es-MX' transcriptionLanguage='multi'")
    assert (apart.spoken_language, apart.heard_language) == ("es-MX", "multi")


@pytest.mark.parametrize(
    ("written", "meant"), [("true", "any"), ("false", "none"), ("DTMF", "dtmf"), ("speech", "speech")]
)
def test_true_is_any_and_false_is_none(written: str, meant: str) -> None:
    read_so = terms(f"interruptible='{written}' welcomeGreetingInterruptible='{written}'")
    assert (read_so.interruptible, read_so.greeting_interruptible) == (meant, meant)


def test_what_only_tunes_voice_and_recognition_is_taken() -> None:
    terms(
        "voice='x' hints='a,b' speechModel='nova-3' ttsProvider='elevenlabs' transcriptionProvider='deepgram' "
        "elevenlabsTextNormalization='auto' eotThreshold='0.8' deepgramSmartFormat='false' debug='debugging' "
        "intelligenceService='GA1' conversationConfiguration='conv_1'"
    )


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("interruptible='maybe'", "none or dtmf or speech or any or true or false as interruptible, not 'maybe'"),
        ("reportInputDuringAgentSpeech='x'", "as reportInputDuringAgentSpeech, not 'x'"),
        ("dtmfDetection='yes'", "takes true or false as dtmfDetection, not 'yes'"),
        ("interruptSensitivity='extreme'", "takes high or medium or low as interruptSensitivity"),
        ("ttsProvider='Acme'", "takes Google or Amazon or ElevenLabs as ttsProvider"),
        ("transcriptionProvider='Acme'", "takes Google or Deepgram as transcriptionProvider"),
        ("elevenlabsTextNormalization='maybe'", "takes on or auto or off as elevenlabsTextNormalization"),
        ("language='Portuguese'", "takes a language with its country, such as pt-BR, as language"),
        ("speechTimeout='soon'", "takes a whole number from 1 as speechTimeout"),
        ("eotThreshold='2'", "takes a number from 0 to 1 as eotThreshold"),
        ("events='everything'", "takes speaker-events or tokens-played (with blanks between them) as events"),
        ("greeting='Hi'", "has no attribute 'greeting'"),
        ("Url='wss://b'", "has no attribute 'Url'"),
    ],
)
def test_a_wrong_attribute_is_warned_of_and_its_default_stands(attribute: str, expected: str) -> None:
    relay, warnings = relay_of(f"{URL} {attribute}")
    assert relay.terms == RelayTerms()
    (warning,) = warnings
    assert expected in warning


@pytest.mark.parametrize(
    "url", ["", "url=''", "url='http://a.test/'", "url='wss://'", "url='/agent'", "url='ws://a.test/'"]
)
def test_an_address_that_cannot_be_connected_to_is_none(url: str) -> None:
    relay, (warning,) = relay_of(url)
    assert relay.url is None
    assert "takes an address that begins with wss:// as url" in warning


def test_children_are_checked_and_their_parameters_kept() -> None:
    relay, warnings = relay_of(
        URL,
        "<Language code='pt-BR' ttsProvider='Google' voice='v'/>"
        "<Parameter name='a' value='1'/><Parameter name='a' value='2'/>",
    )
    assert (relay.terms.parameters, warnings) == ((("a", "2"),), [])


@pytest.mark.parametrize(
    ("child", "expected"),
    [
        ("<Language/>", "<Language> takes a language with its country, such as pt-BR, as code"),
        ("<Language code='pt-BR' tempo='1'/>", "<Language> has no attribute 'tempo'"),
        ("<Language code='pt-BR' ttsProvider='Acme'/>", "<Language> takes Google or Amazon or ElevenLabs"),
        ("<Parameter value='1'/>", "<Parameter> takes the name of a parameter as name"),
        ("<Say>Hi</Say>", "<Say> may not stand inside <ConversationRelay>"),
        ("hello", "<ConversationRelay> holds text that nothing performs"),
    ],
)
def test_a_wrong_child_is_warned_of(child: str, expected: str) -> None:
    _, (warning,) = relay_of(URL, child)
    assert expected in warning


def test_a_connect_holds_one_noun() -> None:
    page = Page("http://app.test/voice")
    noun = f"<ConversationRelay {URL}/>"
    body = f"<Response><Connect>{noun}{noun}</Connect></Response>"
    verbs_of(read("http://app.test/voice", "text/xml", body.encode()), page)
    assert "Take it out: a <Connect> holds one noun." in page.warnings[0].message
