"""The ``line:`` part of a menu: number, voice, zone, the first state, and what holds for all states.

line:
  number: "+551140030015"
  language: pt-BR
  voice: Polly.Camila-Neural   # a voice of Twilio says everything; or recorded: what has clips in audio/ is played,
  # say_voice: Polly.Camila-Neural   # and with "voice: recorded" this voice says the rest ("voice: say": everything)
  zone: America/Sao_Paulo
  start: boas-vindas
  human: assessoria            # the state of a caller who cannot be understood
  transfer: transferencia      # the state that rings the destinations
  after_call: despedida        # where a call ends after which the caller says nothing more; left out: it just ends
  keys: {repeat: "9", human: "0"}   # what these keys do in every menu where they are free; * goes back everywhere
  accept: atender              # asked of staff who must press 1 to take a call; {destino} is the destination
  apology: desculpas           # prompt when something breaks, before the human
  moment: um-momento           # prompt while what is slow or broken is tried again; left out: a second of silence
  changed: menu-mudou          # prompt before a question that is asked again since a release brought another menu
  menu_seconds: 6
  collect_seconds: 8
  documents: [MX, CO, PE, AR, BR]   # countries whose tax documents callers may give; default: BR
  drafts: ["+5511987654321"]   # telephones that hear the draft of the line where there is one
  rules: [every state reaches a person in at most 2 choices]   # proven: see ivr/flow/proof/sentence.py
  sac: {complaint: ouvidoria, cancel: cancelamento}   # regulated services: see ivr/flow/checks/sac.py
  strikes:
    identificacao: {limit: 3, then: identificacao-esgotada}
  no_input: [{say: silencio}, {say: silencio-de-novo, repeat: yes}]
  invalid: [{say: nao-entendi}, {say: nao-entendi-de-novo, repeat: yes}]
"""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import ZoneInfo

from ivr.flow.keys import read_line_keys
from ivr.flow.nodes.base import Defaults, Strikes
from ivr.flow.reprompts import read_reprompts
from ivr.flow.routing.section import read_zone
from ivr.languages import LANGUAGES
from ivr.source.diagnostics import Diagnostics, Mark
from ivr.source.fields import Fields
from ivr.source.yaml import Mapping, Text
from ivr.voices import is_voice, similar_voice, voice_language
from routing.destinations import parse_number
from routing.documents import COUNTRIES, HOME
from value_class import value_class
from wording import message, phrase, reason

_LANGUAGE = re.compile(r"[a-z]{2,3}-[A-Z]{2}")
_VOICE = re.compile(r"[A-Za-z0-9._-]{1,60}")

RECORDED: Final = "recorded"
SAID: Final = "say"


@value_class
class Sac:
    """The states of the first menu's options that Decreto 11.034/2022 asks for."""

    complaint: Text
    cancel: Text


@value_class
class Header:
    """The header holds what a line says about itself."""

    number: str
    language: str
    voice: str
    zone: ZoneInfo
    start: Text
    apology: Text
    wait: Text
    human: Text
    max_turns: int
    defaults: Defaults
    mark: Mark
    """Where the number is written."""
    accept: Text | None = None
    moment: Text | None = None
    changed: Text | None = None
    sac: Sac | None = None
    after_call: Text | None = None
    """The state that ends a call after which the caller says nothing more."""
    documents: tuple[str, ...] = (HOME,)
    """Countries whose tax documents callers may give."""
    rules: tuple[Text, ...] = ()
    """What ``ivr check`` proves of all calls."""
    drafts: frozenset[str] = frozenset()
    """Telephones, in E.164, that hear the draft of the line where there is one."""
    recorded: bool = False
    """Whether recordings are played where there are some; ``voice`` says the rest."""


def read_header(root: Fields, diagnostics: Diagnostics) -> tuple[Header | None, Defaults]:
    """The header, or None where it lacks something; the defaults serve to read the states in any case."""
    written = root.mapping_of("line", required=True)
    # Without a header every key of it would be missing; that it is missing itself was told.
    fields = (
        Fields(written, "'line'", diagnostics) if written else Fields(Mapping({}, root.mark), "'line'", Diagnostics())
    )
    number = fields.parsed("number", _number, required=True)
    language = fields.parsed("language", _language, required=True)
    recorded, voice = _voices(fields)
    _check_voice(fields, language, voice)
    zone = fields.parsed("zone", read_zone, required=True)
    start = fields.text("start", required=True)
    human = fields.text("human", required=True)
    transfer = fields.text("transfer", required=True)
    apology = fields.text("apology", required=True)
    wait = fields.text("wait", required=True)
    accept = fields.text("accept")
    moment = fields.text("moment")
    changed = fields.text("changed")
    sac = _sac(fields)
    rules = fields.texts("rules")
    max_turns = fields.whole("max_turns", 80, least=10, most=500)
    menu_seconds = fields.whole("menu_seconds", 6, least=1, most=60)
    collect_seconds = fields.whole("collect_seconds", 8, least=1, most=60)
    nowhere = Text("", fields.mark)
    strikes = _strikes(fields, human or nowhere)
    reprompts = read_reprompts(fields, None)
    keys = read_line_keys(fields)
    after_call = fields.text("after_call")
    documents = tuple(_country(text, fields) for text in fields.texts("documents")) or (HOME,)
    drafts = _drafts(fields, number)
    fields.finish()
    defaults = Defaults(reprompts, human or nowhere, menu_seconds, collect_seconds, strikes, transfer or nowhere, keys)
    if not (number and language and voice and zone and start and human and transfer and apology and wait):
        return None, defaults
    told = fields.value("number")
    mark = fields.mark if told is None else told.mark
    rest = (max_turns, defaults, mark, accept, moment, changed, sac, after_call, documents, rules, drafts, recorded)
    header = Header(number, language, voice, zone, start, apology, wait, human, *rest)
    return header, defaults


def _country(text: Text, fields: Fields) -> str:
    country = text.upper()
    if country not in COUNTRIES:
        known = ", ".join(COUNTRIES)
        fields.diagnostics.error(
            text.mark,
            message(
                "country-of-documents-unknown",
                "'documents' of 'line' names '{text}'; documents are known of {known}",
                text=text,
                known=known,
            ),
        )
        return HOME
    return country


def _drafts(fields: Fields, own: str | None) -> frozenset[str]:
    """The telephones that hear the draft: numbers in E.164, each of which one person may have."""
    found: set[str] = set()
    for text in fields.texts("drafts"):
        try:
            number = parse_number(text)
        except ValueError as error:
            fields.diagnostics.error(text.mark, reason(error))
            continue
        if number == own:
            told = message(
                "draft-heard-by-the-line",
                "'{text}' is the line's own number; 'drafts' names telephones that call it, with country and area code",
                text=text,
            )
            fields.diagnostics.error(text.mark, told)
        elif number in found:
            told = message("draft-heard-twice", "'{text}' stands in 'drafts' twice; take one out", text=text)
            fields.diagnostics.error(text.mark, told)
        found.add(number)
    return frozenset(found)


def _strikes(fields: Fields, human: Text) -> dict[str, Strikes]:
    strikes: dict[str, Strikes] = {}
    written = fields.mapping_of("strikes")
    for name, mark, value in written.items() if written else ():
        counter = Fields.of(value, phrase("the counter '{name}'", name=name), fields.diagnostics, mark)
        limit = counter.whole("limit", 3, least=1, most=10)
        then = counter.text("then", required=True)
        counter.finish()
        # A counter without an end was told; states that count on it are not told that it is missing.
        strikes[name] = Strikes(name, limit, then or human)
    return strikes


def _sac(fields: Fields) -> Sac | None:
    written = fields.mapping_of("sac")
    if written is None:
        return None
    options = Fields(written, "'sac'", fields.diagnostics)
    complaint, cancel = options.text("complaint", required=True), options.text("cancel", required=True)
    options.finish()
    return Sac(complaint, cancel) if complaint and cancel else None


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(message("language-malformed", "'{text}' is no language; write it like pt-BR", text=text))
    if text.partition("-")[0] not in LANGUAGES:
        spoken = ", ".join(sorted(LANGUAGES))
        raise ValueError(
            message(
                "language-not-spoken",
                "hours cannot be said in '{text}'; write one of {spoken} with its country, like es-MX",
                text=text,
                spoken=spoken,
            )
        )
    return text


def _voices(fields: Fields) -> tuple[bool, str | None]:
    """Whether recordings are played, and the voice of the carrier that says what is not."""
    written = fields.text("voice", required=True)
    if written not in {RECORDED, SAID}:
        if fields.has("say_voice"):
            told = message(
                "say-voice-without-recordings",
                "'say_voice' goes with 'voice: {RECORDED}' or 'voice: {SAID}'; take it out, or write one of these",
                RECORDED=RECORDED,
                SAID=SAID,
            )
            fields.diagnostics.error(fields.mark_of("say_voice"), told)
        fields.value("say_voice")
        return False, fields.parsed("voice", _voice) if written else None
    if not fields.has("say_voice"):
        fields.diagnostics.error(
            written.mark,
            message(
                "say-voice-missing",
                "'voice: {written}' needs 'say_voice', the voice of Twilio that says what is not "
                "played, like Polly.Camila-Neural",
                written=written,
            ),
        )
        return written == RECORDED, None
    return written == RECORDED, fields.parsed("say_voice", _voice)


def _voice(text: str) -> str:
    if not _VOICE.fullmatch(text) or not is_voice(text):
        near = similar_voice(text)
        hint = phrase("did you mean '{near}'?", near=near) if near else phrase("write it like Polly.Camila-Neural")
        raise ValueError(message("voice-unknown", "'{text}' is no voice that Twilio has; {hint}", text=text, hint=hint))
    return text


def _number(text: str) -> str:
    """The line's own number, as the carrier tells it in ``To``: whole, with its area code."""
    if not text.startswith("+"):
        raise ValueError(
            message(
                "number-without-country",
                "'{text}' lacks + and its country; write it as calls come in to it, like +551140030015",
                text=text,
            )
        )
    number = parse_number(text)
    if number.startswith("+55") and len(number) == len("+5540030015"):
        raise ValueError(
            message(
                "number-without-area-code",
                "'{text}' lacks the area code; write it as calls come in to it, like +551140030015",
                text=text,
            )
        )
    return number


def _check_voice(fields: Fields, language: str | None, voice: str | None) -> None:
    """A voice of another language reads Portuguese as a foreigner would."""
    spoken = voice_language(voice) if voice else None
    if language and spoken and spoken.partition("-")[0] != language.partition("-")[0]:
        told = message(
            "voice-of-another-language",
            "the voice '{voice}' speaks {spoken}, and the line {language}; take a voice of that language",
            voice=voice,
            spoken=spoken,
            language=language,
        )
        fields.diagnostics.error(fields.mark_of("say_voice" if fields.has("say_voice") else "voice"), told)
